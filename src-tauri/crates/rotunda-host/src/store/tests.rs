use std::time::{Duration, UNIX_EPOCH};

use rotunda_core::{
    ProfileId, Standing,
    affinity::{Chain, Key, KeyKind, Life, MOST_CHAINS},
    event::{SpendingCause, Tokens},
    pool::{Kept, Memory, Paid, Spending},
    profile::{Cooldown, CooldownCause, Credits, Kind, Usage, UseCredits, Window, WindowKind},
};
use rotunda_text::{ActivityMessage, Language, Locale, Localize, Pointed, Went};

use super::*;
use crate::{
    clock::from_unix,
    store::ActivityKind,
    testing::{self, WORK},
};

mod bounds;

fn store() -> (tempfile::TempDir, Store) {
    let (root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    (root, store)
}

fn profile(id: u64, name: &str) -> StoredProfile {
    StoredProfile {
        id: ProfileId(id),
        name: name.to_owned(),
        kind: Kind::ChatGpt,
        account_id: Some("acc".to_owned()),
        user_id: None,
        email: Some("who@example.test".to_owned()),
        plan: None,
        rank: 0,
        paused: false,
        own_sign_in: true,
        added_at: from_unix(1_790_000_000),
        provider: None,
    }
}

fn names(store: &Store) -> Vec<String> {
    store.profiles().unwrap().into_iter().map(|profile| profile.name).collect()
}

#[test]
fn profiles_survive_a_restart_in_the_users_order() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let first = StoredProfile { rank: 2, kind: Kind::ApiKey, ..profile(u64::MAX, "work") };
    let store = Store::open(&path).unwrap();
    store.put_profile(&first).unwrap();
    store.put_profile(&profile(1, "home")).unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(names(&store), ["home", "work"]);
    assert!(store.profiles().unwrap()[1] == first);
    assert!(store.profile_named(" WORK ").unwrap().unwrap() == first);
    assert!(store.profile_named("else").unwrap().is_none());
}

#[test]
fn a_name_belongs_to_one_profile_whatever_its_case() {
    let (_root, store) = store();
    store.put_profile(&profile(1, "Büro")).unwrap();
    let taken = store.put_profile(&profile(2, " bÜRO ")).unwrap_err();
    assert!(matches!(taken, StoreError::Name(NameError::Taken)));
    store.put_profile(&profile(1, "büro")).unwrap();
    store.put_profile(&profile(2, "home")).unwrap();
    assert!(matches!(store.rename(ProfileId(2), "BÜRO"), Err(StoreError::Name(NameError::Taken))));
    store.rename(ProfileId(2), "Home").unwrap();
    assert_eq!(names(&store), ["büro", "Home"]);
    assert!(matches!(store.rename(ProfileId(9), "x"), Err(StoreError::NoProfile)));
}

#[test]
fn a_name_is_visible_and_fits_a_menu() {
    assert_eq!(check_name("  work  "), Ok("work"));
    assert_eq!(check_name(" \t "), Err(NameError::Empty));
    assert_eq!(check_name("a\nb"), Err(NameError::Invisible));
    assert_eq!(check_name("a\u{202e}b"), Err(NameError::Invisible));
    assert_eq!(check_name(&"ü".repeat(40)), Ok("ü".repeat(40).as_str()));
    assert_eq!(check_name(&"u".repeat(41)), Err(NameError::Long));
}

#[test]
fn a_free_name_is_found_for_any_requested_name() {
    let (_root, store) = store();
    assert_eq!(store.free_name("plus").unwrap(), "plus");
    store.put_profile(&profile(1, "Plus")).unwrap();
    assert_eq!(store.free_name("plus").unwrap(), "plus 2");
    assert_eq!(store.free_name("\n").unwrap(), "profile");
    assert!(check_name(&store.free_name(&"x".repeat(90)).unwrap()).is_ok());
}

fn turn(at: i64, utc_offset: i32) -> Turn {
    Turn {
        at: from_unix(at),
        utc_offset,
        profile: WORK,
        model: "m".to_owned(),
        status: 200,
        attempts: 1,
        first_byte: Some(Duration::from_millis(321)),
        tokens: Some(Tokens { input: 10, cached: 4, output: 1, reasoning: 1 }),
        session: "s".to_owned(),
        project: "p".to_owned(),
        project_name: None,
    }
}

