//! Numbers of a changed file, and ages by a clock that is wrong.

use super::*;
use crate::store::UsageColumn;

#[test]
fn a_clock_that_jumps_ahead_makes_nothing_old() {
    let (_root, store) = store();
    let (day, start) = (24 * 3600, 1_800_000_000);
    let hold = || {
        let memory = store.memory().unwrap();
        (store.activity(9).unwrap().len(), store.turns(UNIX_EPOCH, 9).unwrap().len(), memory.len())
    };
    store.add_activity(from_unix(start), ActivityKind::Bound, &bound(), "bound").unwrap();
    store.record(&[turn(start, 0)]).unwrap();
    store.remember(&[chain(KeyKind::Response, "r", u64::try_from(start).unwrap() * 1000)]).unwrap();
    store.prune(from_unix(start)).unwrap();
    // Ten years ahead, for an afternoon and a restart, then right again.
    for hours in [0, 6, 12] {
        store.prune(from_unix(start + 3650 * day + hours * 3600)).unwrap();
        assert_eq!(hold(), (1, 1, 1), "{hours}");
    }
    store.prune(from_unix(start + day)).unwrap();
    assert_eq!(hold(), (1, 1, 1));
    // Ten years back: nothing is old either.
    store.prune(from_unix(start - 3650 * day)).unwrap();
    store.prune(from_unix(start + 2 * day)).unwrap();
    assert_eq!(hold(), (1, 1, 1), "forward again is a jump");
    // A computer that was off for a month forgets a day late.
    store.prune(from_unix(start + 32 * day)).unwrap();
    assert_eq!(hold(), (1, 1, 1));
    store.prune(from_unix(start + 33 * day)).unwrap();
    assert_eq!(hold(), (0, 0, 0));
}

#[test]
fn numbers_of_a_changed_file_are_bounded_when_they_are_read() {
    let (_root, home) = testing::home();
    let store = Store::open(&home.store_file()).unwrap();
    store.put_profile(&profile(1, "work")).unwrap();
    store.add_activity(from_unix(1), ActivityKind::Bound, &bound(), "bound").unwrap();
    store.record(&[turn(1_800_000_000, 0)]).unwrap();
    store.set_reserve(WORK, Some(5.0)).unwrap();
    let usage = r#"{"read_at":9223372036854775807,"windows":[{"seconds":18446744073709551615,
        "used_percent":1e308,"resets_at":-9223372036854775808}],"plan":null,"credits":null}"#;
    let connection = Connection::open(home.store_file()).unwrap();
    connection
        .execute_batch(&format!(
            "UPDATE profiles SET rank = {max}, added_at = {max};
             UPDATE activity SET at = {max};
             UPDATE usage SET day = {max}, requests = {max}, unmeasured = {min}, input = {max},
                cached = {min}, output = {max}, reasoning = {max};
             UPDATE requests SET at = {max}, status = {max}, attempts = {min}, first_byte = {max},
                input = {max}, output = {min};
             UPDATE reserves SET percent = 9e999;
             INSERT INTO readings VALUES (1, '5h', {max}, -9e999);
             INSERT INTO chains VALUES (1, 'r', 1, 1, NULL, {max});
             INSERT INTO kept VALUES (1, 'resting', {max}, 'quota', '{usage}');",
            max = i64::MAX,
            min = i64::MIN,
        ))
        .unwrap();
    drop((connection, store));
    let store = Store::open(&home.store_file()).unwrap();
    let latest = from_unix(i64::MAX);
    assert_eq!(store.profiles().unwrap()[0].added_at, latest);
    assert_eq!(store.activity(9).unwrap()[0].at, latest);
    assert_eq!(store.reserves().unwrap(), [(WORK, 100.0)]);
    assert!(
        store.readings(UNIX_EPOCH).unwrap().iter().all(|one| (0.0..=100.0).contains(&one.left))
    );
    let turn_read = &store.turns(UNIX_EPOCH, 9).unwrap()[0];
    assert_eq!((turn_read.at, turn_read.attempts), (latest, 0));
    store.record(&[turn(1_800_000_000, 0)]).unwrap();
    let counted = &store.usage(0, UsageColumn::Model).unwrap()[0];
    assert!(counted.tokens.input > 1_000_000_000 && counted.tokens.cached < 10);
    let day = store.token_counts(0).unwrap().last().unwrap().day;
    assert!(rotunda_text::format::day(day).starts_with("10183"));
    for memory in store.memory().unwrap() {
        match memory {
            Memory::Chain(_, chain) => assert_eq!(chain.unwrap().touched, latest),
            Memory::Profile(_, kept) => {
                let usage = kept.usage.clone().unwrap().bounded(from_unix(0));
                assert!(usage.windows.is_empty() && usage.read_at == UNIX_EPOCH, "{kept:?}");
            }
            Memory::Conversation(name, _) => panic!("{name}: none was kept"),
        }
    }
    // Counting continues, and pruning too.
    store.record(&[turn(1_800_000_000, 0)]).unwrap();
    store.prune(latest).unwrap();
}

#[test]
fn conversations_with_rules_are_kept_with_their_places_and_no_more_than_the_newest() {
    let (_root, store) = store();
    let conversation = |name: &str, places: &[u64]| {
        Memory::Conversation(name.into(), places.iter().copied().collect())
    };
    store.remember(&[conversation("s", &[1]), conversation("t", &[7])]).unwrap();
    store.remember(&[conversation("s", &[1, u64::MAX])]).unwrap();
    let mut kept = store.memory().unwrap();
    kept.sort_by_key(|it| format!("{it:?}"));
    assert_eq!(kept, [conversation("s", &[1, u64::MAX]), conversation("t", &[7])]);
    let many: Vec<_> = (0..20_100).map(|at| conversation(&at.to_string(), &[1])).collect();
    store.remember(&many).unwrap();
    store.prune(from_unix(1_800_000_000)).unwrap();
    assert_eq!(store.memory().unwrap().len(), 20_000);
}
