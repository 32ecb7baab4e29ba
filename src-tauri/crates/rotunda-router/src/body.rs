//! Request bodies: buffered so that they can be sent again, decoded so that
//! they can be read.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body;
use http_body_util::{BodyExt, Limited};

use crate::{
    budget::{Budget, Room},
    coding::{self, CodingError},
    limits::Limits,
};

/// A body is expected to unfold to at most so many times its size; one that
/// does not waits for the room of the largest.
const USUAL_RATIO: usize = 16;
/// What a small body may unfold to at least, in bytes.
const USUAL_LEAST: usize = 64 << 10;

/// A request body that can be sent as often as needed.
#[derive(Debug)]
pub(crate) struct Replay {
    /// As received.
    pub(crate) raw: Bytes,
    /// Decompressed; the same bytes when it came plain.
    pub(crate) plain: Bytes,
    /// What both take of the budget.
    pub(crate) room: Vec<Room>,
}

/// Why a body cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Larger than [`Limits::body`], or than [`Limits::decoded`] once decoded.
    TooLarge,
    /// Compressed in an unknown way.
    UnknownEncoding,
    /// Compressed, but damaged.
    Corrupt,
    /// The client stopped sending.
    Broken,
    /// The client took too long.
    TooSlow,
    /// Other requests hold all the room there is.
    NoRoom,
}

impl From<CodingError> for BodyError {
    fn from(error: CodingError) -> Self {
        match error {
            CodingError::Unknown => Self::UnknownEncoding,
            CodingError::Corrupt => Self::Corrupt,
            CodingError::TooLarge => Self::TooLarge,
        }
    }
}

impl Replay {
    /// Reads a body to its end, within the limits. A refused body may have more
    /// to come.
    pub(crate) async fn read<B>(
        headers: &HeaderMap,
        body: &mut B,
        limits: &Limits,
        budget: &Budget,
    ) -> Result<Self, BodyError>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let declared = body.size_hint().exact();
        if declared.is_some_and(|length| length > limits.body as u64) {
            return Err(BodyError::TooLarge);
        }
        let length = declared.and_then(|length| usize::try_from(length).ok());
        let length = length.unwrap_or(limits.body);
        let mut room = in_time(budget.receive(length), limits).await?;
        let raw = collect(body, limits.body, limits.client_body).await?;
        room.shrink(raw.len());
        let (plain, decoded) = decode(headers, &raw, limits, budget).await?;
        Ok(Self { raw, plain, room: [room].into_iter().chain(decoded).collect() })
    }
}

/// Room, unless others hold it for too long.
async fn in_time(
    room: impl Future<Output = Option<Room>>,
    limits: &Limits,
) -> Result<Room, BodyError> {
    let room = tokio::time::timeout(limits.client_body, room).await;
    room.ok().flatten().ok_or(BodyError::NoRoom)
}

async fn collect<B>(body: &mut B, most: usize, patience: Duration) -> Result<Bytes, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let collected = tokio::time::timeout(patience, Limited::new(body, most).collect()).await;
    match collected {
        Err(_) => Err(BodyError::TooSlow),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            Err(BodyError::TooLarge)
        }
        Ok(Err(_)) => Err(BodyError::Broken),
    }
}

