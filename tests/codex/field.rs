//! Turns of the real client while upstream fails as it does in the field.
//!
//! The rule: the user sees no error in a turn that a ready profile could have
//! served. `FIELD_TURNS` says how many turns, half of them over each transport.

#![expect(clippy::print_stdout, reason = "what was drawn is needed to draw it again")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rotunda_tests::{
    Received, Reply, Route, ScriptedUpstream, Whole, event,
    field::{Ask, Field, Lane},
    rig,
    upstream::name_of,
};
use serde_json::json;
use tokio::{task::JoinSet, time::Instant};
use url::Url;

use crate::client::{CodexHome, CodexRun};

const PROFILES: [&str; 8] =
    ["main", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
/// Clients at the same time.
const CLIENTS: u64 = 3;
/// Turns by default.
const TURNS: u64 = 60;
/// At most so many turns in hundred may be exempt, or the rule checks too little.
const MOST_EXEMPT: u64 = 20;

/// How the clients reach upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Http,
    Sockets,
}

/// Upstream in the field.
struct World {
    field: Field,
    over: Over,
    /// Requests of turns so far.
    answers: AtomicU64,
    /// The faults of each thread: what they were, and whether the answer may still
    /// have been produced.
    faults: Mutex<HashMap<String, Vec<(String, bool)>>>,
    /// When the first request of each thread came.
    begun: Mutex<HashMap<String, Instant>>,
}

/// The thread that a request belongs to.
fn thread_of(seen: &Received) -> String {
    let headers = ["session-id", "session_id", "conversation_id", "thread-id"];
    let named = headers.iter().map(|name| seen.header(name)).find(|value| !value.is_empty());
    let key = || seen.json()["prompt_cache_key"].as_str().unwrap_or_default().to_owned();
    named.map_or_else(key, str::to_owned)
}

impl World {
    fn answer(&self, seen: &Received) -> Option<Reply> {
        let lane = match seen.route {
            Route::Usage => return self.usage(seen),
            Route::Upgrade if self.over == Over::Http => {
                return Some(Reply::json(426, json!({})));
            }
            Route::Upgrade => Lane::Upgrade,
            Route::Compact => Lane::Compact,
            Route::Responses if seen.socket.is_some() => Lane::Frame,
            Route::Responses => Lane::Http,
            _ => return None,
        };
        let number = self.answers.fetch_add(1, Ordering::SeqCst);
        self.begun().entry(thread_of(seen)).or_insert_with(Instant::now);
        let name = name_of(seen.account());
        let id = format!("resp-{name}-field-{number}");
        let output = [event::created(&id), event::delta("hello")];
        let body = seen.json();
        let model = body["model"].as_str().unwrap_or_default();
        let ask = Ask { account: seen.account(), lane, model, output: &output };
        if let Some(fault) = self.field.deal(ask) {
            let description = format!("{name}: {}", fault.name);
            self.faults()
                .entry(thread_of(seen))
                .or_default()
                .push((description, fault.is_ambiguous));
            return Some(fault.reply);
        }
        let is_plain = seen.route == Route::Responses
            && body["generate"] != false
            && seen.previous().is_none();
        is_plain.then(|| self.field.dress(Reply::turn(&id, &format!("hello from {name}")), lane))
    }

    /// Its usage agrees with what it refuses.
    fn usage(&self, seen: &Received) -> Option<Reply> {
        let seconds = self.field.is_out(seen.account())?;
        let mut usage = rotunda_tests::upstream::usage(seen.account(), 100.0, 30.0);
        let window = &mut usage["rate_limit"]["primary_window"];
        window["reset_after_seconds"] = json!(seconds);
        window["reset_at"] = serde_json::Value::Null;
        Some(Reply::json(200, usage))
    }

