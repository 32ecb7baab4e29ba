//! Answers the command line. The router has checked the control key already.

use std::{
    convert::Infallible,
    io,
    sync::{Arc, Weak},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use rotunda_core::{ProfileId, Secret, vault::BoxFuture};
use rotunda_host::{key, store::Activity};
use rotunda_router::{Control, ControlBody};
use rotunda_text::{Language, Locale, Localize};
use serde::Serialize;

use super::{Services, commands::perform, imports::Audience};
use crate::{
    control::{
        ActivityLine, Command, DedicatedRouterReply, DedicatedRouterRequest, ImportRequest,
        PreviewRequest, RecordRequest, Refused, RunRequest, UsageRequest, Wanted,
    },
    error::CommandError,
};

/// The server of the control API. Holds the services weakly: the router it
/// is part of belongs to them.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    services: Weak<Services>,
}

impl Api {
    pub(crate) fn new(services: Weak<Services>) -> Self {
        Self { services }
    }
}

impl Control for Api {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>> {
        let services = self.services.upgrade();
        Box::pin(async move {
            match services {
                // A task of its own: what was begun is finished, also when the caller has left.
                Some(services) => tokio::spawn(answer(services, request))
                    .await
                    .unwrap_or_else(|_| refused("Rotunda could not do that; its log says why.")),
                None => refused("Rotunda is stopping."),
            }
        })
    }
}

/// The language that the client asks for; English for one that names none.
fn language_of(request: &Request<Bytes>) -> Language {
    let tag = request.headers().get(header::ACCEPT_LANGUAGE);
    tag.and_then(|tag| tag.to_str().ok()).and_then(Language::find).unwrap_or_default()
}

#[expect(clippy::too_many_lines, reason = "one arm for each path, and nothing to decide")]
async fn answer(services: Arc<Services>, request: Request<Bytes>) -> Response<ControlBody> {
    let language = language_of(&request);
    let terminal = Audience::Terminal(language);
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/status") => json(StatusCode::OK, &services.reports.make(language).await),
        (&Method::POST, "/command") => match serde_json::from_slice::<Command>(request.body()) {
            Ok(command) => match perform(&services, command, language).await {
                Ok(done) => json(StatusCode::OK, &done),
                Err(error) => not_done(&error, language),
            },
            Err(_) => {
                refused("This Rotunda does not know that command; restart it after an update.")
            }
        },
        (&Method::GET, "/found") => json_or_error(services.imports.found(terminal).await, language),
        (&Method::POST, "/preview") => {
            match serde_json::from_slice::<PreviewRequest>(request.body()) {
                Ok(PreviewRequest { path }) => {
                    json_or_error(services.imports.import_preview(path, terminal).await, language)
                }
                Err(_) => refused("A path has to be named."),
            }
        }
        (&Method::POST, "/import") => {
            match serde_json::from_slice::<ImportRequest>(request.body()) {
                Ok(wanted) => json_or_error(
                    services.imports.import_items(None, wanted.picks, terminal).await,
                    language,
                ),
                Err(_) => refused("A sign-in has to be picked."),
            }
        }
        (&Method::POST, "/aside") => {
            match serde_json::from_slice::<DedicatedRouterRequest>(request.body()) {
                Ok(wanted) => dedicated(services, &wanted.profile, language).await,
                Err(_) => refused("A profile has to be named."),
            }
        }
        (&Method::POST, "/run") => match serde_json::from_slice::<RunRequest>(request.body()) {
            Ok(wanted) => lend(services, &wanted, language).await,
            Err(_) => refused("A run needs a key."),
        },
        (&Method::POST, "/check") => match serde_json::from_slice::<Wanted>(request.body()) {
            Ok(wanted) => check(services, wanted, language).await,
            Err(_) => refused("This Rotunda does not know that test; restart it after an update."),
        },
        (&Method::POST, "/quick") => match serde_json::from_slice::<UsageRequest>(request.body()) {
            Ok(wanted) => quick(services, &wanted, language),
            Err(_) => refused("A profile has to be named."),
        },
        (&Method::POST, "/usage") => match serde_json::from_slice::<UsageRequest>(request.body()) {
            Ok(wanted) => usage(services, &wanted, language).await,
            Err(_) => refused("A profile has to be named."),
        },
        (&Method::POST, "/record") => match serde_json::from_slice::<RecordRequest>(request.body())
        {
            Ok(wanted) => record(services, &wanted.name, language).await,
            Err(_) => refused("A recording needs the name of a file."),
        },
        (&Method::GET, "/forecast") => {
            json_or_error(services.forecasts.view(language).await, language)
        }
        (&Method::GET, "/requests") => {
            let traces = services.reports.traces().await.ok_or(CommandError::NoRouter);
            json_or_error(traces, language)
        }
        (&Method::GET, "/activity") => {
            activity(services, request.uri().query().unwrap_or_default(), language)
        }
        _ => json(StatusCode::NOT_FOUND, &Refused { error: "There is nothing here.".to_owned() }),
    }
}

