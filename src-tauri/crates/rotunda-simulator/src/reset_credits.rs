//! Banked reset credits of an account that does not exist: their two answers, and what
//! redeeming one does.

use serde_json::{Value, json};

use crate::Reply;

/// Reset credits, and the requests that redeemed some.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResetCredits {
    /// Those that it has.
    pub available: Vec<ResetCredit>,
    /// The `redeem_request_id` of each request that redeemed one.
    pub redeemed_by: Vec<String>,
}

/// One reset credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetCredit {
    /// Upstream's id of it.
    pub id: String,
    /// When it was granted, as RFC 3339.
    pub granted_at: String,
    /// When it expires, as RFC 3339.
    pub expires_at: Option<String>,
}

impl ResetCredit {
    /// One that was granted long ago and expires then.
    pub fn named(id: &str, expires_at: &str) -> Self {
        Self {
            id: id.to_owned(),
            granted_at: "2026-01-01T00:00:00Z".to_owned(),
            expires_at: Some(expires_at.to_owned()),
        }
    }
}

impl ResetCredits {
    /// As the usage answer names them.
    pub(crate) fn summary(&self) -> Value {
        json!({ "available_count": self.available.len() })
    }

    /// The answer with the details.
    pub fn answer(&self) -> Reply {
        let details = self.available.iter().map(|credit| {
            json!({
                "id": credit.id,
                "reset_type": "codex_rate_limits",
                "status": "available",
                "granted_at": credit.granted_at,
                "expires_at": credit.expires_at,
                "title": "Rate limit reset",
                "description": null,
            })
        });
        let details: Vec<_> = details.collect();
        Reply::json(200, json!({ "available_count": details.len(), "credits": details }))
    }

    /// Redeems one, at most once for each `redeem_request_id` of a request.
    pub fn consume(&mut self, request: &Value) -> Reply {
        let id = request["redeem_request_id"].as_str().unwrap_or_default();
        let code = if id.is_empty() {
            return Reply::json(400, json!({ "detail": "redeem_request_id is missing" }));
        } else if self.redeemed_by.iter().any(|before| before == id) {
            "already_redeemed"
        } else {
            let wanted = request["credit_id"].as_str();
            let is_wanted = |it: &ResetCredit| wanted.is_none_or(|wanted| wanted == it.id);
            match self.available.iter().position(is_wanted) {
                Some(at) => {
                    self.available.remove(at);
                    self.redeemed_by.push(id.to_owned());
                    return Reply::json(200, json!({ "code": "reset", "windows_reset": 2 }));
                }
                None => "no_credit",
            }
        };
        Reply::json(200, json!({ "code": code }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_redeems_one_at_most() {
        let mut credits = ResetCredits::default();
        for id in ["a", "b"] {
            credits.available.push(ResetCredit::named(id, "2027-01-01T00:00:00Z"));
        }
        let mut code = |request: Value| credits.consume(&request).body.unwrap()["code"].clone();
        assert_eq!(code(json!({ "redeem_request_id": "1", "credit_id": "b" })), "reset");
        assert_eq!(code(json!({ "redeem_request_id": "1" })), "already_redeemed");
        assert_eq!(code(json!({ "redeem_request_id": "2", "credit_id": "b" })), "no_credit");
        assert_eq!(code(json!({ "redeem_request_id": "3" })), "reset");
        assert_eq!(code(json!({ "redeem_request_id": "4" })), "no_credit");
        assert_eq!(credits.answer().body.unwrap()["available_count"], 0);
    }
}
