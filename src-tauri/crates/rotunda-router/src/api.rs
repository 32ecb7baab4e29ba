//! What other programs than Codex may ask, in the form of the public API.
//!
//! A request is made one that the backend of a plan takes, and goes through the same turn
//! as those of Codex; the answer is put back into the form of the public API
//! (`rotunda-clients`). Requests in another form become such a request first (`forms.rs`).
//! No request of Codex comes here.

mod events;
mod forms;

use std::sync::Arc;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
    request::Parts,
};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rotunda_clients::{
    Adapted, Collected, Collector, Dialect, EventAdapter, MOST_COLLECTED, PublicError, adapt,
    model, models,
};
use rotunda_core::{vault::BoxFuture, whereabouts::Whereabouts};
use rotunda_messages::Form;
use serde_json::Value;

use self::events::{ApiEvents, Rewriter};

use crate::{
    api_clients::{ApiClient, ApiSettings, ApiWork},
    body::{BodyError, Replay},
    context::RouterContext,
    early,
    forward::HttpTurn,
    guard::Denied,
    long_work, models as lists,
    respond::{Body, Refusal, full, json_response, own_response},
    route::{Forwarded, Kind, is_plain},
    trace,
};

/// Turns of other programs are turns: what is learnt of a profile counts for all.
const RESPONSES: Forwarded = Forwarded { name: "responses", kind: Kind::Responses };
/// Names the fields of a request that were left out, divided by commas.
const LEFT_OUT: &str = "x-rotunda-left-out";
/// Codex says with it that its instructions are inside `input`.
const CODEX_LITE: &str = "x-openai-internal-codex-responses-lite";
/// Of upstream's headers, those that the public API has too.
const PASSED: [&str; 4] =
    ["x-request-id", "openai-model", "openai-processing-ms", "openai-version"];
/// Headers of packages that are about the client's machine, and those that only the service
/// of another provider reads: Claude Code names its session and its agents in them.
const OF_THE_CLIENT: [&str; 4] = ["x-stainless-", "anthropic-", "x-claude-", "x-app"];
/// An error is not read further, in bytes.
const LONGEST_ERROR: usize = 1 << 20;
/// Longest path of a model, in bytes.
const LONGEST_MODEL: usize = 256;

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
enum ApiRoute {
    Responses,
    Form(Form),
    CountTokens,
    Models,
    Model(String),
    Socket,
}

impl ApiRoute {
    /// Whether it is switched on; none: what it is called.
    const fn switched_off(&self, settings: &ApiSettings) -> Option<&'static str> {
        let (is_on, switch) = match self {
            Self::Responses | Self::Socket => (settings.responses, "responses"),
            Self::Form(Form::Messages) | Self::CountTokens => (settings.messages, "messages"),
            Self::Form(Form::Chat) => (settings.chat, "chat"),
            Self::Models | Self::Model(_) => (true, ""),
        };
        if is_on { None } else { Some(switch) }
    }
}

/// The form in which a path is answered, also with an error.
fn form_of(path: &str) -> Option<Form> {
    let path = path.strip_prefix("/v1/")?;
    match path.split('/').next() {
        Some("messages") => Some(Form::Messages),
        Some("chat") => Some(Form::Chat),
        _ => None,
    }
}

fn route_of(method: &Method, path: &str, wants_socket: bool) -> Option<ApiRoute> {
    if !is_plain(path) {
        return None;
    }
    let path = path.strip_suffix('/').unwrap_or(path).strip_prefix("v1/")?;
    match (method.as_str(), path) {
        ("GET", "responses") if wants_socket => Some(ApiRoute::Socket),
        ("POST", "responses") => Some(ApiRoute::Responses),
        ("POST", "messages") => Some(ApiRoute::Form(Form::Messages)),
        ("POST", "messages/count_tokens") => Some(ApiRoute::CountTokens),
        ("POST", "chat/completions") => Some(ApiRoute::Form(Form::Chat)),
        ("GET", "models") => Some(ApiRoute::Models),
        ("GET", path) => {
            let id = path.strip_prefix("models/")?;
            (id.len() <= LONGEST_MODEL).then(|| ApiRoute::Model(id.to_owned()))
        }
        _ => None,
    }
}

/// Answers a client whose key is known. Boxed, so that requests of Codex carry none of it.
pub(crate) fn answer(
    shared: Arc<RouterContext>,
    client: Arc<ApiClient>,
    request: Request<Incoming>,
    path: &str,
) -> BoxFuture<'static, Response<Body>> {
    let wants_socket = request.headers().contains_key(header::UPGRADE);
    let route = route_of(request.method(), path, wants_socket);
    Box::pin(routed(shared, client, request, route))
}

