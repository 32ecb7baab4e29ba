use std::{sync::Arc, time::UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use rotunda_core::{
    ProfileId, Standing,
    pool::CreditsStanding,
    profile::{Kind, PoolProfile, Usage},
};
use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_790_000_000;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn window(length: u64, used_percent: f64, resets_at: Option<u64>) -> Window {
    Window { length: Duration::from_secs(length), used_percent, resets_at: resets_at.map(at) }
}

fn view(windows: Vec<Window>, plan: Option<&str>, is_serving: bool) -> PoolView {
    let id = ProfileId(1);
    let profile = PoolProfile {
        id,
        kind: Kind::ChatGpt,
        account_id: Some("account-main".into()),
        rank: 0,
        paused: false,
        own_sign_in: false,
    };
    let usage = Usage { windows, plan: plan.map(str::to_owned), credits: None, read_at: at(NOW) };
    PoolView {
        serving: is_serving.then_some(id),
        next: is_serving.then_some(id),
        pinned: None,
        exhausted_until: None,
        waiting: 0,
        missed: 0,
        profiles: vec![PoolProfileView {
            profile,
            standing: Standing::Ready,
            usage: Some(Arc::new(usage)),
            is_refused: false,
            model_limits: Vec::new(),
            place: 0,
            is_last_resort: false,
            may_serve: true,
            in_use: false,
            pinned: false,
            in_flight: 0,
            late: 0,
            reserve_percent: None,
            credits: CreditsStanding::default(),
            banked_resets: None,
        }],
    }
}

fn answer(view: &PoolView, outlook: &Outlook, client: ClientAccount) -> Value {
    serde_json::to_value(UsageAnswer::new(view, outlook, client, at(NOW))).unwrap()
}

fn bearer(claims: &Value) -> HeaderMap {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let token = format!("Bearer {}.{}.c2ln", part(&json!({"alg": "none"})), part(claims));
    let value = HeaderValue::from_str(&token).unwrap();
    [(header::AUTHORIZATION, value)].into_iter().collect()
}

fn own_claims() -> Value {
    json!({"https://api.openai.com/auth": {
        "chatgpt_account_id": "account-own", "chatgpt_user_id": "user-own", "chatgpt_plan_type": "pro",
    }})
}

#[track_caller]
fn is_whole(window: &Value) {
    for key in ["used_percent", "limit_window_seconds", "reset_after_seconds", "reset_at"] {
        let number = window[key].as_i64().unwrap_or_else(|| panic!("{key} of {window}"));
        assert!((0..=i64::from(i32::MAX)).contains(&number), "{key} of {window}");
        assert!(window[key].to_string().bytes().all(|byte| byte.is_ascii_digit()), "{window}");
    }
}

#[test]
fn every_number_of_a_window_is_an_integer() {
    let windows = [
        window(18_000, 31.4, Some(NOW + 600)),
        window(18_000, 0.0, None),
        window(604_800, 100.0, Some(NOW - 5)),
        window(604_800, 100.0, Some(NOW)),
        window(u64::from(u32::MAX), 99.7, Some(u64::from(u32::MAX))),
        window(1, 250.0, Some(NOW + 1)),
    ];
    for one in windows {
        let answer =
            answer(&view(vec![one], None, true), &Outlook::Trouble, ClientAccount::default());
        is_whole(&answer["rate_limit"]["primary_window"]);
        assert_eq!(answer["rate_limit"]["secondary_window"], Value::Null);
    }
}

#[track_caller]
fn used(left: f64, expected: i64) {
    let view = view(vec![window(18_000, 100.0 - left, Some(NOW + 60))], None, true);
    let answer = answer(&view, &Outlook::Trouble, ClientAccount::default());
    let window = &answer["rate_limit"]["primary_window"];
    assert_eq!(window["used_percent"].as_i64(), Some(expected), "{left} left");
}

#[test]
fn a_window_is_used_up_only_when_nothing_is_left() {
    used(100.0, 0);
    used(68.6, 31);
    used(0.3, 99);
    used(0.0, 100);
}

/// The service writes so of a window that has not begun.
#[test]
fn a_window_without_a_reset_ends_one_length_from_now() {
    let view = view(vec![window(18_000, 0.0, None)], None, true);
    let answer = answer(&view, &Outlook::Trouble, ClientAccount::default());
    let window = &answer["rate_limit"]["primary_window"];
    assert_eq!(
        (&window["reset_after_seconds"], &window["reset_at"]),
        (&json!(18_000), &json!(NOW + 18_000))
    );
}

#[test]
fn the_account_is_that_of_the_clients_own_token() {
    let client = ClientAccount::of(&bearer(&own_claims()));
    let answer = answer(&view(Vec::new(), Some("plus"), true), &Outlook::Trouble, client);
    assert_eq!(answer["account_id"], "account-own");
    assert_eq!(answer["user_id"], "user-own");
    assert_eq!(answer["plan_type"], "pro", "the client's own plan");
}

#[test]
fn the_account_that_the_client_names_goes_before_its_token() {
    let mut headers = bearer(&own_claims());
    headers.insert("chatgpt-account-id", HeaderValue::from_static("workspace-own"));
    let client = ClientAccount::of(&headers);
    assert_eq!(client.account_id.as_deref(), Some("workspace-own"));
    assert_eq!(client.user_id.as_deref(), Some("user-own"));
}

#[test]
fn a_client_without_a_token_of_its_own_gets_no_account() {
    let key = HeaderValue::from_static("Bearer 00112233445566778899aabbccddeeff");
    let headers = [(header::AUTHORIZATION, key)].into_iter().collect();
    for headers in [HeaderMap::new(), headers] {
        let client = ClientAccount::of(&headers);
        assert_eq!(client, ClientAccount::default());
        let answer = answer(&view(Vec::new(), None, true), &Outlook::Trouble, client);
        assert_eq!(answer.get("account_id").or(answer.get("user_id")), None);
        assert_eq!(answer["plan_type"], "unknown");
    }
}

#[track_caller]
fn allowed(is_serving: bool, outlook: &Outlook, expected: (bool, bool, Value)) {
    let answer = answer(&view(Vec::new(), None, is_serving), outlook, ClientAccount::default());
    let limit = &answer["rate_limit"];
    let (allowed, reached, kind) = expected;
    assert_eq!(limit["allowed"], allowed, "{outlook:?}");
    assert_eq!(limit["limit_reached"], reached, "{outlook:?}");
    assert_eq!(answer["rate_limit_reached_type"], kind, "{outlook:?}");
}

#[test]
fn a_limit_is_reached_only_when_every_profile_is_out_of_quota() {
    let quota = Outlook::Quota { until: at(NOW + 60), plan: None };
    allowed(true, &quota, (true, false, Value::Null));
    allowed(false, &quota, (false, true, json!({"type": "rate_limit_reached"})));
    allowed(false, &Outlook::Trouble, (true, false, Value::Null));
    allowed(false, &Outlook::NeedsUser, (false, false, Value::Null));
    allowed(false, &Outlook::Empty, (false, false, Value::Null));
}
