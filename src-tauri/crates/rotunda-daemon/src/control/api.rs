//! Answers the command line. The router has checked the control key already.

use std::{convert::Infallible, io, sync::Weak};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use rotunda_router::{Control, ControlBody, vault::BoxFuture};
use serde::Serialize;

use super::{
    ActivityLine, AsideReply, AsideRequest, Command, ImportRequest, RecordRequest, Refused,
};
use crate::{
    check::Wanted,
    clock::unix,
    daemon::{CommandError, Daemon, Inner},
    store::Activity,
};

/// The daemon's side of the control API. Holds the daemon weakly: the router it
/// is part of belongs to the daemon.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    daemon: Weak<Inner>,
}

impl Api {
    pub(crate) fn new(daemon: Weak<Inner>) -> Self {
        Self { daemon }
    }
}

impl Control for Api {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>> {
        let daemon = self.daemon.upgrade().map(Daemon::over);
        Box::pin(async move {
            match daemon {
                Some(daemon) => answer(daemon, request).await,
                None => refused("Rotunda is stopping."),
            }
        })
    }
}

async fn answer(daemon: Daemon, request: Request<Bytes>) -> Response<ControlBody> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/status") => json(StatusCode::OK, &daemon.report().await),
        (&Method::POST, "/command") => match serde_json::from_slice::<Command>(request.body()) {
            Ok(command) => match daemon.perform(command).await {
                Ok(done) => json(StatusCode::OK, &done),
                Err(error) => refused(&error.to_string()),
            },
            Err(_) => {
                refused("This Rotunda does not know that command; restart it after an update.")
            }
        },
        (&Method::GET, "/found") => told(daemon.found().await),
        (&Method::POST, "/import") => {
            match serde_json::from_slice::<ImportRequest>(request.body()) {
                Ok(wanted) => told(daemon.import_items(None, wanted.picks).await),
                Err(_) => refused("A sign-in has to be picked."),
            }
        }
        (&Method::POST, "/aside") => match serde_json::from_slice::<AsideRequest>(request.body()) {
            Ok(wanted) => aside(daemon, &wanted.profile).await,
            Err(_) => refused("A profile has to be named."),
        },
        (&Method::POST, "/check") => match serde_json::from_slice::<Wanted>(request.body()) {
            Ok(wanted) => check(daemon, wanted).await,
            Err(_) => refused("This Rotunda does not know that test; restart it after an update."),
        },
        (&Method::POST, "/record") => match serde_json::from_slice::<RecordRequest>(request.body())
        {
            Ok(wanted) => record(daemon, &wanted.name).await,
            Err(_) => refused("A recording needs the name of a file."),
        },
        (&Method::GET, "/activity") => activity(daemon, request.uri().query().unwrap_or_default()),
        _ => json(StatusCode::NOT_FOUND, &Refused { error: "There is nothing here.".to_owned() }),
    }
}

/// One line with the address; the router behind it lives for as long as the
/// answer is being read.
async fn aside(daemon: Daemon, profile: &str) -> Response<ControlBody> {
    let opened = match daemon.find(profile) {
        Ok((id, _)) => daemon.with_profile(id).await,
        Err(error) => Err(error),
    };
    let aside = match opened {
        Ok(aside) => aside,
        Err(error) => return refused(&error.to_string()),
    };
    let reply = AsideReply { url: aside.url.expose().clone() };
    let line = serde_json::to_string(&reply).expect("our own types are JSON") + "\n";
    let stopping = async move {
        daemon.stopping().await;
        drop(aside);
    };
    let held = stream::once(async { line }).chain(stream::once(stopping).map(|()| String::new()));
    lines(held.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

/// How far a test turn is, a line each time there is more to say. It is stopped
/// when nobody reads any more.
async fn check(daemon: Daemon, wanted: Wanted) -> Response<ControlBody> {
    let followed = match daemon.follow_test_turn(wanted).await {
        Ok(followed) => followed,
        Err(error) => return refused(&error.to_string()),
    };
    let batches = stream::unfold(Some(followed), |followed| async {
        let mut followed = followed?;
        let progress = followed.next().await?;
        let line = serde_json::to_string(&progress).expect("our own types are JSON") + "\n";
        Some((line, progress.report.is_none().then_some(followed)))
    });
    lines(batches.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

/// What passes, without anything private, until nobody reads any more.
async fn record(daemon: Daemon, name: &str) -> Response<ControlBody> {
    let held = match daemon.record(name).await {
        Ok(held) => held,
        Err(error) => return refused(&error.to_string()),
    };
    let written = stream::unfold(held, |mut held| async {
        let line = held.next().await?;
        Some((line + "\n", held))
    });
    lines(written.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

fn told(outcome: Result<impl Serialize, CommandError>) -> Response<ControlBody> {
    match outcome {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(sentence: &str) -> Response<ControlBody> {
    json(StatusCode::CONFLICT, &Refused { error: sentence.to_owned() })
}

fn json(status: StatusCode, value: &impl Serialize) -> Response<ControlBody> {
    let body = serde_json::to_vec(value).expect("our own types are JSON");
    let never = |impossible: Infallible| -> io::Error { match impossible {} };
    let mut response = Response::new(Full::new(Bytes::from(body)).map_err(never).boxed());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A line per entry; with `follow` it goes on until either side ends.
fn activity(daemon: Daemon, query: &str) -> Response<ControlBody> {
    let mut values = url::form_urlencoded::parse(query.as_bytes());
    let after = values.find(|(key, _)| key == "after").and_then(|(_, value)| value.parse().ok());
    let follow = url::form_urlencoded::parse(query.as_bytes())
        .any(|(key, value)| key == "follow" && value == "true");
    let start = Some((daemon, after.unwrap_or(0), false));
    let batches = stream::unfold(start, move |state| async move {
        let (daemon, after, waits) = state?;
        if waits && !daemon.wait_for_activity(after).await {
            return None;
        }
        let entries = daemon.activity_after(after).await.unwrap_or_default();
        let last = entries.last().map_or(after, |entry| entry.number);
        Some((text_of(&entries), follow.then_some((daemon, last, true))))
    });
    lines(batches.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

/// An answer that goes on line by line.
fn lines(
    frames: impl Stream<Item = io::Result<Frame<Bytes>>> + Send + Sync + 'static,
) -> Response<ControlBody> {
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

fn text_of(entries: &[Activity]) -> String {
    let lines = entries.iter().map(|entry| {
        let Activity { number, at, kind, text, .. } = entry;
        let line = ActivityLine { number: *number, at: unix(*at), kind: *kind, text: text.clone() };
        serde_json::to_string(&line).expect("our own types are JSON") + "\n"
    });
    lines.collect()
}
