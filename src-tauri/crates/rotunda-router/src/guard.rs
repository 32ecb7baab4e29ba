//! Who may speak to the router: programs of this machine that know the key.
//!
//! Checked before any routing, so that nothing about the router can be learnt
//! without it (lesson 4).

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderValue, Method, Request, header};
use rotunda_core::{ProfileId, Secret};

use crate::{
    api_clients::{self, ApiClient, ApiClients, ApiSettings},
    connections::Peer,
    loans::{Loans, matches},
};

/// The keys the router answers to.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Codex's, as it stands in the bound `config.toml`. More than one while a
    /// replaced key is still in use by loaded threads. Empty admits no request.
    pub client: Vec<Secret<String>>,
    /// The command line's.
    pub control: Secret<String>,
}

/// All keys that are valid now.
pub(crate) struct KeyRing {
    keys: Keys,
    lent: Loans,
    /// Of other programs than Codex; they open routes of their own.
    api_clients: ApiClients,
}

/// The profile that a program's new conversations prefer, beside its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Preferred(pub(crate) ProfileId);

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("lent", &self.lent.keys().count()).finish_non_exhaustive()
    }
}

impl KeyRing {
    pub(crate) fn new(keys: Keys) -> Self {
        Self { keys, lent: Loans::default(), api_clients: ApiClients::default() }
    }

    /// What other programs may ask.
    pub(crate) fn api_settings(&self) -> Arc<ApiSettings> {
        self.api_clients.settings()
    }

    /// The program with this key; a revoked one has none, also no lent one.
    fn api_client(&self, key: &str, peer: &Peer) -> Option<Arc<ApiClient>> {
        self.api_clients.find(key).or_else(|| {
            let client = self.lent.client_with(key, peer)?;
            self.api_clients.of_id(client)
        })
    }

    pub(crate) fn add_client(&mut self, key: Secret<String>) {
        self.keys.client.push(key);
    }

    pub(crate) fn set_api_clients(&mut self, clients: ApiClients) {
        self.api_clients = clients;
    }

    /// The keys that were lent.
    pub(crate) const fn loans(&mut self) -> &mut Loans {
        &mut self.lent
    }

    /// Who is preferred by the program with the key in this path.
    pub(crate) fn preferred(&self, path: &str) -> Option<Preferred> {
        let key = path.strip_prefix('/')?.split('/').next()?;
        self.lent.preferred_with(key).map(Preferred)
    }

    /// Whether a text is one of the keys, or a bearer that is.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let mut all = self.keys.client.iter().chain(self.lent.keys()).chain([&self.keys.control]);
        all.any(|key| matches(text, key)) || api_clients::is_key(text)
    }

    fn admits_client(&self, offered: &str, peer: &Peer) -> bool {
        self.keys.client.iter().any(|key| matches(offered, key)) || self.lent.admits(offered, peer)
    }
}

/// What a request may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pass<'a> {
    /// Codex, with the rest of the path.
    Client(&'a str),
    /// The command line, with the rest of the path.
    Control(&'a str),
    /// Another program, with the whole path.
    ApiClient(&'a str, Arc<ApiClient>),
}

/// Why a request was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// `CONNECT`, `*`, or anything else that names no path of ours.
    Target,
    /// `Host`, or the authority of an absolute target, is not this router: a
    /// rebound name (DNS rebinding), another port, user information.
    Host,
    /// A web page of another origin is asking.
    Origin,
    /// No valid key.
    Key,
    /// The key of another program than Codex that is unknown, or was revoked.
    ApiKey,
    /// Other programs are switched off.
    ApiOff,
    /// The same where Codex asks about its own account: it gives another answer than
    /// that nothing is there a meaning for its own sign-in.
    Absent,
}

/// Admits a request of a connection, or says why not.
pub(crate) fn admit<'a, B>(
    request: &'a Request<B>,
    ring: &KeyRing,
    peer: &Peer,
) -> Result<Pass<'a>, Denied> {
    // `CONNECT host:port` has no path, and `OPTIONS *` has another one.
    let target = request.uri().path().strip_prefix('/');
    let target = target.filter(|_| request.method() != Method::CONNECT).ok_or(Denied::Target)?;
    if !names_this_router(request, peer.local.port()) {
        return Err(Denied::Host);
    }
    if !has_own_origin(request.headers()) || is_cross_site(request.headers()) {
        return Err(Denied::Origin);
    }
    let offered = offered_key(request.headers());
    if let Some(rest) = target.strip_prefix("control/") {
        let known = offered.is_some_and(|key| matches(key, &ring.keys.control));
        return if known { Ok(Pass::Control(rest)) } else { Err(Denied::Key) };
    }
    let known = |offered: &str| ring.admits_client(offered, peer);
    let (first, rest) = target.split_once('/').unwrap_or((target, ""));
    if known(first) {
        return Ok(Pass::Client(rest));
    }
    if let Some(key) = offered.filter(|key| api_clients::is_key(key)) {
        return match ring.api_client(key, peer) {
            None => Err(Denied::ApiKey),
            Some(_) if !ring.api_clients.are_on() => Err(Denied::ApiOff),
            Some(client) => Ok(Pass::ApiClient(target, client)),
        };
    }
    let denied = if is_of_second_line(target) { Denied::Absent } else { Denied::Key };
    offered.filter(|key| known(key)).map(|_| Pass::Client(target)).ok_or(denied)
}

