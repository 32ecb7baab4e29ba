//! The second line with the real client: its terminal interface is blocked by its own
//! account, and continues when the line is there.

use std::fs;

use rotunda_tests::{
    AUTHORITY, FakeProxy, ProxyKind, Reply, Route, ScriptedUpstream, TlsFront, eventually,
    upstream::accounts,
};
use serde_json::json;

use crate::{
    app_server::AppServer,
    client::{CodexHome, OWN_ACCOUNT},
    terminal::Terminal,
    usage::out_with_reserve,
    whole::{Machine, words_of},
};

/// A machine on which the client asks the ChatGPT service itself: the way there leads to
/// the scripted upstream.
struct Scene {
    machine: Machine,
    _service: (TlsFront, FakeProxy),
}

impl Scene {
    /// Codex is bound; its own account is a profile, and is out.
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let front = TlsFront::start(upstream.address()).await;
        let proxy = FakeProxy::start(ProxyKind::Http, front.address(), None).await;
        let mut home = CodexHome::asking_the_service(&upstream);
        let authority = home.home().join("authority.pem");
        fs::write(&authority, AUTHORITY).unwrap();
        let authority = authority.to_string_lossy().into_owned();
        home.env(("HTTPS_PROXY", format!("http://{}", proxy.address())));
        home.env(("CODEX_CA_CERTIFICATE", authority.clone()));
        home.env(("SSL_CERT_FILE", authority));
        upstream.always_on(Route::Usage, OWN_ACCOUNT, Reply::json(200, out_with_reserve()));
        // As the service answers for a personal account.
        let mut personal = accounts(OWN_ACCOUNT);
        personal["accounts"][0]["workspace_backend_origin"] = json!("NO_CONSTRAINT");
        upstream.always_on(Route::Accounts, OWN_ACCOUNT, Reply::json(200, personal));
        let machine = Machine::over(upstream, home, &["main", "own"]).await;
        machine.bind().await;
        Self { machine, _service: (front, proxy) }
    }

    fn has_line(&self) -> bool {
        fs::read_to_string(self.machine.home.config()).unwrap().contains("chatgpt_base_url")
    }

    async fn switch_on(&self) {
        self.machine.run(&["bind", "--second-line"]).await;
        eventually("the second line", || self.has_line()).await;
    }

    async fn interface(&self) -> Terminal {
        Terminal::start(&self.machine.home, "first").await
    }

    /// Another one at the same time.
    async fn interface_beside(&self) -> Terminal {
        Terminal::start(&self.machine.home, "second").await
    }

    /// Whether a turn with this text reached the service. The client warms its socket up
    /// with a turn that has none.
    fn has_sent(&self, text: &str) -> bool {
        self.machine.upstream.attempts().iter().any(|seen| words_of(seen).contains(text))
    }

    fn tried(&self) -> Vec<String> {
        self.machine.upstream.tried()
    }
}

/// The interface reads its quota at the start and says so before the first message.
async fn blocked(interface: &Terminal) {
    interface.shows(&["Usage limit reached"]).await;
    interface.dismisses("Usage limit reached").await;
    eventually_ready(interface).await;
}

async fn eventually_ready(interface: &Terminal) {
    interface.shows(&["›"]).await;
}

/// The answer to `/status` with the limits of the account. The client prints it without them
/// while it has not read its quota again, so this repeats the command until they are there.
async fn status_with_limits(interface: &Terminal) -> String {
    for _ in 0..60 {
        interface.says("/status").await;
        let status = interface.shows(&["Context window"]).await;
        if status.contains("5h limit") {
            return status;
        }
    }
    panic!("the status should have the limits:\n{}", interface.screen().await)
}

/// Blocked without the line; with it the message that waits goes out, in the same
/// process and without a key pressed.
#[tokio::test]
async fn a_blocked_interface_continues_when_the_line_is_written() {
    let scene = Scene::new().await;
    let interface = scene.interface().await;
    blocked(&interface).await;
    interface.says("first message").await;
    let screen = interface.shows(&["Queued"]).await;
    assert!(!scene.has_sent("first message"), "{screen}");
    scene.switch_on().await;
    let screen = interface.shows(&["hello from main"]).await;
    assert!(scene.has_sent("first message") && !screen.contains("Queued"), "{screen}");
    assert_eq!(scene.tried().last().map(String::as_str), Some("main"));
    let status = status_with_limits(&interface).await;
    assert!(status.contains("90% left"), "{status}");
}

/// A client that starts while the line stands asks the router which accounts it has.
#[tokio::test]
async fn the_client_starts_while_the_line_stands() {
    let scene = Scene::new().await;
    scene.switch_on().await;
    let interface = scene.interface().await;
    eventually_ready(&interface).await;
    interface.says("first message").await;
    let screen = interface.shows(&["hello from main"]).await;
    assert!(!screen.contains("Usage limit reached") && !screen.contains("Queued"), "{screen}");
    scene.machine.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    let mut app = AppServer::start(&scene.machine.home).await;
    let account = app.call("account/read", json!({"refreshToken": false})).await;
    assert_eq!(account["account"]["type"], "chatgpt", "{account}");
    let read = app.call("account/rateLimits/read", json!({})).await;
    assert_eq!(read["rateLimits"]["primary"]["usedPercent"], 10, "{read}");
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let turn = app.turn(thread.as_str().unwrap(), "hi").await;
    assert_eq!(turn["status"], "completed", "{turn}");
    // In the same process the client goes back to the service when the line goes.
    scene.machine.run(&["bind", "--second-line", "off"]).await;
    eventually("the line to go", || !scene.has_line()).await;
    let read = app.call("account/rateLimits/read", json!({})).await;
    assert_eq!(read["rateLimits"]["primary"]["usedPercent"], 100, "{read}");
    assert_eq!(scene.machine.upstream.issuer().offers(OWN_ACCOUNT), 0, "no token was spent");
}

/// Killed while the line stands: what runs continues with the next start, a new
/// interface does not start before that, and starts then.
#[tokio::test]
async fn a_crash_while_the_line_stands_heals_at_the_next_start() {
    let mut scene = Scene::new().await;
    scene.switch_on().await;
    let running = scene.interface().await;
    eventually_ready(&running).await;
    running.says("first message").await;
    running.shows(&["hello from main"]).await;
    scene.machine.crash().await;
    assert!(scene.has_line());
    let refused = scene.interface_beside().await;
    refused.shows(&["account/read failed"]).await;
    scene.machine.serve().await;
    let activity = scene.machine.activity().await;
    assert!(activity.contains("had left it"), "{activity}");
    eventually("the second line again", || scene.has_line()).await;
    running.says("second message").await;
    eventually("the second message", || scene.has_sent("second message")).await;
    let started = scene.interface_beside().await;
    eventually_ready(&started).await;
    started.says("third message").await;
    started.shows(&["hello from main"]).await;
    assert!(scene.has_sent("third message"));
}

/// An end in good order: the interface that runs and a new one ask the service again.
#[tokio::test]
async fn after_an_end_the_client_starts_without_the_router() {
    let mut scene = Scene::new().await;
    scene.switch_on().await;
    scene.machine.end().await;
    assert!(!scene.has_line());
    let interface = scene.interface().await;
    interface.shows(&["Usage limit reached"]).await;
}
