//! When it is asked, what an answer does, and what one request is, against a server of this test.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::SystemTime,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;
use crate::daemon::fixture::{Fixture, NOW};

const KEY: &str = include_str!("../../../../../tests/fixtures/updates/test.pub");
const NEWER: &str = include_str!("../../../../../tests/fixtures/updates/newer.signed");
const OLDER: &str = include_str!("../../../../../tests/fixtures/updates/older.signed");
const NOT_NEWER: &str = include_str!("../../../../../tests/fixtures/updates/same-version.signed");
const OTHER_KEY: &str = include_str!("../../../../../tests/fixtures/updates/other-key.signed");
const HOUR: Duration = Duration::from_secs(3600);

/// An address that answers as the test says, and the times of its requests.
struct Scene {
    fixture: Fixture,
    answer: Arc<Mutex<Result<Vec<u8>, String>>>,
    request_times: Arc<Mutex<Vec<SystemTime>>>,
    news: State<Option<UpdateNews>>,
    /// By how much the clock of the machine is wrong, in seconds.
    wrong_by: Arc<AtomicI64>,
}

impl Scene {
    /// The clock of the machine goes with the paused one of the test.
    fn new(answer: &str) -> Self {
        let mut fixture = Fixture::with(&["work"]);
        let (start, wrong_by) = (time::Instant::now(), Arc::new(AtomicI64::new(0)));
        let wrong = wrong_by.clone();
        fixture.handles.machine.clock =
            Arc::new(move || from_unix(NOW + wrong.load(Ordering::Relaxed)) + start.elapsed());
        let answer = Arc::new(Mutex::new(Ok(answer.as_bytes().to_vec())));
        let scene = Self {
            fixture,
            answer,
            request_times: Arc::default(),
            news: State::default(),
            wrong_by,
        };
        scene.set(Some("https://updates.example/update.signed"));
        scene
    }

    fn set(&self, address: Option<&str>) {
        let settings = &self.fixture.handles.settings;
        let updates = address.map(|address| address.parse().unwrap());
        settings.set(Settings { updates, ..settings.get() });
    }

    fn answers(&self, answer: Result<&str, &str>) {
        let answer = answer.map(|text| text.as_bytes().to_vec()).map_err(str::to_owned);
        *self.answer.lock().unwrap() = answer;
    }

    /// A program that was just started.
    fn start(&self) -> JoinHandle<()> {
        self.start_with(ReleaseKey::read(KEY))
    }

