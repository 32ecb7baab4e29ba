//! Bodies of errors, in every form and coding that was seen, and in others.

use std::time::Duration;

use async_compression::tokio::bufread::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::style::BROTLI;
use crate::{Dice, Reply, Step};

/// An error's body before it is coded.
pub(super) struct Body {
    kind: &'static str,
    bytes: Vec<u8>,
    /// In one word.
    word: &'static str,
}

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

impl Body {
    fn json(word: &'static str, value: &Value) -> Self {
        Self { kind: JSON, bytes: value.to_string().into_bytes(), word }
    }

    /// Any body of an error; one that names a code names one of its own.
    pub(super) fn any(dice: &mut Dice) -> Self {
        let error = unknown_error(dice);
        match dice.below(11) {
            0..3 => Self::json("error", &json!({ "error": error })),
            3 => Self::json("detail object", &json!({ "detail": error })),
            4 => Self::json("detail text", &json!({"detail": "Not for this account."})),
            5 => Self::json("error text", &json!({"error": "Forbidden"})),
            6 => Self::json("array", &json!([{"error": "x"}, 1, null])),
            7 => Self { kind: "text/plain", bytes: b"no".to_vec(), word: "text" },
            8 => Self::page(dice),
            9 => Self { kind: JSON, bytes: Vec::new(), word: "empty" },
            _ => {
                let bytes = (0..dice.within(1, 2_000)).map(|_| dice.bits().to_le_bytes()[0]);
                let kind = "application/octet-stream";
                Self { kind, bytes: bytes.collect(), word: "garbage" }
            }
        }
    }

    /// A page for people.
    pub(super) fn page(dice: &mut Dice) -> Self {
        let filling =
            "<p>Just a moment...</p>".repeat(usize::try_from(dice.within(1, 2_000)).unwrap_or(1));
        let bytes = format!("<!doctype html><html><body>{filling}</body></html>").into_bytes();
        Self { kind: HTML, bytes, word: "page" }
    }

    /// What a gateway answers: nothing that a program could read.
    pub(super) fn of_gateway(dice: &mut Dice) -> Self {
        match dice.below(3) {
            0 => Self { kind: "text/plain", bytes: Vec::new(), word: "empty" },
            1 => {
                let bytes = b"upstream connect error".to_vec();
                Self { kind: "text/plain", bytes, word: "text" }
            }
            _ => Self::page(dice),
        }
    }

    /// A limit that is reached, plain or wrapped.
    pub(super) fn limit(dice: &mut Dice, left: Duration) -> Self {
        let error = limit_error(dice, left);
        match dice.below(6) {
            0..3 => Self::json("error", &json!({ "error": error })),
            3 => Self::json("detail object", &json!({ "detail": error })),
            4 => {
                let text = json!({ "error": error }).to_string();
                Self::json("nested in detail", &json!({ "detail": text }))
            }
            _ => {
                let text = json!({ "error": error }).to_string();
                let value = json!({"error": {"message": text, "type": "upstream_error"}});
                Self::json("nested in message", &value)
            }
        }
    }

    /// The body of this object.
    pub(super) fn object(word: &'static str, error: &Value) -> Self {
        Self::json(word, &json!({ "error": error }))
    }

    pub(super) fn is_page(&self) -> bool {
        self.kind == HTML
    }

    /// As an answer, coded or not, with its name for a report.
    pub(super) fn reply(self, status: u16, dice: &mut Dice) -> (Reply, String) {
        let (coding, bytes) = coded(&self.bytes, dice);
        let name = format!("{status} {} {coding}", self.word);
        let mut reply = Reply::text(status, self.kind, "");
        reply.steps = vec![Step::Raw(bytes)];
        if !coding.is_empty() {
            reply = reply.header("content-encoding", coding);
        }
        (reply, name.trim_end().to_owned())
    }
}

/// An error that no rule knows, with a code of its own.
pub(super) fn unknown_error(dice: &mut Dice) -> Value {
    let code = format!("code_{:x}", dice.below(1 << 40));
    match dice.below(4) {
        0 => json!({"code": code, "message": "Something is not right."}),
        1 => json!({"type": code, "code": null, "message": "Something is not right."}),
        2 => json!({"type": code, "message": null, "help": {"url": "https://example.invalid"}}),
        _ => json!({"code": code, "type": "invalid_request_error", "message": ""}),
    }
}

/// The error of a limit whose end is named.
pub(super) fn limit_error(dice: &mut Dice, left: Duration) -> Value {
    let seconds = left.as_secs() + 1;
    let kind = if dice.percent(80) { "usage_limit_reached" } else { "insufficient_quota" };
    let mut error = json!({"type": kind, "message": "The usage limit has been reached",
                           "plan_type": "plus", "resets_in_seconds": seconds});
    if dice.percent(50) {
        error["code"] = json!(kind);
    }
    error
}

fn coded(bytes: &[u8], dice: &mut Dice) -> (&'static str, Bytes) {
    match dice.below(12) {
        0 => ("gzip", coded_by(GzipEncoder::new(bytes))),
        1 => ("br", coded_by(BrotliEncoder::with_quality(bytes, BROTLI))),
        2 => ("zstd", coded_by(ZstdEncoder::new(bytes))),
        3 => ("deflate", coded_by(ZlibEncoder::new(bytes))),
        4 => ("deflate", coded_by(DeflateEncoder::new(bytes))),
        5 => {
            let once = coded_by(GzipEncoder::new(bytes));
            ("gzip, br", coded_by(BrotliEncoder::with_quality(&once[..], BROTLI)))
        }
        _ => ("", Bytes::copy_from_slice(bytes)),
    }
}

fn coded_by(mut encoder: impl AsyncRead + Unpin) -> Bytes {
    let mut coded = Vec::new();
    // Its source is memory, which is always ready.
    let read = encoder.read_to_end(&mut coded).now_or_never();
    assert!(matches!(read, Some(Ok(_))), "memory can be read at once");
    coded.into()
}
