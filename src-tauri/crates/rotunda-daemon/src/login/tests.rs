use std::sync::{Arc, Mutex};

use rotunda_host::{clock, home::Env};
use rotunda_router::{Authorities, Proxy, Upstreams};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use super::*;

fn flow(shown: &Arc<Mutex<Vec<Shown>>>) -> Flow {
    // The discard port has no listener: nothing leaves this test.
    let nowhere = "http://127.0.0.1:9".parse::<url::Url>().unwrap();
    let upstreams = Upstreams {
        chatgpt: nowhere.clone(),
        api: nowhere.clone(),
        auth: nowhere,
        proxy: Proxy::default(),
        authorities: Authorities::default(),
    };
    let (callbacks, heard) = mpsc::channel(1);
    let shown = Arc::clone(shown);
    Flow {
        issuer: Issuer::at(&upstreams).unwrap(),
        env: env(),
        clock: clock::system(),
        account: None,
        show: Box::new(move |step| shown.lock().unwrap().push(step)),
        heard,
        callbacks,
    }
}

fn env() -> Env {
    Env::of([(ROTUNDA_LOGIN_PORT, "0")])
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_without_a_callback_ends_after_five_minutes() {
    let shown = Arc::default();
    let flow = flow(&shown);
    let server = CallbackServer::open(&flow.env, flow.callbacks.clone()).await.unwrap();
    let begun = tokio::time::Instant::now();
    assert_eq!(flow.browser(server).await.unwrap_err(), LoginError::TimedOut);
    assert!((300..310).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let shown = shown.lock().unwrap();
    assert!(matches!(&shown[..], [Shown::Page { life, .. }] if life.as_secs() == 300));
}

#[tokio::test]
async fn an_unreachable_issuer_is_reported_at_once() {
    let flow = flow(&Arc::default());
    assert_eq!(flow.device().await.unwrap_err(), LoginError::Unreachable);
}

#[tokio::test]
async fn a_closed_callback_server_frees_its_port() {
    let (callbacks, _heard) = mpsc::channel(1);
    let server = CallbackServer::open(&env(), callbacks.clone()).await.unwrap();
    let taken = Env::of([(ROTUNDA_LOGIN_PORT, server.port.to_string())]);
    let refused = CallbackServer::open(&taken, callbacks.clone()).await.unwrap_err();
    assert_eq!(refused, LoginError::PortTaken);
    server.close().await;
    let again = CallbackServer::open(&taken, callbacks).await.unwrap();
    assert_eq!(again.port.to_string(), taken.get(ROTUNDA_LOGIN_PORT).unwrap());
}

/// Every user of the machine can open connections to it.
#[tokio::test]
async fn idle_and_slow_connections_do_not_keep_the_browser_out() {
    let (callbacks, mut heard) = mpsc::channel(1);
    let server = CallbackServer::open(&env(), callbacks).await.unwrap();
    let connect = || TcpStream::connect(("127.0.0.1", server.port));
    let mut others = Vec::new();
    for number in 0..100 {
        let mut other = connect().await.unwrap();
        if number % 2 == 0 {
            other.write_all(b"GET /auth/callback?code=slow").await.unwrap();
        }
        others.push(other);
    }
    let rest = format!("host: localhost:{}\r\nconnection: close\r\n\r\n", server.port);
    let mut browser = connect().await.unwrap();
    browser
        .write_all(
            format!("GET {}?code=c&state=s HTTP/1.1\r\n{rest}", address::CALLBACK).as_bytes(),
        )
        .await
        .unwrap();
    let Some(Heard::Back { query, reply }) = heard.recv().await else { panic!() };
    assert_eq!(query, "code=c&state=s");
    // While it waits for its page, more of them come.
    for _ in 0..100 {
        others.push(connect().await.unwrap());
    }
    reply.send(page::Page::failed(LoginError::Cancelled)).ok().unwrap();
    let mut answer = String::new();
    browser.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("no-store"), "{answer}");
}
