//! One document of the events of an answer, for a client that does not stream.

use http::StatusCode;
use rotunda_core::sse::{Splitter, SseEvent};
use serde_json::value::RawValue;

use crate::{
    answer::{Items, is_end},
    error::PublicError,
    events::{Meaning, error_in, meaning_of},
    json_text::Object,
};

/// What an answer came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collected {
    /// A response, as JSON.
    Response(String),
    /// It failed.
    Failed(PublicError),
}

/// Reads an answer to its end. Of what passes only the items are kept, and no more than
/// [`MOST_COLLECTED`](crate::MOST_COLLECTED) bytes of them.
#[derive(Debug, Default)]
pub struct Collector {
    splitter: Splitter,
    items: Items,
    end: Option<Collected>,
}

impl Collector {
    /// Takes the next bytes. True when the answer is whole and nothing more is needed.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        let (items, end) = (&mut self.items, &mut self.end);
        self.splitter.push(chunk, |event| listen(items, end, event));
        self.end.is_some()
    }

    /// What the answer came to; one that ended early is an error.
    pub fn finish(mut self) -> Collected {
        let (items, end) = (&mut self.items, &mut self.end);
        self.splitter.finish(|event| listen(items, end, event));
        self.end.unwrap_or_else(|| {
            Collected::Failed(PublicError::of_request(
                StatusCode::BAD_GATEWAY,
                Some("answer_cut"),
                None,
                "The answer of the service ended before it was complete.",
            ))
        })
    }
}

fn listen(items: &mut Items, end: &mut Option<Collected>, event: SseEvent<'_>) {
    let Some(kind) = event.kind().filter(|_| end.is_none()) else { return };
    if matches!(&*kind, "error" | "response.failed") {
        *end = Some(Collected::Failed(error_in(event.data)));
        return;
    }
    if !matches!(meaning_of(&kind), Meaning::Public) {
        return;
    }
    if is_end(&kind) {
        *end = Some(whole(items, event.data));
    } else if kind == "response.output_item.done" {
        items.take(event.data);
        if items.is_too_large {
            *end = Some(Collected::Failed(PublicError::answer_too_large()));
        }
    }
}

fn whole(items: &Items, data: &[u8]) -> Collected {
    let completed = items.completed(data);
    let event = completed.as_deref().map_or(data, |event| event.get().as_bytes());
    let response: Option<Box<RawValue>> = serde_json::from_slice::<Object>(event)
        .ok()
        .and_then(|mut event| event.shift_remove("response"));
    match response {
        Some(response) => Collected::Response(response.get().to_owned()),
        None => Collected::Failed(PublicError::of_request(
            StatusCode::BAD_GATEWAY,
            Some("answer_unreadable"),
            None,
            "The answer of the service has no response in it.",
        )),
    }
}

#[cfg(test)]
#[path = "collect_tests.rs"]
mod tests;
