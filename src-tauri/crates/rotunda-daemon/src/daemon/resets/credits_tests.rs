//! Routers of one profile, against the same upstream: they spend no credits without consent.

use rotunda_core::{pool::Payment, profile::UseCredits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

/// The plan is used up, and there are credits.
async fn used_up() -> Scene {
    let scene = Scene::new().await;
    {
        let mut known = scene.known.lock().unwrap();
        known.account.credits = Some("12".to_owned());
        known.account.five_hours.used_percent = 100.0;
    }
    scene.ask().await;
    assert_ne!(scene.payment(), Payment::Plan);
    scene
}

impl Scene {
    fn payment(&self) -> Payment {
        self.services.handles.pool.view().profiles[0].credits.payment
    }

    /// The status of a turn through a router of this profile alone.
    async fn turn_alone(&self) -> String {
        let router = self.services.dedicated_routers.with_profile(self.id).await.unwrap();
        let url: url::Url = router.url.expose().parse().unwrap();
        let (host, port) = (url.host_str().unwrap(), url.port().unwrap());
        let body = json!({ "model": "gpt-5", "input": [], "stream": true }).to_string();
        let request = format!(
            "POST {}/responses HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            url.path(),
            body.len()
        );
        let mut stream = TcpStream::connect((host, port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split_whitespace().nth(1).unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn a_router_of_one_profile_asks_no_profile_without_consent() {
    let scene = used_up().await;
    assert_eq!(scene.turn_alone().await, "429");
    assert!(scene.upstream.received_on(Route::Responses).is_empty());
    scene.end().await;
}

#[tokio::test]
async fn what_such_a_router_spends_with_consent_is_reported() {
    let scene = used_up().await;
    let pool = scene.services.handles.pool.clone();
    let mut events = pool.events();
    pool.set_use_credits(scene.id, Some(UseCredits::WhenAllOut));
    assert_eq!(scene.turn_alone().await, "200");
    let is_shown = || pool.view().profiles[0].credits.spending.is_some();
    eventually("the window shows it", is_shown).await;
    let mut reported = std::iter::from_fn(|| events.try_recv().ok());
    assert!(reported.any(|event| matches!(event, Event::CreditsSpent { .. })));
    scene.end().await;
}
