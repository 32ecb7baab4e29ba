//! The issuer of tokens, as a sign-in speaks to it (contract 5.4), and the
//! backend's list of workspaces.

use std::time::Duration;

use http::StatusCode;
use rotunda_core::{
    Secret, bounded,
    display_text::{self, clean},
};
use rotunda_router::{CLIENT_ID, Upstreams};
use serde_json::{Map, Value, json};
use url::{Url, form_urlencoded};

use super::{LoginError, address::Proof};

/// For one whole answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The list of workspaces is a convenience: its wait is short.
const LIST_PATIENCE: Duration = Duration::from_secs(10);
/// Real answers have some 10 KiB.
const LONGEST_ANSWER: usize = 256 << 10;
/// Longer tokens fit no header.
const LONGEST_TOKEN: usize = 32 << 10;
/// Between two requests whether a code was confirmed, by default.
const INTERVAL: Duration = Duration::from_secs(5);
/// What the issuer says counts within these bounds.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// A code lives this long by default, and never longer.
const CODE_LIFE: Duration = Duration::from_secs(15 * 60);

/// Tokens as the issuer gives them out.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) id: Option<Secret<String>>,
    pub(crate) access: Secret<String>,
    pub(crate) refresh: Option<Secret<String>>,
}

/// A code for the user to type.
#[derive(Debug)]
pub(super) struct DeviceCode {
    auth_id: String,
    pub(super) user_code: String,
    pub(super) interval: Duration,
    pub(super) life: Duration,
}

/// Whether the user typed it.
pub(super) enum Poll {
    Pending,
    SlowDown,
    Confirmed { code: Secret<String>, verifier: Secret<String> },
}

/// One workspace of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) label: String,
}

/// Where the questions go.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    http: reqwest::Client,
    pub(super) auth: Url,
    chatgpt: Url,
}

struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

impl Issuer {
    pub(crate) fn at(upstreams: &Upstreams) -> Result<Self, LoginError> {
        let http = rotunda_router::http_client_via(
            &upstreams.auth,
            &upstreams.proxy,
            &upstreams.authorities,
        );
        let (auth, chatgpt) = (upstreams.auth.clone(), upstreams.chatgpt.clone());
        Ok(Self { http: http.map_err(|_| LoginError::Unreachable)?, auth, chatgpt })
    }

    /// Tokens for the code that a browser brought.
    pub(super) async fn exchange(
        &self,
        code: &Secret<String>,
        proof: &Proof,
    ) -> Result<Tokens, LoginError> {
        self.tokens(code, &proof.verifier, proof.redirect.as_str()).await
    }

    /// Tokens for a code that was confirmed elsewhere.
    pub(super) async fn exchange_confirmed(
        &self,
        code: &Secret<String>,
        verifier: &Secret<String>,
    ) -> Result<Tokens, LoginError> {
        let redirect = Upstreams::below(&self.auth, "deviceauth/callback");
        self.tokens(code, verifier, redirect.as_str()).await
    }

