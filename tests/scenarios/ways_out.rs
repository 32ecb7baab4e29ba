//! Ways out to the provider: proxies with and without a password, private
//! authorities, IPv6, and what Codex's own `.env` says of them.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use rotunda_router::{Authorities, Proxy, ProxyOfCodex};
use rotunda_tests::{
    AUTHORITY, FakeProxy, Login, Plan, ProxyKind, Rig, ScriptedUpstream, TlsFront, Whole,
    client::{Ask, Socket},
    rig::{frame, turn, user},
};
use tokio::net::TcpListener;
use url::Url;

const KINDS: [(ProxyKind, &str); 3] =
    [(ProxyKind::Http, "http"), (ProxyKind::Socks5, "socks5"), (ProxyKind::Socks5, "socks5h")];
/// What a URL cannot hold as it is.
const PASSWORD: &str = "p@ss:w/rd%";

fn login() -> Login {
    Login { user: "ada".to_owned(), password: PASSWORD.to_owned() }
}

/// The address of a proxy, with a user name and password if there are any.
fn address(proxy: &FakeProxy, scheme: &str, login: Option<&Login>) -> Url {
    let mut url: Url = format!("{scheme}://{}", proxy.address()).parse().unwrap();
    if let Some(Login { user, password }) = login {
        url.set_username(user).unwrap();
        // `set_password` leaves a percent sign alone.
        url.set_password(Some(&password.replace('%', "%25"))).unwrap();
    }
    url
}

/// A rig whose upstream has this address and is reached through a proxy only.
async fn through(
    kind: ProxyKind,
    scheme: &str,
    upstream: &str,
    given: Option<Login>,
    wanted: Option<Login>,
) -> (Rig, FakeProxy) {
    let front = ScriptedUpstream::start().await;
    let proxy = FakeProxy::start(kind, front.address(), wanted).await;
    let mut plan = Plan::of(&["main"]);
    plan.chatgpt = Some(format!("{upstream}/backend-api").parse().unwrap());
    plan.proxy = Proxy::Custom(address(&proxy, scheme, given.as_ref()));
    (plan.start_with(front).await, proxy)
}

#[track_caller]
fn served(answer: &str) {
    assert!(answer.contains("hello from main"), "{answer}");
}

async fn serves_both_ways(rig: &Rig) {
    served(&rig.fresh("s").answer().await.text());
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let events = socket.until("response.completed").await;
    served(&serde_json::json!(events).to_string());
    assert!(rig.upstream.sockets().len() == 1, "the socket went through the proxy, too");
}

#[tokio::test]
async fn a_turn_goes_through_each_kind_of_proxy() {
    for (kind, scheme) in KINDS {
        for login in [None, Some(login())] {
            // `socks5` looks names up here, and this machine knows no such name.
            let upstream = if scheme == "socks5" { "192.0.2.10:81" } else { "upstream.example:81" };
            let base = format!("http://{upstream}");
            let (rig, proxy) = through(kind, scheme, &base, login.clone(), login).await;
            serves_both_ways(&rig).await;
            let targets = proxy.targets();
            assert!(targets.len() >= 2, "{scheme}: {targets:?}");
            assert!(targets.iter().all(|target| target == upstream), "{scheme}: {targets:?}");
        }
    }
}

#[tokio::test]
async fn an_ipv6_address_goes_through_each_kind_of_proxy() {
    for (kind, scheme) in KINDS {
        let (rig, proxy) = through(kind, scheme, "http://[2001:db8::10]:81", None, None).await;
        served(&rig.fresh("s").answer().await.text());
        // reqwest, which opens sockets, asks the resolver for the address itself.
        if scheme != "socks5" {
            serves_both_ways(&rig).await;
        }
        assert!(
            proxy.targets().iter().all(|it| it == "[2001:db8::10]:81"),
            "{:?}",
            proxy.targets()
        );
    }
}

/// Nothing gets through, and the password is not logged.
#[tokio::test]
async fn a_proxy_that_refuses_the_password_is_a_way_that_is_closed() {
    for (kind, scheme) in KINDS {
        for given in
            [None, Some(Login { user: "ada".to_owned(), password: "wr0ng-word".to_owned() })]
        {
            let base = "http://192.0.2.10:81";
            let (rig, proxy) = through(kind, scheme, base, given, Some(login())).await;
            let answer = rig.fresh("s").answer().await;
            assert!(answer.status.is_server_error(), "{scheme}: {}", answer.text());
            assert!(!answer.text().contains("wr0ng-word") && !answer.text().contains("192.0.2"));
            assert!(!rig.logs.text().contains("wr0ng-word"), "{}", rig.logs.text());
            assert_eq!(proxy.targets(), Vec::<String>::new());
            assert!(rig.upstream.attempts().is_empty());
        }
    }
}

#[tokio::test]
async fn codex_s_exceptions_are_kept() {
    let front = ScriptedUpstream::start().await;
    let proxy = FakeProxy::start(ProxyKind::Socks5, front.address(), None).await;
    let mut plan = Plan::of(&["main"]).limits(|limits| {
        limits.connect = std::time::Duration::from_millis(300);
    });
    plan.chatgpt = Some("http://upstream.invalid:81/backend-api".parse().unwrap());
    plan.proxy = Proxy::OfCodex(ProxyOfCodex {
        address: address(&proxy, "socks5h", None),
        exceptions: "other.example, .invalid".to_owned(),
    });
    let rig = plan.start_with(front).await;
    assert!(rig.fresh("s").answer().await.status.is_server_error());
    assert!(proxy.targets().is_empty(), "{:?}", proxy.targets());
}

