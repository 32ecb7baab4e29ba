//! Content codings (RFC 9110, section 8.4), undone within a bound.

use async_compression::tokio::bufread;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use tokio::io::{AsyncRead, AsyncReadExt};

mod mark;
pub(crate) mod stream;

/// A body with more codings than this is not decoded: each of them could
/// unfold into the largest size that is allowed.
const MOST_CODINGS: usize = 4;
/// After so many decoded bytes other tasks have their turn.
const DECODED_AT_ONCE: usize = 1 << 20;

/// One coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Zstd,
    Gzip,
    Brotli,
    Deflate,
}

/// Why a body cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodingError {
    /// The header names a coding that is not supported here, or too many.
    Unknown,
    /// The bytes are not in the coding that the header names.
    Corrupt,
    /// There is more than was allowed.
    TooLarge,
}

/// The codings of a body in the order they were applied. `identity` and an
/// empty value name none; names are compared without regard to case.
pub(crate) fn codings_of(headers: &HeaderMap) -> Result<Vec<Coding>, CodingError> {
    let mut codings = Vec::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let value = value.to_str().map_err(|_| CodingError::Unknown)?;
        for name in value.split(',') {
            match name.trim().to_ascii_lowercase().as_str() {
                "" | "identity" => {}
                "zstd" => codings.push(Coding::Zstd),
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "br" => codings.push(Coding::Brotli),
                "deflate" => codings.push(Coding::Deflate),
                _ => return Err(CodingError::Unknown),
            }
        }
    }
    if codings.len() > MOST_CODINGS { Err(CodingError::Unknown) } else { Ok(codings) }
}

/// Undoes codings, the last one first. No step keeps more than `most` bytes.
pub(crate) async fn decode(
    codings: &[Coding],
    source: &Bytes,
    most: usize,
) -> Result<Bytes, CodingError> {
    let mut plain = source.clone();
    for coding in codings.iter().rev() {
        plain = undo(*coding, &plain, most).await?;
    }
    Ok(plain)
}

/// The body of an error as it was meant. What cannot be decoded, because the
/// header is wrong, unknown or missing, is returned as it came.
pub(crate) async fn decoded_error_body(headers: &HeaderMap, body: Bytes, most: usize) -> Bytes {
    let Ok(codings) = codings_of(headers) else { return body };
    decode(&codings, &body, most).await.unwrap_or(body)
}

async fn undo(coding: Coding, source: &[u8], most: usize) -> Result<Bytes, CodingError> {
    // No coding was applied to nothing.
    if source.is_empty() {
        return Ok(Bytes::new());
    }
    match coding {
        Coding::Zstd => drain(bufread::ZstdDecoder::new(source), most).await,
        Coding::Gzip => drain(bufread::GzipDecoder::new(source), most).await,
        Coding::Brotli => drain(bufread::BrotliDecoder::new(source), most).await,
        // The name means the zlib format, but bare deflate is found too.
        Coding::Deflate => match drain(bufread::ZlibDecoder::new(source), most).await {
            Err(CodingError::Corrupt) => drain(bufread::DeflateDecoder::new(source), most).await,
            decoded => decoded,
        },
    }
}

async fn drain(decoder: impl AsyncRead + Unpin, most: usize) -> Result<Bytes, CodingError> {
    let mut plain = BytesMut::new();
    let mut decoder = decoder.take(most as u64 + 1);
    let mut yielded = 0;
    while decoder.read_buf(&mut plain).await.map_err(|_| CodingError::Corrupt)? > 0 {
        if plain.len() - yielded > DECODED_AT_ONCE {
            yielded = plain.len();
            tokio::task::yield_now().await;
        }
    }
    if plain.len() > most { Err(CodingError::TooLarge) } else { Ok(plain.freeze()) }
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::write;
    use tokio::io::AsyncWriteExt;

    use super::*;

    const ERROR: &[u8] = br#"{"error":{"type":"usage_limit_reached"}}"#;
    const MOST: usize = 1 << 20;

    macro_rules! encoded {
        ($encoder:ident, $text:expr) => {{
            let mut encoder = write::$encoder::new(Vec::new());
            encoder.write_all(&$text).await.unwrap();
            encoder.shutdown().await.unwrap();
            encoder.into_inner()
        }};
    }

    fn named(values: &[&str]) -> HeaderMap {
        let pair = |value: &&str| (header::CONTENT_ENCODING, value.parse().unwrap());
        values.iter().map(pair).collect()
    }

    async fn read(values: &[&str], body: &[u8]) -> Bytes {
        decoded_error_body(&named(values), Bytes::copy_from_slice(body), MOST).await
    }

    #[tokio::test]
    async fn each_coding_and_each_combination_of_an_error_is_undone() {
        let gzip = encoded!(GzipEncoder, ERROR);
        let both = encoded!(BrotliEncoder, gzip);
        let three = encoded!(ZstdEncoder, both);
        for (values, body) in [
            (vec!["gzip"], gzip.clone()),
            (vec!["x-gzip"], gzip.clone()),
            (vec!["GZip"], gzip.clone()),
            (vec![" gzip , identity"], gzip.clone()),
            (vec!["identity,gzip"], gzip.clone()),
            (vec!["gzip", ""], gzip.clone()),
            (vec!["deflate"], encoded!(ZlibEncoder, ERROR)),
            (vec!["deflate"], encoded!(DeflateEncoder, ERROR)),
            (vec!["br"], encoded!(BrotliEncoder, ERROR)),
            (vec!["zstd"], encoded!(ZstdEncoder, ERROR)),
            (vec!["gzip, br"], both.clone()),
            (vec!["gzip", "br"], both),
            (vec!["gzip, br, zstd"], three),
            (vec!["identity"], ERROR.to_vec()),
            (vec!["identity, identity"], ERROR.to_vec()),
            (vec![""], ERROR.to_vec()),
            (vec![], ERROR.to_vec()),
        ] {
            assert_eq!(read(&values, &body).await, ERROR, "{values:?}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_decoded_stays_as_it_is() {
        let gzip = encoded!(GzipEncoder, ERROR);
        for (values, body) in [
            (vec!["gzip"], ERROR.to_vec()),
            (vec!["lzma"], ERROR.to_vec()),
            (vec!["gzip, lzma"], gzip.clone()),
            (vec!["gzip, br"], gzip.clone()),
            (vec!["gzip"], gzip[..gzip.len() - 3].to_vec()),
            (vec!["gzip, gzip, gzip, gzip, gzip"], gzip.clone()),
            (vec!["br"], Vec::new()),
        ] {
            assert_eq!(read(&values, &body).await, body, "{values:?}");
        }
    }

    #[tokio::test]
    async fn an_error_never_unfolds_beyond_its_bound() {
        let zeros = vec![0; 64 << 20];
        let bomb = encoded!(GzipEncoder, zeros);
        let nested = encoded!(GzipEncoder, bomb);
        assert_eq!(read(&["gzip"], &bomb).await, bomb);
        assert_eq!(read(&["gzip, gzip"], &nested).await, nested);
        let codings = codings_of(&named(&["gzip, gzip"])).unwrap();
        let refused = decode(&codings, &nested.into(), MOST).await;
        assert_eq!(refused, Err(CodingError::TooLarge));
    }
}