    async fn tokens(
        &self,
        code: &Secret<String>,
        verifier: &Secret<String>,
        redirect: &str,
    ) -> Result<Tokens, LoginError> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("code", code.expose())
            .append_pair("redirect_uri", redirect)
            .append_pair("code_verifier", verifier.expose())
            .finish();
        let answer = self.post("oauth/token", "application/x-www-form-urlencoded", form).await?;
        match answer.status {
            status if status.is_success() => tokens_of(&answer.body).ok_or(LoginError::Strange),
            status if status.is_server_error() => Err(LoginError::Trouble(status.as_u16())),
            StatusCode::TOO_MANY_REQUESTS => Err(LoginError::Trouble(429)),
            _ => Err(LoginError::BadCode),
        }
    }

    /// A code for the user to type.
    pub(super) async fn device_code(&self) -> Result<DeviceCode, LoginError> {
        let body = json!({ "client_id": CLIENT_ID }).to_string();
        let answer = self.post("api/accounts/deviceauth/usercode", JSON, body).await?;
        match answer.status {
            status if status.is_success() => device_code(&answer.body).ok_or(LoginError::Strange),
            status if status.is_server_error() => Err(LoginError::Trouble(status.as_u16())),
            StatusCode::TOO_MANY_REQUESTS => Err(LoginError::Trouble(429)),
            _ => Err(LoginError::NoCodes),
        }
    }

    /// Where the user types it.
    pub(super) fn device_page(&self) -> Url {
        Upstreams::below(&self.auth, "codex/device")
    }

    /// Asks once whether it was typed. Trouble is no answer: it may pass.
    pub(super) async fn poll(&self, code: &DeviceCode) -> Result<Poll, LoginError> {
        let body = json!({ "device_auth_id": code.auth_id, "user_code": code.user_code });
        let answer = self.post("api/accounts/deviceauth/token", JSON, body.to_string()).await;
        let Ok(Answer { status, body }) = answer else { return Ok(Poll::Pending) };
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() {
            return confirmed(&answer).ok_or(LoginError::Strange);
        }
        match error_code(&answer) {
            Some("slow_down") => return Ok(Poll::SlowDown),
            Some("access_denied") => return Err(LoginError::Denied),
            Some("expired_token") => return Err(LoginError::CodeExpired),
            _ => {}
        }
        match status {
            StatusCode::TOO_MANY_REQUESTS => Ok(Poll::SlowDown),
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => Ok(Poll::Pending),
            status if status.is_server_error() => Ok(Poll::Pending),
            // Older issuers say so with a plain 400.
            _ if error_code(&answer) == Some("authorization_pending") => Ok(Poll::Pending),
            _ => Err(LoginError::CodeExpired),
        }
    }

    /// The account's workspaces; empty when the backend does not say.
    pub(super) async fn workspaces(&self, access: &Secret<String>) -> Vec<Workspace> {
        let url = Upstreams::below(&self.chatgpt, "wham/accounts/check");
        let request = self.http.get(url).bearer_auth(access.expose());
        match tokio::time::timeout(LIST_PATIENCE, receive(request)).await {
            Ok(Ok(answer)) if answer.status.is_success() => workspaces_of(&answer.body),
            _ => Vec::new(),
        }
    }

    async fn post(&self, path: &str, kind: &str, body: String) -> Result<Answer, LoginError> {
        let url = Upstreams::below(&self.auth, path);
        let request = self.http.post(url).header("content-type", kind).body(body);
        let answer = tokio::time::timeout(PATIENCE, receive(request)).await;
        answer.map_err(|_| LoginError::Unreachable)?
    }
}

const JSON: &str = "application/json";

async fn receive(request: reqwest::RequestBuilder) -> Result<Answer, LoginError> {
    let unreachable = |_: reqwest::Error| LoginError::Unreachable;
    let mut response = request.send().await.map_err(unreachable)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(LoginError::Strange);
        }
    }
    Ok(Answer { status: response.status(), body })
}

/// The tokens of a whole answer. A sign-in that could never be renewed, or with
/// tokens that fit no header, is none.
fn tokens_of(body: &[u8]) -> Option<Tokens> {
    let mut value: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let lives_for = value.get("expires_in").and_then(Value::as_f64);
    let has_ended = lives_for.is_some_and(|seconds| seconds <= 0.0);
    if has_ended || value.get("error").is_some_and(|error| !error.is_null()) {
        return None;
    }
    let mut take = |key: &str| match value.remove(key)? {
        Value::String(text) if is_plain(&text) => Some(Secret::new(text)),
        _ => None,
    };
    // Nothing but a name and an address comes from it.
    let id = take("id_token");
    let (access, refresh) = (take("access_token")?, Some(take("refresh_token")?));
    Some(Tokens { id, access, refresh })
}

fn is_plain(token: &str) -> bool {
    let fits = !token.is_empty() && token.len() <= LONGEST_TOKEN;
    fits && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn device_code(body: &[u8]) -> Option<DeviceCode> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let text = |key: &str| value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let interval = seconds(&value["interval"]).unwrap_or(INTERVAL);
    let life = seconds(&value["expires_in"]).filter(|life| !life.is_zero()).unwrap_or(CODE_LIFE);
    Some(DeviceCode {
        auth_id: text("device_auth_id")?,
        // One that had to be cleaned would not be the code any more.
        user_code: text("user_code")
            .or_else(|| text("usercode"))
            .filter(|code| clean(code, display_text::CODE) == *code)?,
        interval: interval.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL),
        life: life.min(CODE_LIFE),
    })
}

/// The real issuer writes `"5"`.
fn seconds(value: &Value) -> Option<Duration> {
    bounded::number(value).and_then(bounded::seconds_from)
}

fn confirmed(value: &Value) -> Option<Poll> {
    let text = |key: &str| value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Poll::Confirmed {
        code: Secret::new(text("authorization_code")?),
        verifier: Secret::new(text("code_verifier")?),
    })
}

