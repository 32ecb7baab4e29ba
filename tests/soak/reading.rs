//! What a client makes of the events it reads, over either transport.

use serde_json::Value;

use crate::record::{End, View};

/// An answer being read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    responses: Vec<String>,
    pieces: u64,
    torn: Option<String>,
    leaked: Option<String>,
    /// The answer's id, for the next turn's chain.
    pub(crate) response: Option<String>,
    pub(crate) turn_state: Option<String>,
    /// Items for the next turn's input.
    pub(crate) items: Vec<Value>,
    buffer: String,
}

/// In no answer to a client: addresses and tokens of the accounts.
const PRIVATE: [&str; 3] = ["@mail.invalid", "rt-account", "eyJ"];

impl Reading {
    /// Takes some bytes of a stream; the end of the answer, if it is in them.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Option<End> {
        // Line ends may differ from event to event: the beginning may be of another answer.
        self.buffer.push_str(&String::from_utf8_lossy(bytes));
        self.buffer = self.buffer.replace("\r\n", "\n");
        let mut end = None;
        while let Some((event, rest)) = self.buffer.split_once("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data:"));
            let data: Option<Value> = data.and_then(|data| serde_json::from_str(data.trim()).ok());
            self.buffer = rest.to_owned();
            end = data.and_then(|event| self.event(&event)).or(end);
        }
        end
    }

    /// Takes one event; the end of the answer, if it is one.
    pub(crate) fn event(&mut self, event: &Value) -> Option<End> {
        let text = |path: &str| event.pointer(path).and_then(Value::as_str).unwrap_or_default();
        match text("/type") {
            "response.output_text.delta" => {
                self.piece(text("/delta"));
                None
            }
            "response.metadata" => {
                let state = text("/headers/x-codex-turn-state");
                self.turn_state.get_or_insert_with(|| state.to_owned());
                None
            }
            "response.output_item.done" => {
                self.items.push(event["item"].clone());
                None
            }
            "response.completed" => {
                let count = event["response"]["usage"]["output_tokens"].as_u64();
                if count != Some(self.pieces) {
                    self.torn = Some(format!("{} pieces of {count:?}", self.pieces));
                }
                self.read_from(text("/response/id"));
                self.response = Some(text("/response/id").to_owned());
                Some(End::Completed)
            }
            "response.failed" => {
                Some(End::Failed { code: text("/response/error/code").to_owned() })
            }
            "error" => {
                self.look_for_leaks(&event.to_string());
                let retry_after = !text("/headers/retry-after").is_empty();
                let status = event["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                Some(error(status.unwrap_or_default(), event, retry_after))
            }
            _ => None,
        }
    }

    /// An answer that is an error, or a whole one without a stream.
    pub(crate) fn body(&mut self, status: u16, retry_after: bool, body: &[u8]) -> End {
        let text = String::from_utf8_lossy(body);
        self.look_for_leaks(&text);
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        match status {
            200 if body["output"].is_array() => End::Completed,
            status => error(status, &body, retry_after),
        }
    }

    /// Looks for what is not meant for a client.
    pub(crate) fn look_for_leaks(&mut self, text: &str) {
        if let Some(private) = PRIVATE.iter().find(|private| text.contains(**private)) {
            self.leaked = Some(format!("{private:?} in {text:?}"));
        }
    }

    /// Whether output has been read.
    pub(crate) fn has_output(&self) -> bool {
        self.pieces > 0
    }

    /// The view at the end.
    pub(crate) fn view(&mut self, end: End) -> View {
        View {
            end,
            responses: std::mem::take(&mut self.responses),
            torn: self.torn.take(),
            leaked: self.leaked.take(),
        }
    }

    /// Pieces of output are `<id>#<number>;`, numbered from 0.
    fn piece(&mut self, delta: &str) {
        let parts =
            delta.split_once('#').and_then(|(id, rest)| Some((id, rest.split_once(';')?.0)));
        let Some((id, number)) = parts else {
            self.torn = Some(format!("{:?} is no piece", delta.get(..80)));
            return;
        };
        self.read_from(id);
        if number.parse() != Ok(self.pieces) {
            self.torn = Some(format!("{number} came after {} pieces", self.pieces));
        }
        self.pieces += 1;
    }

    fn read_from(&mut self, id: &str) {
        if self.responses.last().is_none_or(|last| last != id) {
            self.responses.push(id.to_owned());
        }
    }
}

fn error(status: u16, body: &Value, retry_after: bool) -> End {
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    End::Error { status, code: text("code"), message: text("message"), retry_after }
}

#[cfg(test)]
mod tests {
    use rotunda_tests::event;

    use super::*;

    fn read(pieces: &[&str], count: u64) -> View {
        let mut reading = Reading::default();
        let mut completed = event::completed("r");
        completed["response"]["usage"]["output_tokens"] = count.into();
        let events = pieces.iter().map(|piece| event::delta(piece)).chain([completed]);
        let text: String = events.map(|event| event::sse(&event)).collect();
        let mut end = None;
        for chunk in text.as_bytes().chunks(7) {
            end = reading.bytes(chunk).or(end);
        }
        reading.view(end.unwrap())
    }

    #[test]
    fn a_whole_answer_is_whole_and_others_are_not() {
        let whole = read(&["r#0;", "r#1;x"], 2);
        assert_eq!((whole.end, whole.torn), (End::Completed, None));
        assert_eq!(whole.responses, ["r"]);
        assert!(read(&["r#0;", "r#0;"], 2).torn.is_some());
        assert!(read(&["r#0;"], 2).torn.is_some());
        assert!(read(&["r#1;"], 1).torn.is_some());
        assert_eq!(read(&["q#0;", "r#1;"], 2).responses, ["q", "r"]);
    }

    #[test]
    fn a_private_word_in_an_error_is_seen() {
        let mut reading = Reading::default();
        let end = reading.body(400, false, br#"{"error":{"code":"x","message":"a@mail.invalid"}}"#);
        assert!(matches!(end, End::Error { status: 400, .. }));
        assert!(reading.view(end).leaked.is_some());
    }
}