#[test]
fn a_removed_profile_takes_its_counts_along() {
    let (_root, store) = store();
    let at = from_unix(1_790_000_000);
    store.put_profile(&profile(WORK.0, "work")).unwrap();
    store.record(&[turn(1_790_000_000, 0), turn(1_790_000_000, 0)]).unwrap();
    let counted = store.token_counts(local_day(at, 0)).unwrap();
    assert_eq!(counted.len(), 1);
    assert_eq!(counted[0].tokens, Tokens { input: 20, cached: 8, output: 2, reasoning: 2 });
    store.remove_profile(WORK).unwrap();
    assert!(names(&store).is_empty());
    assert!(store.token_counts(0).unwrap().is_empty());
    assert!(store.turns(UNIX_EPOCH, 9).unwrap().is_empty());
}

fn bound() -> ActivityMessage {
    Pointed::Bound { new_key: false }.into()
}

#[test]
fn a_line_is_localized_as_of_when_it_happened() {
    let (_root, store) = store();
    // At midnight, of noon.
    let message = Went::Waiting { until: 12 * 3600 }.into();
    store.add_activity(from_unix(0), ActivityKind::Waiting, &message, "in English").unwrap();
    let line = &store.activity(1).unwrap()[0];
    let much_later = Locale::of(Language::find("zh-CN").unwrap()).at(from_unix(500 * 24 * 3600));
    assert_eq!(line.to(much_later), "所有配置都已用完，一个请求正在等待，12:00 继续。");
    assert_eq!(line.text, "in English");
}

#[test]
fn activity_is_kept_for_a_week() {
    let (_root, store) = store();
    let week = 7 * 24 * 3600;
    for (at, text) in [(0, "old"), (10, "kept"), (20, "new")] {
        store.add_activity(from_unix(at), ActivityKind::Bound, &bound(), text).unwrap();
    }
    let texts = |lines: Vec<Activity>| lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
    assert_eq!(texts(store.activity(2).unwrap()), ["new", "kept"]);
    store.prune(from_unix(week + 10)).unwrap();
    let all = store.activity(9).unwrap();
    let last = all[0].number;
    assert_eq!(texts(all), ["new", "kept"]);
    store.add_activity(from_unix(30), ActivityKind::Rotated, &bound(), "newer").unwrap();
    assert_eq!(texts(store.activity_after(last).unwrap()), ["newer"]);
}

#[test]
fn small_values_are_remembered_and_forgotten() {
    let (_root, store) = store();
    store.set_meta("pin", Some("work")).unwrap();
    assert_eq!(store.meta("pin").unwrap().as_deref(), Some("work"));
    store.set_meta("pin", None).unwrap();
    assert_eq!(store.meta("pin").unwrap(), None);
}

#[test]
fn a_reader_changes_nothing_and_needs_a_store() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    assert!(Store::open_read_only(&path).is_err());
    assert!(!path.exists());
    let store = Store::open(&path).unwrap();
    store.put_profile(&profile(1, "work")).unwrap();
    let reader = Store::open_read_only(&path).unwrap();
    assert_eq!(names(&reader), ["work"]);
    assert!(reader.put_profile(&profile(2, "home")).is_err());
    drop((store, reader));
    assert_eq!(names(&Store::open_read_only(&path).unwrap()), ["work"]);
}

#[test]
fn a_file_from_the_future_or_of_another_kind_is_refused() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    assert!(matches!(Store::open(&path), Err(StoreError::Newer { .. })));
    std::fs::write(&path, "this is a text and no database, as anyone can see".repeat(40)).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Broken { .. })));
}

#[test]
fn debug_shows_no_name_and_no_address() {
    let shown = format!("{:?}", profile(1, "who@example.test"));
    assert!(!shown.contains('@'), "{shown}");
}

fn chain(kind: KeyKind, text: &str, touched: u64) -> Memory {
    let touched = UNIX_EPOCH + Duration::from_millis(touched);
    let chain = Chain { profile: WORK, life: Life::Verified, former: None, touched };
    Memory::Chain(Key::new(kind, text).unwrap(), Some(chain))
}

fn gone(kind: KeyKind, text: &str) -> Memory {
    Memory::Chain(Key::new(kind, text).unwrap(), None)
}