    fn start_with(&self, key: Option<ReleaseKey>) -> JoinHandle<()> {
        let (answer, request_times) = (self.answer.clone(), self.request_times.clone());
        let clock = self.fixture.handles.machine.clock.clone();
        let fetch = move |_: Url, _: Upstreams| -> BoxFuture<'static, _> {
            request_times.lock().unwrap().push(clock());
            let answer = answer.lock().unwrap().clone();
            Box::pin(async move { answer })
        };
        let updates = Updates::over(&self.fixture.handles, self.news.clone(), key, Arc::new(fetch));
        tokio::spawn(async move { updates.follow().await })
    }

    fn requests(&self) -> usize {
        self.request_times.lock().unwrap().len()
    }

    fn version(&self) -> Option<String> {
        match self.news.get()? {
            UpdateNews::Newer(release) => Some(release.version.to_string()),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_requested_before_the_user_sets_an_address() {
    let scene = Scene::new(NEWER);
    scene.set(None);
    let running = scene.start();
    time::sleep(72 * HOUR).await;
    assert_eq!((scene.requests(), scene.news.get()), (0, None));
    scene.set(Some("https://updates.example/update.signed"));
    time::sleep(HOUR).await;
    assert_eq!((scene.requests(), scene.version()), (1, Some("9.0.0".to_owned())));
    scene.set(None);
    time::sleep(72 * HOUR).await;
    assert_eq!((scene.requests(), scene.news.get()), (1, None));
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn one_request_goes_out_a_day_also_over_restarts_and_other_settings() {
    let scene = Scene::new(NEWER);
    for _ in 0..10 {
        let running = scene.start();
        time::sleep(HOUR).await;
        scene.set(Some("https://updates.example/update.signed"));
        time::sleep(HOUR).await;
        running.abort();
    }
    assert_eq!(scene.requests(), 1, "within twenty hours");
    let running = scene.start();
    time::sleep(10 * 24 * HOUR).await;
    running.abort();
    let times = scene.request_times.lock().unwrap().clone();
    assert_eq!(times.len(), 11, "{times:?}");
    for pair in times.windows(2) {
        let between = pair[1].duration_since(pair[0]).unwrap();
        assert!(between >= release_notice::REQUEST_PERIOD, "{between:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_that_does_not_answer_gets_no_more_requests() {
    let scene = Scene::new("");
    scene.answers(Err("status 503"));
    let running = scene.start();
    time::sleep(23 * HOUR).await;
    assert_eq!((scene.requests(), scene.news.get()), (1, Some(UpdateNews::NotReached)));
    scene.answers(Ok(NEWER));
    time::sleep(2 * HOUR).await;
    assert_eq!((scene.requests(), scene.version()), (2, Some("9.0.0".to_owned())));
    scene.answers(Err("status 503"));
    time::sleep(24 * HOUR).await;
    assert_eq!(scene.version(), Some("9.0.0".to_owned()), "what is known stays");
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn a_tampered_answer_is_refused_and_what_is_known_is_kept() {
    let scene = Scene::new(NEWER);
    let running = scene.start();
    time::sleep(HOUR).await;
    for tampered in [OTHER_KEY.to_owned(), NEWER.replace("9.0.0", "9.9.9"), String::new()] {
        scene.answers(Ok(&tampered));
        time::sleep(24 * HOUR).await;
        assert_eq!(scene.news.get(), Some(UpdateNews::Refused(StatementFault::Forged)));
    }
    scene.answers(Ok(NEWER));
    time::sleep(24 * HOUR).await;
    assert_eq!(scene.version(), Some("9.0.0".to_owned()));
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn an_older_statement_is_refused_also_after_a_restart_and_at_another_address() {
    let scene = Scene::new(NEWER);
    let running = scene.start();
    time::sleep(HOUR).await;
    running.abort();
    scene.answers(Ok(OLDER));
    scene.set(Some("https://mirror.example/update.signed"));
    let running = scene.start();
    time::sleep(HOUR).await;
    assert_eq!(scene.requests(), 2, "another address is asked at once");
    assert_eq!(scene.news.get(), Some(UpdateNews::Refused(StatementFault::Older)));
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn the_same_version_is_no_news_and_a_restart_shows_a_newer_one_without_asking() {
    let scene = Scene::new(NOT_NEWER);
    let running = scene.start();
    time::sleep(HOUR).await;
    assert_eq!((scene.requests(), scene.news.get()), (1, None));
    scene.answers(Ok(NEWER));
    time::sleep(24 * HOUR).await;
    running.abort();
    let handles = &scene.fixture.handles;
    let shown = known(&handles.machine.home, &handles.settings.get());
    assert!(matches!(shown, Some(UpdateNews::Newer(_))), "{shown:?}");
    scene.set(None);
    assert_eq!(known(&handles.machine.home, &handles.settings.get()), None);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_a_year_ahead_delays_the_next_request_by_a_day_at_most() {
    let scene = Scene::new(NEWER);
    scene.wrong_by.store(365 * 24 * 3600, Ordering::Relaxed);
    let running = scene.start();
    time::sleep(HOUR).await;
    running.abort();
    scene.wrong_by.store(0, Ordering::Relaxed);
    let running = scene.start();
    time::sleep(25 * HOUR).await;
    assert_eq!(scene.requests(), 2);
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn a_program_without_a_key_asks_nothing_and_says_so() {
    let scene = Scene::new(NEWER);
    let running = scene.start_with(None);
    time::sleep(72 * HOUR).await;
    assert_eq!((scene.requests(), scene.news.get()), (0, Some(UpdateNews::NoKey)));
    running.abort();
}

/// Answers one connection with these bytes, and returns what was asked.
async fn one_answer(bytes: Vec<u8>) -> (Url, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/update.signed", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        // A client that has had enough closes the connection.
        let _ = stream.write_all(&bytes).await;
        String::from_utf8(request).unwrap()
    });
    (address.parse().unwrap(), server)
}

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_request_says_nothing_of_who_asks() {
    let (address, server) = one_answer(response("200 OK", "", NEWER)).await;
    let body = fetch(address.clone(), Settings::default().upstreams).await.unwrap();
    assert_eq!(body, NEWER.as_bytes());
    let request = server.await.unwrap();
    let host = address.authority();
    assert_eq!(
        request,
        format!("GET /update.signed HTTP/1.1\r\naccept: */*\r\nhost: {host}\r\n\r\n")
    );
}

#[tokio::test]
async fn redirects_errors_and_long_answers_are_no_answer() {
    let location = "location: http://127.0.0.1:9/\r\n";
    let long = "a".repeat(LONGEST_STATEMENT + 1);
    for (bytes, why) in [
        (response("302 Found", location, ""), "status 302"),
        (response("404 Not Found", "", NEWER), "status 404"),
        (response("200 OK", "", &long), "more than 16384 bytes"),
    ] {
        let (address, server) = one_answer(bytes).await;
        let found = fetch(address, Settings::default().upstreams).await;
        assert_eq!(found, Err(why.to_owned()));
        server.await.unwrap();
    }
}
