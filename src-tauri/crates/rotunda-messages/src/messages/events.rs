//! The events of a streamed message (Anthropic, "Streaming Messages").

use serde_json::{Value, json};

use crate::{
    answer::{Begun, Ended, Part, Stop, Usage},
    form::Form,
    form_event::{FormEvent, named},
    reasoning,
    sequence::{Block, Step},
    translated::AnswerForm,
};

/// Writes the parts of an answer as events.
#[derive(Debug)]
pub(crate) struct MessageEvents {
    model: String,
    shows_reasoning: bool,
    /// Blocks that the client was shown.
    blocks: u64,
    open: Option<Open>,
    has_begun: bool,
}

/// The block that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Text,
    Thinking,
    Call,
    /// With what follows it.
    Search {
        id: String,
    },
    /// The client does not see it.
    Hidden,
}

impl MessageEvents {
    pub(crate) fn new(answer: &AnswerForm) -> Self {
        Self {
            model: answer.model.clone(),
            shows_reasoning: answer.shows_reasoning,
            blocks: 0,
            open: None,
            has_begun: false,
        }
    }

    /// The events for a part.
    pub(crate) fn write(&mut self, part: &Part, out: &mut Vec<FormEvent>) {
        match part {
            Part::Begun(begun) => {
                self.has_begun = true;
                out.push(self.start(begun));
            }
            Part::Block(step) => self.step(step, out),
            Part::Idle if self.has_begun => out.push(named("ping", &json!({"type": "ping"}))),
            Part::Idle => out.push(FormEvent::Comment),
            Part::Ended(ended) => {
                out.push(named("message_delta", &end(ended)));
                out.push(named("message_stop", &json!({"type": "message_stop"})));
            }
            Part::Failed(error) => out.push(named("error", &Form::Messages.error_event(error))),
        }
    }

    fn start(&self, begun: &Begun) -> FormEvent {
        let message = json!({
            "id": message_id(&begun.id),
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": [],
            "stop_reason": null,
            "stop_sequence": null,
            "usage": usage(Usage::default()),
        });
        named("message_start", &json!({"type": "message_start", "message": message}))
    }

    fn step(&mut self, step: &Step, out: &mut Vec<FormEvent>) {
        match step {
            Step::Open(block) => {
                let (open, content) = self.opened(block);
                if let Some(content) = content {
                    let start = json!({"type": "content_block_start", "index": self.blocks,
                                       "content_block": content});
                    out.push(named("content_block_start", &start));
                }
                self.open = Some(open);
            }
            Step::Delta(text) => match self.open {
                Some(Open::Text) => out.push(self.delta("text_delta", "text", text)),
                Some(Open::Thinking) => out.push(self.delta("thinking_delta", "thinking", text)),
                Some(Open::Call) => out.push(self.delta("input_json_delta", "partial_json", text)),
                _ => {}
            },
            Step::Close(sealed) => self.close(sealed.as_deref(), out),
        }
    }

    fn opened(&self, block: &Block) -> (Open, Option<Value>) {
        match block {
            Block::Text | Block::Refusal => (Open::Text, Some(json!({"type": "text", "text": ""}))),
            Block::Reasoning if self.shows_reasoning => {
                let content = json!({"type": "thinking", "thinking": "", "signature": ""});
                (Open::Thinking, Some(content))
            }
            Block::Reasoning => (Open::Hidden, None),
            Block::Call { id, name } => {
                let content = json!({"type": "tool_use", "id": id, "name": name, "input": {}});
                (Open::Call, Some(content))
            }
            Block::Search { id, query } => {
                let input = json!({"query": query});
                let content = json!({"type": "server_tool_use", "id": id, "name": "web_search", "input": input});
                (Open::Search { id: id.clone() }, Some(content))
            }
        }
    }

    fn close(&mut self, sealed: Option<&str>, out: &mut Vec<FormEvent>) {
        match self.open.take() {
            None | Some(Open::Hidden) => {}
            Some(Open::Search { id }) => {
                out.push(self.stop());
                // The service says what it found in the text that follows.
                let content =
                    json!({"type": "web_search_tool_result", "tool_use_id": id, "content": []});
                let start = json!({"type": "content_block_start", "index": self.blocks,
                                   "content_block": content});
                out.push(named("content_block_start", &start));
                out.push(self.stop());
            }
            Some(open) => {
                if let (Open::Thinking, Some(content)) = (open, sealed) {
                    let signature = reasoning::sealed(content);
                    out.push(self.delta("signature_delta", "signature", &signature));
                }
                out.push(self.stop());
            }
        }
    }

    fn delta(&self, kind: &str, field: &str, text: &str) -> FormEvent {
        let delta = json!({"type": kind, field: text});
        let event = json!({"type": "content_block_delta", "index": self.blocks, "delta": delta});
        named("content_block_delta", &event)
    }

    fn stop(&mut self) -> FormEvent {
        let event = json!({"type": "content_block_stop", "index": self.blocks});
        self.blocks += 1;
        named("content_block_stop", &event)
    }
}

/// In the form of the names of messages.
fn message_id(response: &str) -> String {
    format!("msg_{}", response.strip_prefix("resp_").unwrap_or(response))
}

fn end(ended: &Ended) -> Value {
    let stop_reason = match ended.stop {
        Stop::Complete => "end_turn",
        Stop::Call => "tool_use",
        Stop::Length => "max_tokens",
        Stop::Refusal | Stop::Filter => "refusal",
    };
    let delta = json!({"stop_reason": stop_reason, "stop_sequence": null});
    json!({"type": "message_delta", "delta": delta, "usage": usage(ended.usage)})
}

/// What was read from the cache is no part of `input_tokens` there.
fn usage(usage: Usage) -> Value {
    json!({
        "input_tokens": usage.input.saturating_sub(usage.cached),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached.min(usage.input),
        "output_tokens": usage.output,
    })
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