fn kept(id: ProfileId, standing: Standing) -> Memory {
    Memory::Profile(id, Kept { standing, usage: None, spending: None, paid: None })
}

#[test]
fn chains_come_back_least_recently_used_first() {
    let (_root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    let moved = Chain {
        profile: ProfileId(u64::MAX),
        life: Life::Suspect,
        former: Some(WORK),
        touched: UNIX_EPOCH + Duration::from_millis(1001),
    };
    let moved = Memory::Chain(Key::new(KeyKind::Session, "same").unwrap(), Some(moved));
    let (new, old) =
        (chain(KeyKind::Response, "same", 2000), chain(KeyKind::Compact, "same", 1000));
    let away = chain(KeyKind::TurnState, "away", 1);
    store.remember(&[new.clone(), moved.clone(), away, old.clone()]).unwrap();
    store.remember(&[gone(KeyKind::TurnState, "away"), gone(KeyKind::Response, "never")]).unwrap();
    drop(store);
    let store = Store::open(&home.store_file()).unwrap();
    assert_eq!(store.memory().unwrap(), [old.clone(), moved.clone(), new]);
    let again = chain(KeyKind::Response, "same", 1);
    store.remember(std::slice::from_ref(&again)).unwrap();
    assert_eq!(store.memory().unwrap(), [again, old, moved]);
}

#[test]
fn rests_and_quota_come_back() {
    let (_root, store) = store();
    let until = from_unix(1_790_000_000);
    let resting = |cause| Standing::Resting(Cooldown { until, cause });
    let standings = [
        Standing::Ready,
        Standing::NeedsSignIn,
        Standing::NotEntitled { ask_at: until },
        resting(CooldownCause::Trouble),
        resting(CooldownCause::Quota(None)),
        resting(CooldownCause::Quota(Some(WindowKind::FiveHours))),
        resting(CooldownCause::Quota(Some(WindowKind::Week))),
        resting(CooldownCause::Quota(Some(WindowKind::Other))),
    ];
    let mut memory: Vec<_> =
        (0..).map(ProfileId).zip(standings).map(|(id, s)| kept(id, s)).collect();
    let usage = Usage {
        windows: vec![Window {
            length: Duration::from_secs(18_000),
            used_percent: 12.5,
            resets_at: Some(until),
        }],
        plan: Some("plus".to_owned()),
        credits: Some(Credits {
            available: true,
            unlimited: false,
            balance: Some("1.5".to_owned()),
        }),
        read_at: from_unix(1_780_000_000),
    };
    for cause in [SpendingCause::AllOut, SpendingCause::Always, SpendingCause::NotByConsent] {
        let balance_before = Some("2".to_owned());
        let spending = Some(Spending { since: until, cause, balance_before });
        let id = ProfileId(WORK.0 + memory.len() as u64);
        let usage = Some(usage.clone());
        let paid = Some(Paid { at: until, cause, is_told: id.0.is_multiple_of(2) });
        memory.push(Memory::Profile(id, Kept { standing: Standing::Ready, usage, spending, paid }));
    }
    let (usage, spending, paid) = (Some(usage), None, None);
    memory.push(Memory::Profile(WORK, Kept { standing: Standing::Ready, usage, spending, paid }));
    memory.sort_by_key(|memory| match memory {
        Memory::Profile(id, _) => id.0,
        Memory::Chain(..) | Memory::Conversation(..) => 0,
    });
    store.remember(&memory).unwrap();
    assert_eq!(store.memory().unwrap(), memory);
    store.remember(&[kept(WORK, Standing::Paused)]).unwrap();
    assert!(store.memory().unwrap().contains(&kept(WORK, Standing::Ready)));
}

#[test]
fn what_a_newer_version_wrote_is_left_out_and_stays() {
    let (_root, store) = store();
    store.remember(&[kept(WORK, Standing::Ready), chain(KeyKind::Response, "r", 1)]).unwrap();
    store
        .lock()
        .execute_batch("UPDATE kept SET standing = 'floating'; UPDATE chains SET kind = 9")
        .unwrap();
    assert_eq!(store.memory().unwrap(), []);
    let count = |table: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        store.lock().query_row(&query, [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("kept"), count("chains")), (1, 1));
}

#[test]
fn a_removed_profile_takes_its_memory_along() {
    let (_root, store) = store();
    store.put_profile(&profile(WORK.0, "work")).unwrap();
    let other = kept(ProfileId(9), Standing::NeedsSignIn);
    let memory = [chain(KeyKind::Session, "s", 1), kept(WORK, Standing::Ready), other.clone()];
    store.remember(&memory).unwrap();
    store.remove_profile(WORK).unwrap();
    assert_eq!(store.memory().unwrap(), [other]);
}

#[test]
fn a_hundred_thousand_chains_are_kept_and_no_more() {
    let (_root, store) = store();
    let day = 24 * 3_600_000;
    let start = 100 * day;
    let chains: Vec<_> = (0..100_100)
        .map(|number| chain(KeyKind::Response, &format!("resp_{number:064}"), start + number))
        .collect();
    store.remember(&[chain(KeyKind::Session, "ancient", start - 31 * day)]).unwrap();
    store.remember(&chains).unwrap();
    store.prune(UNIX_EPOCH + Duration::from_millis(start)).unwrap();
    let memory = store.memory().unwrap();
    assert_eq!(memory.len(), MOST_CHAINS);
    assert_eq!(memory[0], chains[100]);
    assert_eq!(memory.last(), chains.last());
}

#[test]
fn an_older_file_is_brought_up_to_date_with_all_it_holds() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let connection = Connection::open(&path).unwrap();
    schema::update_to(&connection, 1).unwrap_or_else(|_| panic!("the first version works"));
    drop(connection);
    assert!(Store::open_read_only(&path).unwrap().memory().is_err());
    let store = Store::open(&path).unwrap();
    store.put_profile(&profile(1, "work")).unwrap();
    assert_eq!(store.memory().unwrap(), []);
    drop(store);
    assert_eq!(names(&Store::open(&path).unwrap()), ["work"]);
}