    fn begun(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, HashMap<String, Vec<(String, bool)>>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of one turn.
enum Outcome {
    Clean,
    /// An error that no profile could have prevented.
    Exempt,
    Prevented(String),
}

/// Whether the user saw anything but one answer.
fn is_clean(run: &CodexRun) -> bool {
    let messages = run.messages();
    run.good
        && run.count("turn.completed") == 1
        && run.count("turn.failed") + run.count("error") == 0
        && run.items("error").is_empty()
        && !run.text.contains("Reconnecting")
        && messages.len() == 1
        && messages[0].starts_with("hello from ")
}

/// What became of a turn whose client was started at `started`.
fn judged(world: &World, run: &CodexRun, started: Instant) -> Outcome {
    if is_clean(run) {
        return Outcome::Clean;
    }
    // However long a client takes to start: its first request is what begins the turn.
    let from = world.begun().get(&run.thread()).copied().unwrap_or(started);
    let lanes: &[Lane] = match world.over {
        Over::Http => &[Lane::Http],
        Over::Sockets => &[Lane::Http, Lane::Upgrade, Lane::Frame],
    };
    let ready = world.field.ready(lanes, "", from, Instant::now());
    let faults = world.faults().get(&run.thread()).cloned().unwrap_or_default();
    let is_ambiguous = faults.iter().any(|(_, is_ambiguous)| *is_ambiguous);
    if ready.is_empty() || is_ambiguous {
        return Outcome::Exempt;
    }
    Outcome::Prevented(format!("{ready:?} was ready; {faults:?}\n{}", run.text))
}

/// Whether so many turns have met fewer faults than one in ten.
fn is_calm(field: &Field, turns: u64) -> bool {
    field.dealt().values().sum::<u64>() * 10 < turns
}

/// Whether so many exempt turns leave too few that the rule was checked on.
fn are_too_many(exempt: u64, turns: u64) -> bool {
    exempt * 100 > turns * MOST_EXEMPT
}

/// So many turns, by several clients at once.
async fn round(
    world: &Arc<World>,
    upstream: &Arc<ScriptedUpstream>,
    url: &Url,
    turns: u64,
) -> Vec<Outcome> {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (world, upstream, url) = (Arc::clone(world), Arc::clone(upstream), url.clone());
        clients.spawn(async move {
            let home = CodexHome::new(&upstream);
            home.configure(&format!("openai_base_url = \"{url}\""));
            let mut outcomes = Vec::new();
            for turn in (client..turns).step_by(usize::try_from(CLIENTS).unwrap()) {
                let started = Instant::now();
                let turn = home.begin(&[], &format!("field turn {turn}"));
                let run = turn.finish_while(|| world.answers.load(Ordering::SeqCst)).await;
                outcomes.push(judged(&world, &run, started));
            }
            outcomes
        });
    }
    clients.join_all().await.into_iter().flatten().collect()
}

async fn survives(over: Over, seed: u64) {
    let all = std::env::var("FIELD_TURNS").ok().and_then(|turns| turns.parse().ok());
    let turns = all.unwrap_or(TURNS) / 2;
    let upstream = Arc::new(ScriptedUpstream::start().await);
    upstream.keep_no_record();
    let folder = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, folder.path());
    for name in PROFILES {
        rotunda.add(&upstream, name).await;
    }
    let names = PROFILES.iter().map(|name| rig::account(name));
    let world = Arc::new(World {
        field: Field::of(seed, names),
        over,
        answers: AtomicU64::default(),
        faults: Mutex::default(),
        begun: Mutex::default(),
    });
    let answering = Arc::clone(&world);
    upstream.when(move |seen| answering.answer(seen));
    rotunda.serve().await;
    let url = rotunda.codex_url();
    let mut outcomes = Vec::new();
    // Faults come in spells: a short run may fall between them, or have many that exempt a turn.
    let (mut done, most) = (0, 4 * turns);
    let mut exempt = 0;
    let is_enough =
        |done: u64, exempt: u64| !is_calm(&world.field, done) && !are_too_many(exempt, done);
    while done == 0 || (!is_enough(done, exempt) && done < most) {
        outcomes.extend(round(&world, &upstream, &url, turns).await);
        done += turns;
        exempt = outcomes.iter().filter(|it| matches!(it, Outcome::Exempt)).count() as u64;
    }
    assert_eq!(outcomes.len() as u64, done);
    let turns = done;
    let clean = outcomes.iter().filter(|it| matches!(it, Outcome::Clean)).count();
    let dealt = world.field.dealt();
    let faults: u64 = dealt.values().sum();
    println!(
        "field over {over:?}: {turns} turns, {clean} clean, {exempt} exempt; {faults} faults: {dealt:?}"
    );
    let prevented: Vec<_> = outcomes
        .iter()
        .filter_map(|it| match it {
            Outcome::Prevented(description) => Some(description.as_str()),
            Outcome::Clean | Outcome::Exempt => None,
        })
        .collect();
    let first: Vec<_> = prevented.iter().take(5).collect();
    assert!(prevented.is_empty(), "{} turns: {first:#?}", prevented.len());
    assert!(!are_too_many(exempt, turns), "{exempt} of {turns} turns are exempt");
    assert!(!is_calm(&world.field, turns), "{faults} faults in {turns} turns");
    let missed = rotunda.missed();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(rotunda.stop().await, Some(0));
}

/// The same faults again with `FIELD_SEED`.
fn seed() -> u64 {
    let named = std::env::var("FIELD_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = named.unwrap_or_else(|| std::process::id().into());
    println!("FIELD_SEED={seed} draws the same faults again");
    seed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_over_http_survive_the_field() {
    survives(Over::Http, seed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turns_over_sockets_survive_the_field() {
    survives(Over::Sockets, seed() + 1).await;
}
