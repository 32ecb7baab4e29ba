use std::fs;

use rusqlite::Connection;

use super::*;
use crate::{
    clock::from_unix,
    store::{StoreError, UsageColumn},
    testing,
};

/// Noon, 21 November 2026, UTC.
const NOW: i64 = 1_795_262_400;
const WORK: ProfileId = ProfileId(0x11);

/// A database as the version before wrote it.
const BEFORE: &str = include_str!("../../../../../tests/fixtures/store-8.sql");

fn turn(days_ago: i64, session: &str, project: &str) -> Turn {
    Turn {
        at: from_unix(NOW - days_ago * DAY),
        utc_offset: 0,
        profile: WORK,
        model: "m".to_owned(),
        status: 200,
        attempts: 1,
        first_byte: None,
        tokens: Some(Tokens { input: 10, cached: 4, output: 3, reasoning: 2 }),
        session: session.to_owned(),
        project: project.to_owned(),
        project_name: (project == "p1").then(|| "engine".to_owned()),
    }
}

fn store() -> (tempfile::TempDir, Store) {
    let (root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    (root, store)
}

/// Keys with their requests and tokens read.
fn figures(store: &Store, by: UsageColumn) -> Vec<(String, u64, u64)> {
    let counts = store.usage(0, by).unwrap();
    counts.into_iter().map(|it| (it.key, it.requests, it.tokens.input)).collect()
}

fn text(key: &str, requests: u64, input: u64) -> (String, u64, u64) {
    (key.to_owned(), requests, input)
}

/// The router begins the sessions of other programs with `client/<id>/`.
#[test]
fn a_turn_of_another_program_counts_as_its_own() {
    let (_root, store) = store();
    let sessions =
        ["client/a/one", "client/a/two/x", "client/b/one", "client/", "client", "s1", ""];
    let turns: Vec<_> = sessions.iter().map(|session| turn(0, session, "")).collect();
    store.record(&turns).unwrap();
    let expected = [text("", 4, 40), text("a", 2, 20), text("b", 1, 10)];
    assert_eq!(figures(&store, UsageColumn::Client), expected);
}

#[test]
fn a_turn_counts_by_day_model_profile_session_and_project() {
    let (_root, store) = store();
    let cut = Turn { tokens: None, ..turn(0, "s1", "p1") };
    store.record(&[turn(0, "s1", "p1"), turn(0, "s1", "p1"), turn(1, "s2", ""), cut]).unwrap();
    let today = NOW / DAY;
    let days = [text(&(today - 1).to_string(), 1, 10), text(&today.to_string(), 3, 20)];
    assert_eq!(figures(&store, UsageColumn::Day), days);
    assert_eq!(figures(&store, UsageColumn::Model), [text("m", 4, 30)]);
    assert_eq!(figures(&store, UsageColumn::Profile), [text(&WORK.to_string(), 4, 30)]);
    assert_eq!(figures(&store, UsageColumn::Session), [text("s1", 3, 20), text("s2", 1, 10)]);
    assert_eq!(figures(&store, UsageColumn::Project), [text("", 1, 10), text("p1", 3, 20)]);
    let s1 = &store.usage(0, UsageColumn::Session).unwrap()[0];
    assert_eq!((s1.unmeasured, s1.tokens.cached, s1.tokens.reasoning), (1, 8, 4));
    assert_eq!((s1.first_day, s1.last_day), (today, today));
    assert_eq!(store.usage(today, UsageColumn::Session).unwrap().len(), 1);
    let names = store.project_names().unwrap();
    assert_eq!(names.get("p1").map(String::as_str), Some("engine"));
    store.forget_project_names().unwrap();
    assert!(store.project_names().unwrap().is_empty());
    assert_eq!(store.token_counts(today).unwrap()[0].tokens.input, 20);
}

#[test]
fn a_session_is_bounded_and_clean_and_a_count_never_overflows() {
    let (_root, store) = store();
    let odd = format!("a\u{202e}\n{}", "x".repeat(500));
    let huge = Tokens { input: u64::MAX, cached: u64::MAX, output: u64::MAX, reasoning: u64::MAX };
    let odd = Turn { tokens: Some(huge), ..turn(0, &odd, "") };
    for _ in 0..3 {
        store.record(std::slice::from_ref(&odd)).unwrap();
    }
    let count = &store.usage(0, UsageColumn::Session).unwrap()[0];
    assert!(
        count.key.chars().count() <= LONGEST_SESSION && !count.key.contains(['\n', '\u{202e}'])
    );
    assert_eq!(count.tokens.input, 3 * MOST_TOKENS);
}

#[test]
fn usage_is_kept_as_long_as_the_user_wants() {
    let (_root, store) = store();
    store.record(&[turn(0, "a", "p1"), turn(9, "b", ""), turn(30, "c", "p2")]).unwrap();
    let now = from_unix(NOW);
    store.prune_usage(now, Duration::from_secs(400 * 24 * 3600)).unwrap();
    assert_eq!(figures(&store, UsageColumn::Session).len(), 3);
    store.prune_usage(now, Duration::from_secs(10 * 24 * 3600)).unwrap();
    assert_eq!(figures(&store, UsageColumn::Session), [text("a", 1, 10), text("b", 1, 10)]);
    store.prune_usage(now, Duration::from_secs(24 * 3600)).unwrap();
    assert_eq!(figures(&store, UsageColumn::Session), [text("a", 1, 10)]);
    assert_eq!(store.project_names().unwrap().len(), 1);
}

#[test]
fn a_clock_that_jumped_ahead_makes_nothing_old() {
    let (_root, store) = store();
    store.record(&[turn(0, "a", "")]).unwrap();
    let keep = Duration::from_secs(10 * 24 * 3600);
    store.prune_usage(from_unix(NOW), keep).unwrap();
    store.prune_usage(from_unix(NOW + 3650 * DAY), keep).unwrap();
    assert_eq!(figures(&store, UsageColumn::Session).len(), 1);
}

#[test]
fn too_many_rows_lose_the_sessions_of_old_days_first_and_no_tokens() {
    let (_root, store) = store();
    let turns: Vec<_> =
        (0..10).flat_map(|day| (0..4).map(move |n| turn(day, &format!("s{n}"), ""))).collect();
    store.record(&turns).unwrap();
    store
        .with(|connection| {
            let transaction = connection.transaction()?;
            bound(&transaction, 24)?;
            transaction.commit()
        })
        .unwrap();
    let sum: u64 = figures(&store, UsageColumn::Day).iter().map(|it| it.2).sum();
    assert_eq!(sum, 400, "added together, not lost");
    let old = figures(&store, UsageColumn::Session).into_iter().find(|it| it.0.is_empty());
    assert_eq!(old.map(|it| it.1), Some(28), "the seven oldest days");
    store
        .with(|connection| {
            let transaction = connection.transaction()?;
            bound(&transaction, 4)?;
            transaction.commit()
        })
        .unwrap();
    assert_eq!(figures(&store, UsageColumn::Day).len(), 4, "then the oldest days go");
}

fn before(home: &crate::home::Home) -> Connection {
    let connection = Connection::open(home.store_file()).unwrap();
    connection.execute_batch(BEFORE).unwrap();
    connection
}

#[test]
fn a_database_of_the_version_before_keeps_its_counts() {
    let (_root, home) = testing::home();
    drop(before(&home));
    let expected = [text("gpt-5.5", 0, 1200), text("gpt-6.1-sol", 0, 5000)];
    // Read as it is, and not changed.
    let reading = Store::open_read_only(&home.store_file()).unwrap();
    assert_eq!(figures(&reading, UsageColumn::Model), expected);
    assert_eq!(reading.token_counts(0).unwrap().len(), 3);
    assert!(reading.project_names().unwrap().is_empty());
    drop(reading);
    let store = Store::open(&home.store_file()).unwrap();
    assert_eq!(figures(&store, UsageColumn::Model), expected);
    let first = &store.usage(0, UsageColumn::Model).unwrap()[0];
    assert_eq!((first.tokens.cached, first.tokens.output), (700, 90));
    assert_eq!(store.token_counts(0).unwrap().len(), 3);
    assert_eq!(store.profiles().unwrap()[0].name, "work");
    store.record(&[turn(0, "s", "p1")]).unwrap();
    assert_eq!(
        figures(&store, UsageColumn::Session),
        [text("", 0, 1200), text("", 0, 5000), text("s", 1, 10)]
    );
}

/// Whatever stops the step, the file is of the version before and loses nothing.
#[test]
fn a_step_that_is_cut_off_changes_nothing_and_is_made_up_for() {
    let (_root, home) = testing::home();
    let connection = before(&home);
    // The step makes this table last: all else of it was done by then.
    connection.execute_batch("CREATE TABLE projects (x INTEGER)").unwrap();
    let refused = Store::open(&home.store_file()).unwrap_err();
    assert!(matches!(refused, StoreError::Broken { .. }), "{refused}");
    let count = |query: &str| connection.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("PRAGMA user_version"), 8);
    assert_eq!(count("SELECT count(*) FROM tokens"), 3);
    assert_eq!(count("SELECT count(*) FROM sqlite_master WHERE name = 'usage'"), 0);
    connection.execute_batch("DROP TABLE projects").unwrap();
    drop(connection);
    let store = Store::open(&home.store_file()).unwrap();
    assert_eq!(figures(&store, UsageColumn::Model).len(), 2);
    assert!(fs::metadata(home.store_file()).unwrap().len() > 0);
}

/// A kill leaves the transaction in the log of the file; the next start rolls it back.
#[test]
fn a_kill_in_the_middle_of_the_step_loses_nothing() {
    let (root, home) = testing::home();
    let connection = before(&home);
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection
        .execute_batch("BEGIN IMMEDIATE; CREATE TABLE usage (x INTEGER); DROP TABLE tokens;")
        .unwrap();
    // What is on the disk at this moment, as a kill would leave it.
    let copy = root.path().join("copy.db");
    fs::copy(home.store_file(), &copy).unwrap();
    let log = home.store_file().with_extension("db-wal");
    if log.exists() {
        fs::copy(&log, root.path().join("copy.db-wal")).unwrap();
    }
    let store = Store::open(&copy).unwrap();
    assert_eq!(figures(&store, UsageColumn::Model).len(), 2);
}
