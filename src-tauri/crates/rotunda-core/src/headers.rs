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

/// The client's own credentials, what names its account, its address or
/// another path to a proxy, and what our connection decides by itself.
const CLIENT_ONLY: [&str; 28] = [
    "authorization",
    "x-api-key",
    "api-key",
    "cookie",
    "cookie2",
    "openai-organization",
    "openai-project",
    "x-openai-fedramp",
    "x-openai-account-routing-override",
    "x-openai-actor-authorization",
    "x-codex-cyber-access-program",
    // It asks for a 304, and no 3xx reaches the client.
    "if-modified-since",
    "host",
    "accept-encoding",
    "origin",
    "referer",
    "forwarded",
    "via",
    "from",
    "client-ip",
    "true-client-ip",
    "x-client-ip",
    "x-real-ip",
    "x-cluster-client-ip",
    "x-host",
    "x-rewrite-url",
    "x-http-method-override",
    "x-method-override",
];
/// Families of the same: what proxies and browsers add.
const CLIENT_ONLY_PREFIXES: [&str; 6] =
    ["chatgpt-account-", "x-forwarded", "x-original-", "x-envoy-", "cf-", "sec-fetch-"];

/// What the client says of a turn, as JSON.
pub const TURN_METADATA: &str = "x-codex-turn-metadata";
/// Sticky within a turn and bound to one account.
pub const TURN_STATE: &str = "x-codex-turn-state";
/// Names the account a request is for.
pub const ACCOUNT_ID: &str = "chatgpt-account-id";
/// Says that the account lives in the government's part of the service.
pub const FEDRAMP: &str = "x-openai-fedramp";
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
    let is_family = |name: &&HeaderName| {
        CLIENT_ONLY_PREFIXES.iter().any(|names_limit| name.as_str().starts_with(names_limit))
    };
    let model_limits: Vec<_> = headers.keys().filter(is_family).cloned().collect();
    for name in model_limits {
        headers.remove(name);
    }
    // It asks for a 304, too; `*` does not (RFC 9110, section 13.1.2).
    if headers.get(header::IF_NONE_MATCH).is_some_and(|tags| tags != "*") {
        headers.remove(header::IF_NONE_MATCH);
    }
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::EXPECT);
    headers
}

/// The headers of a request about the client's own account: as received, but for
/// connection headers, the router's address and key, and cookies, which the router
/// keeps itself.
pub fn own_to_upstream(client: &HeaderMap) -> HeaderMap {
    let mut headers = client.clone();
    strip_hop_by_hop(&mut headers);
    for name in [header::HOST, header::COOKIE, header::CONTENT_LENGTH, header::EXPECT] {
        headers.remove(name);
    }
    headers.remove("x-api-key");
    headers
}

/// Upstream's headers as they go to the client: connection headers, cookies,
/// other addresses and headers of other limits are removed. The client would
/// resolve a relative `Location` against our address, without the key.
pub fn to_client(upstream: &HeaderMap) -> HeaderMap {
    let mut headers = upstream.clone();
    strip_hop_by_hop(&mut headers);
    for name in [header::SET_COOKIE, header::ALT_SVC, header::LOCATION, header::REFRESH] {
        headers.remove(name);
    }
    // The client would take the last limit for the only one (contract 4.1).
    let foreign: Vec<_> = headers.keys().filter(|name| is_of_other_limit(name)).cloned().collect();
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
fn is_of_other_limit(name: &HeaderName) -> bool {
    let Some(rest) = name.as_str().strip_prefix("x-") else { return false };
    let ours = rest.starts_with("codex-primary-") || rest.starts_with("codex-secondary-");
    let names_limit = ["-primary-", "-secondary-"].iter().any(|place| rest.contains(place))
        || rest.ends_with("-limit-name");
    names_limit && !ours
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

    #[test]
    fn a_request_about_the_own_account_keeps_its_credentials() {
        let out = own_to_upstream(&headers(&[
            ("authorization", "Bearer own"),
            ("chatgpt-account-id", "own"),
            ("accept-encoding", "zstd"),
            ("user-agent", "codex"),
            ("x-openai-codex-luna-reserve", "1"),
            ("host", "127.0.0.1:4517"),
            ("cookie", "a=b"),
            ("x-api-key", "k"),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("content-length", "3"),
        ]));
        let expected = [
            "accept-encoding",
            "authorization",
            "chatgpt-account-id",
            "user-agent",
            "x-openai-codex-luna-reserve",
        ];
        assert_eq!(names(&out), expected);
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
            ("openai-organization", "org-own"),
            ("openai-project", "proj-own"),
            ("x-openai-fedramp", "true"),
            ("x-openai-account-routing-override", "us"),
            ("x-openai-actor-authorization", "actor-own"),
            ("x-codex-cyber-access-program", "own"),
            ("chatgpt-account-user-id", "user-own"),
            ("if-none-match", "W/\"own\""),
            ("forwarded", "for=192.0.2.1"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-host", "evil.example"),
            ("x-original-url", "/other"),
            ("referer", "http://127.0.0.1:4517/key/codex"),
            ("origin", "http://127.0.0.1:4517"),
            ("sec-fetch-site", "same-origin"),
        ]));
        assert_eq!(names(&out), ["session-id", "user-agent", "x-codex-turn-metadata"]);
        assert_eq!(out["x-codex-turn-metadata"], "{\"a\": 1}");
    }

    #[test]
    fn no_request_asks_for_a_304_and_other_conditions_stay() {
        let out = to_upstream(&headers(&[
            ("if-none-match", "\"a\""),
            ("if-modified-since", "Sun, 29 Nov 2026 00:00:00 GMT"),
            ("if-match", "\"a\""),
            ("range", "bytes=0-9"),
        ]));
        assert_eq!(names(&out), ["if-match", "range"]);
        let out = to_upstream(&headers(&[("if-none-match", "*")]));
        assert_eq!(names(&out), ["if-none-match"]);
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
    fn headers_of_other_limits_and_cookies_are_removed() {
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
