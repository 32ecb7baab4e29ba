use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
    time::UNIX_EPOCH,
};

use rotunda_core::second_line::OwnAccount;

use super::*;
use crate::testing;

const TEXT: &str = "model = \"m\"\n";
const NEEDED: Facts = Facts {
    is_wanted: true,
    is_bound: true,
    is_serving: true,
    is_foreign: false,
    own: OwnAccount::Refused,
    other_ready: true,
};

/// A bound file, and something that answers like a router, or does not.
struct Scene {
    _root: tempfile::TempDir,
    home: Home,
    target: Target,
    service: Writer,
    router: Option<tokio::task::JoinHandle<()>>,
    /// How often it was checked.
    requests: Arc<AtomicU32>,
}

impl Scene {
    async fn new() -> Self {
        let (root, home) = testing::home();
        home.create().unwrap();
        fs::create_dir_all(&home.codex_home).unwrap();
        fs::write(home.codex_config(), TEXT).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let client = ClientUrl::new(port, &Secret::new("0123456789abcdef".repeat(2)));
        bind::bind(&home, &client.text(), false, UNIX_EPOCH).unwrap();
        let requests = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&requests);
        let router = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                let answer = hyper::service::service_fn(|_| async {
                    let body = http_body_util::Empty::<bytes::Bytes>::new();
                    Ok::<_, std::convert::Infallible>(http::Response::new(body))
                });
                let io = hyper_util::rt::TokioIo::new(stream);
                let serve = hyper::server::conn::http1::Builder::new().serve_connection(io, answer);
                drop(serve.await);
            }
        });
        let clock: Clock = Arc::new(|| UNIX_EPOCH);
        let service = Writer::new(&home, &clock);
        let target = Target::beside(&client.text()).unwrap();
        Self { _root: root, home, target, service, router: Some(router), requests }
    }

    fn found(&self) -> SecondLine {
        bind::second_line(&self.home, self.target.second()).unwrap()
    }

    async fn settle(&self, facts: &Facts) -> Option<Changed> {
        self.service.settle(facts, &self.found(), &self.target).await.unwrap()
    }

    async fn stop_router(&mut self) {
        let router = self.router.take().unwrap();
        router.abort();
        let _ = router.await;
    }
}

/// Lets the time pass after which a router is checked again.
async fn later() {
    tokio::time::pause();
    tokio::time::advance(TEST).await;
    tokio::time::resume();
}

#[tokio::test]
async fn the_line_is_written_once_and_taken_out_with_its_reason() {
    let scene = Scene::new().await;
    assert_eq!(scene.settle(&NEEDED).await, Some(Changed::Written));
    assert_eq!(scene.found(), SecondLine::Stands);
    assert_eq!(scene.settle(&NEEDED).await, None);
    let served = Facts { own: OwnAccount::Served, ..NEEDED };
    let taken_out = Changed::TakenOut(SecondLineEnd::OwnServed);
    assert_eq!(scene.settle(&served).await, Some(taken_out));
    assert_eq!(scene.found(), SecondLine::Absent);
    // Not written again at once.
    assert_eq!(scene.settle(&NEEDED).await, None);
}

#[tokio::test]
async fn a_line_that_was_switched_off_and_on_comes_back_at_once() {
    let scene = Scene::new().await;
    scene.settle(&NEEDED).await;
    scene.settle(&Facts { is_wanted: false, ..NEEDED }).await;
    assert_eq!(scene.settle(&NEEDED).await, Some(Changed::Written));
}

#[tokio::test]
async fn a_router_that_does_not_answer_gets_no_line_and_loses_it() {
    let mut scene = Scene::new().await;
    scene.settle(&NEEDED).await;
    scene.stop_router().await;
    later().await;
    let taken_out = Changed::TakenOut(SecondLineEnd::NotServing);
    assert_eq!(scene.settle(&NEEDED).await, Some(taken_out));
    assert_eq!(scene.settle(&NEEDED).await, None);
    assert_eq!(scene.found(), SecondLine::Absent);
}

/// The pool changes several times a second, and each change settles the line.
#[tokio::test]
async fn while_the_line_stands_requests_to_the_router_are_few() {
    let scene = Scene::new().await;
    for _ in 0..5 {
        scene.settle(&NEEDED).await;
    }
    assert_eq!(scene.requests.load(Ordering::Relaxed), 1);
    later().await;
    for _ in 0..5 {
        scene.settle(&NEEDED).await;
    }
    assert_eq!(scene.requests.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn after_the_end_nothing_is_written() {
    let scene = Scene::new().await;
    scene.settle(&NEEDED).await;
    assert!(scene.service.end().await.unwrap());
    assert_eq!(scene.settle(&NEEDED).await, None);
    assert_eq!(scene.found(), SecondLine::Absent);
    assert!(!scene.service.end().await.unwrap());
}

#[tokio::test]
async fn what_an_earlier_start_left_is_taken_out() {
    let scene = Scene::new().await;
    scene.settle(&NEEDED).await;
    assert!(take_out_left_over(&scene.home));
    assert!(!take_out_left_over(&scene.home));
    assert_eq!(scene.found(), SecondLine::Absent);
}

#[test]
fn the_view_has_the_reason() {
    let locale = Locale::of(rotunda_text::Language::ENGLISH);
    let view = |facts, found| super::view(facts, &found, locale);
    let off = view(Facts { is_wanted: false, ..NEEDED }, SecondLine::Absent);
    assert_eq!(off, SecondLineView::default());
    let stands = view(NEEDED, SecondLine::Stands);
    assert!(stands.stands && stands.message.unwrap().contains("stands in config.toml"));
    assert!(view(NEEDED, SecondLine::Stale).stands);
    let foreign = SecondLine::Foreign { url: "https://a.example".to_owned() };
    let foreign = view(Facts { is_foreign: true, ..NEEDED }, foreign);
    assert!(foreign.is_foreign && !foreign.stands);
    assert!(foreign.message.unwrap().contains("of yours"));
    let served = view(Facts { own: OwnAccount::Served, ..NEEDED }, SecondLine::Absent);
    assert!(served.message.unwrap().contains("is not out"));
}
