//! Headers of upstream, and what tokens claim: bounded where they are read, nothing of a
//! person in what is printed, and nothing passed on that stays on one side.
#![no_main]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use libfuzzer_sys::{arbitrary, fuzz_target};
use rotunda_core::{
    Claims, Identity, Verdict,
    bounded::{LATEST, LONGEST_SPAN, Receipt},
    claims::{claims_of, is_web_token, issued_at},
    classify, columns, display_text, headers,
    profile::Usage,
    quota::{LONGEST_REST, active_limit, reset_of, retry_after, usage_of_headers},
    verdict::{RequestTraits, Stated},
};
use serde_json::{Value, json};

/// What upstream sends, what belongs to one connection, and what a client has for itself.
const NAMES: [&str; 32] = [
    "x-codex-primary-used-percent",
    "x-codex-primary-window-minutes",
    "x-codex-primary-reset-at",
    "x-codex-primary-reset-after-seconds",
    "x-codex-secondary-used-percent",
    "x-codex-secondary-window-minutes",
    "x-codex-secondary-reset-at",
    "x-codex-secondary-reset-after-seconds",
    "x-codex-credits-has-credits",
    "x-codex-credits-unlimited",
    "x-codex-credits-balance",
    "x-codex-active-limit",
    "x-codex-turn-state",
    "x-codex-spark-primary-used-percent",
    "x-codex-spark-limit-name",
    "retry-after",
    "date",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "set-cookie",
    "location",
    "authorization",
    "cookie",
    "chatgpt-account-id",
    "openai-organization",
    "x-forwarded-for",
    "x-api-key",
    "if-none-match",
    "content-type",
    "x-other",
];
/// Never reach the client.
const NOT_DOWN: [&str; 8] = [
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "set-cookie",
    "location",
    "x-codex-spark-primary-used-percent",
    "x-codex-spark-limit-name",
];
/// Never reach upstream.
const NOT_UP: [&str; 10] = [
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "authorization",
    "cookie",
    "chatgpt-account-id",
    "openai-organization",
    "x-forwarded-for",
    "x-api-key",
];
/// Stands in each claim that names a person or an account.
const PERSON: &str = "zq9#";

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    pairs: Vec<(u8, &'a [u8])>,
    /// A whole token.
    token: &'a str,
    person: [Option<&'a str>; 4],
    plan: Option<&'a str>,
    times: [Option<f64>; 2],
    now: u32,
    /// Claims as they are, in the second part of a token.
    payload: &'a [u8],
}

// One kind of text for each input, by the lowest bits of the time.
fuzz_target!(|input: Input<'_>| {
    let now = UNIX_EPOCH + Duration::from_secs(input.now.into());
    match input.now % 4 {
        0 => read_token(input.token),
        1 => read_token(&token_of(input.payload)),
        2 => read_token(&token_of(claims(&input).to_string().as_bytes())),
        _ => read_headers(&map_of(&input.pairs), now),
    }
});