/// Whether a target, its first slash left out, is one that Codex asks for by the second
/// line of its file, or by what an answer there leads it to.
fn is_of_second_line(target: &str) -> bool {
    let parts: Vec<_> = target.splitn(4, '/').collect();
    match parts[..] {
        [".well-known", ..] => true,
        ["backend-api", base, ..] | [_, "backend-api", base, ..] => {
            // These are bases for turns.
            !matches!(base, "codex" | "prodex")
        }
        ["backend-api"] | [_, "backend-api"] => true,
        _ => false,
    }
}

fn offered_key(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name)?.to_str().ok();
    let bearer = text(header::AUTHORIZATION).and_then(|value: &str| value.strip_prefix("Bearer "));
    bearer.or_else(|| headers.get("x-api-key")?.to_str().ok()).map(str::trim)
}

/// One `Host`, and the same of an absolute target, name this router.
fn names_this_router<B>(request: &Request<B>, port: u16) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let Some(host) = hosts.next().and_then(|host| host.to_str().ok()) else { return false };
    let is_absolute_elsewhere = request
        .uri()
        .scheme()
        .is_some_and(|scheme| scheme.as_str() != "http")
        || request.uri().authority().is_some_and(|named| !is_own_authority(named.as_str(), port));
    hosts.next().is_none() && is_own_authority(host, port) && !is_absolute_elsewhere
}

/// A loopback name, alone or with the port the request came in on (RFC 9110,
/// section 7.2). Nothing else may stand there, also not user information.
fn is_own_authority(authority: &str, port: u16) -> bool {
    let name_end = match authority.strip_prefix('[') {
        Some(_) => authority.find(']').map(|end| end + 1),
        None => Some(authority.find(':').unwrap_or(authority.len())),
    };
    let Some(end) = name_end else { return false };
    let (name, rest) = authority.split_at(end);
    let is_ours = name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]");
    let is_own_port = rest.is_empty() || rest.strip_prefix(':') == Some(port.to_string().as_str());
    is_ours && is_own_port
}

