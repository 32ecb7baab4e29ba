//! Which paths the router serves, and what each one is.

use http::{Method, Request, header};

/// The route of voice calls.
pub(crate) const CALLS: &str = "realtime";

/// Something the router does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Forwarded to the profile that should serve it.
    Forward(Forwarded),
    /// The list of models, from a cache.
    Models,
    /// What is left in the pool, in the shape of the usage endpoint.
    Usage,
    /// Answered here: the router is alive.
    Health,
}

/// A route that is carried upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forwarded {
    /// For the record.
    pub(crate) name: &'static str,
    /// Below the upstream's Codex base.
    pub(crate) kind: Kind,
}

/// What kind of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One turn of a conversation.
    Responses,
    /// A conversation being compacted.
    Compact,
    /// A side request that continues nothing.
    Side,
}

/// The bases a client may use: ours as bound, and those of other tools that
/// send the key as a header.
const BASES: [&str; 4] = ["codex", "v1", "backend-api/codex", "backend-api/prodex"];

/// Decoding a path so often, or less, must leave nothing to decode.
const MOST_DECODINGS: usize = 4;

/// Whether every server reads a path as it stands: no segment is empty or made
/// of dots, nothing is a separator in disguise, and nothing is a control
/// character, however often it is encoded. Anything else could lead somewhere
/// else upstream than the route says.
pub(crate) fn is_plain(path: &str) -> bool {
    // One slash at the end means the same everywhere.
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    if !path.is_ascii() || !has_plain_segments(path) {
        return false;
    }
    let slashes = path.matches('/').count();
    let mut decoded = path.to_owned();
    for _ in 0..MOST_DECODINGS {
        if !decoded.contains('%') {
            return true;
        }
        let Some(next) = decode(&decoded) else { return false };
        if next.matches('/').count() != slashes || !has_plain_segments(&next) {
            return false;
        }
        decoded = next;
    }
    !decoded.contains('%')
}

fn has_plain_segments(path: &str) -> bool {
    let is_plain = |segment: &str| {
        // Some servers cut parameters and white space off before they look.
        let name = segment.split(';').next().unwrap_or_default().trim();
        !name.is_empty() && name.bytes().any(|byte| byte != b'.')
    };
    let is_odd = |char: char| char == '\\' || char == '\u{fffd}' || char.is_control();
    !path.contains(is_odd) && (path.is_empty() || path.split('/').all(is_plain))
}

/// Percent-decodes once; none when an escape is damaged or no text comes out.
fn decode(path: &str) -> Option<String> {
    let mut bytes = path.bytes();
    let mut decoded = Vec::with_capacity(path.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let value = digit()? * 16 + digit()?;
        decoded.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(decoded).ok()
}

/// The route of a path behind the key, with the path below its base.
pub(crate) fn route_of<'a>(method: &Method, path: &'a str) -> Option<(Route, &'a str)> {
    // An answer to TRACE repeats the request, and with it the profile's token.
    if matches!(*method, Method::TRACE | Method::CONNECT) {
        return None;
    }
    let path = path.trim_end_matches('/');
    if path == "health" {
        return (*method == Method::GET).then_some((Route::Health, ""));
    }
    if matches!(path, "api/codex/usage" | "backend-api/wham/usage") {
        return (*method == Method::GET).then_some((Route::Usage, ""));
    }
    let below = |base: &&str| {
        let rest = path.strip_prefix(*base)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    };
    let path = BASES.iter().find_map(below)?;
    Some((route_below(method, path), path))
}

/// Everything below a base has a route: what is not known here is a side
/// request with the session's profile, because a new feature of Codex must not
/// meet a 404 of the router.
fn route_below(method: &Method, path: &str) -> Route {
    let forward = |name, kind| Route::Forward(Forwarded { name, kind });
    let side = |name| forward(name, Kind::Side);
    let first = path.split('/').next().unwrap_or_default();
    match (method.as_str(), path, first) {
        ("GET" | "HEAD", "", _) | ("HEAD", "responses", _) => Route::Health,
        ("GET", "models", _) => Route::Models,
        ("POST" | "GET", "responses", _) => forward("responses", Kind::Responses),
        ("POST", "responses/compact", _) => forward("compact", Kind::Compact),
        (_, "alpha/search", _) => side("search"),
        (_, _, "images") => side("images"),
        (_, _, "memories") => side("memories"),
        (_, _, "realtime" | "live") => side(CALLS),
        _ => side("other"),
    }
}

