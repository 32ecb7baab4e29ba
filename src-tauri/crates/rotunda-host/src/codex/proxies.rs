//! Whether a proxy of an environment catches what Codex sends to the router.
//!
//! Codex goes there in two ways that read the same variables by different rules
//! (measured with 0.169.0 against a proxy that records its requests):
//!
//! | `NO_PROXY` | HTTP | WebSocket |
//! |---|---|---|
//! | `127.0.0.1`, with spaces around it too | straight | straight |
//! | `127.0.0.0/8`, `0.0.0.0/0` | straight | proxy |
//! | `*`, `.127.0.0.1`, `[127.0.0.1]`, `127.0.0.1:PORT` | proxy | straight |
//! | `localhost`, `127.*`, another port, two entries without a comma | proxy | proxy |
//!
//! HTTP uses the library of Codex's own client. Of two spellings of
//! a variable the one in capitals counts, also when it is empty.

use std::ffi::OsStr;

use hyper_util::client::proxy::matcher::Matcher;

use crate::home::Env;

/// The host that Codex's requests to the router name.
const ROUTER: &str = "127.0.0.1";
/// What must reach us directly.
const LOOPBACK: [&str; 2] = [ROUTER, "localhost"];
/// A request to the router goes to the first of these that names a proxy.
const PROXIES: [[&str; 2]; 2] = [["HTTP_PROXY", "http_proxy"], ["ALL_PROXY", "all_proxy"]];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// With this variable the HTTP client takes itself for a CGI script, whose
/// `HTTP_PROXY` would be a header of a stranger's request.
const CGI: &str = "REQUEST_METHOD";

/// The variable of a proxy that catches Codex's HTTP requests to this computer.
pub fn swallowing_proxy(env: &Env) -> Option<&'static str> {
    let (name, value) = proxy(env)?;
    if first_set(env, [CGI]).is_some() {
        return None;
    }
    let exceptions = first_set(env, EXCEPTIONS).map_or("", |(_, value)| value);
    catches(value, exceptions).then_some(name)
}

/// The variable of a proxy that catches Codex's WebSocket connections to the
/// router on this port.
pub fn swallowing_socket_proxy(env: &Env, port: u16) -> Option<&'static str> {
    let (name, _) = proxy(env)?;
    let exceptions = first_set(env, EXCEPTIONS).map_or("", |(_, value)| value);
    let spared = exceptions.split(',').any(|entry| spares_socket(entry.trim(), port));
    (!spared).then_some(name)
}

/// What `NO_PROXY` has to be for Codex to reach us both ways, when it is not so
/// already.
pub fn no_proxy(env: &Env) -> Option<String> {
    // The port is not known here: an entry that names one is not relied on.
    let caught = swallowing_proxy(env).or_else(|| swallowing_socket_proxy(env, 0));
    caught?;
    let before = first_set(env, EXCEPTIONS).map(|(_, value)| value);
    let entries = before.into_iter().filter(|value| !value.is_empty()).chain(LOOPBACK);
    Some(entries.collect::<Vec<_>>().join(","))
}

/// The proxy for what is sent to the router, with the variable that names it.
fn proxy(env: &Env) -> Option<(&'static str, &str)> {
    let mut named = PROXIES.into_iter().filter_map(|spellings| first_set(env, spellings));
    named.find(|(_, value)| catches(value, ""))
}

/// Whether a proxy with these exceptions gets requests to the router.
fn catches(proxy: &str, exceptions: &str) -> bool {
    let router = http::Uri::from_static("http://127.0.0.1/");
    let matcher = Matcher::builder().http(proxy).no(exceptions).build();
    matcher.intercept(&router).is_some()
}

