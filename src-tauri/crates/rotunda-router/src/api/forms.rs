//! Requests in the form of the Messages API and of Chat Completions.

use std::sync::Arc;

use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rotunda_clients::{Adapted, Dialect, PublicError, adapt};
use rotunda_core::model_rule::ModelChoice;
use rotunda_messages::{
    AnswerDocument, AnswerForm, AnswerStream, Form, Translated, estimate_tokens,
};
use serde_json::json;

use super::{
    ApiEvents, Outgoing, Rewriter, carry, collected_response, error_of, event_stream,
    name_left_out, read, with_passed,
};
use crate::{
    api_clients::{ApiClient, ApiSettings},
    context::RouterContext,
    long_work, models as lists,
    respond::{Body, json_response, unix},
};

/// Claude Code names its session in it, in every request and with every agent of a session.
const SESSION: &str = "x-claude-code-session-id";
/// Says that a number of tokens is an estimate.
const ESTIMATE: HeaderName = HeaderName::from_static("x-rotunda-estimate");
/// So much of an answer is looked at, in bytes, before the client gets a head.
const MOST_BEFORE_HEAD: usize = 1 << 20;

/// An error in a form.
pub(super) fn error_response(
    shared: &RouterContext,
    form: Form,
    error: &PublicError,
) -> Response<Body> {
    let (status, body) = form.error(error);
    let mut response = json_response(status, &body);
    response.headers_mut().extend(form.error_headers(error, unix(shared.pool.now())));
    response
}

/// Serves one request.
pub(super) async fn respond(
    shared: Arc<RouterContext>,
    client: Arc<ApiClient>,
    request: Request<Incoming>,
    form: Form,
    settings: &ApiSettings,
) -> Response<Body> {
    let failed = |error: &PublicError| error_response(&shared, form, error);
    let (parts, replay) = match read(&shared, request, failed).await {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let whereabouts = shared.places.of(&shared.pool, &parts.headers, &replay.plain).await;
    let choice = match choice_for(&shared, &client, form, settings, &replay.plain).await {
        Ok(choice) => choice,
        Err(error) => return error_response(&shared, form, &error),
    };
    let session = session_of(&parts.headers);
    let made = long_work::read_of(replay.plain.len(), || {
        let made = form.translate(&replay.plain, &choice, session.as_deref())?;
        Ok((adapt(&made.body, Dialect::Public)?, made))
    });
    let (adapted, translated) = match made {
        Ok(made) => made,
        Err(error) => return error_response(&shared, form, &error),
    };
    let Translated { body: made, is_stream, left_out, answer: answer_form } = translated;
    // A request may be large, and the turn may take long.
    drop(made);
    let Adapted { body, conversation, .. } = adapted;
    let outgoing = Outgoing { parts, replay, whereabouts };
    let answer = carry(Arc::clone(&shared), client, outgoing, (body, conversation)).await;
    let mut response = match (answer.status().is_success(), is_stream) {
        (false, _) => {
            let (error, headers) = error_of(answer).await;
            with_passed(error_response(&shared, form, &error), &headers)
        }
        (true, true) => streamed(&shared, answer, &answer_form, form).await,
        (true, false) => collected(&shared, answer, &answer_form, form).await,
    };
    name_left_out(&mut response, &left_out.join(", "));
    response
}

/// `POST /v1/messages/count_tokens`: an estimate, and a header that says so.
pub(super) async fn count_tokens(
    shared: &RouterContext,
    request: Request<Incoming>,
) -> Response<Body> {
    let failed = |error: &PublicError| error_response(shared, Form::Messages, error);
    let replay = match read(shared, request, failed).await {
        Ok((_, replay)) => replay,
        Err(answer) => return answer,
    };
    match long_work::read_of(replay.plain.len(), || estimate_tokens(&replay.plain)) {
        Ok(tokens) => {
            let mut response = json_response(StatusCode::OK, &json!({"input_tokens": tokens}));
            response.headers_mut().insert(ESTIMATE, HeaderValue::from_static("true"));
            response
        }
        Err(error) => error_response(shared, Form::Messages, &error),
    }
}

/// The model that serves a request. The lists of the profiles are read where no rule says it.
async fn choice_for(
    shared: &Arc<RouterContext>,
    client: &ApiClient,
    form: Form,
    settings: &ApiSettings,
    body: &[u8],
) -> Result<ModelChoice, PublicError> {
    let name = form.model_of(body)?;
    if let Some(choice) = settings.models.choose(&name, &[]) {
        return Ok(choice);
    }
    let offered = lists::usual_first(Arc::clone(shared), client.profiles.clone()).await;
    settings.models.choose(&name, &offered).ok_or_else(|| PublicError::no_model(&name))
}

fn session_of(headers: &HeaderMap) -> Option<String> {
    let session = headers.get(SESSION)?.to_str().ok()?;
    Some(session.to_owned()).filter(|session| !session.is_empty())
}

/// An answer as events. What is there already is read before the head: a request that failed
/// is answered with a status then, by which programs know whether to send it again.
async fn streamed(
    shared: &RouterContext,
    answer: Response<Body>,
    answer_form: &AnswerForm,
    form: Form,
) -> Response<Body> {
    let (parts, mut body) = answer.into_parts();
    let mut stream = AnswerStream::new(answer_form);
    let (first, has_ended) = what_is_there(&mut body, &mut stream).await;
    if let Some(error) = stream.early_failure() {
        return with_passed(error_response(shared, form, error), &parts.headers);
    }
    let events = if has_ended {
        ApiEvents::whole(first.into(), body)
    } else {
        ApiEvents::new(first.into(), body, Rewriter::Form(Box::new(stream)))
    };
    with_passed(event_stream(events), &parts.headers)
}

/// Waits for the first piece of an answer, and takes the others that are there with it. True
/// with them: there is no more.
async fn what_is_there(body: &mut Body, stream: &mut AnswerStream) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut next = body.frame().await;
    loop {
        let Some(Ok(frame)) = next else {
            out.extend(stream.finish());
            return (out, true);
        };
        out.extend(stream.push(&frame.into_data().unwrap_or_default()));
        if out.len() > MOST_BEFORE_HEAD {
            return (out, false);
        }
        match body.frame().now_or_never() {
            Some(ready) => next = ready,
            None => return (out, false),
        }
    }
}

/// Reads the whole answer. A client that leaves drops this future, and with it the turn.
async fn collected(
    shared: &RouterContext,
    answer: Response<Body>,
    answer_form: &AnswerForm,
    form: Form,
) -> Response<Body> {
    let (parts, mut body) = answer.into_parts();
    let mut document = AnswerDocument::new(answer_form);
    while let Some(Ok(frame)) = body.frame().await {
        if frame.data_ref().is_some_and(|chunk| document.push(chunk)) {
            break;
        }
    }
    let failed = |error: &PublicError| error_response(shared, form, error);
    with_passed(collected_response(document.finish(), failed), &parts.headers)
}
