//! The chunks of a streamed completion (`OpenAI`, "Chat Completions", streaming).

use serde_json::{Value, json};

use crate::{
    answer::{Begun, Ended, Part, Stop, Usage},
    form::Form,
    form_event::FormEvent,
    sequence::{Block, Step},
    translated::AnswerForm,
};

/// Writes the parts of an answer as chunks.
#[derive(Debug)]
pub(crate) struct ChatEvents {
    model: String,
    shows_usage: bool,
    begun: Begun,
    /// Calls that the client was shown.
    calls: u64,
    open: Open,
}

/// The block that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Text,
    Refusal,
    Call,
    /// The form has no place for it.
    Hidden,
}

impl ChatEvents {
    pub(crate) fn new(answer: &AnswerForm) -> Self {
        Self {
            model: answer.model.clone(),
            shows_usage: answer.shows_usage,
            begun: Begun::default(),
            calls: 0,
            open: Open::Hidden,
        }
    }

    /// The chunks for a part.
    pub(crate) fn write(&mut self, part: &Part, out: &mut Vec<FormEvent>) {
        match part {
            Part::Begun(begun) => {
                self.begun = begun.clone();
                out.push(self.chunk(&json!({"role": "assistant", "content": ""}), None));
            }
            Part::Block(step) => self.step(step, out),
            Part::Idle => out.push(FormEvent::Comment),
            Part::Ended(ended) => self.end(ended, out),
            Part::Failed(error) => {
                let data = Form::Chat.error_event(error);
                out.push(FormEvent::Data { name: None, data });
            }
        }
    }

    fn step(&mut self, step: &Step, out: &mut Vec<FormEvent>) {
        match step {
            Step::Open(block) => self.open_block(block, out),
            Step::Delta(text) => {
                let delta = match self.open {
                    Open::Text => json!({"content": text}),
                    Open::Refusal => json!({"refusal": text}),
                    Open::Call => {
                        let index = self.calls.saturating_sub(1);
                        json!({"tool_calls": [{"index": index, "function": {"arguments": text}}]})
                    }
                    Open::Hidden => return out.push(FormEvent::Comment),
                };
                out.push(self.chunk(&delta, None));
            }
            Step::Close(_) => self.open = Open::Hidden,
        }
    }

    fn open_block(&mut self, block: &Block, out: &mut Vec<FormEvent>) {
        self.open = match block {
            Block::Text => Open::Text,
            Block::Refusal => Open::Refusal,
            Block::Reasoning | Block::Search { .. } => Open::Hidden,
            Block::Call { id, name } => {
                let function = json!({"name": name, "arguments": ""});
                let call = json!({"index": self.calls, "id": id, "type": "function", "function": function});
                self.calls += 1;
                out.push(self.chunk(&json!({"tool_calls": [call]}), None));
                Open::Call
            }
        };
    }

    fn end(&self, ended: &Ended, out: &mut Vec<FormEvent>) {
        let reason = match ended.stop {
            Stop::Complete | Stop::Refusal => "stop",
            Stop::Call => "tool_calls",
            Stop::Length => "length",
            Stop::Filter => "content_filter",
        };
        out.push(self.chunk(&json!({}), Some(reason)));
        if self.shows_usage {
            let mut chunk = self.envelope();
            chunk["choices"] = json!([]);
            chunk["usage"] = usage(ended.usage);
            out.push(FormEvent::Data { name: None, data: chunk });
        }
        out.push(FormEvent::Done);
    }

    fn chunk(&self, delta: &Value, reason: Option<&str>) -> FormEvent {
        let mut chunk = self.envelope();
        chunk["choices"] =
            json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}]);
        FormEvent::Data { name: None, data: chunk }
    }

    fn envelope(&self) -> Value {
        let id = self.begun.id.strip_prefix("resp_").unwrap_or(&self.begun.id);
        json!({
            "id": format!("chatcmpl-{id}"),
            "object": "chat.completion.chunk",
            "created": self.begun.created_at,
            "model": self.model,
        })
    }
}

fn usage(usage: Usage) -> Value {
    json!({
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    })
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