#[test]
fn lines_from_before_kinds_are_kept_and_new_ones_have_theirs() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let connection = Connection::open(&path).unwrap();
    schema::update_to(&connection, 2).unwrap_or_else(|_| panic!("the second version works"));
    connection.execute("INSERT INTO activity (at, text) VALUES (7, 'old')", ()).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    store.add_activity(from_unix(8), ActivityKind::Rested, &bound(), "new").unwrap();
    drop(store);
    let lines = Store::open(&path).unwrap().activity(9).unwrap();
    let texts: Vec<_> = lines.iter().map(|line| (line.kind, line.text.as_str())).collect();
    assert_eq!(texts, [(ActivityKind::Rested, "new"), (ActivityKind::Other, "old")]);
    let chinese = Locale::of(Language::find("zh-CN").unwrap());
    let texts: Vec<_> = lines.iter().map(|line| line.to(chinese)).collect();
    assert_eq!(texts, [bound().to(chinese), "old".to_owned()]);
}

#[test]
fn a_day_is_the_users_and_requests_are_kept_for_a_week() {
    let (_root, store) = store();
    let day = 20_000 * 24 * 3600;
    // Half an hour before midnight in London is the next day in Berlin.
    store.record(&[turn(day - 1800, 0), turn(day - 1800, 3600)]).unwrap();
    let days: Vec<_> = store.token_counts(0).unwrap().iter().map(|count| count.day).collect();
    assert_eq!(days, [19_999, 20_000]);
    let read = &store.turns(UNIX_EPOCH, 9).unwrap()[0];
    assert_eq!(read.first_byte, Some(Duration::from_millis(321)));
    assert_eq!(read.tokens, Some(Tokens { input: 10, output: 1, ..Tokens::default() }));
    assert_eq!(store.turns(UNIX_EPOCH, 1).unwrap().len(), 1);
    store.prune(from_unix(day + 7 * 24 * 3600 - 1801)).unwrap();
    assert_eq!(store.turns(UNIX_EPOCH, 9).unwrap().len(), 2);
    store.prune(from_unix(day + 7 * 24 * 3600 - 1799)).unwrap();
    assert!(store.turns(UNIX_EPOCH, 9).unwrap().is_empty());
    assert_eq!(store.token_counts(0).unwrap().len(), 2, "the days stay");
}

