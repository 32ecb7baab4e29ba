//! The two answers that change on their way.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts};
use rotunda_core::{
    own_account::{with_origin, with_rate_limit},
    quota::report_of,
    upstreams::is_here,
};
use serde_json::{Value, json};

use super::{
    PATIENCE, State, USAGE,
    host::{Answer, Fault, read},
    without_coding,
};
use crate::{
    coding::{codings_of, decode},
    respond::{Body, Refusal, json_response},
    usage_answer::{ClientAccount, UsageAnswer},
};

/// The host that serves accounts without a demand of their own.
const HOST: &str = "https://chatgpt.com";
/// Largest decoded answer.
const LARGEST: usize = 16 << 20;

/// What the profiles have left together, in the answer about the client's own account.
/// When they have nothing, the host's own answer.
pub(super) async fn usage(state: &State, parts: &Parts, path: &str) -> Response<Body> {
    let own = own_usage(state, parts, path).await;
    let pooled = pooled(state, &parts.headers);
    let Ok(own) = own else { return json_response(StatusCode::OK, &json!(pooled)) };
    if !own.status.is_success() {
        if is_trouble(&own) {
            return json_response(StatusCode::OK, &json!(pooled));
        }
        // It says something of the client's own sign-in.
        return own.response();
    }
    let Some(text) = text_of(&own).await else {
        return json_response(StatusCode::OK, &json!(pooled));
    };
    learn(state, &text);
    if !pooled.may_serve() {
        return own.response();
    }
    match with_rate_limit(&text, &pooled.rate_limit()) {
        Some(changed) => rewritten(&own, changed).response(),
        None => json_response(StatusCode::OK, &json!(pooled)),
    }
}

/// The same for a client that names no account.
pub(super) fn pool_usage(state: &State, headers: &HeaderMap) -> Response<Body> {
    json_response(StatusCode::OK, &json!(pooled(state, headers)))
}

fn pooled(state: &State, headers: &HeaderMap) -> UsageAnswer {
    let client = ClientAccount::of(headers);
    state
        .pool
        .read(|pool, now| UsageAnswer::new(&pool.view(now), &pool.outlook(None, now), client, now))
}

async fn own_usage(state: &State, parts: &Parts, path: &str) -> Result<Answer, Fault> {
    let remembered = &state.remembered;
    let asker = remembered.asker(&parts.headers, path);
    if let Some(known) = asker.and_then(|asker| remembered.usage(asker)) {
        return Ok(known);
    }
    let answer = read(state, parts, path, USAGE).await?;
    if let Some(asker) = asker.filter(|_| answer.status.is_success()) {
        remembered.keep_usage(asker, &answer);
    }
    Ok(answer)
}

/// The answer is also the newest reading of the profile with Codex's own sign-in.
fn learn(state: &State, text: &str) {
    let Ok(body) = serde_json::from_str::<Value>(text) else { return };
    let Some(account) = body.get("account_id").and_then(Value::as_str) else { return };
    state.pool.observe(|pool, now| {
        let view = pool.view(now);
        let is_own = |status: &&rotunda_core::pool::PoolProfileView| {
            status.profile.own_sign_in && status.profile.account_id.as_deref() == Some(account)
        };
        let Some(own) = view.profiles.iter().find(is_own).map(|status| status.profile.id) else {
            return Vec::new();
        };
        match report_of(&body, now) {
            Some(report) => pool.read_report(own, report, now),
            None => Vec::new(),
        }
    });
}

/// Which accounts there are, with a host for those that demand none: the client takes
/// the address of the router for it otherwise, and refuses that. Codex does not start
/// without this answer, so the last good one serves while the host is silent.
pub(super) async fn accounts(state: &State, parts: &Parts, path: &str) -> Response<Body> {
    let remembered = &state.remembered;
    let asker = remembered.asker(&parts.headers, path);
    let known = || asker.and_then(|asker| remembered.accounts(asker)).map(Answer::response);
    let silent = || known().unwrap_or_else(|| Refusal::HostSilent.response());
    let Ok(own) = read(state, parts, path, PATIENCE).await else { return silent() };
    if is_trouble(&own) {
        return known().unwrap_or_else(|| own.response());
    }
    if !own.status.is_success() {
        return own.response();
    }
    let text = text_of(&own).await;
    let Some(text) = text.filter(|text| serde_json::from_str::<Value>(text).is_ok()) else {
        return known().unwrap_or_else(|| own.response());
    };
    let mended = with_origin(&text, &origin(state));
    let mended = mended.map_or_else(|| own.clone(), |text| rewritten(&own, text));
    if let Some(asker) = asker {
        remembered.keep_accounts(asker, &mended);
    }
    mended.response()
}

/// Whether the host has no answer now, as opposed to a refusal.
fn is_trouble(answer: &Answer) -> bool {
    answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS
}

/// The client wants an address with TLS.
fn origin(state: &State) -> String {
    let host = &state.host;
    if host.scheme() == "https" && !is_here(host) {
        host.origin().ascii_serialization()
    } else {
        HOST.to_owned()
    }
}

async fn text_of(answer: &Answer) -> Option<String> {
    let codings = codings_of(&answer.headers).ok()?;
    let plain = decode(&codings, &answer.body, LARGEST).await.ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

fn rewritten(answer: &Answer, text: String) -> Answer {
    let mut headers = without_coding(&answer.headers);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Answer { status: answer.status, headers, body: Bytes::from(text) }
}
