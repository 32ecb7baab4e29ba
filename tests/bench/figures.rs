//! The figures: each asks every subject in turn, and says what better means and how far is far enough.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{
    Result, client::Client, process::Tree, socket::Socket, subject::Subject, upstream::Script,
};

/// One line of the table: a number per subject, in the order of the subjects.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) values: Vec<Option<f64>>,
    pub(crate) aim: Aim,
}

/// Figures of the same subjects.
pub(crate) struct Table {
    pub(crate) names: Vec<&'static str>,
    /// Whom the last one is compared with.
    pub(crate) base: &'static str,
    pub(crate) figures: Vec<Figure>,
}

/// What the design asks of Rotunda.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// At most this many times the other's number, each taken less the direct one.
    AtMostOf(f64),
    /// At most this many times the other's number, each taken whole.
    AtMostOfWhole(f64),
    /// At least this many times the other's number.
    AtLeastOf(f64),
    /// At most this much.
    AtMost(f64),
    /// Shown for comparison only.
    None,
}

const PACED: Script = script(100, Duration::from_millis(4));
const UNPACED: Script = script(100, Duration::ZERO);
pub(crate) const SHORT: Script = script(1, Duration::ZERO);
/// Open long enough for all of them to begin before the first of them ends.
const HELD: Script = script(2, Duration::from_secs(30));
const BIG: Script = script(5_000, Duration::ZERO);
/// As a model begins: first what only begins an answer, then, later, its first word.
const BEGINNING: Script = Script { first_after: TEN_MS, ..script(2, TEN_MS) };
const TEN_MS: Duration = Duration::from_millis(10);

/// One whose first word comes at once: what only begins an answer may be held on the way.
pub(crate) const fn script(events: u32, pace: Duration) -> Script {
    Script { events, pace, first_after: Duration::ZERO }
}

/// Streams at a time in the paced load.
const STREAMS: u32 = 8;
/// Streams at a time when they are only held open.
const MANY: u32 = 1_000;
/// Long enough for anything left over from the start to be done.
const SETTLE: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(10);

/// As many chains as the ledger holds at most.
pub(crate) const CHAINS: u32 = 100_000;

const START: &str = "start to listening";
const RESIDENT: &str = "memory, idle";
const FIRST_BYTE: &str = "time to first byte";
const FIRST_WORD: &str = "time to first word 10 ms after the head, 99 of 100";
pub(crate) const PACED_CPU: &str = "CPU per paced event";
const UNPACED_CPU: &str = "CPU per unpaced turn of 100 events";
const BIG_RATE: &str = "one answer of 5,000 events";
const HELD_MEMORY: &str = "memory per held stream, 1,000 of them";
const AT_LAST: &str = "memory after all of it";
const PACED_SOCKET_CPU: &str = "CPU per paced frame";
const SOCKET_CPU: &str = "CPU per turn of 100 frames";
pub(crate) const YEAR: &str = "after a year of use";
pub(crate) const LEDGER: &str = "time to first byte, 100,000 chains";

/// What goes over HTTP. Memory comes first while nothing has run, and once more at the end.
pub(crate) async fn over_http(subjects: &[Subject], only: &str, rounds: u32) -> Result<Table> {
    let wanted = |name: &str| name.contains(only);
    let mut figures = Vec::new();
    if wanted(START) {
        figures.push(start(subjects));
    }
    if wanted(RESIDENT) {
        figures.extend(idle(subjects).await);
    }
    if wanted(FIRST_BYTE) {
        figures.push(first_byte(subjects, rounds).await?);
    }
    if wanted(FIRST_WORD) {
        figures.push(first_word(subjects, rounds).await?);
    }
    if wanted(PACED_CPU) {
        figures.push(cpu(subjects, rounds, PACED_CPU, Aim::AtMostOf(1.25), paced).await?);
    }
    if wanted(UNPACED_CPU) {
        figures.push(cpu(subjects, rounds, UNPACED_CPU, Aim::AtMostOf(1.3), unpaced).await?);
    }
    if wanted(BIG_RATE) {
        figures.push(big_answer(subjects, rounds, 6).await?);
    }
    if wanted(HELD_MEMORY) {
        figures.push(held(subjects).await?);
    }
    if wanted(AT_LAST) {
        figures.push(resident(subjects, AT_LAST, Aim::None));
    }
    Ok(Table { names: names(subjects), base: "nginx", figures })
}

