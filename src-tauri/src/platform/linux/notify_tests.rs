//! Over a real bus of their own, against a notification service made up for it.

use std::{
    os::unix::net::UnixStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex as StdMutex},
};

use rotunda_host::settings::NoticeKind;
use tokio::sync::watch;
use zbus::{interface, object_server::SignalEmitter};

use super::*;
use crate::menu::WindowRoute;

/// A session bus of its own, ended with this.
pub(in crate::platform::linux) struct Bus {
    daemon: Child,
    _folder: tempfile::TempDir,
    pub(in crate::platform::linux) address: String,
}

impl Bus {
    /// None, with a printed line, where there is no `dbus-daemon`.
    pub(in crate::platform::linux) async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("bus");
        let address = format!("unix:path={}", socket.display());
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", &format!("--address={address}")]);
        let Ok(daemon) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
            skip("there is no dbus-daemon here");
            return None;
        };
        let there = timeout(Duration::from_secs(60), async {
            // The file is there a moment before it can be connected to.
            while UnixStream::connect(&socket).is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        there.await.expect("the bus listens");
        Some(Self { daemon, _folder: folder, address })
    }

    pub(in crate::platform::linux) fn pid(&self) -> u32 {
        self.daemon.id()
    }

    pub(in crate::platform::linux) async fn connect(&self) -> Connection {
        let builder = Builder::address(self.address.as_str()).expect("an address");
        builder.build().await.expect("a connection")
    }
}

/// Says why a test proves nothing here.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What the service has to show: title, body, actions.
type Shown = Vec<(String, String, Vec<String>)>;

struct Fake {
    shown: Arc<StdMutex<Shown>>,
    /// Answers only while this is true.
    answers: watch::Receiver<bool>,
}

#[interface(name = "org.freedesktop.Notifications")]
#[expect(clippy::unused_self, reason = "as a bus calls it")]
impl Fake {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "body-markup".to_owned()]
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, zbus::zvariant::OwnedValue>,
        expires: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> u32 {
        let _ = (app, replaces, icon, hints, expires);
        let mut answers = self.answers.clone();
        let _ = answers.wait_for(|answers| *answers).await;
        let number = {
            let mut shown = self.shown.lock().expect("no test panics here");
            shown.push((title, body, actions));
            u32::try_from(shown.len()).expect("few")
        };
        // A click that comes even before the answer.
        let _ = Self::action_invoked(&emitter, number, BUTTON).await;
        number
    }

    #[zbus(signal)]
    async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        number: u32,
        action: &str,
    ) -> zbus::Result<()>;
}

fn notice(title: &str, body: &str) -> Notice {
    Notice {
        kind: NoticeKind::Out,
        title: title.to_owned(),
        body: body.to_owned(),
        tap: Some(WindowRoute::Profiles),
        offer: None,
    }
}

async fn eventually(mut done: impl FnMut() -> bool) {
    let waited = timeout(Duration::from_secs(60), async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.expect("it becomes true");
}

#[tokio::test]
async fn a_notification_has_its_button_and_a_click_is_received() {
    let Some(bus) = Bus::start().await else { return };
    let shown = Arc::<StdMutex<Shown>>::default();
    let (_answers, answering) = watch::channel(true);
    let fake = Fake { shown: Arc::clone(&shown), answers: answering };
    let service = bus.connect().await;
    service.object_server().at(PATH, fake).await.expect("a place");
    service.request_name(SERVICE).await.expect("a name");

    let (queue, waiting) = mpsc::channel(MOST_WAITING);
    let clicks = Arc::<StdMutex<Vec<Click>>>::default();
    let sink = Arc::clone(&clicks);
    let address = Some(bus.address.clone());
    let serving = tokio::spawn(serve(waiting, address, move |click| {
        sink.lock().expect("no test panics here").push(click);
    }));
    let toast = Toast { notice: notice("a", "x < y & z"), button: Some("Do it".to_owned()) };
    queue.send(toast).await.expect("there is room");
    eventually(|| clicks.lock().expect("no test panics here").len() == 1).await;
    let shown = shown.lock().expect("no test panics here").clone();
    let actions = [BUTTON, "Do it", CLICK, ""].map(str::to_owned).to_vec();
    assert_eq!(shown, [("a".to_owned(), "x &lt; y &amp; z".to_owned(), actions)]);
    let click = clicks.lock().expect("no test panics here").remove(0);
    assert_eq!(click, Click { notice: notice("a", "x < y & z"), button: true });
    serving.abort();
}

/// A service that took the name and never answers: what is queued is bounded,
/// queueing never waits, and nothing waits for the end.
#[tokio::test]
async fn a_service_that_never_answers_blocks_no_caller() {
    let Some(bus) = Bus::start().await else { return };
    let shown = Arc::<StdMutex<Shown>>::default();
    let (answers, answering) = watch::channel(false);
    let fake = Fake { shown: Arc::clone(&shown), answers: answering };
    let service = bus.connect().await;
    service.object_server().at(PATH, fake).await.expect("a place");
    service.request_name(SERVICE).await.expect("a name");

    let (queue, waiting) = mpsc::channel(MOST_WAITING);
    let serving = tokio::spawn(serve(waiting, Some(bus.address.clone()), |_| {}));
    let toast = |number: usize| Toast { notice: notice(&number.to_string(), ""), button: None };
    let sent = (0..100).filter(|number| queue.try_send(toast(*number)).is_ok()).count();
    assert!((MOST_WAITING..=MOST_WAITING + 1).contains(&sent), "{sent} were queued");
    // It comes back: what still waits is shown, in order.
    answers.send_replace(true);
    eventually(|| shown.lock().expect("no test panics here").len() >= sent - 1).await;
    let first = shown.lock().expect("no test panics here")[0].0.clone();
    assert_eq!(first, "0");
    serving.abort();
    assert!(serving.await.expect_err("was ended").is_cancelled());
}

#[tokio::test]
async fn without_a_bus_or_a_service_the_next_one_is_tried_again() {
    let Some(bus) = Bus::start().await else { return };
    let (queue, waiting) = mpsc::channel(MOST_WAITING);
    let serving = tokio::spawn(serve(waiting, Some(bus.address.clone()), |_| {}));
    let toast = || Toast { notice: notice("a", ""), button: None };
    queue.send(toast()).await.expect("there is room");
    let shown = Arc::<StdMutex<Shown>>::default();
    let (_answers, answering) = watch::channel(true);
    let fake = Fake { shown: Arc::clone(&shown), answers: answering };
    let service = bus.connect().await;
    service.object_server().at(PATH, fake).await.expect("a place");
    // The first one has failed by the time its place in the queue is free again.
    eventually(|| queue.capacity() == MOST_WAITING).await;
    service.request_name(SERVICE).await.expect("a name");
    queue.send(toast()).await.expect("there is room");
    eventually(|| !shown.lock().expect("no test panics here").is_empty()).await;
    serving.abort();
}