/// A rig whose upstream speaks TLS with a certificate of a private authority.
async fn private(host: &str, authorities: Authorities) -> (Rig, TlsFront) {
    let upstream = ScriptedUpstream::start().await;
    let front = TlsFront::start(upstream.address()).await;
    let mut plan = Plan::of(&["main"]);
    let port = front.address().port();
    plan.chatgpt = Some(format!("https://{host}:{port}/backend-api").parse().unwrap());
    plan.authorities = authorities;
    (plan.start_with(upstream).await, front)
}

#[tokio::test]
async fn a_private_authority_is_trusted_when_it_is_named() {
    let authorities = Authorities::from_pem(AUTHORITY.as_bytes()).unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let (rig, _front) = private(host, authorities.clone()).await;
        serves_both_ways(&rig).await;
    }
}

#[tokio::test]
async fn a_private_authority_is_not_trusted_otherwise() {
    let (rig, _front) = private("127.0.0.1", Authorities::default()).await;
    let answer = rig.fresh("s").answer().await;
    assert!(answer.status.is_server_error(), "{}", answer.text());
    assert!(rig.upstream.attempts().is_empty());
}

#[tokio::test]
async fn tls_goes_through_each_kind_of_proxy() {
    for (kind, scheme) in [(ProxyKind::Http, "http"), (ProxyKind::Socks5, "socks5h")] {
        let upstream = ScriptedUpstream::start().await;
        let front = TlsFront::start(upstream.address()).await;
        let proxy = FakeProxy::start(kind, front.address(), Some(login())).await;
        let mut plan = Plan::of(&["main"]);
        plan.chatgpt = Some("https://upstream.example/backend-api".parse().unwrap());
        plan.authorities = Authorities::from_pem(AUTHORITY.as_bytes()).unwrap();
        plan.proxy = Proxy::Custom(address(&proxy, scheme, Some(&login())));
        let rig = plan.start_with(upstream).await;
        serves_both_ways(&rig).await;
        assert!(
            proxy.targets().iter().all(|it| it == "upstream.example:443"),
            "{:?}",
            proxy.targets()
        );
    }
}

#[tokio::test]
async fn an_upstream_that_has_only_ipv6_is_reached() {
    // A machine without IPv6 has nothing to prove.
    let Ok(listener) = TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).await else {
        return;
    };
    let upstream = ScriptedUpstream::on(listener);
    assert!(matches!(upstream.address().ip(), IpAddr::V6(_)));
    let rig = Plan::of(&["main"]).start_with(upstream).await;
    serves_both_ways(&rig).await;
}

/// The whole of it, as a user behind a corporate proxy starts it.
struct Behind {
    rotunda: Whole,
    upstream: ScriptedUpstream,
    proxy: FakeProxy,
    _front: TlsFront,
    codex: tempfile::TempDir,
}

impl Behind {
    async fn new(kind: ProxyKind) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let front = TlsFront::start(upstream.address()).await;
        let proxy = FakeProxy::start(kind, front.address(), Some(login())).await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        rotunda.add(&upstream, "main").await;
        let rotunda =
            rotunda.env("ROTUNDA_UPSTREAM_CHATGPT", "https://upstream.example/backend-api");
        Self { rotunda, upstream, proxy, _front: front, codex }
    }

    fn authority(&self) -> String {
        let file = self.codex.path().join("authority.pem");
        std::fs::write(&file, AUTHORITY).unwrap();
        file.display().to_string()
    }

    async fn serves(&mut self) {
        self.rotunda.serve().await;
        let url = format!("{}/responses", self.rotunda.codex_url());
        let ask = Ask::new(reqwest::Method::POST, url.parse().unwrap());
        served(&ask.json(&turn(&[user("hi")])).answer().await.text());
        let mut socket = Socket::open(&url.parse().unwrap(), &[]).await.unwrap();
        socket.send(&frame(turn(&[user("hi")]))).await;
        socket.until("response.completed").await;
        assert_eq!(self.upstream.tried(), ["main", "main"]);
        assert!(self.proxy.targets().iter().all(|it| it == "upstream.example:443"));
        assert_eq!(self.rotunda.stop().await, Some(0));
        for (path, text) in self.rotunda.everything_but_the_vault() {
            assert!(!text.contains("p%40ss") && !text.contains(PASSWORD), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn proxy_and_authority_of_the_environment_are_taken() {
    for (kind, scheme) in [(ProxyKind::Http, "http"), (ProxyKind::Socks5, "socks5h")] {
        for variable in ["CODEX_CA_CERTIFICATE", "SSL_CERT_FILE"] {
            let mut behind = Behind::new(kind).await;
            let proxy = address(&behind.proxy, scheme, Some(&login()));
            let authority = behind.authority();
            behind.rotunda =
                behind.rotunda.env("ALL_PROXY", proxy.as_str()).env(variable, &authority);
            behind.serves().await;
        }
    }
}

#[tokio::test]
async fn proxy_and_authority_of_codex_s_dotenv_are_taken() {
    let mut behind = Behind::new(ProxyKind::Socks5).await;
    let proxy = address(&behind.proxy, "socks5h", Some(&login()));
    let text = format!(
        "HTTPS_PROXY='{proxy}'\nNO_PROXY=127.0.0.1\nSSL_CERT_FILE='{}'\n",
        behind.authority()
    );
    std::fs::write(behind.codex.path().join(".env"), text).unwrap();
    behind.serves().await;
}
