//! Answers of the usage endpoint and of the issuer: whatever they hold, what is believed is
//! bounded, what is unclear changes nothing, and no token is printed.
#![no_main]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use libfuzzer_sys::{arbitrary, fuzz_target};
use rotunda_core::{
    Claims, PoolState, ProfileId, Secret, Standing, bounded, claims_of, columns, display_text,
    own_account::{with_origin, with_rate_limit},
    profile::{Kind, PoolProfile, Window},
    quota::{LONGEST_REST, MOST_LIMITS, report_of},
    reset_credits::{Redeemed, banked_of, redeemed_of},
    tokens::answer::{self, Failure, Made},
    vault::ChatGptCredential,
};
use serde_json::{Value, json};

/// Stands in each token.
const TOKEN: &str = "zq9";
const A: ProfileId = ProfileId(1);

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    status: u16,
    /// Parts of an answer of the issuer.
    access: Option<&'a str>,
    refresh: Option<&'a str>,
    account: Option<&'a str>,
    expires_in: Option<f64>,
    claims: &'a [u8],
    now: u32,
    /// An answer as it is.
    body: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let now = UNIX_EPOCH + Duration::from_secs(input.now.into());
    if let Some(body) = bounded::json(input.body) {
        read_usage(&body, now);
        read_resets(input.status, &body, now);
    }
    if let Ok(text) = std::str::from_utf8(input.body) {
        mend(text);
    }
    refuse(input.status, input.body);
    renew(&input, input.body, now);
    renew(&input, issued(&input).to_string().as_bytes(), now);
});

fn read_usage(body: &Value, now: SystemTime) {
    let Some(report) = report_of(body, now) else { return };
    assert!(report.usage.windows.len() <= 2 && report.others.len() <= MOST_LIMITS);
    let others = report.others.iter().flat_map(|other| &other.windows);
    report.usage.windows.iter().chain(others).for_each(|window| check_window(window, now));
    for other in &report.others {
        let names = [Some(&other.name), Some(&other.feature), other.model.as_ref()];
        assert!(names.into_iter().flatten().all(|text| is_shown(text, display_text::NAME)));
        assert!(other.is(&other.name) && other.is(&other.feature));
        assert!((0.0..=100.0).contains(&other.left(now)));
    }
    let credits = report.usage.credits.as_ref().and_then(|credits| credits.balance.as_ref());
    let texts = [credits, report.usage.plan.as_ref()];
    assert!(texts.into_iter().flatten().all(|text| is_shown(text, display_text::PLAN)));
    let mut pool = PoolState::default();
    let (kind, account_id) = (Kind::ChatGpt, None);
    pool.put(PoolProfile { id: A, kind, account_id, rank: 0, paused: false, own_sign_in: false });
    // Twice: a rest may end, or begin, with the second.
    for _ in 0..2 {
        pool.read_report(A, report.clone(), now);
        for (_, standing) in pool.standings() {
            let until = match standing {
                Standing::Resting(rest) => rest.until,
                Standing::NotEntitled { ask_at } => ask_at,
                Standing::Ready | Standing::NeedsSignIn | Standing::Paused => now,
            };
            assert!(until <= now + LONGEST_REST, "{standing:?}");
        }
    }
    let _ = pool.view(now);
    pool.tick(now);
    assert!(pool.next_tick(now).is_none_or(|next| next > now), "it would be due again at once");
}

fn check_window(window: &Window, now: SystemTime) {
    assert!((Duration::from_secs(1)..=bounded::LONGEST_SPAN).contains(&window.length));
    assert!((0.0..=100.0).contains(&window.used_percent));
    assert!(window.resets_at.is_none_or(|at| at > now && at <= now + window.length));
}