fn spares_socket(entry: &str, port: u16) -> bool {
    let entry = entry.strip_prefix('.').unwrap_or(entry);
    let (host, named) = match entry.rsplit_once(':') {
        Some((host, named)) if !host.contains(':') => (host, Some(named)),
        _ => (entry, None),
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    entry == "*" || (host == ROUTER && named.is_none_or(|named| named == port.to_string()))
}

/// The first of several variables that is set, even to nothing.
fn first_set<'a, const N: usize>(
    env: &'a Env,
    names: [&'static str; N],
) -> Option<(&'static str, &'a str)> {
    names.into_iter().find_map(|name| {
        let value = env.iter().find(|(key, _)| *key == OsStr::new(name))?.1;
        Some((name, value.to_str().unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: (&str, &str) = ("HTTP_PROXY", "http://10.0.0.1:7890");
    const PORT: u16 = 4517;

    #[track_caller]
    fn check(pairs: &[(&str, &str)], http: Option<&str>, sockets: Option<&str>) {
        let env = Env::of(pairs.iter().copied());
        assert_eq!(swallowing_proxy(&env), http, "HTTP with {pairs:?}");
        assert_eq!(swallowing_socket_proxy(&env, PORT), sockets, "WebSocket with {pairs:?}");
    }

    /// With one proxy and these exceptions.
    #[track_caller]
    fn excepted(exceptions: &str, http: bool, sockets: bool) {
        let caught = |caught: bool| caught.then_some("HTTP_PROXY");
        check(&[PROXY, ("NO_PROXY", exceptions)], caught(http), caught(sockets));
    }

    /// Row by row what Codex 0.169.0 did.
    #[test]
    fn exceptions_are_read_as_codex_reads_them() {
        for straight in ["127.0.0.1", " 127.0.0.1 ,x", "localhost,127.0.0.1", "a, 127.0.0.1"] {
            excepted(straight, false, false);
        }
        for http_only in ["127.0.0.0/8", "0.0.0.0/0", "127.0.0.1/32", "10.0.0.0/8, 127.0.0.0/16"] {
            excepted(http_only, false, true);
        }
        for sockets_only in ["*", ".127.0.0.1", "[127.0.0.1]", "127.0.0.1:4517", "x,*"] {
            excepted(sockets_only, true, false);
        }
        for neither in
            ["", "example.com", "localhost", "127.*", "127.0.0.1:8080", "::1", "::ffff:127.0.0.1"]
        {
            excepted(neither, true, true);
        }
        excepted("a 127.0.0.1", true, true);
    }

    /// There, a variable has one value however it is spelled.
    #[cfg(windows)]
    #[test]
    fn a_variable_is_named_in_capitals_however_it_was_set() {
        let named = Some("HTTP_PROXY");
        check(&[("http_proxy", "http://p:1")], named, named);
        check(&[("Http_Proxy", "http://p:1"), ("no_proxy", "127.0.0.1")], None, None);
    }

    #[cfg(unix)]
    #[test]
    fn the_spelling_in_capitals_counts_even_when_it_is_empty() {
        let named = Some("HTTP_PROXY");
        check(&[PROXY, ("no_proxy", "127.0.0.1")], None, None);
        check(&[PROXY, ("NO_PROXY", ""), ("no_proxy", "127.0.0.1")], named, named);
        check(&[PROXY, ("http_proxy", "http://other:1")], named, named);
        check(&[("http_proxy", "http://p:1")], Some("http_proxy"), Some("http_proxy"));
    }

    #[test]
    fn only_a_proxy_for_plain_requests_is_in_the_way() {
        let all = Some("ALL_PROXY");
        check(&[], None, None);
        check(&[("HTTPS_PROXY", "http://10.0.0.1:7890")], None, None);
        check(&[("ALL_PROXY", "socks5://10.0.0.1:1")], all, all);
        check(&[("HTTP_PROXY", ""), ("ALL_PROXY", "http://p:1")], all, all);
        check(&[("HTTP_PROXY", "10.0.0.1:7890")], Some("HTTP_PROXY"), Some("HTTP_PROXY"));
        check(&[PROXY, ("REQUEST_METHOD", "GET")], None, Some("HTTP_PROXY"));
    }

    #[test]
    fn the_exception_keeps_what_was_excepted_before_and_is_enough_for_both_ways() {
        let env = |exceptions| Env::of([PROXY, ("NO_PROXY", exceptions)]);
        let wanted = "corp.example,127.0.0.1,localhost";
        assert_eq!(no_proxy(&env("corp.example")).as_deref(), Some(wanted));
        let wanted = "127.0.0.0/8,127.0.0.1,localhost";
        assert_eq!(no_proxy(&env("127.0.0.0/8")).as_deref(), Some(wanted));
        assert_eq!(no_proxy(&env("*")).as_deref(), Some("*,127.0.0.1,localhost"));
        assert_eq!(no_proxy(&env("127.0.0.1")), None);
        assert_eq!(no_proxy(&Env::of([("NO_PROXY", "corp.example")])), None);
    }
}