fn map_of(pairs: &[(u8, &[u8])]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs.iter().take(48) {
        let name = HeaderName::from_static(NAMES[usize::from(*name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            map.append(name, value);
        }
    }
    map
}

fn read_headers(map: &HeaderMap, now: SystemTime) {
    if let Some(usage) = usage_of_headers(map, now) {
        check_usage(&usage, now);
    }
    let latest = now + LONGEST_REST;
    if let Some(reset) = reset_of(&Value::Null, map, now) {
        assert!((now..=latest).contains(&reset.at), "{reset:?}");
    }
    let wait = retry_after(map, Receipt::of(map, now));
    assert!(wait.is_none_or(|wait| wait <= LONGEST_SPAN), "{wait:?}");
    let limit = active_limit(map);
    assert!(limit.is_none_or(|limit| limit.is_ascii()), "{limit:?}");
    for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::FORBIDDEN, StatusCode::BAD_GATEWAY] {
        let stated = Stated { status: Some(status), headers: map, error: &Value::Null };
        let traits = RequestTraits { chained: false, tool_output: false };
        if let Verdict::Quota(Some(reset)) = classify(stated, traits, now) {
            assert!((now..=latest).contains(&reset.at), "{reset:?}");
        }
    }
    passes(map, headers::to_client, &NOT_DOWN);
    passes(map, headers::to_upstream, &NOT_UP);
    passes(map, headers::own_to_upstream, &["connection", "cookie", "x-api-key"]);
}

fn check_usage(usage: &Usage, now: SystemTime) {
    assert!((1..=2).contains(&usage.windows.len()));
    assert!(usage.windows.is_sorted_by_key(|window| window.length));
    for window in &usage.windows {
        assert!((Duration::from_secs(1)..=LONGEST_SPAN).contains(&window.length), "{window:?}");
        assert!((0.0..=100.0).contains(&window.used_percent), "{window:?}");
        assert!((0.0..=100.0).contains(&window.left(now)), "{window:?}");
        let is_next = |at: SystemTime| at > now && at <= now + window.length;
        assert!(window.resets_at.is_none_or(is_next), "{window:?}");
    }
    assert!((0.0..=100.0).contains(&usage.left(now)));
    let balance = usage.credits.as_ref().and_then(|credits| credits.balance.as_deref());
    assert!(balance.is_none_or(|text| is_shown(text, display_text::PLAN)), "{balance:?}");
}

/// What is passed on is as it came, without what must stay, and passing it on again changes
/// nothing.
fn passes(map: &HeaderMap, pass: fn(&HeaderMap) -> HeaderMap, stay: &[&str]) {
    let passed = pass(map);
    assert!(!stay.iter().any(|name| passed.contains_key(*name)), "{passed:?}");
    for name in passed.keys() {
        assert!(passed.get_all(name).iter().eq(map.get_all(name).iter()), "{name}");
    }
    assert_eq!(pass(&passed), passed);
}

fn claims(input: &Input<'_>) -> Value {
    let [email, account, user, other] =
        input.person.map(|text| text.map(|text| format!("{PERSON}{text}")));
    let [exp, iat] = input.times;
    json!({
        "email": email,
        "exp": exp,
        "iat": iat,
        "https://api.openai.com/profile": { "email": other },
        "https://api.openai.com/auth": {
            "chatgpt_account_id": account,
            "chatgpt_plan_type": input.plan,
            "chatgpt_user_id": user,
            "user_id": other,
        },
    })
}

fn token_of(payload: &[u8]) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
}

fn read_token(token: &str) {
    let claims = claims_of(token);
    assert!(claims.is_some() || !is_web_token(token));
    let latest = UNIX_EPOCH + Duration::from_secs(LATEST + 1);
    assert!(issued_at(token).is_none_or(|at| (UNIX_EPOCH..latest).contains(&at)));
    let Some(claims) = claims else { return };
    assert!(claims.expires.is_none_or(|at| (UNIX_EPOCH..latest).contains(&at)));
    let (email, plan) = (claims.email.as_deref(), claims.plan.as_deref());
    assert!(email.is_none_or(|text| is_shown(text, display_text::EMAIL)), "{email:?}");
    assert!(plan.is_none_or(|text| is_shown(text, display_text::PLAN)), "{plan:?}");
    // The plan is printed, and may be called like anything.
    let printed = format!("{:?}", Claims { plan: None, ..claims.clone() });
    assert!(!printed.contains(PERSON), "{printed}");
    let identity = Identity::of(&claims);
    assert!(!format!("{identity:?}").contains(PERSON));
    assert!(!identity.is_other(&identity));
    assert!(claims.clone().or(Claims::default()) == claims);
    assert!(Claims::default().or(claims.clone()) == claims);
}

/// Fit to be shown: not empty, no longer than that, and cleaning changes nothing.
fn is_shown(text: &str, most: usize) -> bool {
    let is_short = columns::columns(text) <= most;
    !text.is_empty() && is_short && display_text::clean(text, most) == text
}