async fn routed(
    shared: Arc<RouterContext>,
    client: Arc<ApiClient>,
    request: Request<Incoming>,
    route: Option<ApiRoute>,
) -> Response<Body> {
    let settings = shared.keys().api_settings();
    if let Some(switch) = route.as_ref().and_then(|route| route.switched_off(&settings)) {
        return unread(&shared, &PublicError::switched_off(switch), request);
    }
    match route {
        Some(ApiRoute::Responses) => respond(shared, client, request).await,
        Some(ApiRoute::Form(form)) => {
            forms::respond(shared, client, request, form, &settings).await
        }
        Some(ApiRoute::CountTokens) => forms::count_tokens(&shared, request).await,
        Some(ApiRoute::Models) => {
            let ids = lists::ids(shared, client.profiles.clone()).await;
            json_response(StatusCode::OK, &models(&ids))
        }
        Some(ApiRoute::Model(id)) => {
            let ids = lists::ids(shared, client.profiles.clone()).await;
            if ids.contains(&id) {
                json_response(StatusCode::OK, &model(&id))
            } else {
                error_response(&PublicError::no_model(&id))
            }
        }
        // Codex continues over HTTP at once.
        Some(ApiRoute::Socket) => error_response(&of_refusal(&Refusal::NoWebSocket)),
        None => unread(&shared, &PublicError::unknown_path(), request),
    }
}

/// Refuses a request without a valid key, or while other programs are switched off.
pub(crate) fn denied(
    shared: &RouterContext,
    denied: Denied,
    request: Request<Incoming>,
) -> Response<Body> {
    let error = match denied {
        Denied::ApiOff => PublicError::switched_off(match form_of(request.uri().path()) {
            Some(Form::Messages) => "messages",
            Some(Form::Chat) => "chat",
            None => "responses",
        }),
        _ => PublicError::bad_key(),
    };
    let mut response = unread(shared, &error, request);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Answers a request whose body was not read.
fn unread(
    shared: &RouterContext,
    error: &PublicError,
    request: Request<Incoming>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let answer = match form_of(parts.uri.path()) {
        Some(form) => forms::error_response(shared, form, error),
        None => error_response(error),
    };
    early::answer_unread(shared, answer, &parts.headers, body)
}

/// Reads the body of a request; one that cannot be taken is answered.
async fn read(
    shared: &RouterContext,
    request: Request<Incoming>,
    answer: impl FnOnce(&PublicError) -> Response<Body>,
) -> Result<(Parts, Replay), Response<Body>> {
    let (parts, mut body) = request.into_parts();
    match Replay::read(&parts.headers, &mut body, &shared.limits, &shared.bodies).await {
        Ok(replay) => Ok((parts, replay)),
        Err(error) => {
            if error == BodyError::NoRoom {
                trace::no_room(RESPONSES.name);
            }
            let answer = answer(&of_refusal(&Refusal::Body(error)));
            Err(early::answer_unread(shared, answer, &parts.headers, body))
        }
    }
}

/// A request that the backend takes, with what is known of it besides.
struct Outgoing {
    parts: Parts,
    /// What holds its place in the budget of bodies, and its body before.
    replay: Replay,
    whereabouts: Option<Arc<Whereabouts>>,
}

/// Sends a request as a turn, and gives the answer of the service or the router.
async fn carry(
    shared: Arc<RouterContext>,
    client: Arc<ApiClient>,
    outgoing: Outgoing,
    (body, conversation): (Vec<u8>, u64),
) -> Response<Body> {
    let Outgoing { mut parts, replay, whereabouts } = outgoing;
    parts.extensions.insert(ApiWork { client, conversation });
    set_headers(&mut parts);
    let body = Bytes::from(body);
    let replay = Replay { raw: body.clone(), plain: body, room: replay.room };
    let path = RESPONSES.name.to_owned();
    let turn = HttpTurn::new(shared, &parts, path, RESPONSES, replay, None, whereabouts);
    Box::new(turn).run().await
}

async fn respond(
    shared: Arc<RouterContext>,
    client: Arc<ApiClient>,
    request: Request<Incoming>,
) -> Response<Body> {
    let (parts, replay) = match read(&shared, request, error_response).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let dialect = match parts.headers.get(CODEX_LITE) {
        Some(value) if value == "true" => Dialect::CodexLite,
        _ => Dialect::Public,
    };
    // As the client sent it: the rules per project hold for every program.
    let whereabouts = shared.places.of(&shared.pool, &parts.headers, &replay.plain).await;
    let adapted = match long_work::read_of(replay.plain.len(), || adapt(&replay.plain, dialect)) {
        Ok(adapted) => adapted,
        Err(error) => return error_response(&error),
    };
    let Adapted { body, is_stream, left_out, conversation } = adapted;
    let outgoing = Outgoing { parts, replay, whereabouts };
    let answer = carry(shared, client, outgoing, (body, conversation)).await;
    let mut response = match (answer.status().is_success(), is_stream) {
        (false, _) => {
            let (error, headers) = error_of(answer).await;
            with_passed(error_response(&error), &headers)
        }
        (true, true) => streamed(answer),
        (true, false) => collected(answer).await,
    };
    name_left_out(&mut response, &left_out.join(", "));
    response
}

/// Names the fields without effect.
fn name_left_out(response: &mut Response<Body>, names: &str) {
    if let Ok(names) = HeaderValue::try_from(names)
        && !names.is_empty()
    {
        response.headers_mut().insert(LEFT_OUT, names);
    }
}

/// What the body is now, and nothing of the client's machine.
fn set_headers(parts: &mut Parts) {
    let headers = &mut parts.headers;
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
    let is_own = |name: &&HeaderName| {
        OF_THE_CLIENT.iter().any(|beginning| name.as_str().starts_with(beginning))
    };
    let names: Vec<_> = headers.keys().filter(is_own).cloned().collect();
    for name in names {
        headers.remove(name);
    }
}

/// The error that an answer of the service or the router is, and the headers with it.
async fn error_of(answer: Response<Body>) -> (PublicError, HeaderMap) {
    let (parts, body) = answer.into_parts();
    let body = read_up_to(body, LONGEST_ERROR).await;
    (PublicError::of_answer(parts.status, &parts.headers, &body), parts.headers)
}

/// The beginning of a body: what is longer, or breaks, is read no further.
async fn read_up_to(mut body: Body, most: usize) -> Vec<u8> {
    let mut read = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let chunk = frame.into_data().unwrap_or_default();
        if read.len() + chunk.len() > most {
            break;
        }
        read.extend_from_slice(&chunk);
    }
    read
}

