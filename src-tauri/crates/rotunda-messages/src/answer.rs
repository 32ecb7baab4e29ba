//! An answer of the Responses API, as the parts that both forms are written from.

use http::StatusCode;
use rotunda_clients::PublicError;
use rotunda_core::{
    sse::{Splitter, SseEvent},
    verdict::failure_of,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    names::ToolNames,
    sequence::{Block, Sequence, Step},
};

/// Between two parts of a summary of reasoning.
const BETWEEN_SUMMARIES: &str = "\n\n";

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// The answer begins.
    Begun(Begun),
    /// Something of a block.
    Block(Step),
    /// Nothing but a sign of life.
    Idle,
    /// The end of a whole answer.
    Ended(Ended),
    /// The end of one that failed.
    Failed(PublicError),
}

/// The beginning of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Begun {
    /// Names it.
    pub(crate) id: String,
    /// In seconds since 1970.
    pub(crate) created_at: u64,
}

/// The end of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) stop: Stop,
    pub(crate) usage: Usage,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It is complete.
    Complete,
    /// A tool of the client's is to run.
    Call,
    /// It is as long as it may be.
    Length,
    /// The model refuses.
    Refusal,
    /// A filter of the service cut it.
    Filter,
}

/// What an answer used, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// All of the request, with what was cached.
    pub(crate) input: u64,
    /// Of these, from the cache.
    pub(crate) cached: u64,
    /// All of the answer, with its reasoning.
    pub(crate) output: u64,
    /// Of these, reasoning.
    pub(crate) reasoning: u64,
}

/// Reads an answer, in pieces of any size.
#[derive(Debug)]
pub(crate) struct AnswerReader {
    splitter: Splitter,
    state: State,
}

/// How far an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Begun,
    Ended,
}

#[derive(Debug)]
struct State {
    names: ToolNames,
    sequence: Sequence,
    stage: Stage,
    called: bool,
    refused: bool,
    /// Item of the last event, for one that does not name its own.
    item: u64,
}

