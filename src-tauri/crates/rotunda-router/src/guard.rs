//! Who may speak to the router: programs of this machine that know the key.
//!
//! Checked before any routing, so that nothing about the router can be learnt
//! without it (lesson 4).

use http::{HeaderMap, HeaderValue, Request, header};
use rotunda_core::Secret;
use subtle::ConstantTimeEq;

/// The keys the router answers to.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Codex's, as it stands in the bound `config.toml`. More than one while a
    /// replaced key is still in use by loaded threads. Empty admits nobody.
    pub client: Vec<Secret<String>>,
    /// The command line's.
    pub control: Secret<String>,
}

/// What a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pass<'a> {
    /// Codex, with the rest of the path.
    Client(&'a str),
    /// The command line, with the rest of the path.
    Control(&'a str),
}

/// Why a request was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// `Host` is not this machine: a rebound name (DNS rebinding).
    Host,
    /// A web page of another origin is asking.
    Origin,
    /// No valid key.
    Key,
}

/// Admits a request or says why not.
pub(crate) fn admit<'a, B>(request: &'a Request<B>, keys: &Keys) -> Result<Pass<'a>, Denied> {
    if !is_loopback_host(request) {
        return Err(Denied::Host);
    }
    if !has_own_origin(request.headers()) {
        return Err(Denied::Origin);
    }
    let path = request.uri().path();
    let offered = offered_key(request.headers());
    if let Some(rest) = path.strip_prefix("/control/") {
        let known = offered.is_some_and(|key| matches(key, &keys.control));
        return if known { Ok(Pass::Control(rest)) } else { Err(Denied::Key) };
    }
    let known = |offered: &str| keys.client.iter().any(|key| matches(offered, key));
    let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    if known(first) {
        return Ok(Pass::Client(rest));
    }
    offered.filter(|key| known(key)).map(|_| Pass::Client(&path[1..])).ok_or(Denied::Key)
}

fn matches(offered: &str, key: &Secret<String>) -> bool {
    let key = key.expose().as_bytes();
    !key.is_empty() && bool::from(offered.as_bytes().ct_eq(key))
}

fn offered_key(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name)?.to_str().ok();
    let bearer = text(header::AUTHORIZATION).and_then(|value: &str| value.strip_prefix("Bearer "));
    bearer.or_else(|| headers.get("x-api-key")?.to_str().ok()).map(str::trim)
}

fn is_loopback_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let Some(host) = hosts.next().and_then(|host| host.to_str().ok()) else { return false };
    hosts.next().is_none() && is_loopback(host)
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(name, _)| name),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "::1")
}

fn has_own_origin(headers: &HeaderMap) -> bool {
    // A page served from another port of this machine is as foreign as any.
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.as_bytes().strip_prefix(b"http://");
        origin.is_some() && origin == host
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn ask(path: &str, headers: &[(&str, &str)]) -> Result<String, Denied> {
        let keys = Keys {
            client: vec![Secret::new("old".into()), Secret::new(KEY.into())],
            control: Secret::new("control".into()),
        };
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        admit(&request, &keys).map(|pass| match pass {
            Pass::Client(rest) => format!("client {rest}"),
            Pass::Control(rest) => format!("control {rest}"),
        })
    }

    #[track_caller]
    fn check(path: &str, headers: &[(&str, &str)], expected: Result<&str, Denied>) {
        let mut all = vec![("host", "127.0.0.1:4517")];
        all.extend(headers);
        assert_eq!(ask(path, &all), expected.map(str::to_owned));
    }

    /// Lessons 1 and 4: every accepted form, and nothing without a key.
    #[test]
    fn the_key_opens_in_each_form() {
        check(&format!("/{KEY}/codex/responses"), &[], Ok("client codex/responses"));
        check(&format!("/{KEY}"), &[], Ok("client "));
        check(
            "/v1/responses",
            &[("authorization", &format!("Bearer {KEY}"))],
            Ok("client v1/responses"),
        );
        check("/v1/models", &[("x-api-key", KEY)], Ok("client v1/models"));
        check("/old/codex", &[], Ok("client codex"));
        check("/control/status", &[("authorization", "Bearer control")], Ok("control status"));
        for path in [
            "/",
            "/codex/responses",
            "/health",
            "/control/status",
            &format!("/{}/codex", &KEY[1..]),
        ] {
            check(path, &[], Err(Denied::Key));
        }
        check("/control/status", &[("authorization", &format!("Bearer {KEY}"))], Err(Denied::Key));
        check("/v1/models", &[("authorization", "Bearer control")], Err(Denied::Key));
    }

    /// Lesson 2: no key configured never means that all may enter.
    #[test]
    fn an_empty_key_admits_nobody() {
        let keys =
            Keys { client: vec![Secret::new(String::new())], control: Secret::new(String::new()) };
        for path in ["/", "//codex", "/control/x"] {
            let request = Request::get(path).header("host", "localhost");
            let request = request.header("authorization", "Bearer ").body(()).unwrap();
            assert_eq!(admit(&request, &keys), Err(Denied::Key));
        }
    }

    #[test]
    fn only_this_machine_by_its_own_names() {
        let path = format!("/{KEY}/codex");
        for host in ["localhost", "localhost:4517", "LOCALHOST:1", "[::1]:4517", "127.0.0.1"] {
            assert!(ask(&path, &[("host", host)]).is_ok(), "{host}");
        }
        for host in
            ["evil.example", "127.0.0.1.evil.example:4517", "", "[::2]:1", "0.0.0.0:4517", "[::1"]
        {
            assert_eq!(ask(&path, &[("host", host)]), Err(Denied::Host), "{host}");
        }
        assert_eq!(ask(&path, &[]), Err(Denied::Host));
        assert_eq!(ask(&path, &[("host", "localhost"), ("host", "evil")]), Err(Denied::Host));
    }

    #[test]
    fn web_pages_stay_out() {
        let path = format!("/{KEY}/codex");
        check(&path, &[("origin", "http://127.0.0.1:4517")], Ok("client codex"));
        for origin in [
            "https://evil.example",
            "http://127.0.0.1:3000",
            "https://127.0.0.1:4517",
            "null",
            "http://127.0.0.1.evil.example",
            "file://",
        ] {
            check(&path, &[("origin", origin)], Err(Denied::Origin));
        }
    }
}