/// What goes over WebSocket, beside a relay that only passes frames on.
pub(crate) async fn over_sockets(subjects: &[Subject], only: &str, rounds: u32) -> Result<Table> {
    let mut figures = Vec::new();
    let (paced, unpaced) = (PACED_SOCKET_CPU, SOCKET_CPU);
    if paced.contains(only) {
        figures.push(cpu(subjects, rounds, paced, Aim::AtMostOf(1.0), paced_frames).await?);
    }
    if unpaced.contains(only) {
        figures.push(cpu(subjects, rounds, unpaced, Aim::AtMostOf(1.0), frames).await?);
    }
    Ok(Table { names: names(subjects), base: "frame relay", figures })
}

/// The same router with a ledger that is empty and one that is full.
pub(crate) async fn of_ledgers(subjects: &[Subject], rounds: u32) -> Result<Table> {
    let figures = vec![ledgers(subjects, rounds).await?, resident(subjects, "memory", Aim::None)];
    Ok(Table { names: names(subjects), base: "Rotunda", figures })
}

/// The same router with an empty database and with that of a year.
pub(crate) async fn of_years(subjects: &[Subject], rounds: u32) -> Result<Table> {
    let size = |subject: &Subject| {
        let file = subject.machine.as_ref()?.database();
        let kib = u32::try_from(std::fs::metadata(file).ok()?.len() / 1_024).ok()?;
        Some(f64::from(kib) / 1_024.0)
    };
    let sizes = subjects.iter().map(size).collect();
    let mut figures = vec![
        Figure { name: "database", unit: "MiB", values: sizes, aim: Aim::None },
        start(subjects),
        Figure { name: "time to first byte", ..ledgers(subjects, rounds).await? },
    ];
    for (name, command) in [("`rotunda status`", &["status"][..]), ("`rotunda usage`", &["usage"])]
    {
        let mut values = Vec::new();
        for subject in subjects {
            values.push(time_of(subject, command).await?);
        }
        figures.push(Figure { name, unit: "ms", values, aim: Aim::None });
    }
    figures.push(resident(subjects, "memory", Aim::None));
    Ok(Table { names: names(subjects), base: "Rotunda", figures })
}

async fn time_of(subject: &Subject, command: &[&str]) -> Result<Option<f64>> {
    const TIMES: usize = 15;
    let Some(machine) = &subject.machine else { return Ok(None) };
    let mut seen = Vec::new();
    for _ in 0..TIMES {
        seen.push(machine.time_of(command).await?.as_secs_f64() * 1e3);
    }
    Ok(Some(median(&mut seen)))
}

pub(crate) fn names(subjects: &[Subject]) -> Vec<&'static str> {
    subjects.iter().map(|subject| subject.name).collect()
}

pub(crate) fn start(subjects: &[Subject]) -> Figure {
    let values = subjects
        .iter()
        .map(|subject| subject.started_in.map(|took| took.as_secs_f64() * 1e3))
        .collect();
    Figure { name: START, unit: "ms", values, aim: Aim::AtMost(150.0) }
}

pub(crate) fn resident(subjects: &[Subject], name: &'static str, aim: Aim) -> Figure {
    let values = subjects.iter().map(|subject| subject.process().map(Tree::resident)).collect();
    Figure { name, unit: "MiB", values, aim }
}