/// One line with the address; the router behind it lives for as long as the
/// answer is being read.
async fn dedicated(
    services: Arc<Services>,
    profile: &str,
    language: Language,
) -> Response<ControlBody> {
    let opened = match services.profiles.find(profile) {
        Ok((id, _)) => services.dedicated_routers.with_profile(id).await,
        Err(error) => Err(error),
    };
    let router = match opened {
        Ok(router) => router,
        Err(error) => return not_done(&error, language),
    };
    let reply = DedicatedRouterReply { url: router.url.expose().clone() };
    let line = serde_json::to_string(&reply).expect("our own types are JSON") + "\n";
    lines(held(services, line, router))
}

/// An empty object; the key is valid for as long as the answer is being read.
async fn lend(
    services: Arc<Services>,
    wanted: &RunRequest,
    language: Language,
) -> Response<ControlBody> {
    let key = Secret::new(wanted.key.expose().to_owned());
    if let Some(client) = &wanted.client {
        return match services.client_keys.lend(client, key).await {
            Ok(lent) => lines(held(services, "{}\n".to_owned(), lent)),
            Err(error) => not_done(&error, language),
        };
    }
    if !key::is_key(key.expose()) {
        return refused("A run needs a key.");
    }
    let preferred = wanted.profile.as_deref().map(|name| services.profiles.find(name));
    let lent = match preferred.transpose() {
        Ok(found) => services.dedicated_routers.lend_key(key, found.map(|(id, _)| id)).await,
        Err(error) => Err(error),
    };
    let lent = match lent {
        Ok(lent) => lent,
        Err(error) => return not_done(&error, language),
    };
    lines(held(services, "{}\n".to_owned(), lent))
}

/// One line, and then nothing until Rotunda stops or the reader is gone;
/// `kept` is dropped then.
fn held<T: Send + Sync + 'static>(
    services: Arc<Services>,
    line: String,
    kept: T,
) -> impl Stream<Item = io::Result<Frame<Bytes>>> + Send + Sync + 'static {
    let stopping = async move {
        services.handles.stopping.wait().await;
        drop(kept);
    };
    let held = stream::once(async { line }).chain(stream::once(stopping).map(|()| String::new()));
    held.map(|text| Ok(Frame::data(Bytes::from(text))))
}