/// An event of an answer; what is not read of it is not here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    output_index: Option<u64>,
    content_index: u64,
    summary_index: u64,
    delta: String,
    text: String,
    refusal: String,
    item: Item,
    response: Response,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    call_id: Option<String>,
    name: Option<String>,
    arguments: Option<String>,
    content: Option<Vec<Content>>,
    summary: Option<Vec<Summary>>,
    encrypted_content: Option<String>,
    action: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    #[serde(rename = "type")]
    kind: String,
    text: String,
    refusal: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Summary {
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Response {
    id: Option<String>,
    created_at: Option<f64>,
    output: Option<Vec<Item>>,
    usage: Option<Value>,
    incomplete_details: Option<Value>,
}

impl AnswerReader {
    /// Of an answer to a request with these tools.
    pub(crate) fn new(names: ToolNames) -> Self {
        let state = State {
            names,
            sequence: Sequence::default(),
            stage: Stage::Waiting,
            called: false,
            refused: false,
            item: 0,
        };
        Self { splitter: Splitter::default(), state }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Vec<Part> {
        let (mut out, state) = (Vec::new(), &mut self.state);
        self.splitter.push(chunk, |event| state.listen(event, &mut out));
        out
    }

    /// The answer is over: one without an end has failed.
    pub(crate) fn finish(&mut self) -> Vec<Part> {
        let (mut out, state) = (Vec::new(), &mut self.state);
        self.splitter.finish(|event| state.listen(event, &mut out));
        if state.stage != Stage::Ended {
            state.close_all(&mut out);
            state.stage = Stage::Ended;
            out.push(Part::Failed(PublicError::of_request(
                StatusCode::BAD_GATEWAY,
                Some("answer_cut"),
                None,
                "The answer of the service ended before it was complete.",
            )));
        }
        out
    }

    /// Whether nothing more comes.
    pub(crate) fn has_ended(&self) -> bool {
        self.state.stage == Stage::Ended
    }
}

impl State {
    fn listen(&mut self, event: SseEvent<'_>, out: &mut Vec<Part>) {
        if self.stage == Stage::Ended {
            return;
        }
        let kind = event.kind().unwrap_or_default().into_owned();
        if matches!(&*kind, "error" | "response.failed") {
            self.close_all(out);
            self.stage = Stage::Ended;
            return out.push(Part::Failed(error_in(event.data)));
        }
        let read: Event = serde_json::from_slice(event.data).unwrap_or_default();
        if kind == "response.created" {
            return self.begin(&read.response, out);
        }
        let item = read.output_index.unwrap_or(self.item);
        let mut steps = Vec::new();
        match &*kind {
            "response.output_item.added" => self.added(item, &read.item, &mut steps),
            "response.output_item.done" => self.done(item, &read.item, &mut steps),
            "response.completed" | "response.incomplete" | "response.done" => {
                return self.end(&read.response, out);
            }
            _ if !self.delta(&kind, item, &read, &mut steps) => return out.push(Part::Idle),
            _ => {}
        }
        self.begin(&Response::default(), out);
        self.item = item + u64::from(kind == "response.output_item.done");
        out.extend(steps.into_iter().map(Part::Block));
    }

    fn begin(&mut self, response: &Response, out: &mut Vec<Part>) {
        if self.stage != Stage::Waiting {
            return;
        }
        self.stage = Stage::Begun;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast to an integer stays within its range, and a time is whole seconds"
        )]
        let created_at = response.created_at.unwrap_or_default() as u64;
        let id = response.id.clone().unwrap_or_default();
        out.push(Part::Begun(Begun { id, created_at }));
    }

    /// False: the event is none of a block.
    fn delta(&mut self, kind: &str, item: u64, event: &Event, out: &mut Vec<Step>) -> bool {
        let (key, block) = match kind {
            "response.output_text.delta" => ((item, event.content_index), Block::Text),
            "response.refusal.delta" => {
                self.refused = true;
                ((item, event.content_index), Block::Refusal)
            }
            "response.output_text.done" | "response.refusal.done" => {
                let (key, block, whole) = match kind {
                    "response.refusal.done" => {
                        (event.content_index, Block::Refusal, &event.refusal)
                    }
                    _ => (event.content_index, Block::Text, &event.text),
                };
                if !whole.is_empty() || self.sequence.sent((item, key)) > 0 {
                    self.sequence.complete((item, key), block, whole, None, out);
                }
                return true;
            }
            "response.reasoning_summary_text.delta" => ((item, 0), Block::Reasoning),
            "response.reasoning_summary_part.added" => {
                if event.summary_index > 0 && self.sequence.sent((item, 0)) > 0 {
                    self.sequence.delta((item, 0), Block::Reasoning, BETWEEN_SUMMARIES, out);
                }
                return true;
            }
            "response.function_call_arguments.delta" if self.sequence.knows_item(item) => {
                ((item, 0), Block::Text)
            }
            _ => return false,
        };
        self.sequence.delta(key, block, &event.delta, out);
        true
    }

    fn added(&mut self, index: u64, item: &Item, out: &mut Vec<Step>) {
        if let Some(call) = self.call_of(item) {
            self.called = true;
            self.sequence.begin((index, 0), call, out);
        }
    }

    fn done(&mut self, index: u64, item: &Item, out: &mut Vec<Step>) {
        match &*item.kind {
            "message" => self.message_done(index, item, out),
            "reasoning" => {
                let texts = item.summary.iter().flatten().map(|part| &*part.text);
                let whole = texts.collect::<Vec<_>>().join(BETWEEN_SUMMARIES);
                let sealed = item.encrypted_content.clone().filter(|text| !text.is_empty());
                if sealed.is_some() || !whole.is_empty() || self.sequence.knows_item(index) {
                    self.sequence.complete((index, 0), Block::Reasoning, &whole, sealed, out);
                }
            }
            "function_call" => {
                let Some(call) = self.call_of(item) else { return };
                self.called = true;
                let arguments = item.arguments.as_deref().unwrap_or_default();
                self.sequence.complete((index, 0), call, arguments, None, out);
            }
            "web_search_call" => {
                let query = item.action.as_ref().and_then(|action| action.get("query")?.as_str());
                let query = query.unwrap_or_default().to_owned();
                let id = item.id.clone().unwrap_or_default();
                let search = Block::Search { id, query };
                self.sequence.complete((index, 0), search, "", None, out);
            }
            _ => {}
        }
    }

    fn message_done(&mut self, index: u64, item: &Item, out: &mut Vec<Step>) {
        for (part, content) in (0..).zip(item.content.iter().flatten()) {
            let (block, whole) = match &*content.kind {
                "refusal" => {
                    self.refused = true;
                    (Block::Refusal, &content.refusal)
                }
                _ => (Block::Text, &content.text),
            };
            if !whole.is_empty() || self.sequence.sent((index, part)) > 0 {
                self.sequence.complete((index, part), block, whole, None, out);
            }
        }
        self.sequence.close_item(index, out);
    }

    fn call_of(&self, item: &Item) -> Option<Block> {
        if item.kind != "function_call" {
            return None;
        }
        let id = item.call_id.clone().or_else(|| item.id.clone())?;
        Some(Block::Call { id, name: self.names.of_client(item.name.as_deref()?).to_owned() })
    }

    fn end(&mut self, response: &Response, out: &mut Vec<Part>) {
        self.begin(response, out);
        let mut steps = Vec::new();
        for (index, item) in (0..).zip(response.output.iter().flatten()) {
            if !self.sequence.knows_item(index) {
                self.done(index, item, &mut steps);
            }
        }
        out.extend(steps.into_iter().map(Part::Block));
        self.close_all(out);
        self.stage = Stage::Ended;
        let (stop, usage) = (self.stop(response), usage_of(response.usage.as_ref()));
        out.push(Part::Ended(Ended { stop, usage }));
    }

    fn stop(&self, response: &Response) -> Stop {
        let reason = response.incomplete_details.as_ref().and_then(|it| it.get("reason")?.as_str());
        match reason {
            Some("max_output_tokens") => Stop::Length,
            Some("content_filter") => Stop::Filter,
            _ if self.called => Stop::Call,
            _ if self.refused => Stop::Refusal,
            _ => Stop::Complete,
        }
    }

    fn close_all(&mut self, out: &mut Vec<Part>) {
        let mut steps = Vec::new();
        self.sequence.close_all(&mut steps);
        out.extend(steps.into_iter().map(Part::Block));
    }
}

fn usage_of(usage: Option<&Value>) -> Usage {
    let number = |path: &str| usage.and_then(|it| it.pointer(path)?.as_u64()).unwrap_or_default();
    Usage {
        input: number("/input_tokens"),
        cached: number("/input_tokens_details/cached_tokens"),
        output: number("/output_tokens"),
        reasoning: number("/output_tokens_details/reasoning_tokens"),
    }
}

/// The error of an `error` or `response.failed` event.
fn error_in(data: &[u8]) -> PublicError {
    let event = serde_json::from_slice::<Value>(data).unwrap_or_default();
    let failure = failure_of(event);
    PublicError::of_error(failure.status, &failure.error)
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
