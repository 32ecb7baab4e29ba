//! The items of an answer, from its events.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::json_text::{Object, raw};

/// Bytes of the items of one answer that are kept: a picture is a few MiB.
pub const MOST_COLLECTED: usize = 64 << 20;

/// Events that end an answer, and hold the whole response.
const ENDS: [&str; 3] = ["response.completed", "response.incomplete", "response.failed"];

/// Whether an event of this type ends an answer.
pub(crate) fn is_end(kind: &str) -> bool {
    ENDS.contains(&kind)
}

/// The finished items of an answer by their place in it.
#[derive(Debug, Default)]
pub(crate) struct Items {
    done: BTreeMap<u64, Box<RawValue>>,
    bytes: usize,
    /// There was more than is kept.
    pub(crate) is_too_large: bool,
}

#[derive(Deserialize)]
struct Done {
    output_index: Option<u64>,
    item: Box<RawValue>,
}

impl Items {
    /// Keeps the item of a `response.output_item.done`.
    pub(crate) fn take(&mut self, data: &[u8]) {
        let Ok(Done { output_index, item }) = serde_json::from_slice(data) else { return };
        self.bytes += item.get().len();
        if self.bytes > MOST_COLLECTED {
            self.is_too_large = true;
            self.done.clear();
            return;
        }
        let after_last = self.done.last_key_value().map_or(0, |(last, _)| last + 1);
        self.done.insert(output_index.unwrap_or(after_last), item);
    }

    /// An event that ends the answer with its items in it, when it came without them: the
    /// backend of a plan sends them before it only. None: it stays as it is.
    pub(crate) fn completed(&self, data: &[u8]) -> Option<Box<RawValue>> {
        let mut event: Object = serde_json::from_slice(data).ok()?;
        let mut response: Object = serde_json::from_str(event.get("response")?.get()).ok()?;
        let output = response.get("output").map(|output| output.get());
        let has_output = output.is_some_and(|output| {
            let items: Vec<&RawValue> = serde_json::from_str(output).unwrap_or_default();
            !items.is_empty()
        });
        if has_output || self.done.is_empty() {
            return None;
        }
        let items: Vec<_> = self.done.values().collect();
        response.insert("output".to_owned(), raw(&items));
        event.insert("response".to_owned(), raw(&response));
        Some(raw(&event))
    }
}
