//! An answer as one document of a form, for a client that does not stream.
//!
//! It is folded from the events that a stream would have, so both say the same.

use rotunda_clients::{Collected, MOST_COLLECTED, PublicError};
use serde_json::{Value, json};

use crate::{
    answer::{AnswerReader, Part},
    form::Form,
    form_event::FormEvent,
    stream::FormEvents,
    translated::AnswerForm,
};

/// Reads an answer to its end, and keeps [`MOST_COLLECTED`](rotunda_clients::MOST_COLLECTED)
/// bytes of it at most.
#[derive(Debug)]
pub struct AnswerDocument {
    form: Form,
    reader: AnswerReader,
    events: FormEvents,
    document: Value,
    /// Pieces of the arguments of the call that is open.
    arguments: String,
    read: usize,
    failure: Option<PublicError>,
}

impl AnswerDocument {
    /// Of an answer to a request that was translated.
    pub fn new(answer: &AnswerForm) -> Self {
        Self {
            form: answer.form,
            reader: AnswerReader::new(answer.names.clone()),
            events: FormEvents::new(answer),
            document: Value::Null,
            arguments: String::new(),
            read: 0,
            failure: None,
        }
    }

    /// Takes the next bytes. True when the answer is whole and nothing more is needed.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        let parts = self.reader.push(chunk);
        self.take(&parts);
        self.failure.is_some() || self.reader.has_ended()
    }

    /// What the answer came to; one that ended early is an error.
    pub fn finish(mut self) -> Collected {
        if self.failure.is_none() {
            let parts = self.reader.finish();
            self.take(&parts);
        }
        match self.failure {
            Some(error) => Collected::Failed(error),
            None => Collected::Response(self.document.to_string()),
        }
    }

    fn take(&mut self, parts: &[Part]) {
        for part in parts {
            if let Part::Failed(error) = part {
                self.failure.get_or_insert_with(|| error.clone());
                return;
            }
            let mut events = Vec::new();
            self.events.write(part, &mut events);
            for event in events {
                let FormEvent::Data { data, .. } = event else { continue };
                self.read += data.to_string().len();
                match self.form {
                    Form::Messages => self.fold_message(data),
                    Form::Chat => self.fold_chat(data),
                }
            }
        }
        if self.read > MOST_COLLECTED {
            self.failure = Some(PublicError::answer_too_large());
        }
    }

    fn fold_message(&mut self, mut event: Value) {
        match event["type"].as_str().unwrap_or_default() {
            "message_start" => self.document = event["message"].take(),
            "content_block_start" => {
                self.arguments.clear();
                if let Some(content) = self.document["content"].as_array_mut() {
                    content.push(event["content_block"].take());
                }
            }
            "content_block_delta" => self.fold_delta(&event["delta"]),
            "content_block_stop" if !self.arguments.is_empty() => {
                let input = serde_json::from_str(&self.arguments).ok().filter(Value::is_object);
                if let Some(block) = self.last_block() {
                    block["input"] = input.unwrap_or_else(|| json!({}));
                }
            }
            "message_delta" => {
                self.document["stop_reason"] = event["delta"]["stop_reason"].take();
                self.document["usage"] = event["usage"].take();
            }
            _ => {}
        }
    }

    fn fold_delta(&mut self, delta: &Value) {
        if let Some(arguments) = delta["partial_json"].as_str() {
            self.arguments.push_str(arguments);
        }
        let Some(block) = self.last_block() else { return };
        for field in ["text", "thinking", "signature"] {
            append(block, field, delta[field].as_str());
        }
    }

    fn last_block(&mut self) -> Option<&mut Value> {
        self.document.get_mut("content")?.as_array_mut()?.last_mut()
    }

    fn fold_chat(&mut self, mut chunk: Value) {
        if self.document.is_null() {
            let message = json!({"role": "assistant", "content": null, "refusal": null});
            let choice =
                json!({"index": 0, "message": message, "finish_reason": null, "logprobs": null});
            self.document = json!({
                "id": chunk["id"].take(), "object": "chat.completion", "created": chunk["created"].take(),
                "model": chunk["model"].take(), "choices": [choice],
            });
        }
        if chunk["usage"].is_object() {
            self.document["usage"] = chunk["usage"].take();
        }
        let Some(mut read) = chunk.pointer_mut("/choices/0").map(Value::take) else { return };
        let choice = &mut self.document["choices"][0];
        if read["finish_reason"].is_string() {
            choice["finish_reason"] = read["finish_reason"].take();
        }
        let (message, delta) = (&mut choice["message"], &mut read["delta"]);
        for field in ["content", "refusal"] {
            append(message, field, delta[field].as_str().filter(|text| !text.is_empty()));
        }
        if let Some(call) = delta.pointer_mut("/tool_calls/0").map(Value::take) {
            fold_call(message, call);
        }
    }
}

fn fold_call(message: &mut Value, mut call: Value) {
    if message.get("tool_calls").is_none() {
        message["tool_calls"] = json!([]);
    }
    let Some(calls) = message["tool_calls"].as_array_mut() else { return };
    if call.get("id").is_some() {
        if let Some(call) = call.as_object_mut() {
            call.remove("index");
        }
        calls.push(call);
    } else if let Some(last) = calls.last_mut() {
        let arguments = call["function"]["arguments"].take();
        append(&mut last["function"], "arguments", arguments.as_str());
    }
}

fn append(object: &mut Value, field: &str, more: Option<&str>) {
    let Some(more) = more else { return };
    match &mut object[field] {
        Value::String(text) => text.push_str(more),
        other => *other = json!(more),
    }
}
