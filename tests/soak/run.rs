//! The run: warm up, settle, the rest, settle again, look.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rotunda_core::affinity::MOST_CHAINS;
use rotunda_daemon::store::Store;
use rotunda_tests::{
    ScriptedUpstream, Whole,
    field::{Field, Shape},
    rig, upstream,
};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{self, Instant},
};

use crate::{
    Options, World,
    accounts::Accounts,
    process::Vitals,
    report::Report,
    script::Given,
    session,
    stage::{Stage, Tally},
    upstream::Backend,
};

/// Enough for every session at once when some of them rest.
const PROFILES: [&str; 8] =
    ["main", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
/// What a settled process may hold beyond what it held before any request:
/// files and threads that come with the first use of something. A thread for
/// blocking work ends after ten seconds without any, and those that are left
/// take turns at what is done every second or two, so that some never get there.
const MORE_FILES: usize = 24;
const MORE_THREADS: u64 = 12;
/// Settling is waiting for idle threads to end, which takes ten seconds.
const SETTLES: Duration = Duration::from_secs(90);
/// A session that is in the middle of a turn when the time is up.
const LAST_TURNS: Duration = Duration::from_secs(240);
/// What the memory of a settled process may have grown by: a share of what a
/// warmed-up one had, and what the allocator keeps.
const MORE_PERCENT: u64 = 25;
const MORE_KIB: u64 = 16 << 10;
/// In the field each session may have a mebibyte of events held for it at once (four
/// times `Limits::hold_bytes`); the allocator keeps half of those pages.
const HELD_KIB: u64 = 512;
/// What one remembered chain takes.
const KIB_PER_1000_CHAINS: u64 = 400;
/// Between two looks for profiles that need a new sign-in.
const LOOK: Duration = Duration::from_secs(5);
const SIGN_INS: &str = "a sign-in is lost only when upstream has ended it";
/// A run in which each fault of the field is met: profiles that have one rest.
const LONG: Duration = Duration::from_secs(15 * 60);
/// In the field some profile must be ready for most requests, in percent, or the
/// rule about ready profiles checks nothing.
const MOSTLY_READY: u64 = 80;
/// Rotating, 5 of 2 MiB and one being written.
const MOST_LOGS: u64 = 12 << 20;

/// Everything that belongs to one run.
struct Run {
    options: Options,
    server: Arc<ScriptedUpstream>,
    whole: Arc<Whole>,
    stage: Arc<Stage>,
    fresh: Vitals,
}

/// The whole of it.
pub(crate) async fn run(options: Options) -> Report {
    let server = Arc::new(ScriptedUpstream::start().await);
    server.keep_no_record();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut whole = Whole::new(&server, folder.path());
    for name in PROFILES {
        whole.add(&server, name).await;
    }
    let accounts = Accounts::of(PROFILES.iter().map(|name| rig::account(name)));
    let names = PROFILES.iter().map(|name| rig::account(name));
    let field = (options.world == World::Field).then(|| Field::of(options.seed, names));
    let (backend, gone) = Backend::on(&server, options.seed, accounts, field);
    whole.serve().await;
    let stage = Arc::new(Stage::new(backend, whole.codex_url()));
    let fresh = Vitals::of(whole.pid()).expect("a running router");
    let whole = Arc::new(whole);
    let run = Run { options, server, whole, stage, fresh };
    let carer = tokio::spawn(care(
        Arc::clone(&run.whole),
        Arc::clone(&run.server),
        Arc::clone(&run.stage),
        gone,
    ));
    let mut report = run.play().await;
    let alive = !carer.is_finished();
    report.line("sign-ins were looked after to the end", alive, "");
    carer.abort();
    carer.await.ok();
    run.end(report).await
}

/// Signs in each profile that lost its sign-in, as the user would; and reports
/// one that was lost although upstream had not ended it.
async fn care(
    whole: Arc<Whole>,
    server: Arc<ScriptedUpstream>,
    stage: Arc<Stage>,
    mut gone: mpsc::UnboundedReceiver<String>,
) {
    loop {
        let account = tokio::select! {
            account = gone.recv() => account,
            () = time::sleep(LOOK) => None,
        };
        time::sleep(Duration::from_secs(2)).await;
        let lost = needing_sign_in(&whole).await;
        for name in &lost {
            if stage.backend.accounts.lose(&rig::account(name)) {
                stage.wrong(SIGN_INS, format!("that of {name} had not ended"));
            }
        }
        let gone = account.map(|account| upstream::name_of(&account).to_owned());
        for name in gone.into_iter().chain(lost).collect::<BTreeSet<_>>() {
            whole.add(&server, &name).await;
            stage.backend.accounts.sign_in(&rig::account(&name));
        }
    }
}

/// The names of profiles that Rotunda says need a new sign-in.
async fn needing_sign_in(whole: &Whole) -> Vec<String> {
    let ran = whole.run(&["profiles", "--json"]).await;
    let profiles: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let profiles = profiles.as_array().into_iter().flatten();
    let needing = profiles.filter(|it| it["standing"] == "needs_sign_in");
    needing.filter_map(|it| it["name"].as_str().map(str::to_owned)).collect()
}

impl Run {
    async fn play(&self) -> Report {
        let mut report = Report::default();
        let warm_up = self.options.time / 4;
        self.traffic(warm_up, 0, false).await;
        let warm = self.settle(&mut report, "after the warm-up").await;
        let chains = self.chains();
        self.traffic(warm_up * 3, 1, true).await;
        let end = self.settle(&mut report, "after the traffic").await;
        self.size(&mut report, (warm, end), chains);
        self.invariants(&mut report);
        report
    }

    /// All sessions at once for so long; near the end upstream takes no sockets.
    async fn traffic(&self, time: Duration, part: u64, to_the_end: bool) {
        let until = Instant::now() + time;
        let mut sessions = JoinSet::new();
        for client in 0..self.options.sessions {
            let number = part * self.options.sessions + client;
            sessions.spawn(session::live(Arc::clone(&self.stage), number, until));
        }
        if to_the_end {
            time::sleep(time.mul_f64(0.9)).await;
            self.stage.backend.refuses_sockets.store(true, Ordering::SeqCst);
        }
        let ended = time::timeout_at(until + LAST_TURNS, async {
            while let Some(ended) = sessions.join_next().await {
                if let Err(error) = ended {
                    self.stage.wrong("every session ends in order", error.to_string());
                }
            }
        });
        if ended.await.is_err() {
            let open = format!("{} sessions hang", sessions.len());
            self.stage.wrong("every session ends in order", open);
        }
    }

    /// Waits until the process is as small as it was but for its memory.
    async fn settle(&self, report: &mut Report, when: &str) -> Vitals {
        let until = Instant::now() + SETTLES;
        loop {
            // What Rotunda keeps open for the next request is not lost.
            self.server.hang_up();
            time::sleep(Duration::from_millis(500)).await;
            let now = Vitals::of(self.whole.pid()).unwrap_or(self.fresh);
            let small = now.files <= self.fresh.files + MORE_FILES
                && now.threads <= self.fresh.threads + MORE_THREADS;
            let in_flight = if small { self.in_flight().await } else { None };
            if in_flight == Some(0) || Instant::now() > until {
                let detail = format!(
                    "{} files (before: {}), {} threads ({}), {in_flight:?} in flight, {} MiB",
                    now.files,
                    self.fresh.files,
                    now.threads,
                    self.fresh.threads,
                    now.resident >> 10
                );
                report.line(
                    &format!("files, threads and requests are back {when}"),
                    small && in_flight == Some(0),
                    &detail,
                );
                return now;
            }
        }
    }

    /// Requests that Rotunda believes are running.
    async fn in_flight(&self) -> Option<u64> {
        let ran = self.whole.run(&["profiles", "--json"]).await;
        let profiles: serde_json::Value = serde_json::from_str(&ran.out).ok()?;
        profiles.as_array()?.iter().map(|it| it["in_flight"].as_u64()).sum()
    }

    /// Chains in the store.
    fn chains(&self) -> u64 {
        let path = self.whole.home().join("rotunda");
        let store = find(&path, "rotunda.db").and_then(|path| Store::open_read_only(&path).ok());
        let memory = store.and_then(|store| store.memory().ok());
        memory.map_or(0, |memory| memory.len() as u64)
    }

    /// Memory, store and logs.
    fn size(&self, report: &mut Report, (warm, end): (Vitals, Vitals), before: u64) {
        let chains = self.chains();
        let of_chains = chains.saturating_sub(before) * KIB_PER_1000_CHAINS / 1_000;
        let is_field = self.options.world == World::Field;
        let of_held = if is_field { self.options.sessions * HELD_KIB } else { 0 };
        let most = warm.resident * (100 + MORE_PERCENT) / 100 + MORE_KIB + of_chains + of_held;
        let detail = format!("{} KiB after {} KiB, at most {most}", end.resident, warm.resident);
        report.line("memory stays within its bound", end.resident <= most, &detail);
        // Beside chains a row for each profile.
        let most = (MOST_CHAINS + PROFILES.len()) as u64;
        let detail = format!("{chains} rows, {before} of them from the warm-up");
        report.line("the store's chains stay bounded", chains > 0 && chains <= most, &detail);
        let logs = size_of(&self.whole.home().join("rotunda"), ".log");
        report.line("the logs stay bounded", logs <= MOST_LOGS, &format!("{} KiB", logs >> 10));
        self.no_secrets(report);
    }

    /// Lesson 6 to 11: nothing private in a log.
    fn no_secrets(&self, report: &mut Report) {
        let private = ["@mail.invalid", "rt-account", "eyJ"];
        let files = self.whole.everything_but_the_vault();
        let logs = files.iter().filter(|(path, _)| path.to_string_lossy().contains(".log"));
        let found = logs.filter(|(_, text)| private.iter().any(|word| text.contains(word)));
        let found: Vec<_> = found.map(|(path, _)| path.display().to_string()).collect();
        report.line("no log holds a token or an address", found.is_empty(), &found.join(", "));
    }

    /// What the sessions and upstream saw.
    fn invariants(&self, report: &mut Report) {
        let Tally { turns, completed, ends, violations, .. } = self.stage.tally_so_far();
        let book = &self.stage.backend.book;
        for late in book.late() {
            self.stage.wrong("nothing is asked again after a request's end", late);
        }
        let more = [
            "nothing is asked again after a request's end",
            "every session ends in order",
            SIGN_INS,
        ];
        let names = self.stage.checks().map(|(name, _)| *name).chain(more);
        let late = self.stage.tally_so_far().violations;
        for name in names {
            let found = late.get(name).or(violations.get(name));
            let detail = found.map(|(count, first)| format!("{count} times\n{}", first.join("\n")));
            report.line(name, found.is_none(), &detail.unwrap_or_default());
        }
        let share = completed * 100 / turns.max(1);
        report.line(
            "most turns come to a whole answer",
            share >= 60,
            &format!("{completed} of {turns}"),
        );
        let dealt = book.all_dealt();
        self.dealt(report, &dealt);
        let to_http = ends.contains_key("socket not opened, 426");
        report.line("an upstream without sockets sends clients to HTTP", to_http, "");
        let offered = self.server.issuer().requests();
        let tokens: BTreeSet<_> =
            offered.iter().map(|it| it["refresh_token"].to_string()).collect();
        let down = dealt.get(&Given::IssuerDown).copied().unwrap_or_default();
        let again = (offered.len() - tokens.len()) as u64;
        let detail = format!(
            "{} offers of {} tokens, the issuer was down {down} times",
            offered.len(),
            tokens.len()
        );
        report.line("no refresh token is offered twice", again <= down, &detail);
        report.remark(&format!("given: {dealt:?}"));
        report.remark(&format!("ended: {ends:?}"));
    }

    /// Upstream failed in every way that it knows.
    fn dealt(&self, report: &mut Report, dealt: &BTreeMap<Given, u64>) {
        let Some(field) = &self.stage.backend.field else {
            let missing: BTreeSet<_> =
                Given::DEALT.iter().filter(|it| !dealt.contains_key(it)).collect();
            let detail = format!("missing: {missing:?}");
            report.line("upstream failed in every way", missing.is_empty(), &detail);
            return;
        };
        let shapes = field.dealt();
        let missing: BTreeSet<_> =
            Shape::ALL.iter().filter(|it| !shapes.contains_key(it)).collect();
        let detail = format!("missing: {missing:?}\n{shapes:?}");
        let most = if self.options.time < LONG { Shape::ALL.len() / 2 } else { 0 };
        let what = "upstream failed in most ways, and in a long run in each";
        report.line(what, missing.len() <= most, &detail);
        let Tally { judged, with_ready, exempt, .. } = self.stage.tally_so_far();
        report.remark(&format!("exempt: {exempt:?}"));
        let detail = format!("for {with_ready} of {judged} requests");
        let is_usual = with_ready * 100 >= judged * MOSTLY_READY;
        report.line("some profile was ready all the time", is_usual, &detail);
        let missed = self.whole.missed();
        let detail = missed.first().cloned().unwrap_or_default();
        let what = "the router itself knows of no missed profile";
        report.line(what, missed.is_empty(), &format!("{}: {detail}", missed.len()));
    }

    async fn end(self, mut report: Report) -> Report {
        let Some(mut whole) = Arc::into_inner(self.whole) else { return report };
        let code = whole.stop().await;
        report.line(
            "it is still there, and ends when asked",
            code == Some(0),
            &format!("{code:?}"),
        );
        report
    }
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let named = |path: &std::path::PathBuf| path.file_name().is_some_and(|it| it == name);
    files.into_iter().find(named).or_else(|| folders.iter().find_map(|it| find(it, name)))
}

/// Bytes of all files below a folder whose name holds `part`.
fn size_of(folder: &Path, part: &str) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let size = |path: std::path::PathBuf| match path.metadata() {
        Ok(it) if it.is_dir() => size_of(&path, part),
        Ok(it) if path.to_string_lossy().contains(part) => it.len(),
        _ => 0,
    };
    entries.map(|entry| size(entry.path())).sum()
}