/// A path with the query of a request.
pub(crate) fn path_and_query<B>(path: &str, request: &Request<B>) -> String {
    match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// A WebSocket is wanted, or nothing else makes sense on this path.
pub(crate) fn is_socket<B>(request: &Request<B>, route: Forwarded) -> bool {
    let wants = request.headers().get(header::UPGRADE);
    let wants = wants.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    wants || (route.kind == Kind::Responses && request.method() == Method::GET)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(method: &str, path: &str) -> Option<&'static str> {
        let method = method.parse().unwrap();
        route_of(&method, path).map(|(route, _)| match route {
            Route::Forward(forwarded) => forwarded.name,
            Route::Models => "models",
            Route::Usage => "usage",
            Route::Health => "health",
        })
    }

    #[test]
    fn listed_paths_have_a_route() {
        for (method, path, expected) in [
            ("POST", "codex/responses", "responses"),
            ("POST", "v1/responses", "responses"),
            ("POST", "backend-api/prodex/responses/", "responses"),
            ("GET", "codex/responses", "responses"),
            ("HEAD", "codex/responses", "health"),
            ("POST", "codex/responses/compact", "compact"),
            ("GET", "backend-api/codex/models", "models"),
            ("POST", "codex/alpha/search", "search"),
            ("POST", "codex/images/generations", "images"),
            ("POST", "codex/memories/trace_summarize", "memories"),
            ("GET", "codex/realtime", "realtime"),
            ("POST", "codex/live", "realtime"),
            ("GET", "codex/live/rtc_1", "realtime"),
            ("GET", "codex", "health"),
            ("GET", "v1/", "health"),
            ("GET", "health", "health"),
            ("GET", "api/codex/usage", "usage"),
            ("GET", "backend-api/wham/usage", "usage"),
        ] {
            assert_eq!(name(method, path), Some(expected), "{method} {path}");
        }
    }

    #[test]
    fn paths_of_codex_are_plain() {
        for path in [
            "",
            "codex",
            "codex/",
            "codex/responses",
            "codex/images/a.png",
            "codex/images/...a",
            "codex/memories/a%20b",
            "codex/memories/%E5%90%8D",
            "codex/realtime/calls/rtc_1;v=2",
        ] {
            assert!(is_plain(path), "{path}");
        }
    }

    /// Whatever a server may do with a path before it uses it.
    #[test]
    fn a_path_in_disguise_is_not_plain() {
        let dots = [
            ".",
            "..",
            "...",
            "%2e",
            "%2E",
            ".%2e",
            "%2e%2E",
            "%252e%252e",
            "%25252e.",
            "%2525252e",
            "..;",
            "..;a=b",
            "%2e%2e%3b",
            "..%20",
            "%20..",
            "..%00",
            "..%09",
            "%c0%ae%c0%ae",
            "%",
            "%2",
            "%2g",
            "%zz",
            "%+2",
            "%ff",
            "%e0%80%ae",
            "%252525252e",
        ];
        for segment in dots {
            for path in [
                format!("codex/images/{segment}/x"),
                format!("codex/images/{segment}"),
                format!("codex/images/{segment}/"),
                format!("{segment}/codex/responses"),
                format!("codex/{segment}/control/x"),
            ] {
                assert!(!is_plain(&path), "{path}");
            }
        }
    }

    #[test]
    fn a_separator_in_disguise_is_not_plain() {
        for part in [
            "//",
            "\\",
            "%2f",
            "%2F",
            "%5c",
            "%5C",
            "%252f",
            "%255c",
            "\\..\\",
            "%00",
            "%0a",
            "%0d%0a",
            "%7f",
            "%c2%85",
            "\u{0}",
            "\u{ff0e}\u{ff0e}",
            "é",
        ] {
            for path in [format!("codex/images/a{part}b"), format!("codex{part}responses")] {
                assert!(!is_plain(&path), "{path:?}");
            }
        }
        for path in ["/codex/responses", "codex//", "//", "/", "codex/responses//"] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn what_is_not_known_below_a_base_is_forwarded() {
        for (method, path) in [
            ("POST", "codex/alpha/notes/v2/read_file"),
            ("GET", "codex/alpha/history/list"),
            ("DELETE", "codex/responses"),
            ("GET", "codex/responses/resp_1"),
            ("POST", "codex/responses/resp_1/cancel"),
            ("PUT", "codex/responses/compact"),
            ("PATCH", "codex/new/feature"),
            ("OPTIONS", "codex/responses"),
            ("PROPFIND", "codex/files"),
            ("POST", "codex/models"),
            ("HEAD", "codex/models"),
            ("POST", "codex"),
            ("POST", "v1/chat/completions"),
            ("GET", "backend-api/codex/health"),
        ] {
            assert_eq!(name(method, path), Some("other"), "{method} {path}");
        }
        let notes = route_of(&Method::PUT, "codex/alpha/notes/a").unwrap();
        assert_eq!(notes.1, "alpha/notes/a");
        assert!(matches!(notes.0, Route::Forward(Forwarded { kind: Kind::Side, .. })));
    }

    /// What is outside the client's bases is not the client's.
    #[test]
    fn everything_else_has_none() {
        for (method, path) in [
            ("GET", ""),
            ("POST", "codexx/responses"),
            ("POST", "responses"),
            ("POST", "health"),
            ("DELETE", "health"),
            ("TRACE", "codex/responses"),
            ("CONNECT", "codex/responses"),
            ("POST", "api/codex/usage"),
            ("GET", "backend-api/wham/accounts/check"),
            ("GET", "backend-api/codexx"),
        ] {
            assert_eq!(name(method, path), None, "{method} {path}");
        }
    }
}