#[test]
fn readings_are_thinned_and_forgotten_after_a_month() {
    let (_root, store) = store();
    let start = 1_790_000_000 / 3600 * 3600;
    let reading = |minutes: i64, used_percent: f64| {
        let window = |hours: u64| Window {
            length: Duration::from_secs(hours * 3600),
            used_percent,
            resets_at: None,
        };
        let usage = Usage {
            windows: vec![window(5), window(168), window(720)],
            plan: None,
            credits: None,
            read_at: from_unix(start + minutes * 60),
        };
        Memory::Profile(
            WORK,
            Kept { standing: Standing::Ready, usage: Some(usage), spending: None, paid: None },
        )
    };
    // Every five minutes for two hours: a quarter of an hour has one reading.
    let readings: Vec<_> =
        (0..24).map(|n| reading(n * 5, f64::from(i32::try_from(n).unwrap()))).collect();
    store.remember(&readings).unwrap();
    let kept = store.readings(UNIX_EPOCH).unwrap();
    let five: Vec<_> = kept.iter().filter(|one| one.label == "5h").collect();
    assert_eq!((kept.len(), five.len()), (24, 8));
    assert!((five[0].left - 98.0).abs() < 0.01, "the last one of its quarter");
    let day = 24 * 3600;
    store.prune(from_unix(start + 2 * day)).unwrap();
    assert_eq!(store.readings(UNIX_EPOCH).unwrap().len(), 24);
    store.prune(from_unix(start + 3 * day)).unwrap();
    assert_eq!(store.readings(UNIX_EPOCH).unwrap().len(), 6, "one an hour");
    store.prune(from_unix(start + 31 * day)).unwrap();
    assert_eq!(store.readings(UNIX_EPOCH).unwrap().len(), 6, "the clock may have jumped");
    store.prune(from_unix(start + 32 * day)).unwrap();
    assert!(store.readings(UNIX_EPOCH).unwrap().is_empty());
}

#[test]
fn a_file_from_before_the_history_gains_it_and_keeps_its_counts() {
    let (_root, home) = testing::home();
    let path = home.store_file();
    let connection = Connection::open(&path).unwrap();
    schema::update_to(&connection, 3).unwrap_or_else(|_| panic!("the third version works"));
    connection.execute("INSERT INTO tokens VALUES (1, 'm', 20000, 5, 1, 2)", ()).unwrap();
    drop(connection);
    let store = Store::open(&path).unwrap();
    store.record(&[turn(1_790_000_000, 0)]).unwrap();
    store.set_reserve(WORK, Some(5.0)).unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!(store.token_counts(0).unwrap().len(), 2);
    assert_eq!(store.turns(UNIX_EPOCH, 9).unwrap().len(), 1);
    assert_eq!(store.reserves().unwrap(), [(WORK, 5.0)]);
}

#[test]
fn a_consent_to_credits_is_kept_and_an_unknown_word_allows_nothing() {
    let (_root, store) = store();
    store.set_credit_consent(WORK, Some(UseCredits::Always)).unwrap();
    store.set_credit_consent(ProfileId(9), Some(UseCredits::WhenAllOut)).unwrap();
    store.set_credit_consent(ProfileId(9), None).unwrap();
    assert_eq!(store.credit_consents().unwrap(), [(WORK, UseCredits::Always)]);
    store.lock().execute("UPDATE credit_consents SET consent = 'sometimes'", ()).unwrap();
    assert_eq!(store.credit_consents().unwrap(), [(WORK, UseCredits::Never)]);
    store.put_profile(&profile(WORK.0, "work")).unwrap();
    store.remove_profile(WORK).unwrap();
    assert_eq!(store.credit_consents().unwrap(), []);
}

/// An outage has the same cause.
#[test]
fn a_sign_in_that_an_earlier_version_called_lost_is_tried_again() {
    let (_root, store) = store();
    store.put_profile(&profile(WORK.0, "work")).unwrap();
    let lost = Kept { standing: Standing::NeedsSignIn, usage: None, spending: None, paid: None };
    store.remember(&[Memory::Profile(WORK, lost.clone())]).unwrap();
    assert_eq!(store.memory().unwrap(), [Memory::Profile(WORK, lost)], "the issuer said so");
    store.with(|connection| connection.execute("UPDATE kept SET cause = NULL", [])).unwrap();
    let ready = Kept { standing: Standing::Ready, usage: None, spending: None, paid: None };
    assert_eq!(store.memory().unwrap(), [Memory::Profile(WORK, ready)]);
}

#[path = "identity_tests.rs"]
mod identity;
