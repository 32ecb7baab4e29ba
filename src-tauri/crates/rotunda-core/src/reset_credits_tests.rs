use serde_json::json;

use super::*;
use crate::profile::Window;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn detail(id: &str, expires: &str) -> Value {
    json!({
        "id": id, "reset_type": "codex_rate_limits", "status": "available",
        "granted_at": "2026-11-01T10:00:00Z", "expires_at": expires,
        "title": "Rate limit reset", "description": null,
    })
}

fn ids(banked: &BankedResets) -> Vec<&str> {
    banked.resets.iter().flatten().map(|reset| reset.id.as_str()).collect()
}

#[test]
fn the_first_to_expire_comes_first() {
    let mut endless = detail("endless", "");
    endless["expires_at"] = Value::Null;
    let answer = json!({ "available_count": 3, "credits": [
        detail("late", "2027-02-01T00:00:00+00:00"), endless, detail("soon", "2027-01-15T08:00:01.5Z"),
    ]});
    let banked = banked_of(&answer).unwrap();
    assert_eq!((banked.count, ids(&banked)), (3, vec!["soon", "late", "endless"]));
    assert_eq!(banked.first().unwrap().expires_at, Some(at(1)));
    let later = banked.at(at(2));
    assert_eq!((later.count, ids(&later)), (2, vec!["late", "endless"]), "one has expired");
}

/// What is not understood is no reset that could be redeemed.
#[test]
fn strange_details_are_left_out() {
    for (key, value) in [
        ("id", json!("")),
        ("id", json!("a b")),
        ("id", json!("x".repeat(201))),
        ("id", json!(7)),
        ("reset_type", json!("another")),
        ("reset_type", Value::Null),
        ("status", json!("redeeming")),
        ("status", json!("redeemed")),
    ] {
        let mut strange = detail("a", "2027-02-01T00:00:00Z");
        strange[key] = value.clone();
        let banked = banked_of(&json!({ "available_count": 1, "credits": [strange] })).unwrap();
        assert_eq!((banked.count, ids(&banked).len()), (1, 0), "{key} {value}");
    }
    for (text, expected) in [("2027-02-01", None), ("soon", None), ("1800000000", None)] {
        assert_eq!(time_of(text), expected, "{text}");
    }
    let count_only = banked_of(&json!({ "available_count": 2, "credits": null })).unwrap();
    assert_eq!((count_only.count, count_only.resets), (2, None));
    for answer in [json!({}), json!([]), json!({ "available_count": -1 }), json!("x")] {
        assert_eq!(banked_of(&answer), None, "{answer}");
    }
    assert_eq!(count_of(&json!({ "rate_limit_reset_credits": { "available_count": 4 } })), Some(4));
    assert_eq!(count_of(&json!({ "rate_limit_reset_credits": null })), None);
}

#[test]
fn an_answer_to_a_redemption_is_named_only_when_it_is_clear() {
    let code = |code: &str| json!({ "code": code, "windows_reset": 2 });
    let refused = |status, reason: Option<&str>| Redeemed::Refused {
        status,
        reason: reason.map(str::to_owned),
    };
    for (status, body, expected) in [
        (200, code("reset"), Redeemed::Reset),
        (200, code("nothing_to_reset"), Redeemed::NothingToReset),
        (200, code("no_credit"), Redeemed::NoReset),
        (200, code("already_redeemed"), Redeemed::Already),
        (200, code("postponed"), Redeemed::Unclear),
        (200, Value::Null, Redeemed::Unclear),
        (204, Value::Null, Redeemed::Unclear),
        (302, code("reset"), Redeemed::Unclear),
        (403, json!({ "detail": "Not for this plan" }), refused(403, Some("Not for this plan"))),
        (400, json!({ "error": { "message": "m" } }), refused(400, Some("m"))),
        (404, Value::Null, refused(404, None)),
        (409, code("reset"), Redeemed::Unclear),
        (500, Value::Null, Redeemed::Unclear),
        (502, code("reset"), Redeemed::Unclear),
    ] {
        assert_eq!(redeemed_of(status, &body), expected, "{status} {body}");
    }
}

fn usage(shares: [f64; 2], read_at: SystemTime) -> Usage {
    let window = |seconds, used_percent| Window {
        length: Duration::from_secs(seconds),
        used_percent,
        resets_at: Some(at(9000)),
    };
    let windows = vec![window(18_000, shares[0]), window(604_800, shares[1])];
    Usage { windows, plan: None, credits: None, read_at }
}

#[test]
fn an_effect_is_more_quota_and_not_less() {
    for (before, after, expected) in [
        ([100.0, 40.0], [0.0, 0.0], true),
        ([100.0, 40.0], [2.0, 40.0], true),
        ([100.0, 0.0], [0.0, 0.0], true),
        ([100.0, 40.0], [100.0, 40.0], false),
        ([99.6, 40.0], [99.0, 40.0], false),
        ([0.0, 0.0], [0.0, 0.0], false),
        // A five-hour window that began anew by itself, while the week was used on.
        ([100.0, 40.0], [0.0, 45.0], false),
    ] {
        let (before, after) = (usage(before, at(0)), usage(after, at(60)));
        assert_eq!(took_effect(&before, &after, at(60)), expected, "{before:?} {after:?}");
    }
    let none = Usage { windows: Vec::new(), ..usage([0.0, 0.0], at(60)) };
    assert!(!took_effect(&usage([100.0, 40.0], at(0)), &none, at(60)));
}

#[test]
fn a_trace_shows_whether_a_request_was_done() {
    let known = |ids: &[&str]| BankedResets {
        count: u32::try_from(ids.len()).unwrap(),
        resets: Some(ids.iter().map(|id| banked(id)).collect()),
    };
    let counted = |count| BankedResets { count, resets: None };
    for (wanted, before, now, expected) in [
        (Some("a"), 2, known(&["a", "b"]), Trace::Untouched),
        (Some("a"), 2, known(&["b"]), Trace::Redeemed),
        // Another was granted meanwhile.
        (Some("a"), 1, known(&["b"]), Trace::Redeemed),
        (Some("a"), 2, counted(1), Trace::Redeemed),
        (Some("a"), 2, counted(2), Trace::Unknown),
        (None, 2, known(&["a"]), Trace::Redeemed),
        (None, 2, counted(3), Trace::Unknown),
    ] {
        assert_eq!(trace_of(wanted, before, &now), expected, "{wanted:?} {before} {now:?}");
    }
}

fn banked(id: &str) -> BankedReset {
    BankedReset { id: id.to_owned(), granted_at: None, expires_at: None }
}