pub(crate) async fn idle(subjects: &[Subject]) -> [Figure; 2] {
    sleep(SETTLE).await;
    let wakeups =
        || subjects.iter().map(|subject| subject.process().map(Tree::wakeups)).collect::<Vec<_>>();
    let before = wakeups();
    sleep(IDLE).await;
    let per_second = |(before, after): (Option<u32>, Option<u32>)| {
        Some(f64::from(after?.saturating_sub(before?)) / IDLE.as_secs_f64())
    };
    let values = before.into_iter().zip(wakeups()).map(per_second).collect();
    [
        resident(subjects, RESIDENT, Aim::AtMost(12.0)),
        Figure { name: "wake-ups per second, idle", unit: "", values, aim: Aim::None },
    ]
}

/// The middle of many first bytes, one client, one request at a time.
pub(crate) async fn first_byte(subjects: &[Subject], rounds: u32) -> Result<Figure> {
    const TURNS: u32 = 300;
    let mut seen = vec![Vec::new(); subjects.len()];
    for _ in 0..rounds {
        for (subject, seen) in subjects.iter().zip(&mut seen) {
            let mut client = subject.client().await?;
            client.turn(SHORT, "warm-up").await?;
            for _ in 0..TURNS {
                seen.push(client.turn(SHORT, "first-byte").await?.first_byte.as_secs_f64() * 1e6);
            }
        }
    }
    let values = seen.iter_mut().map(|times| Some(median(times))).collect();
    Ok(Figure { name: FIRST_BYTE, unit: "µs", values, aim: Aim::AtMostOf(1.2) })
}

/// When the first output of an answer comes whose events come one by one.
async fn first_word(subjects: &[Subject], rounds: u32) -> Result<Figure> {
    const TURNS: u32 = 150;
    let mut seen = vec![Vec::new(); subjects.len()];
    for _ in 0..rounds {
        for (subject, seen) in subjects.iter().zip(&mut seen) {
            let mut client = subject.client().await?;
            for _ in 0..TURNS {
                let turn = client.turn(BEGINNING, "first-word").await?;
                seen.push(turn.first_word.as_secs_f64() * 1e3);
            }
        }
    }
    let values = seen.iter_mut().map(|times| Some(most_of(times))).collect();
    Ok(Figure { name: FIRST_WORD, unit: "ms", values, aim: Aim::AtMostOfWhole(1.3) })
}

/// Events per second of one big answer, as fast as it goes.
pub(crate) async fn big_answer(subjects: &[Subject], rounds: u32, turns: u32) -> Result<Figure> {
    let mut seen = vec![Vec::new(); subjects.len()];
    for _ in 0..rounds {
        for (subject, seen) in subjects.iter().zip(&mut seen) {
            let mut client = subject.client().await?;
            for _ in 0..turns {
                seen.push(
                    f64::from(BIG.events) / client.turn(BIG, "big").await?.whole.as_secs_f64(),
                );
            }
        }
    }
    let values = seen.iter_mut().map(|rates| Some(median(rates))).collect();
    Ok(Figure { name: BIG_RATE, unit: "events/s", values, aim: Aim::AtLeastOf(1.2) })
}

/// Memory of the process in between for each of many streams that are open and say nothing.
async fn held(subjects: &[Subject]) -> Result<Figure> {
    let mut values = Vec::new();
    for subject in subjects {
        values.push(match subject.process() {
            Some(process) => Some(held_by(subject, process, MANY).await?),
            None => None,
        });
    }
    Ok(Figure { name: HELD_MEMORY, unit: "KiB", values, aim: Aim::AtMost(25.0) })
}

pub(crate) async fn held_by(subject: &Subject, process: Tree, many: u32) -> Result<f64> {
    let before = process.resident();
    let opened = Instant::now();
    let mut clients = Vec::new();
    let mut streams = Vec::new();
    for number in 0..many {
        let mut client = subject.client().await?;
        streams.push(client.begin(HELD, &format!("held-{number}")).await?);
        clients.push(client);
    }
    let each = (process.resident() - before) * 1_024.0 / f64::from(many);
    if opened.elapsed() > HELD.pace {
        return Err(format!("opening {many} streams took longer than they stay open").into());
    }
    for stream in streams {
        stream.finish().await?;
    }
    Ok(each)
}