fn error_code(value: &Value) -> Option<&str> {
    let places = [&value["error"]["code"], &value["error"], &value["code"]];
    places.into_iter().find_map(Value::as_str)
}

fn workspaces_of(body: &[u8]) -> Vec<Workspace> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let all = value["accounts"].as_array().map_or(&[][..], Vec::as_slice);
    let usable = all.iter().filter(|one| one["is_deactivated"] != Value::Bool(true));
    usable.filter_map(workspace_of).collect()
}

fn workspace_of(value: &Value) -> Option<Workspace> {
    let text = |key: &str| value[key].as_str().filter(|text| !text.trim().is_empty());
    let id = text("id").filter(|id| is_plain_id(id))?.to_owned();
    let name = text("name").unwrap_or(match text("structure") {
        Some("workspace") => "Workspace",
        _ => "Personal",
    });
    let label = text("plan_type").map_or(name.to_owned(), |plan| format!("{name} · {plan}"));
    Some(Workspace { id, label: clean(&label, 80) })
}

/// As ids are: visible ASCII, and not a page of it.
fn is_plain_id(id: &str) -> bool {
    id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_come_with_numbers_as_text() {
        let body = br#"{"device_auth_id":"d","user_code":"AB-CD","interval":"7","expires_in":60}"#;
        let code = device_code(body).unwrap();
        assert_eq!((code.interval.as_secs(), code.life.as_secs()), (7, 60));
        let bare = device_code(br#"{"device_auth_id":"d","user_code":"AB-CD","interval":0}"#);
        let bare = bare.unwrap();
        assert_eq!((bare.interval.as_secs(), bare.life.as_secs()), (1, 900));
        assert!(device_code(br#"{"user_code":"AB-CD"}"#).is_none());
        for odd in ["1e308", "18446744073709551615", "-1", "\"NaN\"", "{}", "null"] {
            let body = format!(
                r#"{{"device_auth_id":"d","user_code":"AB-CD","interval":{odd},"expires_in":{odd}}}"#
            );
            let code = device_code(body.as_bytes()).unwrap();
            assert_eq!((code.interval, code.life), (INTERVAL, CODE_LIFE), "{odd}");
        }
        // A code that a terminal would not show as it is could not be typed.
        for hostile in ["AB\u{202e}CD", "AB\u{1b}[2J", " AB", &"A".repeat(65)] {
            let body = json!({ "device_auth_id": "d", "user_code": hostile }).to_string();
            assert!(device_code(body.as_bytes()).is_none(), "{hostile:?}");
        }
    }

    #[test]
    fn tokens_that_are_missing_malformed_or_ended_are_no_sign_in() {
        let good = || json!({"id_token": "i", "access_token": "a", "refresh_token": "r"});
        let read = |body: &Value| tokens_of(body.to_string().as_bytes());
        assert!(read(&good()).is_some());
        for key in ["access_token", "refresh_token"] {
            let too_long = "x".repeat(40 << 10);
            for token in ["", " ", "a b", "a\r\nb", "a\u{7f}", "\u{e9}", &too_long] {
                let mut body = good();
                body[key] = json!(token);
                assert!(read(&body).is_none(), "{key}: {token:?}");
            }
            for other in [json!(null), json!(7), json!([])] {
                let mut body = good();
                body[key] = other;
                assert!(read(&body).is_none(), "{key}");
            }
        }
        for (key, value) in
            [("expires_in", json!(0)), ("expires_in", json!(-5)), ("error", json!({}))]
        {
            let mut body = good();
            body[key] = value;
            assert!(read(&body).is_none(), "{body}");
        }
        for body in [&b""[..], b"<html>", b"[]", b"{"] {
            assert!(tokens_of(body).is_none());
        }
    }

    #[test]
    fn workspaces_are_listed_by_name_and_plan() {
        let body = json!({"accounts": [
            {"id": "a", "structure": "personal", "plan_type": "plus", "name": null},
            {"id": "b", "structure": "workspace", "plan_type": "team", "name": "Ac\u{202e}me\u{7}"},
            {"id": "c", "structure": "workspace", "is_deactivated": true},
            {"id": "d\u{1b}", "name": "no id of theirs"},
            {"name": "no id"},
        ]});
        let found = workspaces_of(body.to_string().as_bytes());
        let labels: Vec<_> =
            found.iter().map(|one| (one.id.as_str(), one.label.as_str())).collect();
        assert_eq!(labels, [("a", "Personal · plus"), ("b", "Acme · team")]);
        assert!(workspaces_of(b"<html>").is_empty());
    }
}
