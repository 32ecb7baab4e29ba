//! How an account's workspace wants its requests sent.
//!
//! Codex asks this itself and would follow it; behind the router it does not,
//! so the router does, per profile (contract 2.3). What upstream answers may
//! move requests only to where they were allowed to go before.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use rotunda_core::{ProfileId, Upstreams, upstreams::is_here};
use serde_json::Value;
use url::Url;

/// The hosts that may hold workspaces.
const HOSTS: [&str; 1] = ["chatgpt.com"];

/// What a workspace demands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Routing {
    /// Value of `x-openai-account-routing-override`.
    pub(crate) region: Option<String>,
    /// Where its backend is, when that is not where everything goes.
    pub(crate) origin: Option<Url>,
}

/// What each account's workspace demands, from `wham/accounts/check`.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// Short look-ups; nothing is awaited under it.
    routing: Mutex<HashMap<ProfileId, Routing>>,
}

impl Accounts {
    /// Value of the header that names the region.
    pub(crate) fn routing(&self, id: ProfileId) -> Option<String> {
        let routing = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
        routing.get(&id)?.region.clone()
    }

    /// Where this profile's requests go.
    pub(crate) fn upstreams<'a>(&self, id: ProfileId, all: &'a Upstreams) -> Cow<'a, Upstreams> {
        let routing = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
        match routing.get(&id).and_then(|routing| routing.origin.clone()) {
            Some(chatgpt) => Cow::Owned(Upstreams { chatgpt, ..all.clone() }),
            None => Cow::Borrowed(all),
        }
    }

    /// Whether it was read already.
    pub(crate) fn knows(&self, id: ProfileId) -> bool {
        self.routing.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    /// From now on.
    pub(crate) fn learn(&self, id: ProfileId, routing: Routing) {
        self.routing.lock().unwrap_or_else(PoisonError::into_inner).insert(id, routing);
    }
}

/// Reads an account's entry of `wham/accounts/check`; none when it is not
/// exactly one.
pub(crate) fn routing_of(body: &Value, account: &str, upstream: &Url) -> Option<Routing> {
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let accounts = body.get("accounts")?.as_array()?;
    let mut entries = accounts.iter().filter(|it| text(it, "id").as_deref() == Some(account));
    let (Some(entry), None) = (entries.next(), entries.next()) else { return None };
    let region = text(entry, "account_routing_override");
    let origin = text(entry, "workspace_backend_origin").filter(|it| it != "NO_CONSTRAINT");
    Some(Routing {
        region: region.filter(|region| matches!(region.as_str(), "us" | "us_cr")),
        origin: origin.and_then(|origin| moved(upstream, &origin)),
    })
}

/// The upstream at another origin; none when it is there already, or must not
/// go there.
fn moved(upstream: &Url, origin: &str) -> Option<Url> {
    let origin: Url = origin.parse().ok()?;
    if origin.origin() == upstream.origin() {
        return None;
    }
    if !may_follow(upstream, &origin) {
        tracing::warn!("a workspace names a backend that is not followed");
        return None;
    }
    let mut moved = origin;
    moved.set_path(upstream.path());
    Some(moved)
}

/// From this machine to this machine, or from one known host to another, in
/// private; never from a chosen upstream to an unknown one.
fn may_follow(upstream: &Url, origin: &Url) -> bool {
    let bare = origin.username().is_empty()
        && origin.password().is_none()
        && origin.path() == "/"
        && origin.query().is_none()
        && origin.fragment().is_none();
    let known = |url: &Url| {
        url.scheme() == "https"
            && url.port().is_none()
            && url.host_str().is_some_and(|host| HOSTS.contains(&host))
    };
    let here = |url: &Url| is_here(url) && matches!(url.scheme(), "http" | "https");
    bare && ((here(upstream) && here(origin)) || (known(upstream) && known(origin)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_workspace_may_demand_a_region() {
        let body = json!({"accounts": [
            {"id": "a", "account_routing_override": "NO_CONSTRAINT"},
            {"id": "b", "account_routing_override": "us_cr"},
            {"id": "c", "account_routing_override": "evil\r\nheader: x"},
            {"id": "e"}, {"id": "e"},
        ]});
        let upstream: Url = "https://chatgpt.com/backend-api".parse().unwrap();
        let region = |account| routing_of(&body, account, &upstream).map(|routing| routing.region);
        assert_eq!(region("a"), Some(None));
        assert_eq!(region("b"), Some(Some("us_cr".into())));
        assert_eq!(region("c"), Some(None));
        assert_eq!(region("d"), None);
        assert_eq!(region("e"), None, "two entries are none");
    }

    #[track_caller]
    fn goes(upstream: &str, origin: &str, expected: Option<&str>) {
        let upstream: Url = upstream.parse().unwrap();
        assert_eq!(moved(&upstream, origin).as_ref().map(Url::as_str), expected, "{origin}");
    }

    #[test]
    fn a_workspace_moves_requests_only_where_they_may_go() {
        let real = "https://chatgpt.com/backend-api";
        let here = "http://127.0.0.1:9/backend-api";
        for refused in [
            "https://chatgpt.com",
            "http://chatgpt.com",
            "https://chatgpt.com.evil.example",
            "https://evil.example",
            "https://user@chatgpt.com",
            "https://chatgpt.com:8443",
            "http://127.0.0.1:8",
            "file:///etc",
            "not an origin",
        ] {
            goes(real, refused, None);
        }
        goes(here, "http://127.0.0.1:8", Some("http://127.0.0.1:8/backend-api"));
        goes(here, "http://127.0.0.1:8/elsewhere", None);
        goes(here, "https://chatgpt.com", None);
        goes("https://upstream.example/x", "https://chatgpt.com", None);
    }
}
