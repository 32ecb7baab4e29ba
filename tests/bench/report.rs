//! The table and the page around it.

use rotunda_tests::year::{DAYS, TURNS_A_DAY};

use crate::figures::{Aim, Figure, Table};

/// A Markdown table, which is also printed: a column per subject, the last one's number as a share of the one it is
/// compared with, and whether the aim is met.
pub(crate) fn table(table: &Table) -> String {
    let Table { names, base, figures } = table;
    let ours = names.last().copied().unwrap_or_default();
    let mut lines = vec![
        format!("| figure | {} | {ours} / {base} | aim | met |", names.join(" | ")),
        format!("|---|{}--:|---|---|", "--:|".repeat(names.len())),
    ];
    for figure in figures {
        let values = figure
            .values
            .iter()
            .map(|value| shown(*value, figure.unit))
            .collect::<Vec<_>>()
            .join(" | ");
        let of = |name: &str| {
            names.iter().position(|other| *other == name).and_then(|at| figure.values[at])
        };
        let read =
            Reading { direct: of("direct"), base: of(base), ours: of(ours), aim: figure.aim };
        let ratio = read.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"));
        let met = read.met().map_or("–", |met| if met { "yes" } else { "**no**" });
        let aim = aim(figure, base);
        lines.push(format!("| {} | {values} | {ratio} | {aim} | {met} |", figure.name));
    }
    let lines = lines.join("\n");
    println!("{lines}\n");
    lines
}

/// The numbers of one line that the aim is read against.
struct Reading {
    direct: Option<f64>,
    base: Option<f64>,
    ours: Option<f64>,
    aim: Aim,
}

impl Reading {
    /// Where there is a direct number, what each adds to it is compared; of a rate, the rates themselves.
    fn ratio(&self) -> Option<f64> {
        let direct = match self.aim {
            Aim::AtLeastOf(_) | Aim::AtMostOfWhole(_) => 0.0,
            _ => self.direct.unwrap_or(0.0),
        };
        let (ours, base) = (self.ours? - direct, self.base? - direct);
        (base > 0.0).then_some(ours / base)
    }

    fn met(&self) -> Option<bool> {
        match self.aim {
            Aim::AtMostOf(most) | Aim::AtMostOfWhole(most) => {
                self.ratio().map(|ratio| ratio <= most)
            }
            Aim::AtLeastOf(least) => self.ratio().map(|ratio| ratio >= least),
            Aim::AtMost(most) => self.ours.map(|value| value <= most),
            Aim::None => None,
        }
    }
}

fn aim(figure: &Figure, base: &str) -> String {
    match figure.aim {
        Aim::AtMostOf(most) | Aim::AtMostOfWhole(most) => format!("≤ {most} × {base}"),
        Aim::AtLeastOf(least) => format!("≥ {least} × {base}"),
        Aim::AtMost(most) => format!("≤ {most:.0} {}", figure.unit),
        Aim::None => "–".to_owned(),
    }
}

fn shown(value: Option<f64>, unit: &str) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value >= 100.0 => format!("{value:.0} {unit}"),
        Some(value) => format!("{value:.1} {unit}"),
    }
}

/// The whole of docs/performance.md; a table that was not wanted is empty.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) http: String,
    pub(crate) sockets: String,
    pub(crate) many: String,
    pub(crate) pause: String,
    pub(crate) ledgers: String,
    pub(crate) year: String,
    pub(crate) prodex: String,
}

impl Page {
    pub(crate) fn text(&self, machine: &str, rounds: u32) -> String {
        let Self { http, sockets, many, pause, ledgers, year, .. } = self;
        let prodex = self.beside_prodex();
        format!(
        "# Performance

Written by `bash installers/test.sh bench`; do not edit by hand.
Everything was measured in turn in one run of {rounds} rounds over loopback, against a scripted upstream, with release builds; Rotunda without its window.

Machine: {machine}.
Other programs may have been running on it, so read the ratios, not the numbers.

## Over HTTP, beside nginx

{http}

## Over WebSocket, beside a relay that only passes frames on

{sockets}

{prodex}## With many streams held open

{many}

## After a pause, with TLS to upstream

{pause}

## With a full ledger

{ledgers}

## After a year of use

{year}

## How to read it

- Of the time to first byte, what each adds to the direct one is compared; it is the middle of {rounds} × 300 turns, one at a time on a kept connection.
- CPU is user and system time of the process in between, divided by the events or turns that went through it.
- A paced event comes 4 ms after the one before, on 8 streams at a time: the way a model writes. An unpaced turn comes as fast as it can.
- A paced frame comes like a paced event, on 8 sockets. Frames of an unpaced turn are read as many at a time as are there, so that figure differs from run to run for every subject.
- Memory is resident memory of all processes of a subject; nginx counts twice what its two processes share.
- The upstream here is plain; TLS with a real one adds the system's roots, once for all profiles.
- A thousand streams are held by raising Rotunda's cap of streams per profile, which is there for the provider's sake.
- The start is one start from the shell's view: for Rotunda until its ready line, which comes after it listens.
- The relay is this program once more: the same WebSocket library, both sides in one task, and no look at what passes.
- The first word comes 10 ms after the head of its answer. What only begins an answer is held on the way until then, so that another profile can still serve the turn; so the first byte of such an answer is its first word.
- Held streams: each had its first word and waits for its next one, at a router with eight profiles; each is served to its end afterwards. The short turns beside them are 1,000, one at a time. nginx has no sockets here.
- After a pause: the connections to upstream are too old to be used then. The first request of all reads the system's authorities, too. Over loopback a connection costs no time on the way; over the network it costs some round trips, which is what a connection opened ahead saves.
- The year is {DAYS} days of {TURNS_A_DAY} turns, written down by the store and tidied each day as the router does it. Both routers are asked turn and turn about.
- The two ledgers are two routers that are asked turn and turn about, {rounds} × 400 times each.
- A figure without an aim is shown for comparison.

{WHERE}"
    )
    }

    /// A part of the page where prodex was measured, else a line that says that it was not.
    fn beside_prodex(&self) -> String {
        if self.prodex.is_empty() {
            return format!("## Beside prodex\n\n{NO_PRODEX}\n\n");
        }
        format!("## Beside prodex\n\n{}\n\n{PRODEX}\n", self.prodex)
    }
}

const NO_PRODEX: &str = "Not measured in this run: other routers are built and measured only by name (`ROTUNDA_BENCH_PEERS=1 bash installers/test.sh bench`).";

/// What stands below the table of prodex: how it was run, and what the figures hold of that.
const PRODEX: &str = include_str!("prodex.txt");

/// Written by hand after sampling; to be looked at again with every change of the hot path.
const WHERE: &str = include_str!("where-time-goes.txt");
