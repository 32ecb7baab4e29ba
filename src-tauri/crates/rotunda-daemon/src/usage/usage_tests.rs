use rotunda_core::ProfileId;
use rotunda_host::{
    clock::from_unix,
    store::{Store, Turn},
};

use super::*;

/// Noon, 21 November 2026, UTC.
const NOW: i64 = 1_795_262_400;

fn turn(days_ago: i64, profile: u64, model: &str, work: (&str, &str), input: u64) -> Turn {
    Turn {
        at: from_unix(NOW - days_ago * 24 * 3600),
        utc_offset: 0,
        profile: ProfileId(profile),
        model: model.to_owned(),
        status: 200,
        attempts: 1,
        first_byte: None,
        tokens: (input > 0).then_some(Tokens {
            input,
            cached: input / 2,
            output: 10,
            reasoning: 4,
        }),
        session: work.0.to_owned(),
        project: work.1.to_owned(),
        project_name: None,
    }
}

fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&folder.path().join("rotunda.db")).unwrap();
    let turns = [
        turn(0, 1, "gpt-6.1-sol", ("s1", "p1"), 1000),
        turn(0, 2, "gpt-6.1-sol", ("s1", "p1"), 3000),
        turn(1, 1, "gpt-6.1-sol", ("s2", "p2"), 500),
        turn(1, 1, "own-model", ("s2", "p2"), 200),
        turn(2, 1, "gpt-6.1-sol", ("s2", ""), 0),
        turn(40, 1, "gpt-6.1-sol", ("old", ""), 9000),
    ];
    store.record(&turns).unwrap();
    store
}

fn of(store: &Store, by: UsageBy) -> UsageView {
    let mut names = UsageNames::default();
    names.profiles.insert(ProfileId(1).to_string(), "work".to_owned());
    names.projects.insert("p1".to_owned(), "engine".to_owned());
    stored(store, by, 30, &names, from_unix(NOW)).unwrap()
}

fn figures(view: &UsageView) -> Vec<(&str, u64, u64)> {
    view.lines.iter().map(|it| (it.name.as_str(), it.requests, it.input)).collect()
}

#[test]
fn the_same_tokens_are_added_up_by_each_of_the_five() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let days = of(&store, UsageBy::Day);
    let expected = [("2026-11-19", 1, 0), ("2026-11-20", 2, 700), ("2026-11-21", 2, 4000)];
    assert_eq!(figures(&days), expected);
    let models = of(&store, UsageBy::Model);
    assert_eq!(figures(&models), [("gpt-6.1-sol", 4, 4500), ("own-model", 1, 200)]);
    let profiles = of(&store, UsageBy::Profile);
    assert_eq!(figures(&profiles), [("", 1, 3000), ("work", 4, 1700)], "one is gone");
    let sessions = of(&store, UsageBy::Session);
    assert_eq!(figures(&sessions), [("s1", 2, 4000), ("s2", 3, 700)]);
    let projects = of(&store, UsageBy::Project);
    assert_eq!(figures(&projects), [("engine", 2, 4000), ("p2", 2, 700), ("", 1, 0)]);
    for view in [&days, &models, &profiles, &sessions, &projects] {
        assert_eq!((view.total.requests, view.total.unmeasured), (5, 1), "{:?}", view.by);
        assert_eq!((view.total.input, view.total.cached), (4700, 2350), "{:?}", view.by);
        assert_eq!((view.total.output, view.total.reasoning), (40, 16), "{:?}", view.by);
        assert_eq!(view.total.cost_usd, days.total.cost_usd, "{:?}", view.by);
    }
    let s2 = &sessions.lines[1];
    assert_eq!(s2.first_day.as_deref(), Some("2026-11-19"));
    assert_eq!(s2.last_day.as_deref(), Some("2026-11-20"));
}

#[test]
fn a_cost_is_of_the_models_with_a_price_and_says_when_others_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let view = of(&store(&folder), UsageBy::Model);
    let [sol, own] = &view.lines[..] else { panic!("{view:?}") };
    // 2250 at 2.00, 2250 at 0.10 and 30 at 10.00 for a million.
    assert_eq!((sol.cost_usd, sol.incomplete), (Some(0.005_025), false));
    assert_eq!((own.cost_usd, own.incomplete), (None, true));
    assert_eq!((view.total.cost_usd, view.total.incomplete), (Some(0.005_025), true));
    assert_eq!(view.without_price, ["own-model"]);
    assert_eq!(view.prices.date.len(), 10);
}

#[test]
fn a_table_has_a_head_and_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    let csv = of(&store(&folder), UsageBy::Model).csv();
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("key,name,first_day,last_day,requests,unmeasured,input,cached,"));
    assert_eq!(
        lines[1],
        "gpt-6.1-sol,gpt-6.1-sol,2026-11-19,2026-11-21,4,1,4500,2250,30,12,0.005025,false"
    );
    assert_eq!(lines[2], "own-model,own-model,2026-11-20,2026-11-20,1,0,200,100,10,4,,true");
}

#[test]
fn a_date_is_a_number_of_days_back_and_a_future_one_is_none() {
    let now = from_unix(NOW);
    assert_eq!(days_since("2026-11-21", now), Some(1));
    assert_eq!(days_since("2026-11-01", now), Some(21));
    for bad in ["2026-11-22", "2026-02-30", "yesterday", "2001-01-01", ""] {
        assert_eq!(days_since(bad, now), None, "{bad}");
    }
}

#[test]
fn more_lines_than_are_listed_are_in_the_total() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("rotunda.db")).unwrap();
    let turns: Vec<_> =
        (0..MOST_LINES + 5).map(|n| turn(0, 1, "gpt-5", (&format!("s{n}"), ""), 10)).collect();
    store.record(&turns).unwrap();
    let view = of(&store, UsageBy::Session);
    assert_eq!((view.lines.len(), view.left_out), (MOST_LINES, 5));
    assert_eq!(view.total.requests, 1005);
}