/// Decodes with as much room as a body of this size usually needs, and once
/// more with all that is allowed when that is not enough: a small bomb takes
/// no room from other requests before it has to wait for it.
async fn decode(
    headers: &HeaderMap,
    raw: &Bytes,
    limits: &Limits,
    budget: &Budget,
) -> Result<(Bytes, Option<Room>), BodyError> {
    let codings = coding::codings_of(headers)?;
    if codings.is_empty() {
        return Ok((raw.clone(), None));
    }
    let usual = raw.len().saturating_mul(USUAL_RATIO).saturating_add(USUAL_LEAST);
    let mut most = usual.min(limits.decoded);
    loop {
        let mut room = in_time(budget.decode(most), limits).await?;
        match coding::decode(&codings, raw, most).await {
            Err(CodingError::TooLarge) if most < limits.decoded => most = limits.decoded,
            Err(error) => return Err(error.into()),
            Ok(plain) => {
                room.shrink(plain.len());
                return Ok((plain, Some(room)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::write;
    use http::header;
    use http_body_util::Full;
    use tokio::io::AsyncWriteExt;

    use super::*;

    const TEXT: &[u8] = br#"{"model":"m","input":[]}"#;

    async fn read(encoding: &str, raw: Vec<u8>, limits: &Limits) -> Result<Replay, BodyError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        let budget = Budget::new(limits);
        Replay::read(&headers, &mut Full::new(Bytes::from(raw)), limits, &budget).await
    }

    macro_rules! encoded {
        ($encoder:ident, $text:expr) => {{
            let mut encoder = write::$encoder::new(Vec::new());
            encoder.write_all($text).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }

    /// Lesson D3: what Codex and others send is understood.
    #[tokio::test]
    async fn every_common_encoding_is_understood() {
        let all = [
            ("zstd", encoded!(ZstdEncoder, TEXT)),
            ("gzip", encoded!(GzipEncoder, TEXT)),
            ("br", encoded!(BrotliEncoder, TEXT)),
            ("deflate", encoded!(ZlibEncoder, TEXT)),
            ("Deflate", encoded!(DeflateEncoder, TEXT)),
            ("identity", TEXT.to_vec()),
            ("", TEXT.to_vec()),
            ("gzip, identity", encoded!(GzipEncoder, TEXT)),
            ("identity,X-GZIP", encoded!(GzipEncoder, TEXT)),
            ("zstd, gzip", encoded!(GzipEncoder, &encoded!(ZstdEncoder, TEXT))),
        ];
        for (encoding, raw) in all {
            let replay = read(encoding, raw.clone(), &Limits::default()).await.unwrap();
            assert_eq!((&replay.plain[..], &replay.raw[..]), (TEXT, &raw[..]), "{encoding}");
        }
    }

    #[tokio::test]
    async fn a_damaged_body_is_distinguished_from_an_unknown_coding() {
        let mut cut = encoded!(ZstdEncoder, TEXT);
        cut.truncate(10);
        let limits = &Limits::default();
        assert_eq!(read("zstd", cut, limits).await.unwrap_err(), BodyError::Corrupt);
        assert_eq!(read("zstd", TEXT.to_vec(), limits).await.unwrap_err(), BodyError::Corrupt);
        for unknown in ["lzma", "gzip, lzma", "gzip;q=1", "\u{e9}"] {
            let refused = read(unknown, TEXT.to_vec(), limits).await.unwrap_err();
            assert_eq!(refused, BodyError::UnknownEncoding, "{unknown}");
        }
    }

    /// Lesson 13: also what only becomes large once it is decoded.
    #[tokio::test]
    async fn a_small_bomb_is_too_large() {
        let limits = &Limits { body: 4096, decoded: 8192, ..Limits::default() };
        let bomb = encoded!(ZstdEncoder, &vec![0; 1 << 20]);
        assert!(bomb.len() < 4096);
        assert_eq!(read("zstd", bomb, limits).await.unwrap_err(), BodyError::TooLarge);
        assert_eq!(read("identity", vec![0; 4097], limits).await.unwrap_err(), BodyError::TooLarge);
        assert!(read("identity", vec![0; 4096], limits).await.is_ok());
    }

    /// Many small bombs at once take no more than the budget, one after the
    /// other, and what others send is read meanwhile.
    #[tokio::test]
    async fn bombs_at_once_stay_within_the_budget() {
        let limits =
            Limits { body: 64 << 10, decoded: 4 << 20, bodies: 4 << 20, ..Limits::default() };
        let budget = Budget::new(&limits);
        let bomb = Bytes::from(encoded!(ZstdEncoder, &vec![0; 3 << 20]));
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, "zstd".parse().unwrap());
        let read = async || {
            Replay::read(&headers, &mut Full::new(bomb.clone()), &limits, &budget).await.unwrap()
        };
        let held = read().await;
        let second = tokio::time::timeout(Duration::from_millis(50), read()).await;
        assert!(second.is_err(), "it waits for room");
        let mut plain = Full::new(Bytes::from_static(TEXT));
        let small = Replay::read(&HeaderMap::new(), &mut plain, &limits, &budget).await;
        assert_eq!(&small.unwrap().plain[..], TEXT);
        drop(held);
        let all: Vec<_> = futures_util::future::join_all((0..16).map(|_| async {
            let replay = read().await;
            replay.plain.len()
        }))
        .await;
        assert_eq!(all, [3 << 20; 16]);
    }
}
