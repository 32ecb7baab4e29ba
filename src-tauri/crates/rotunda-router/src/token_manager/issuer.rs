//! Asking the issuer for new tokens.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};
use rotunda_core::{
    ProfileId, Secret,
    tokens::{
        Reason,
        answer::{self, Failure, Made},
    },
    vault::ChatGptCredential,
};
use serde::Serialize;
use tokio::time::timeout;

use super::{CLIENT_ID, TokenManager};

/// For the issuer's whole answer. Generous, since the token is spent when it has
/// decided: giving up earlier would lose what it made of it.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// The issuer's answer is a few kilobytes; more is not read.
const LONGEST_ANSWER: usize = 256 << 10;

/// A request to the issuer.
#[derive(Serialize)]
struct Question<'a> {
    client_id: &'a str,
    grant_type: &'a str,
    refresh_reason: &'a str,
    refresh_token: &'a str,
}

/// What came back.
struct Received {
    status: StatusCode,
    date: Option<SystemTime>,
    body: Result<Secret<Vec<u8>>, Failure>,
}

impl TokenManager {
    /// Spends the refresh token of `held`.
    pub(super) async fn ask(
        &self,
        id: ProfileId,
        reason: Reason,
        held: &ChatGptCredential,
    ) -> Result<Made, Failure> {
        let answer = self.answer(reason, held).await;
        if let Err(Failure::Unusable(why)) = answer {
            tracing::warn!(profile = %id, why, "the issuer's answer cannot be used");
        }
        answer
    }

    async fn answer(&self, reason: Reason, held: &ChatGptCredential) -> Result<Made, Failure> {
        let refresh = held.refresh.as_ref().ok_or(Failure::Trouble)?;
        let question = Question {
            client_id: CLIENT_ID,
            grant_type: "refresh_token",
            refresh_reason: reason.text(),
            refresh_token: refresh.expose(),
        };
        // Made in one piece: growing would leave copies behind.
        let mut body = Vec::with_capacity(refresh.expose().len() + 512);
        serde_json::to_writer(&mut body, &question).map_err(|_| Failure::Trouble)?;
        let request = self.inner.http.post(self.inner.token_url.clone());
        let request = request.header("content-type", "application/json").body(body);
        let received = timeout(LONGEST, receive(request)).await;
        let received = received.map_err(|_| Failure::Trouble)?.map_err(|_| Failure::Trouble)?;
        let Received { status, date, body } = received;
        if status.is_success() {
            return answer::read(body?.expose(), date, held);
        }
        tracing::warn!(status = status.as_u16(), "the issuer refused a refresh");
        Err(body.map_or(Failure::Trouble, |body| answer::refusal(status, body.expose())))
    }
}

async fn receive(request: reqwest::RequestBuilder) -> Result<Received, reqwest::Error> {
    let mut response = request.send().await.map_err(reqwest::Error::without_url)?;
    let (status, date) = (response.status(), date_of(response.headers()));
    // Made in one piece: growing would leave copies behind.
    let mut body = Vec::with_capacity(LONGEST_ANSWER);
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_ANSWER => {
                break Err(Failure::Unusable("too_large"));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break Ok(Secret::new(body)),
            Err(_) => break Err(Failure::Unusable("truncated")),
        }
    };
    Ok(Received { status, date, body })
}

fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()
}