/// How far a test turn is, a line for each news. It is stopped
/// when the reader is gone.
async fn check(
    services: Arc<Services>,
    wanted: Wanted,
    language: Language,
) -> Response<ControlBody> {
    let followed = match services.test_turns.follow(wanted, language).await {
        Ok(followed) => followed,
        Err(error) => return not_done(&error, language),
    };
    let batches = stream::unfold(Some(followed), |followed| async {
        let mut followed = followed?;
        let progress = followed.next().await?;
        let line = serde_json::to_string(&progress).expect("our own types are JSON") + "\n";
        Some((line, progress.report.is_none().then_some(followed)))
    });
    lines(batches.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

/// How each profile is found without a turn, a line for each.
fn quick(
    services: Arc<Services>,
    wanted: &UsageRequest,
    language: Language,
) -> Response<ControlBody> {
    let profiles = match services.quota.checked(wanted.profile.as_deref()) {
        Ok(profiles) => profiles,
        Err(error) => return not_done(&error, language),
    };
    line_for_each(profiles, move |(id, name)| {
        let services = services.clone();
        async move { services.quota.check(id, name, language).await }
    })
}

/// What the provider says of quota, a line for each profile.
async fn usage(
    services: Arc<Services>,
    wanted: &UsageRequest,
    language: Language,
) -> Response<ControlBody> {
    let profiles = match services.quota.profiles_with_plan(wanted.profile.as_deref()).await {
        Ok(profiles) => profiles,
        Err(error) => return not_done(&error, language),
    };
    line_for_each(profiles, move |(id, name)| {
        let services = services.clone();
        async move { services.quota.raw(id, name).await }
    })
}

/// What comes of one after another, a line for each; it ends when the reader is gone.
fn line_for_each<T, F>(
    all: Vec<(ProfileId, String)>,
    work: impl Fn((ProfileId, String)) -> F + Send + Sync + 'static,
) -> Response<ControlBody>
where
    T: Serialize + Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    // A task of its own for each: what it waits for need not be shared between threads.
    lines(stream::iter(all).map(move |one| tokio::spawn(work(one))).then(async |done| {
        let done = done.await.map_err(io::Error::other)?;
        let line = serde_json::to_string(&done).expect("our own types are JSON") + "\n";
        Ok(Frame::data(Bytes::from(line)))
    }))
}

/// What passes, without anything private, until the reader is gone.
async fn record(services: Arc<Services>, name: &str, language: Language) -> Response<ControlBody> {
    let held = match services.recording.start(name).await {
        Ok(held) => held,
        Err(error) => return not_done(&error, language),
    };
    let written = stream::unfold(held, |mut held| async {
        let line = held.next().await?;
        Some((line + "\n", held))
    });
    lines(written.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

fn json_or_error(
    outcome: Result<impl Serialize, CommandError>,
    language: Language,
) -> Response<ControlBody> {
    match outcome {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => not_done(&error, language),
    }
}

fn not_done(error: &CommandError, language: Language) -> Response<ControlBody> {
    refused(&error.to(Locale::of(language)))
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

/// A line per entry; with `follow` it continues until either side ends.
fn activity(services: Arc<Services>, query: &str, language: Language) -> Response<ControlBody> {
    let mut values = url::form_urlencoded::parse(query.as_bytes());
    let after = values.find(|(key, _)| key == "after").and_then(|(_, value)| value.parse().ok());
    let follow = url::form_urlencoded::parse(query.as_bytes())
        .any(|(key, value)| key == "follow" && value == "true");
    let start = Some((services, after.unwrap_or(0), false));
    let batches = stream::unfold(start, move |state| async move {
        let (services, after, waits) = state?;
        if waits && !services.activity.wait_after(after, &services.handles.stopping).await {
            return None;
        }
        let entries = services.activity.after(after).await.unwrap_or_default();
        let last = entries.last().map_or(after, |entry| entry.number);
        Some((text_of(&entries, language), follow.then_some((services, last, true))))
    });
    lines(batches.map(|text| Ok(Frame::data(Bytes::from(text)))))
}

/// An answer that continues line by line.
fn lines(
    frames: impl Stream<Item = io::Result<Frame<Bytes>>> + Send + Sync + 'static,
) -> Response<ControlBody> {
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

fn text_of(entries: &[Activity], language: Language) -> String {
    let lines = entries.iter().map(|entry| {
        let line = ActivityLine::of(entry, language);
        serde_json::to_string(&line).expect("our own types are JSON") + "\n"
    });
    lines.collect()
}