/// A refusal of the router's own.
fn of_refusal(refusal: &Refusal) -> PublicError {
    let body = serde_json::json!({"error": refusal.error()}).to_string();
    let headers = refusal.response().headers().clone();
    PublicError::of_answer(refusal.status(), &headers, body.as_bytes())
}

fn error_response(error: &PublicError) -> Response<Body> {
    let mut response = json_response(error.status, &error.body());
    response.headers_mut().extend(error.headers());
    response
}

fn with_passed(mut response: Response<Body>, upstream: &HeaderMap) -> Response<Body> {
    for name in PASSED {
        if let Some(value) = upstream.get(name) {
            response.headers_mut().insert(HeaderName::from_static(name), value.clone());
        }
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().starts_with("application/json"))
}

fn streamed(answer: Response<Body>) -> Response<Body> {
    let (parts, body) = answer.into_parts();
    let events = ApiEvents::new(Bytes::new(), body, Rewriter::Responses(EventAdapter::default()));
    with_passed(event_stream(events), &parts.headers)
}

fn event_stream(events: ApiEvents) -> Response<Body> {
    let mut response = own_response(events.boxed_unsync());
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Reads the whole answer. A client that leaves drops this future, and with it the turn.
async fn collected(answer: Response<Body>) -> Response<Body> {
    let (parts, mut body) = answer.into_parts();
    if is_json(&parts.headers) {
        let whole = read_up_to(body, MOST_COLLECTED).await;
        let value = serde_json::from_slice::<Value>(&whole).unwrap_or_default();
        return with_passed(json_response(StatusCode::OK, &value), &parts.headers);
    }
    let mut collector = Collector::default();
    while let Some(Ok(frame)) = body.frame().await {
        if frame.data_ref().is_some_and(|chunk| collector.push(chunk)) {
            break;
        }
    }
    let response = collected_response(collector.finish(), error_response);
    with_passed(response, &parts.headers)
}

/// An answer that was collected; `failed` gives an error its form.
fn collected_response(
    collected: Collected,
    failed: impl FnOnce(&PublicError) -> Response<Body>,
) -> Response<Body> {
    match collected {
        Collected::Response(text) => {
            let mut response = own_response(full(text));
            let kind = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Collected::Failed(error) => failed(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_these_routes_and_no_other() {
        let route = |method: &str, path| route_of(&method.parse().unwrap(), path, false);
        assert_eq!(route("POST", "v1/messages"), Some(ApiRoute::Form(Form::Messages)));
        assert_eq!(route("POST", "v1/messages/count_tokens"), Some(ApiRoute::CountTokens));
        assert_eq!(route("POST", "v1/chat/completions"), Some(ApiRoute::Form(Form::Chat)));
        assert_eq!(route("POST", "v1/responses"), Some(ApiRoute::Responses));
        assert_eq!(route("POST", "v1/responses/"), Some(ApiRoute::Responses));
        assert_eq!(route("GET", "v1/models"), Some(ApiRoute::Models));
        assert_eq!(route("GET", "v1/models/gpt-6"), Some(ApiRoute::Model("gpt-6".to_owned())));
        assert_eq!(route_of(&Method::GET, "v1/responses", true), Some(ApiRoute::Socket));
        for (method, path) in [
            ("GET", "v1/responses"),
            ("GET", "v1/responses/resp_1"),
            ("POST", "v1/responses/compact"),
            ("POST", "v1/models"),
            ("GET", "v1/messages"),
            ("POST", "v1/messages/batches"),
            ("POST", "v1/completions"),
            ("GET", "v1/chat/completions"),
            ("POST", "v1/images/generations"),
            ("POST", "codex/responses"),
            ("GET", "codex/models"),
            ("GET", "api/codex/usage"),
            ("GET", "backend-api/wham/usage"),
            ("GET", "health"),
            ("GET", "v1"),
            ("GET", ""),
            ("POST", "v1/../codex/responses"),
            ("POST", "v1//responses"),
        ] {
            assert_eq!(route(method, path), None, "{method} {path}");
        }
    }
}