/// Browsers say who asks (Fetch Metadata): only what the user typed, or a page
/// of the router's own, may.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter().map(HeaderValue::as_bytes);
    !sites.all(|site| matches!(site, b"none" | b"same-origin"))
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
    use std::{net::SocketAddr, sync::Arc};

    use super::*;
    use crate::connections::{PendingConnections, SameUser};

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const PORT: u16 = 4517;

    fn peer() -> Peer {
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        Peer::new(PendingConnections::new(8).enter(), at(50_000), at(PORT))
    }

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
        admit(&request, &KeyRing::new(keys), &peer()).map(|pass| match pass {
            Pass::Client(rest) => format!("client {rest}"),
            Pass::Control(rest) => format!("control {rest}"),
            Pass::ApiClient(rest, _) => format!("other {rest}"),
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

    #[test]
    fn without_a_key_nothing_is_there_for_questions_about_the_own_account() {
        for path in [
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-protected-resource/k/backend-api/ps/mcp",
            "/wrong/backend-api/wham/accounts/check",
            "/wrong/backend-api",
            "/backend-api/wham/usage",
        ] {
            check(path, &[], Err(Denied::Absent));
        }
        for path in [
            "/wrong/codex/responses",
            "/backend-api/codex/responses",
            "/wrong/backend-api/codex/responses",
            "/wrong/codexx",
        ] {
            check(path, &[], Err(Denied::Key));
        }
    }

    /// Lesson 2: no key configured never means that all may enter.
    #[test]
    fn an_empty_key_admits_no_request() {
        let keys =
            Keys { client: vec![Secret::new(String::new())], control: Secret::new(String::new()) };
        for path in ["/", "//codex", "/control/x"] {
            let request = Request::get(path).header("host", "localhost");
            let request = request.header("authorization", "Bearer ").body(()).unwrap();
            assert_eq!(admit(&request, &KeyRing::new(keys.clone()), &peer()), Err(Denied::Key));
        }
    }

    #[test]
    fn only_this_router_by_its_own_names() {
        let path = format!("/{KEY}/codex");
        for host in
            ["localhost", "localhost:4517", "LOCALHOST:4517", "[::1]:4517", "[::1]", "127.0.0.1"]
        {
            assert!(ask(&path, &[("host", host)]).is_ok(), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:4517",
            "",
            "[::2]:1",
            "0.0.0.0:4517",
            "[::1",
            "[::1]evil",
            "[::1]evil:4517",
            "[::1]:4517evil",
            "127.0.0.1:4517@evil",
            "127.0.0.1@evil:4517",
            "user@127.0.0.1:4517",
            "user:4517@localhost",
            "127.0.0.1:4518",
            "127.0.0.1:04517",
            "127.0.0.1:+4517",
            "127.0.0.1:",
            "127.0.0.1:4517:4517",
            "127.0.0.1.:4517",
            "localhost.:4517",
            "localhost.",
            "127.1:4517",
            "2130706433:4517",
            "0x7f.0.0.1:4517",
            "127.0.0.1:4517/",
            "127.0.0.1:4517, evil",
            " 127.0.0.1:4517",
        ] {
            assert_eq!(ask(&path, &[("host", host)]), Err(Denied::Host), "{host}");
        }
        assert_eq!(ask(&path, &[]), Err(Denied::Host));
        let two = [("host", "localhost"), ("host", "localhost")];
        assert_eq!(ask(&path, &two), Err(Denied::Host));
    }

    #[test]
    fn an_absolute_target_must_name_this_router_too() {
        let at = |authority: &str| format!("http://{authority}/{KEY}/codex");
        check(&at("127.0.0.1:4517"), &[], Ok("client codex"));
        for elsewhere in ["evil.example", "127.0.0.1:1", "127.0.0.1:4517@evil", "u@localhost"] {
            check(&at(elsewhere), &[], Err(Denied::Host));
        }
        check(&format!("https://127.0.0.1:4517/{KEY}/codex"), &[], Err(Denied::Host));
        let own = [("host", "evil.example")];
        assert_eq!(ask(&at("127.0.0.1:4517"), &own), Err(Denied::Host));
    }

    #[test]
    fn a_target_without_a_path_is_refused() {
        let keys = Keys { client: vec![Secret::new(KEY.into())], control: Secret::new("c".into()) };
        for (method, target) in
            [("CONNECT", "127.0.0.1:4517"), ("OPTIONS", "*"), ("CONNECT", "evil.example:443")]
        {
            let request = Request::builder().method(method).uri(target);
            let request = request.header("host", "127.0.0.1:4517").body(()).unwrap();
            let admitted = admit(&request, &KeyRing::new(keys.clone()), &peer());
            assert_eq!(admitted, Err(Denied::Target), "{method} {target}");
        }
    }

    #[test]
    fn a_cross_site_request_is_refused_also_with_the_key() {
        let path = format!("/{KEY}/codex");
        for site in ["none", "same-origin"] {
            check(&path, &[("sec-fetch-site", site)], Ok("client codex"));
        }
        for site in ["cross-site", "same-site", "", "Cross-Site", "unheard-of"] {
            check(&path, &[("sec-fetch-site", site)], Err(Denied::Origin));
        }
        let two = [("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")];
        check(&path, &two, Err(Denied::Origin));
    }

    #[test]
    fn a_lent_key_ends_and_is_no_key_of_other_users() {
        let keys = Keys { client: Vec::new(), control: Secret::new("control".into()) };
        let mut ring = KeyRing::new(keys);
        let request = Request::get("/lent/codex").header("host", "127.0.0.1:4517");
        let request = request.body(()).unwrap();
        let stranger: SameUser = Arc::new(|from, to| from.port() == to.port());
        let other = ring.loans().lend(Secret::new("lent".into()), Some(stranger), None);
        assert_eq!(admit(&request, &ring, &peer()), Err(Denied::Key));
        let own: SameUser = Arc::new(|from, to| (from.port(), to.port()) == (50_000, PORT));
        let lent = ring.loans().lend(Secret::new("lent".into()), Some(own), None);
        assert_eq!(admit(&request, &ring, &peer()), Ok(Pass::Client("codex")));
        ring.loans().end(lent);
        ring.loans().end(other);
        assert_eq!(admit(&request, &ring, &peer()), Err(Denied::Key));
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
