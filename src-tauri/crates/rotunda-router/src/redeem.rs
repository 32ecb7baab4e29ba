//! Redeeming a banked reset: one request, sent as the profile that has it.
//!
//! It is never repeated here. The one exception is a refused token, as such a request was
//! not looked at; both requests have the same number, by which upstream knows them as one.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use rotunda_core::{
    ProfileId, Upstreams, bounded,
    reset_credits::{Redeemed, redeemed_of},
};
use serde::Serialize;
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    attempt::headers_for,
    context::RouterContext,
    server::Router,
    token_manager::{Access, TokenError},
    usage,
};

/// Where a reset is redeemed, below the ChatGPT host.
const CONSUME: &str = "wham/rate-limit-reset-credits/consume";
/// For the answer. Longer than a reading: what happens afterwards is not known.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer is some bytes; more is not read.
const LONGEST: usize = 64 << 10;

/// Why a reset was not redeemed: upstream was not asked.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The profile has no access token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// There is no client for the profile, or upstream was not reached.
    #[error("OpenAI cannot be reached")]
    Unreachable,
}

/// The body, as the real client sends it.
#[derive(Serialize)]
struct Consume<'a> {
    redeem_request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_id: Option<&'a str>,
}

impl Router {
    /// Reads the quota and the banked resets of a profile now: true when its quota was
    /// read. What was read is in the pool.
    pub async fn read_profile(&self, id: ProfileId) -> bool {
        usage::read_now(self.context(), id).await
    }

    /// Redeems a banked reset of a profile: `number` is the request's, the same for each
    /// attempt of one decision, and `reset` upstream's id of it. [`Redeemed::Unclear`]
    /// also when the connection broke after the request may have been sent.
    pub async fn redeem(
        &self,
        id: ProfileId,
        number: &str,
        reset: Option<&str>,
    ) -> Result<Redeemed, NotSent> {
        let router = self.context();
        let body = Consume { redeem_request_id: number, credit_id: reset };
        let body = serde_json::to_vec(&body).map_err(|_| NotSent::Unreachable)?;
        let access = router.token_manager.access(id).await?;
        let (status, answer) = match send(router, id, &access, &body).await? {
            Some(answered) if answered.0 == StatusCode::UNAUTHORIZED => {
                let access = router.token_manager.renew(id, &access).await?;
                match send(router, id, &access, &body).await? {
                    Some(answered) => answered,
                    None => return Ok(Redeemed::Unclear),
                }
            }
            Some(answered) => answered,
            None => return Ok(Redeemed::Unclear),
        };
        Ok(redeemed_of(status.as_u16(), &answer))
    }
}

/// None when there is no whole answer although the request may have been sent.
async fn send(
    router: &RouterContext,
    id: ProfileId,
    access: &Access,
    body: &[u8],
) -> Result<Option<(StatusCode, Value)>, NotSent> {
    let mut headers: HeaderMap = headers_for(&router.own_headers(), access, None);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let client = router.clients.of(id).map_err(|_| NotSent::Unreachable)?;
    let url = Upstreams::below(&router.upstreams.chatgpt, CONSUME);
    let request = client.post(url).headers(headers).body(body.to_vec());
    let answer = async {
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(NotSent::Unreachable);
            }
            Err(_) => return Ok(None),
        };
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Ok(None);
            }
        }
        Ok(Some((response.status(), bounded::json(&body).unwrap_or_default())))
    };
    timeout(PATIENCE, answer).await.unwrap_or(Ok(None))
}