/// CPU of the process in between per unit of a load; the load says how many units it was.
pub(crate) async fn cpu<L>(
    subjects: &[Subject],
    rounds: u32,
    name: &'static str,
    aim: Aim,
    load: L,
) -> Result<Figure>
where
    L: AsyncFn(&Subject) -> Result<u32>,
{
    let mut spent = vec![(Duration::ZERO, 0); subjects.len()];
    for _ in 0..rounds {
        for (subject, (time, units)) in subjects.iter().zip(&mut spent) {
            let Some(process) = subject.process() else { continue };
            let before = process.cpu();
            *units += load(subject).await?;
            *time += process.cpu().saturating_sub(before);
        }
    }
    let values = spent
        .into_iter()
        .map(|(time, units)| (units > 0).then(|| time.as_secs_f64() * 1e6 / f64::from(units)))
        .collect();
    Ok(Figure { name, unit: "µs", values, aim })
}

pub(crate) async fn paced(subject: &Subject) -> Result<u32> {
    Ok(side_by_side(subject, PACED, 20).await? * PACED.events)
}

/// As `unpaced`, but on several connections.
pub(crate) async fn unpaced_side_by_side(subject: &Subject) -> Result<u32> {
    side_by_side(subject, UNPACED, 50).await
}

/// So many turns on each of some connections; how many in all.
async fn side_by_side(subject: &Subject, script: Script, turns: u32) -> Result<u32> {
    let mut streams = tokio::task::JoinSet::new();
    for number in 0..STREAMS {
        let client = subject.client().await?;
        streams.spawn(repeat(client, script, turns, format!("side-by-side-{number}")));
    }
    while let Some(ended) = streams.join_next().await {
        ended??;
    }
    Ok(STREAMS * turns)
}

async fn frames(subject: &Subject) -> Result<u32> {
    let turns = 400;
    repeat_on(subject.socket().await?, UNPACED, turns).await?;
    Ok(turns)
}

async fn paced_frames(subject: &Subject) -> Result<u32> {
    let turns = 20;
    let mut sockets = tokio::task::JoinSet::new();
    for _ in 0..STREAMS {
        sockets.spawn(repeat_on(subject.socket().await?, PACED, turns));
    }
    while let Some(ended) = sockets.join_next().await {
        ended??;
    }
    Ok(STREAMS * turns * PACED.events)
}

async fn repeat_on(mut socket: Socket, script: Script, turns: u32) -> Result<()> {
    for _ in 0..turns {
        socket.turn(script).await?;
    }
    Ok(())
}

/// Turn and turn about, because one part in twenty is less than a busy machine wavers within a second.
async fn ledgers(subjects: &[Subject], rounds: u32) -> Result<Figure> {
    const TURNS: u32 = 400;
    let mut seen = vec![Vec::new(); subjects.len()];
    let mut clients = Vec::new();
    for subject in subjects {
        clients.push(subject.client().await?);
    }
    for _ in 0..rounds * TURNS {
        for (client, seen) in clients.iter_mut().zip(&mut seen) {
            seen.push(client.turn(SHORT, "ledger").await?.first_byte.as_secs_f64() * 1e6);
        }
    }
    let values = seen.iter_mut().map(|times| Some(median(times))).collect();
    Ok(Figure { name: LEDGER, unit: "µs", values, aim: Aim::AtMostOf(1.05) })
}

async fn unpaced(subject: &Subject) -> Result<u32> {
    let turns = 1_500;
    repeat(subject.client().await?, UNPACED, turns, "unpaced".to_owned()).await?;
    Ok(turns)
}

async fn repeat(mut client: Client, script: Script, turns: u32, session: String) -> Result<()> {
    for _ in 0..turns {
        client.turn(script, &session).await?;
    }
    Ok(())
}

/// 99 of 100 are at most this.
pub(crate) fn most_of(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
