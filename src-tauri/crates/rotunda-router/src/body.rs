//! Request bodies: buffered so that they can be sent again, decoded so that
//! they can be read.

use std::time::Duration;

use async_compression::tokio::bufread;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::limits::Limits;

/// How long the rest of a refused body is read.
const LINGER: Duration = Duration::from_secs(2);

/// A request body that can be sent as often as needed.
#[derive(Debug, Clone)]
pub(crate) struct Replay {
    /// As received.
    pub(crate) raw: Bytes,
    /// Decompressed; the same bytes when it came plain.
    pub(crate) plain: Bytes,
}

/// Why a body cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// Larger than [`Limits::body`], or than [`Limits::decoded`] once decoded.
    TooLarge,
    /// Compressed in a way nobody here knows.
    UnknownEncoding,
    /// Compressed, but damaged.
    Corrupt,
    /// The client stopped sending.
    Broken,
    /// The client took too long.
    TooSlow,
}

impl Replay {
    /// Reads a body to its end, within the limits.
    pub(crate) async fn read<B>(
        headers: &HeaderMap,
        mut body: B,
        limits: &Limits,
    ) -> Result<Self, BodyError>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let declared =
            headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
        let raw = if declared.is_some_and(|length: u64| length > limits.body as u64) {
            Err(BodyError::TooLarge)
        } else {
            collect(&mut body, limits.body, limits.client_body).await
        };
        if raw == Err(BodyError::TooLarge) {
            linger(&mut body, limits).await;
        }
        let raw = raw?;
        let plain = decode(headers, &raw, limits.decoded).await?;
        Ok(Self { raw, plain })
    }
}

/// Reads and forgets what a client still sends of a body that is refused, for
/// a while: a connection closed over unread bytes is reset, and the client
/// would never see why.
async fn linger<B: Body<Data = Bytes> + Unpin>(body: &mut B, limits: &Limits) {
    let mut left = limits.body;
    let drain = async {
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                return;
            }
        }
    };
    // Whoever is not done by then has to live with the reset.
    let _ = tokio::time::timeout(LINGER, drain).await;
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

async fn decode(headers: &HeaderMap, raw: &Bytes, most: usize) -> Result<Bytes, BodyError> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    let encoding = encoding.unwrap_or("identity").trim().to_ascii_lowercase();
    let source = &raw[..];
    match encoding.as_str() {
        "identity" | "" => Ok(raw.clone()),
        "zstd" => drain(bufread::ZstdDecoder::new(source), most).await,
        "gzip" | "x-gzip" => drain(bufread::GzipDecoder::new(source), most).await,
        "br" => drain(bufread::BrotliDecoder::new(source), most).await,
        // The name means the zlib format, but bare deflate is found too.
        "deflate" => match drain(bufread::ZlibDecoder::new(source), most).await {
            Err(BodyError::Corrupt) => drain(bufread::DeflateDecoder::new(source), most).await,
            decoded => decoded,
        },
        _ => Err(BodyError::UnknownEncoding),
    }
}

async fn drain(decoder: impl AsyncRead + Unpin, most: usize) -> Result<Bytes, BodyError> {
    let mut plain = BytesMut::new();
    let mut decoder = decoder.take(most as u64 + 1);
    while decoder.read_buf(&mut plain).await.map_err(|_| BodyError::Corrupt)? > 0 {}
    if plain.len() > most { Err(BodyError::TooLarge) } else { Ok(plain.freeze()) }
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::write;
    use http_body_util::Full;
    use tokio::io::AsyncWriteExt;

    use super::*;

    const TEXT: &[u8] = br#"{"model":"m","input":[]}"#;

    async fn read(encoding: &str, raw: Vec<u8>, limits: &Limits) -> Result<Replay, BodyError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        Replay::read(&headers, Full::new(Bytes::from(raw)), limits).await
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
        ];
        for (encoding, raw) in all {
            let replay = read(encoding, raw.clone(), &Limits::default()).await.unwrap();
            assert_eq!((&replay.plain[..], &replay.raw[..]), (TEXT, &raw[..]), "{encoding}");
        }
    }

    #[tokio::test]
    async fn damage_is_told_from_ignorance() {
        let mut cut = encoded!(ZstdEncoder, TEXT);
        cut.truncate(10);
        let limits = &Limits::default();
        assert_eq!(read("zstd", cut, limits).await.unwrap_err(), BodyError::Corrupt);
        assert_eq!(read("zstd", TEXT.to_vec(), limits).await.unwrap_err(), BodyError::Corrupt);
        assert_eq!(
            read("lzma", TEXT.to_vec(), limits).await.unwrap_err(),
            BodyError::UnknownEncoding
        );
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
}
