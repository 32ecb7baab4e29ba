//! Which headers pass, which are swapped, which stay behind.

use http::{HeaderMap, HeaderName, header};

/// Belong to one connection, never to the next (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The client's own credentials and what our connection decides by itself.
const CLIENT_ONLY: [&str; 7] = [
    "authorization",
    "x-api-key",
    "cookie",
    "chatgpt-account-id",
    "host",
    "accept-encoding",
    "x-openai-account-routing-override",
];

/// Sticky within a turn and bound to one account.
pub const TURN_STATE: &str = "x-codex-turn-state";
/// Names the account a request is for.
pub const ACCOUNT_ID: &str = "chatgpt-account-id";
/// Tells the client that its list of models is out of date.
pub const MODELS_ETAG: &str = "x-models-etag";

/// The client's headers as they go upstream: everything byte for byte but
/// connection headers and the client's own credentials.
pub fn to_upstream(client: &HeaderMap) -> HeaderMap {
    let mut headers = client.clone();
    strip_hop_by_hop(&mut headers);
    for name in CLIENT_ONLY {
        headers.remove(name);
    }
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::EXPECT);
    headers
}

/// Upstream's headers as they go to the client: connection headers, cookies
/// and other limit families stay behind.
pub fn to_client(upstream: &HeaderMap) -> HeaderMap {
    let mut headers = upstream.clone();
    strip_hop_by_hop(&mut headers);
    for name in [header::SET_COOKIE, header::ALT_SVC] {
        headers.remove(name);
    }
    // The client would take the last family for the only one (contract 4.1).
    let foreign: Vec<_> = headers.keys().filter(|name| is_foreign_family(name)).cloned().collect();
    for name in foreign {
        headers.remove(name);
    }
    headers
}

fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.iter().chain(&named) {
        headers.remove(name);
    }
}

/// `x-<limit>-primary-…` or `-secondary-…` or `-limit-name` of a limit that is
/// not Codex's own.
fn is_foreign_family(name: &HeaderName) -> bool {
    let Some(rest) = name.as_str().strip_prefix("x-") else { return false };
    let ours = rest.starts_with("codex-primary-") || rest.starts_with("codex-secondary-");
    let family = ["-primary-", "-secondary-"].iter().any(|place| rest.contains(place))
        || rest.ends_with("-limit-name");
    family && !ours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Lesson 10: nothing of the client's own sign-in goes upstream.
    #[test]
    fn the_clients_own_credentials_stay_here() {
        let out = to_upstream(&headers(&[
            ("authorization", "Bearer own"),
            ("x-api-key", "k"),
            ("cookie", "c=1"),
            ("chatgpt-account-id", "own"),
            ("proxy-authorization", "Basic x"),
            ("host", "127.0.0.1:4517"),
            ("session-id", "s"),
            ("x-codex-turn-metadata", "{\"a\": 1}"),
            ("user-agent", "codex_exec/0.169.0"),
        ]));
        assert_eq!(names(&out), ["session-id", "user-agent", "x-codex-turn-metadata"]);
        assert_eq!(out["x-codex-turn-metadata"], "{\"a\": 1}");
    }

    /// Lesson 18: also what `Connection` itself names.
    #[test]
    fn connection_headers_stop_here_both_ways() {
        let map = headers(&[
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("te", "trailers"),
            ("accept", "*/*"),
        ]);
        for out in [to_upstream(&map), to_client(&map)] {
            assert_eq!(out.len(), 1);
            assert!(out.contains_key("accept"));
        }
    }

    #[test]
    fn other_limit_families_and_cookies_stay_behind() {
        let out = to_client(&headers(&[
            ("set-cookie", "a=b"),
            ("x-codex-primary-used-percent", "1"),
            ("x-codex-turn-state", "t"),
            ("x-codex-spark-primary-used-percent", "2"),
            ("x-codex-spark-limit-name", "Spark"),
        ]));
        assert_eq!(names(&out), ["x-codex-primary-used-percent", "x-codex-turn-state"]);
    }
}
