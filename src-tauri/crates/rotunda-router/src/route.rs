//! Which paths the router serves, and what each one is.

use http::Method;

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

/// The route of a path behind the key, with the path below its base.
pub(crate) fn route_of<'a>(method: &Method, path: &'a str) -> Option<(Route, &'a str)> {
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
    route_below(method, path).map(|route| (route, path))
}

fn route_below(method: &Method, path: &str) -> Option<Route> {
    let forward = |name, kind| Some(Route::Forward(Forwarded { name, kind }));
    let side = |name| forward(name, Kind::Side);
    let first = path.split('/').next().unwrap_or_default();
    match (method.as_str(), path) {
        ("GET" | "HEAD", "") | ("HEAD", "responses") => Some(Route::Health),
        ("GET", "models") => Some(Route::Models),
        ("POST" | "GET", "responses") => forward("responses", Kind::Responses),
        ("POST", "responses/compact") => forward("compact", Kind::Compact),
        ("POST", "alpha/search") => side("search"),
        ("POST", _) if first == "images" => side("images"),
        ("POST", _) if first == "memories" => side("memories"),
        ("POST" | "GET", _) if first == "realtime" => side("realtime"),
        _ => None,
    }
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
            ("GET", "codex", "health"),
            ("GET", "v1/", "health"),
            ("GET", "health", "health"),
            ("GET", "api/codex/usage", "usage"),
            ("GET", "backend-api/wham/usage", "usage"),
        ] {
            assert_eq!(name(method, path), Some(expected), "{method} {path}");
        }
    }

    /// Lesson 5: everything else is refused.
    #[test]
    fn everything_else_has_none() {
        for (method, path) in [
            ("GET", ""),
            ("DELETE", "codex/responses"),
            ("POST", "codex/responses/other"),
            ("POST", "codexx/responses"),
            ("POST", "codex/chat/completions"),
            ("GET", "codex/images/1"),
            ("POST", "health"),
            ("GET", "backend-api/wham/accounts/check"),
            ("POST", "codex/../control/x"),
        ] {
            assert_eq!(name(method, path), None, "{method} {path}");
        }
    }
}
