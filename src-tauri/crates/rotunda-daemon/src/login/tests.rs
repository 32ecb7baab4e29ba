use std::sync::{Arc, Mutex};

use rotunda_router::{Proxy, Upstreams};
use tokio::sync::mpsc;

use super::*;
use crate::{clock, home::Env};

fn flow(shown: &Arc<Mutex<Vec<Shown>>>) -> Flow {
    // Nobody listens on the discard port: nothing leaves this test.
    let nowhere = "http://127.0.0.1:9".parse::<url::Url>().unwrap();
    let upstreams = Upstreams {
        chatgpt: nowhere.clone(),
        api: nowhere.clone(),
        auth: nowhere,
        proxy: Proxy::default(),
    };
    let (tell, heard) = mpsc::channel(1);
    let shown = Arc::clone(shown);
    Flow {
        issuer: Issuer::at(&upstreams).unwrap(),
        env: env(),
        clock: clock::system(),
        account: None,
        show: Box::new(move |step| shown.lock().unwrap().push(step)),
        heard,
        tell,
    }
}

fn env() -> Env {
    Env::of([(ROTUNDA_LOGIN_PORT, "0")])
}

#[tokio::test(start_paused = true)]
async fn a_page_that_nobody_answers_ends_after_five_minutes() {
    let shown = Arc::default();
    let flow = flow(&shown);
    let door = Door::open(&flow.env, flow.tell.clone()).await.unwrap();
    let begun = tokio::time::Instant::now();
    assert_eq!(flow.browser(door).await.unwrap_err(), LoginError::TimedOut);
    assert!((300..310).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let shown = shown.lock().unwrap();
    assert!(matches!(&shown[..], [Shown::Page { life, .. }] if life.as_secs() == 300));
}

#[tokio::test]
async fn an_issuer_out_of_reach_is_told_at_once() {
    let flow = flow(&Arc::default());
    assert_eq!(flow.device().await.unwrap_err(), LoginError::Unreachable);
}

#[tokio::test]
async fn a_door_that_is_closed_frees_its_port() {
    let (tell, _heard) = mpsc::channel(1);
    let door = Door::open(&env(), tell.clone()).await.unwrap();
    let taken = Env::of([(ROTUNDA_LOGIN_PORT, door.port.to_string())]);
    let refused = Door::open(&taken, tell.clone()).await.unwrap_err();
    assert_eq!(refused, LoginError::PortTaken);
    door.close().await;
    let again = Door::open(&taken, tell).await.unwrap();
    assert_eq!(again.port.to_string(), taken.get(ROTUNDA_LOGIN_PORT).unwrap());
}
