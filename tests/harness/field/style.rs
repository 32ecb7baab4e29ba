//! How an event is written: every form that a stream allows.

use async_compression::{
    Level,
    tokio::write::{BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder},
};
use bytes::Bytes;
use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::Lane;
use crate::{Dice, Reply, Step, event};

/// The usual quality, 11, takes most of the time of a test run.
pub(super) const BROTLI: Level = Level::Precise(5);

/// How an event is written in a stream.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Usual,
    WithoutName,
    TypeFirst,
    CarriageReturns,
    ByteOrderMark,
    WithoutBlankLine,
}

impl Style {
    pub(super) fn any(dice: &mut Dice) -> Self {
        match dice.below(8) {
            0 => Self::WithoutName,
            1 => Self::TypeFirst,
            2 => Self::CarriageReturns,
            3 => Self::ByteOrderMark,
            4 => Self::WithoutBlankLine,
            _ => Self::Usual,
        }
    }

    pub(super) fn step(self, event: &Value, lane: Lane) -> Step {
        if lane == Lane::Frame {
            return Step::Event(event.clone());
        }
        let is_failure = matches!(event["type"].as_str(), Some("error" | "response.failed"));
        let is_first = event["type"] == "response.created";
        let usual = event::sse(event);
        Step::Raw(Bytes::from(match self {
            Self::WithoutName => format!("data: {event}\n\n"),
            Self::TypeFirst => format!("data: {}\n\n", type_first(event)),
            Self::CarriageReturns => usual.replace('\n', "\r\n"),
            Self::ByteOrderMark if is_first => format!("\u{feff}{usual}"),
            Self::WithoutBlankLine if is_failure => usual.trim_end().to_owned(),
            Self::Usual | Self::ByteOrderMark | Self::WithoutBlankLine => usual,
        }))
    }
}

/// A stream over HTTP in some coding, or none; each piece is flushed.
pub(super) fn coded(mut reply: Reply, dice: &mut Dice) -> (Reply, &'static str) {
    let name = match dice.below(20) {
        0 => flushed(&mut reply, "gzip", GzipEncoder::new(Vec::new()), GzipEncoder::get_mut),
        1 => {
            let encoder = BrotliEncoder::with_quality(Vec::new(), BROTLI);
            flushed(&mut reply, "br", encoder, BrotliEncoder::get_mut)
        }
        2 => flushed(&mut reply, "zstd", ZstdEncoder::new(Vec::new()), ZstdEncoder::get_mut),
        3 => flushed(&mut reply, "deflate", ZlibEncoder::new(Vec::new()), ZlibEncoder::get_mut),
        4 => {
            flushed(&mut reply, "deflate", DeflateEncoder::new(Vec::new()), DeflateEncoder::get_mut)
        }
        _ => return (reply, ""),
    };
    (reply.header("content-encoding", name), name)
}

fn flushed<E: AsyncWrite + Unpin>(
    reply: &mut Reply,
    name: &'static str,
    mut encoder: E,
    written: fn(&mut E) -> &mut Vec<u8>,
) -> &'static str {
    let steps = std::mem::take(&mut reply.steps);
    let code = |step| {
        let piece = match step {
            Step::Event(event) => Bytes::from(event::sse(&event)),
            Step::Raw(bytes) => bytes,
            Step::Ping => Bytes::from_static(b": ping\n\n"),
            other => return other,
        };
        // Its sink is memory, which is always ready.
        let coded = async {
            encoder.write_all(&piece).await?;
            encoder.flush().await
        };
        assert!(matches!(coded.now_or_never(), Some(Ok(()))), "memory can be written at once");
        Step::Raw(std::mem::take(written(&mut encoder)).into())
    };
    reply.steps = steps.into_iter().map(code).collect();
    name
}

fn type_first(event: &Value) -> String {
    let mut rest = event.clone();
    let Some(kind) = rest.as_object_mut().and_then(|event| event.remove("type")) else {
        return event.to_string();
    };
    let rest = rest.to_string();
    let rest = rest.trim_start_matches('{');
    let comma = if rest == "}" { "" } else { "," };
    format!("{{\"type\":{kind}{comma}{rest}")
}