fn read_resets(status: u16, body: &Value, now: SystemTime) {
    if let Some(banked) = banked_of(body) {
        let resets = banked.resets.as_deref().unwrap_or_default();
        assert!(resets.len() <= 100);
        assert!(resets.is_sorted_by_key(|reset| (reset.expires_at.is_none(), reset.expires_at)));
        for reset in resets {
            assert!(reset.id.bytes().all(|byte| byte.is_ascii_graphic()), "{reset:?}");
            assert!((1..=200).contains(&reset.id.len()) && banked.has(&reset.id) == Some(true));
        }
        let later = banked.clone().at(now);
        assert!(later.count <= banked.count);
        let expired = |at: SystemTime| at <= now;
        assert!(!later.first().and_then(|reset| reset.expires_at).is_some_and(expired));
    }
    match redeemed_of(status, body) {
        Redeemed::Reset | Redeemed::NothingToReset | Redeemed::NoReset | Redeemed::Already => {
            assert!((200..300).contains(&status) && body["code"].is_string());
        }
        Redeemed::Refused { status: said, reason } => {
            assert!(said == status && (400..500).contains(&status));
            let is_shown = |text: &String| is_shown(text, display_text::LINE);
            assert!(reason.as_ref().is_none_or(is_shown), "{reason:?}");
        }
        Redeemed::Unclear => {}
    }
}

/// Answers about the client's own account stay JSON, and the mended parts are as wanted.
fn mend(text: &str) {
    let is_json = |text: &str| serde_json::from_str::<Value>(text).is_ok();
    if let Some(mended) = with_rate_limit(text, r#"{"allowed":true}"#) {
        assert!(is_json(text) && is_json(&mended), "{mended}");
        let mended: Value = serde_json::from_str(&mended).expect("it was parsed a line ago");
        assert_eq!(mended["rate_limit"]["allowed"], true);
        assert_eq!(mended.get("rate_limit_upsell"), None);
        assert_eq!(mended["rate_limit_reached_type"], Value::Null);
    }
    if let Some(mended) = with_origin(text, "https://host.test") {
        assert!(is_json(&mended), "{mended}");
        assert_eq!(with_origin(&mended, "https://host.test"), None, "once is enough");
    }
}

/// A grant is gone only when the issuer itself names a code that says so.
fn refuse(status: u16, body: &[u8]) {
    let Ok(status) = StatusCode::from_u16(status) else { return };
    match answer::refusal(status, body) {
        Failure::Refused(code) => {
            assert!(status.is_client_error());
            assert!(String::from_utf8_lossy(body).contains(code) || body.contains(&b'\\'));
        }
        failure => assert_eq!(failure, Failure::Trouble),
    }
}

fn issued(input: &Input<'_>) -> Value {
    let claims = URL_SAFE_NO_PAD.encode(input.claims);
    json!({
        "access_token": input.access.map(|text| format!("{TOKEN}{text}.{claims}.{TOKEN}")),
        "refresh_token": input.refresh.map(|text| format!("{TOKEN}{text}")),
        "id_token": format!("{TOKEN}.{claims}.{TOKEN}"),
        "expires_in": input.expires_in,
    })
}

fn renew(input: &Input<'_>, body: &[u8], now: SystemTime) {
    let held = ChatGptCredential {
        access: Secret::new(format!("{TOKEN}-held")),
        expires: None,
        refresh: Some(Secret::new(format!("{TOKEN}-refresh"))),
        account_id: input.account.map(str::to_owned),
    };
    match answer::read(body, Some(now), &held) {
        Ok(made) => check_made(&made, &held),
        Err(failure) => assert!(matches!(failure, Failure::Unusable(_)), "{failure:?}"),
    }
}

fn check_made(made: &Made, held: &ChatGptCredential) {
    let printed = format!("{made:?}");
    // The account of the profile is printed, and may be called like anything.
    let account = format!("{:?}", held.account_id);
    assert!(!printed.replace(&account, "").contains(TOKEN), "{printed}");
    let Made { credential, id_token, stated } = made;
    let refresh = credential.refresh.as_ref().expect("the former one stays where none came");
    for (token, most) in [(&credential.access, 32 << 10), (refresh, 4 << 10)] {
        let token = token.expose();
        assert!((1..=most).contains(&token.len()));
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()), "it fits no header");
    }
    assert_eq!(credential.account_id, held.account_id);
    let tokens = [Some(&credential.access), id_token.as_ref()].into_iter().flatten();
    for claims in tokens.filter_map(|token| claims_of(token.expose())) {
        let Claims { account_id, .. } = claims;
        let is_other = account_id.is_some() && held.account_id.is_some();
        assert!(!is_other || account_id == held.account_id, "of another account");
    }
    assert!(stated.expires_in.is_none_or(|life| !life.is_zero()));
    assert_eq!(credential.expires, stated.expires);
}

fn is_shown(text: &str, most: usize) -> bool {
    let is_short = columns::columns(text) <= most;
    !text.is_empty() && is_short && display_text::clean(text, most) == text
}
