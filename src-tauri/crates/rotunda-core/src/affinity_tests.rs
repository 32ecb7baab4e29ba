//! What earlier work requests continue, and what the ledger remembers.

use std::{
    collections::HashMap,
    time::{Duration, UNIX_EPOCH},
};

use proptest::prelude::*;
use serde_json::json;

use super::*;

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn key(kind: KeyKind, text: &str) -> Key {
    Key::new(kind, text).unwrap()
}

fn continuation(body: &Value, headers: &[(&'static str, &str)]) -> Continuation {
    let pair = |(name, value): &(&'static str, &str)| {
        (http::HeaderName::from_static(name), value.parse().unwrap())
    };
    continuation_of(&headers.iter().map(pair).collect(), body.to_string().as_bytes(), false)
}

#[test]
fn a_session_has_many_names() {
    let names: [(Value, Vec<(&'static str, &str)>); 7] = [
        (json!({}), vec![("session-id", "s")]),
        (json!({}), vec![("session_id", "s")]),
        (json!({}), vec![("x-session-id", "s")]),
        (json!({"client_metadata": {"session_id": "s"}, "prompt_cache_key": "p"}), vec![]),
        (
            json!({"prompt_cache_key": "p"}),
            vec![("x-codex-turn-metadata", "{\"session_id\":\"s\"}")],
        ),
        (json!({"session_id": "s", "prompt_cache_key": "p"}), vec![]),
        (json!({"prompt_cache_key": "s"}), vec![("x-codex-turn-metadata", "not json")]),
    ];
    for (body, headers) in names {
        assert_eq!(
            continuation(&body, &headers).session.as_deref(),
            Some("s"),
            "{body} {headers:?}"
        );
    }
}

#[test]
fn malformed_bodies_give_the_fields_that_parse() {
    let odd =
        json!({"model": 7, "input": "text", "client_metadata": [], "previous_response_id": "r"});
    let expected = Continuation { previous_response: Some("r".into()), ..Continuation::default() };
    assert_eq!(continuation(&odd, &[]), expected);
    assert_eq!(continuation_of(&HeaderMap::new(), b"\xff{", false), Continuation::default());
    let tool = json!({"input": [{"type": "message"}, {"type": "custom_tool_call_output"}, {}]});
    assert!(continuation(&tool, &[]).tool_output);
    let state = json!({"client_metadata": {"x-codex-turn-state": "t"}});
    assert_eq!(continuation(&state, &[]).turn_state.as_deref(), Some("t"));
}

fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    ledger.bind(key(KeyKind::Response, "r"), A, at(0));
    ledger.bind(key(KeyKind::TurnState, "ta"), A, at(0));
    ledger.bind(key(KeyKind::TurnState, "tb"), B, at(0));
    ledger.bind(key(KeyKind::Session, "s"), B, at(0));
    ledger.bind(key(KeyKind::Compact, "s"), A, at(0));
    ledger.mark_gone(key(KeyKind::Response, "gone"), A, at(0));
    ledger
}

#[track_caller]
fn tied(previous: &str, turn: &str, session: &str, expected: Affinity) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let continuation = Continuation {
        previous_response: some(previous),
        turn_state: some(turn),
        session: some(session),
        ..Continuation::default()
    };
    assert_eq!(affinity_of(&continuation, &mut ledger(), at(1)), expected);
}

#[test]
fn a_chain_pins_a_turn_sticks_a_session_prefers() {
    tied("", "", "", Affinity::Free);
    tied("", "", "s", Affinity::Prefer(B));
    tied("", "ta", "s", Affinity::Sticky(A));
    tied("", "unknown", "s", Affinity::Prefer(B));
    tied("r", "", "s", Affinity::Pinned(A));
    tied("r", "ta", "s", Affinity::Pinned(A));
}

/// C17 and C18.
#[test]
fn a_chain_of_no_profile_is_sent_at_most_once() {
    tied("unknown", "", "", Affinity::Unowned(None));
    tied("unknown", "", "s", Affinity::Unowned(Some(B)));
    tied("unknown", "ta", "s", Affinity::Unowned(Some(A)));
    tied("r", "tb", "", Affinity::Lost);
    tied("gone", "", "s", Affinity::Lost);
}

#[test]
fn compaction_goes_to_the_lineage() {
    let mut continuation =
        Continuation { session: Some("s".into()), compact: true, ..Continuation::default() };
    assert_eq!(affinity_of(&continuation, &mut ledger(), at(1)), Affinity::Prefer(A));
    continuation.previous_response = Some("unknown".into());
    assert_eq!(affinity_of(&continuation, &mut ledger(), at(1)), Affinity::Unowned(Some(A)));
}

#[test]
fn doubt_comes_before_death_and_a_tombstone_fades() {
    let mut ledger = Ledger::default();
    let chain = key(KeyKind::Response, "r");
    ledger.bind(chain.clone(), A, at(0));
    ledger.doubt(chain.clone(), A, at(1));
    assert_eq!(ledger.owner(&chain, at(2)), Some(Owner::Holds(A)));
    ledger.doubt(chain.clone(), A, at(3));
    assert_eq!(ledger.owner(&chain, at(4)), Some(Owner::Dead));
    assert_eq!(ledger.owner(&chain, at(3 + 15 * 60)), None);
    assert_eq!(ledger.len(), 0);
}

#[test]
fn a_choice_forgets_sessions_and_a_removal_its_chains() {
    let mut ledger = ledger();
    ledger.forget_sessions();
    assert_eq!(ledger.owner(&key(KeyKind::Session, "s"), at(1)), None);
    ledger.forget_profile(A);
    assert_eq!(ledger.owner(&key(KeyKind::Response, "r"), at(1)), None);
    assert_eq!(ledger.owner(&key(KeyKind::TurnState, "tb"), at(1)), Some(Owner::Holds(B)));
}

/// A turn state belongs to one account, for as long as a client may send it.
#[test]
fn a_turn_state_that_is_dead_stays_dead() {
    let mut ledger = ledger();
    let (of_a, of_b) = (key(KeyKind::TurnState, "ta"), key(KeyKind::TurnState, "tb"));
    ledger.take_changes();
    ledger.forget_profile(A);
    ledger.mark_gone(of_b.clone(), B, at(1));
    let days_later = at(20 * 24 * 3600);
    assert_eq!(ledger.owner(&of_a, days_later), Some(Owner::Dead));
    assert_eq!(ledger.owner(&of_b, days_later), Some(Owner::Dead));
    let life = |chain: &Option<Chain>| chain.map(|chain| chain.life);
    let changes = ledger.take_changes();
    assert_eq!(changes.get(&of_a).map(life), Some(Some(Life::Dead)), "after a restart, too");
    ledger.bind(of_a.clone(), A, at(2));
    assert_eq!(ledger.owner(&of_a, at(2)), Some(Owner::Holds(A)), "upstream gave it again");
}

/// Lesson 28: a busy conversation is not written down with every request.
#[test]
fn using_a_binding_again_writes_nothing() {
    let mut ledger = Ledger::default();
    let session = key(KeyKind::Session, "s");
    ledger.bind(session.clone(), A, at(0));
    assert_eq!(ledger.take_changes().len(), 1);
    ledger.bind(session.clone(), A, at(10));
    assert!(ledger.take_changes().is_empty());
    ledger.bind(session.clone(), A, at(61));
    ledger.bind(session.clone(), B, at(62));
    let changes: Vec<_> = ledger.take_changes().into_iter().collect();
    assert!(matches!(&changes[..], [(key, Some(chain))] if *key == session && chain.profile == B));
}

#[derive(Debug, Clone)]
enum Act {
    Bind(u8, u8),
    Doubt(u8),
    MarkGone(u8),
    ForgetProfile(u8),
    Ask(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..9u8, 0..3u8).prop_map(|(key, profile)| Act::Bind(key, profile)),
        (0..9u8).prop_map(Act::Doubt),
        (0..9u8).prop_map(Act::MarkGone),
        (0..3u8).prop_map(Act::ForgetProfile),
        (0..9u8).prop_map(Act::Ask),
    ]
}

/// The plain list: newest use last, five at most.
fn put(model: &mut Vec<(u8, u8, Life)>, n: u8, profile: u8, life: Life) {
    model.retain(|(other, ..)| *other != n);
    model.push((n, profile, life));
    if model.len() > 5 {
        model.remove(0);
    }
}

proptest! {
    /// The ledger agrees with a plain list, and its changes rebuild it.
    #[test]
    fn the_ledger_is_a_bounded_list_by_last_use(acts in prop::collection::vec(act(), 0..60)) {
        let mut ledger = Ledger::with_capacity(NonZeroUsize::new(5).unwrap());
        let mut model: Vec<(u8, u8, Life)> = Vec::new();
        let mut replayed: HashMap<Key, Chain> = HashMap::new();
        let name = |n: u8| key(KeyKind::Response, &n.to_string());
        for (second, act) in acts.into_iter().enumerate() {
            // A minute apart, so that every use is written down.
            let now = at(second as u64 * 60);
            match act {
                Act::Bind(n, p) => { ledger.bind(name(n), ProfileId(p.into()), now); put(&mut model, n, p, Life::Verified); }
                Act::MarkGone(n) => { ledger.mark_gone(name(n), A, now); put(&mut model, n, 1, Life::Dead); }
                Act::Doubt(n) => {
                    ledger.doubt(name(n), A, now);
                    let known = model.iter().find(|(other, ..)| *other == n).map(|found| found.2);
                    let life = if known == Some(Life::Verified) { Life::Suspect } else { Life::Dead };
                    put(&mut model, n, 1, life);
                }
                Act::ForgetProfile(p) => {
                    ledger.forget_profile(ProfileId(p.into()));
                    model.retain(|(_, profile, _)| *profile != p);
                }
                Act::Ask(n) => {
                    // Asking counts as use, and an old tombstone fades; keep the model in step.
                    if let Some(index) = model.iter().position(|(other, ..)| *other == n) {
                        let entry = model.remove(index);
                        if ledger.owner(&name(n), now).is_some() {
                            model.push(entry);
                        } else {
                            prop_assert_eq!(entry.2, Life::Dead);
                        }
                    } else {
                        prop_assert_eq!(ledger.owner(&name(n), now), None);
                    }
                }
            }
            for (key, chain) in ledger.take_changes() {
                match chain { Some(chain) => replayed.insert(key, chain), None => replayed.remove(&key) };
            }
            prop_assert_eq!(ledger.len(), model.len());
            prop_assert_eq!(replayed.len(), model.len());
            for (n, profile, life) in &model {
                prop_assert_eq!(ledger.life(&name(*n)), Some(*life));
                prop_assert_eq!(replayed[&name(*n)].profile, ProfileId((*profile).into()));
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Bind(u8, u8),
    ForgetProfile(u8),
    /// A save begins.
    Take,
    /// It is over.
    Save,
    Fail,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..40u8, 0..3u8).prop_map(|(key, profile)| Step::Bind(key, profile)),
        1 => (0..3u8).prop_map(Step::ForgetProfile),
        2 => Just(Step::Take),
        1 => Just(Step::Save),
        2 => Just(Step::Fail),
    ]
}

fn write(store: &mut BTreeMap<Key, Chain>, changes: BTreeMap<Key, Option<Chain>>) {
    for (key, chain) in changes {
        match chain {
            Some(chain) => store.insert(key, chain),
            None => store.remove(&key),
        };
    }
}

proptest! {
    /// However long the store fails, and whenever: what is saved at last is what is
    /// remembered, and what waits for that is bounded.
    #[test]
    fn a_store_that_fails_has_in_the_end_what_is_remembered(
        kept in 0..8u8,
        steps in prop::collection::vec(step(), 0..200),
    ) {
        const MOST: usize = 5;
        let mut ledger = Ledger::with_capacity(NonZeroUsize::new(MOST).unwrap());
        let name = |n: u8| key(KeyKind::Response, &n.to_string());
        let chain = Chain { profile: A, life: Life::Verified, former: None, touched: at(0) };
        // From an earlier process, perhaps more than find a place.
        let mut store: BTreeMap<_, _> = (0..kept).map(|n| (name(n), chain)).collect();
        ledger.restore(store.clone());
        let mut taken = None;
        for (second, step) in steps.into_iter().enumerate() {
            match step {
                Step::Bind(n, p) => ledger.bind(name(n), ProfileId(p.into()), at(second as u64)),
                Step::ForgetProfile(p) => ledger.forget_profile(ProfileId(p.into())),
                Step::Take if taken.is_none() => taken = Some(ledger.take_changes()),
                Step::Take => {}
                Step::Save => write(&mut store, taken.take().unwrap_or_default()),
                Step::Fail => {
                    let keys = taken.take().unwrap_or_default().into_keys();
                    keys.for_each(|key| ledger.not_saved(key));
                }
            }
            let most = ledger.len() + store.len() + taken.as_ref().map_or(0, BTreeMap::len);
            prop_assert!(ledger.changes.len() <= most);
        }
        write(&mut store, taken.unwrap_or_default());
        write(&mut store, ledger.take_changes());
        let remembered = ledger.chains.iter().map(|(key, held)| (key.clone(), held.chain));
        prop_assert_eq!(store, remembered.collect::<BTreeMap<_, _>>());
    }
}

#[test]
fn the_project_is_that_of_the_frame_before_that_of_the_handshake() {
    let metadata = |folder: &str| json!({ "workspaces": { folder: {} } }).to_string();
    let of_header = metadata("/home/ada/header");
    let headers = [("x-codex-turn-metadata", of_header.as_str())];
    let name = |body: &Value, headers: &[(&'static str, &str)]| {
        continuation(body, headers).project.map(|project| project.name)
    };
    assert_eq!(name(&json!({}), &headers).as_deref(), Some("header"));
    let frame = json!({ "client_metadata": { "x-codex-turn-metadata": metadata("/w/frame") } });
    assert_eq!(name(&frame, &headers).as_deref(), Some("frame"));
    assert_eq!(name(&frame, &[]).as_deref(), Some("frame"));
    let odd = json!({ "client_metadata": { "x-codex-turn-metadata": "{not json" } });
    assert_eq!(name(&odd, &headers).as_deref(), Some("header"));
    assert_eq!(name(&odd, &[]), None);
    // The words of a conversation name none.
    let words = json!({ "input": [{ "type": "message", "content": "<cwd>/home/ada/x</cwd>" }] });
    assert_eq!(name(&words, &[]), None);
}
