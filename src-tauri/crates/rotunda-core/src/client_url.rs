//! Addresses on this computer: the one that Codex's `config.toml` names, which
//! holds the client key, and every other one that is built or taken apart.

use std::{fmt, net::IpAddr};

use crate::Secret;

/// Hexadecimal digits of a client key.
const KEY_DIGITS: usize = 32;
/// Last part of the path that Codex is given for its turns.
const SUFFIX: &str = "codex";
/// Last part of the path that Codex is given for questions about its own account.
/// Codex writes other paths below an address that does not end so.
const SECOND_SUFFIX: &str = "backend-api";

/// Whether a host name or address means this computer. Brackets of IPv6 are
/// accepted; a host with a port is not.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// An `http` address on this computer, with a port.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalUrl {
    /// Where the server listens.
    pub port: u16,
    /// Begins with a slash. It may hold a client key.
    pub path: String,
}

impl fmt::Debug for LocalUrl {
    /// Without the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalUrl").field("port", &self.port).finish_non_exhaustive()
    }
}

impl LocalUrl {
    /// None for an address of another computer, or without a port.
    pub fn parse(text: &str) -> Option<Self> {
        let address: http::Uri = text.trim().parse().ok()?;
        let is_here = address.scheme_str() == Some("http") && is_loopback(address.host()?);
        let port = address.port_u16().filter(|_| is_here)?;
        Some(Self { port, path: address.path().to_owned() })
    }
}

/// The address that leads Codex to the router: `http://127.0.0.1:PORT/KEY/codex`.
#[derive(Debug, Clone)]
pub struct ClientUrl {
    /// Where the router listens.
    pub port: u16,
    /// Without it the router refuses a request.
    pub key: Secret<String>,
}

impl ClientUrl {
    /// For a router on this port that takes this key.
    pub fn new(port: u16, key: &Secret<String>) -> Self {
        Self { port, key: key.clone() }
    }

    /// As it stands in `config.toml`.
    pub fn text(&self) -> Secret<String> {
        self.ending_in(SUFFIX)
    }

    /// The same for the second line.
    pub fn second_line(&self) -> Secret<String> {
        self.ending_in(SECOND_SUFFIX)
    }

    fn ending_in(&self, suffix: &str) -> Secret<String> {
        Secret::new(format!("http://127.0.0.1:{}/{}/{suffix}", self.port, self.key.expose()))
    }

    /// None for an address that is not of this form, such as one of another
    /// program on this computer.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_ending_in(SUFFIX, text)
    }

    /// Reads the address of a second line; none for any other one.
    pub fn parse_second_line(text: &str) -> Option<Self> {
        Self::parse_ending_in(SECOND_SUFFIX, text)
    }

    fn parse_ending_in(expected: &str, text: &str) -> Option<Self> {
        let LocalUrl { port, path } = LocalUrl::parse(text)?;
        if text.contains(['?', '#', '@']) {
            return None;
        }
        let (key, suffix) = path.strip_prefix('/')?.trim_end_matches('/').split_once('/')?;
        let is_key = key.len() == KEY_DIGITS
            && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (is_key && suffix == expected).then(|| Self { port, key: Secret::new(key.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_client_url_is_read_as_it_was_written() {
        let text = ClientUrl::new(4517, &Secret::new(KEY.to_owned())).text();
        assert_eq!(text.expose(), &format!("http://127.0.0.1:4517/{KEY}/codex"));
        let read = ClientUrl::parse(text.expose()).unwrap();
        assert_eq!((read.port, read.key.expose().as_str()), (4517, KEY));
    }

    #[test]
    fn the_address_of_the_second_line_is_another_one() {
        let url = ClientUrl::new(4517, &Secret::new(KEY.to_owned()));
        let second = url.second_line();
        assert_eq!(second.expose(), &format!("http://127.0.0.1:4517/{KEY}/backend-api"));
        assert_eq!(ClientUrl::parse_second_line(second.expose()).unwrap().port, 4517);
        assert!(ClientUrl::parse(second.expose()).is_none());
        assert!(ClientUrl::parse_second_line(url.text().expose()).is_none());
        let with_slash = format!("{}/", second.expose());
        assert!(ClientUrl::parse_second_line(&with_slash).is_some());
        assert!(ClientUrl::parse_second_line("https://chatgpt.com/backend-api").is_none());
    }

    #[track_caller]
    fn check(text: &str, is_ours: bool) {
        assert_eq!(ClientUrl::parse(text).is_some(), is_ours, "{text}");
    }

    #[test]
    fn only_the_form_of_our_own_address_is_a_client_url() {
        check(&format!("http://localhost:1/{KEY}/codex/"), true);
        check(&format!("http://[::1]:1/{KEY}/codex"), true);
        check(&format!("https://127.0.0.1:1/{KEY}/codex"), false);
        check(&format!("http://127.0.0.1/{KEY}/codex"), false);
        check(&format!("http://127.0.0.1:1/{KEY}/v1"), false);
        check(&format!("http://127.0.0.1:1/{KEY}/codex/more"), false);
        check(&format!("http://127.0.0.1:1/{KEY}/codex?a=b"), false);
        check(&format!("http://user@127.0.0.1:1/{KEY}/codex"), false);
        check(&format!("http://10.0.0.1:1/{KEY}/codex"), false);
        check(&format!("http://127.0.0.1:1/{}/codex", KEY.to_uppercase()), false);
        check("http://127.0.0.1:1/k/codex", false);
        check("", false);
    }

    #[test]
    fn a_local_url_has_a_loopback_host_and_a_port() {
        let read = LocalUrl::parse("http://127.0.0.1:1/k/codex");
        assert_eq!(read, Some(LocalUrl { port: 1, path: "/k/codex".to_owned() }));
        assert_eq!(LocalUrl::parse("http://10.0.0.1:1/k/codex"), None);
        assert_eq!(LocalUrl::parse("https://chatgpt.com/backend-api/codex"), None);
        assert_eq!(LocalUrl::parse("x"), None);
    }

    #[test]
    fn loopback_is_a_name_or_an_address_of_this_computer() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        assert!(is_loopback("::ffff:127.0.0.1"));
        for host in ["", "localhost.example", "10.0.0.1", "127.0.0.1.example", "::2", "[::1"] {
            assert!(!is_loopback(host), "{host}");
        }
        assert!(!is_loopback("127.0.0.1:80"));
    }
}
