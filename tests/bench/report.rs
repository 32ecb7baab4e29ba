//! The table and the page around it.

use crate::{
    figures::{Aim, Figure},
    subject::Subject,
};

/// A Markdown table: a column per subject, Rotunda's number as a share of nginx's, and whether the aim is met.
pub(crate) fn table(subjects: &[Subject], figures: &[Figure]) -> String {
    let names: Vec<&str> = subjects.iter().map(|subject| subject.name).collect();
    let mut lines = vec![
        format!("| figure | {} | Rotunda / nginx | aim | met |", names.join(" | ")),
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
        let read = Reading {
            direct: of("direct"),
            nginx: of("nginx"),
            rotunda: of("Rotunda"),
            aim: figure.aim,
        };
        let ratio = read.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}"));
        let met = read.met().map_or("–", |met| if met { "yes" } else { "**no**" });
        lines.push(format!("| {} | {values} | {ratio} | {} | {met} |", figure.name, aim(figure)));
    }
    lines.join("\n")
}

/// The numbers of one line that the aim is read against.
struct Reading {
    direct: Option<f64>,
    nginx: Option<f64>,
    rotunda: Option<f64>,
    aim: Aim,
}

impl Reading {
    /// Where there is a direct number, what each adds to it is compared; of a rate, the rates themselves.
    fn ratio(&self) -> Option<f64> {
        let base = match self.aim {
            Aim::AtLeastOfNginx(_) => 0.0,
            _ => self.direct.unwrap_or(0.0),
        };
        let (rotunda, nginx) = (self.rotunda? - base, self.nginx? - base);
        (nginx > 0.0).then_some(rotunda / nginx)
    }

    fn met(&self) -> Option<bool> {
        match self.aim {
            Aim::AtMostOfNginx(most) => self.ratio().map(|ratio| ratio <= most),
            Aim::AtLeastOfNginx(least) => self.ratio().map(|ratio| ratio >= least),
            Aim::AtMost(most) => self.rotunda.map(|value| value <= most),
            Aim::None => None,
        }
    }
}

fn aim(figure: &Figure) -> String {
    match figure.aim {
        Aim::AtMostOfNginx(most) => format!("≤ {most:.1} × nginx"),
        Aim::AtLeastOfNginx(least) => format!("≥ {least:.1} × nginx"),
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

/// The whole of docs/performance.md.
pub(crate) fn page(machine: &str, rounds: u32, table: &str) -> String {
    format!(
        "# Performance

Written by `bash installers/test.sh bench`; do not edit by hand.
Direct, nginx and Rotunda (release build, headless) were measured in turn in one run of {rounds} rounds over loopback, against a scripted upstream.

Machine: {machine}.
Other programs may have been running on it, so read the ratios, not the numbers.

{table}

## How to read it

- Of the time to first byte, what each adds to the direct one is compared; it is the middle of {rounds} × 300 turns, one at a time on a kept connection.
- CPU is user and system time of the process in between, divided by the events or turns that went through it.
- A paced event comes 4 ms after the one before, on 8 streams at a time: the way a model writes. An unpaced turn comes as fast as it can.
- Memory is resident memory of all processes of a subject; nginx counts twice what its two processes share.
- A thousand streams are held by raising Rotunda's cap of streams per profile, which is there for the provider's sake.
- The start is one start from the shell's view: for Rotunda until its ready line, which comes after it listens.
- The aims are those of the design; a figure without one is shown for comparison.

## Not measured yet

WebSocket turns, and a ledger of 100,000 chains.
"
    )
}
