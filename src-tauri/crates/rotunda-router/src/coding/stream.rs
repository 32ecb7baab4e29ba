//! Codings of an event stream, undone piece by piece: what upstream has flushed is
//! there at once.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use async_compression::tokio::write::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{
    Coding,
    mark::{Mark, MarkFilter},
};

/// Whatever ends a body early.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// One piece never unfolds into more than this.
const MOST_AT_ONCE: usize = 32 << 20;

/// How a zstd frame and a gzip member begin: one may follow another.
const ZSTD_START: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const GZIP_START: &[u8] = &[0x1f, 0x8b];

/// The bytes are not in the coding that the header names.
#[derive(Debug, thiserror::Error)]
#[error("the answer's content coding is damaged")]
struct Damaged;

/// What has been decoded and not yet taken.
#[derive(Debug, Default)]
struct Sink(Vec<u8>);

impl AsyncWrite for Sink {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        piece: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.0.len() + piece.len() > MOST_AT_ONCE {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        self.0.extend_from_slice(piece);
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Undoes one coding.
enum Undo {
    Zstd(ZstdDecoder<Sink>),
    Gzip(GzipDecoder<Sink>),
    Brotli(Box<BrotliDecoder<Sink>>),
    Zlib(ZlibDecoder<Sink>),
    Deflate(DeflateDecoder<Sink>),
    /// Zlib or bare deflate: the first two bytes decide.
    Either(Vec<u8>),
}

macro_rules! each {
    ($undo:expr, $decoder:ident => $use:expr, $either:expr) => {
        match $undo {
            Undo::Zstd($decoder) => $use,
            Undo::Gzip($decoder) => $use,
            Undo::Brotli($decoder) => $use,
            Undo::Zlib($decoder) => $use,
            Undo::Deflate($decoder) => $use,
            Undo::Either(_) => $either,
        }
    };
}

impl Undo {
    fn of(coding: Coding) -> Self {
        match coding {
            Coding::Zstd => Self::Zstd(ZstdDecoder::new(Sink::default())),
            Coding::Gzip => Self::Gzip(GzipDecoder::new(Sink::default())),
            Coding::Brotli => Self::Brotli(Box::new(BrotliDecoder::new(Sink::default()))),
            Coding::Deflate => Self::Either(Vec::new()),
        }
    }

    fn push(&mut self, piece: &[u8]) -> Result<Vec<u8>, Damaged> {
        if let Self::Either(first) = self {
            first.extend_from_slice(piece);
            let [head, flags, ..] = first[..] else { return Ok(Vec::new()) };
            // The header of RFC 1950.
            let is_zlib = head & 0x0f == 8 && (u16::from(head) << 8 | u16::from(flags)) % 31 == 0;
            let first = std::mem::take(first);
            *self = if is_zlib {
                Self::Zlib(ZlibDecoder::new(Sink::default()))
            } else {
                Self::Deflate(DeflateDecoder::new(Sink::default()))
            };
            return self.push(&first);
        }
        let mut plain = Vec::new();
        let mut rest = piece;
        let mut has_begun_again = false;
        while !rest.is_empty() {
            match self.write(rest) {
                Ok(0) => return Err(Damaged),
                Ok(written) => {
                    rest = &rest[written..];
                    // A flush may give less than there is.
                    while let more @ [_, ..] = &self.flush()?[..] {
                        plain.extend_from_slice(more);
                        if plain.len() > MOST_AT_ONCE {
                            return Err(Damaged);
                        }
                    }
                    // It takes all that it can: its end came before.
                    if !rest.is_empty() && !self.begins_again(rest) {
                        break;
                    }
                }
                // A new decoder that fails, too, would fail again for ever.
                Err(_)
                    if !has_begun_again && rest.len() == piece.len() && self.begins_again(rest) =>
                {
                    has_begun_again = true;
                }
                Err(_) => return Err(Damaged),
            }
        }
        Ok(plain)
    }

    /// Whether another frame or member of the same coding follows.
    fn begins_again(&mut self, rest: &[u8]) -> bool {
        let again = match self {
            Self::Zstd(_) if rest.starts_with(ZSTD_START) => Self::of(Coding::Zstd),
            Self::Gzip(_) if rest.starts_with(GZIP_START) => Self::of(Coding::Gzip),
            _ => return false,
        };
        *self = again;
        true
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        // A sink in memory is always ready.
        let never = || Err(io::ErrorKind::WouldBlock.into());
        each!(self, it => it.write(piece).now_or_never().unwrap_or_else(never), never())
    }

    fn flush(&mut self) -> Result<Vec<u8>, Damaged> {
        each!(
            self,
            it => match it.flush().now_or_never() {
                Some(Ok(())) => Ok(std::mem::take(&mut it.get_mut().0)),
                _ => Err(Damaged),
            },
            Ok(Vec::new())
        )
    }
}

/// How far the decoding went.
enum State {
    /// What came so far, in case the header is wrong.
    Nothing(Vec<u8>),
    Decoding,
    /// All that came before the damage was given.
    Damaged,
    /// The bytes are not in that coding, and go on as they come.
    AsReceived,
}

/// Undoes all codings of a stream.
pub(crate) struct Decoder {
    codings: Vec<Coding>,
    /// The coding that was applied last comes first.
    undo: Vec<Undo>,
    state: State,
}

impl Decoder {
    pub(crate) fn new(codings: &[Coding]) -> Self {
        let undo = codings.iter().rev().copied().map(Undo::of).collect();
        Self { codings: codings.to_vec(), undo, state: State::Nothing(Vec::new()) }
    }

    /// Whether what follows is an error, with or without another piece.
    fn is_damaged(&self) -> bool {
        matches!(self.state, State::Damaged)
    }

    fn push(&mut self, piece: Bytes) -> Result<Bytes, Damaged> {
        if let State::AsReceived = self.state {
            return Ok(piece);
        }
        if let State::Nothing(before) = &mut self.state {
            before.extend_from_slice(&piece);
        }
        match (self.decode(&piece), &mut self.state) {
            (Ok(plain), State::Nothing(_)) if plain.is_empty() => Ok(Bytes::new()),
            (Ok(plain), _) => {
                self.state = State::Decoding;
                Ok(plain.into())
            }
            (Err(_), State::Nothing(before)) => {
                let before = std::mem::take(before);
                if !self.is_marked(&before) {
                    self.state = State::AsReceived;
                    return Ok(before.into());
                }
                self.state = State::Damaged;
                let plain = self.decode_up_to_damage(&before);
                if plain.is_empty() { Err(Damaged) } else { Ok(plain.into()) }
            }
            (Err(damaged), _) => Err(damaged),
        }
    }

    fn decode(&mut self, piece: &[u8]) -> Result<Vec<u8>, Damaged> {
        self.undo.iter_mut().try_fold(piece.to_vec(), |piece, undo| undo.push(&piece))
    }

    /// Whether the bytes begin as the coding does that was applied last: then they are in
    /// it, and damaged.
    fn is_marked(&self, bytes: &[u8]) -> bool {
        match self.codings.last() {
            Some(Coding::Zstd) => bytes.starts_with(ZSTD_START),
            Some(Coding::Gzip) => bytes.starts_with(GZIP_START),
            Some(Coding::Brotli | Coding::Deflate) | None => false,
        }
    }

    /// What is in the bytes from the beginning up to their damage. A decoder does not say
    /// how far it came, so it gets one byte at a time.
    fn decode_up_to_damage(&self, bytes: &[u8]) -> Vec<u8> {
        let mut again = Self::new(&self.codings);
        let mut plain = Vec::new();
        for byte in bytes {
            match again.decode(&[*byte]) {
                Ok(more) => plain.extend(more),
                Err(Damaged) => break,
            }
        }
        plain
    }
}

/// A body without its codings, if it had any, and without a byte-order mark where that
/// is wanted.
pub(crate) struct Plain<B> {
    body: B,
    decoder: Option<Decoder>,
    mark: Option<MarkFilter>,
}

impl<B> Plain<B> {
    pub(crate) const fn new(body: B) -> Self {
        Self { body, decoder: None, mark: None }
    }

    /// From now on a byte-order mark at its beginning is left out.
    pub(crate) const fn remove_mark(&mut self) {
        self.mark = Some(MarkFilter::Reading(0));
    }

    /// Whether a byte-order mark was left out.
    pub(crate) const fn has_removed_mark(&self) -> bool {
        matches!(self.mark, Some(MarkFilter::Over(Mark::Removed)))
    }

    /// From now on these codings are undone.
    pub(crate) fn undo(&mut self, codings: &[Coding]) {
        self.decoder = Some(Decoder::new(codings));
    }

    /// Whether what it gives is not in the codings any more that its head names.
    pub(crate) fn is_decoded(&self) -> bool {
        let state = self.decoder.as_ref().map(|decoder| &decoder.state);
        matches!(state, Some(State::Nothing(_) | State::Decoding | State::Damaged))
    }

    fn is_damaged(&self) -> bool {
        self.decoder.as_ref().is_some_and(Decoder::is_damaged)
    }
}

impl<B> std::fmt::Debug for Plain<B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plain").finish_non_exhaustive()
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for Plain<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_damaged() {
            return Poll::Ready(Some(Err(Damaged.into())));
        }
        loop {
            let polled = ready!(Pin::new(&mut self.body).poll_frame(context));
            let frame = match polled {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            };
            let mut piece = match frame.into_data() {
                Ok(piece) => piece,
                Err(other) => return Poll::Ready(Some(Ok(other))),
            };
            if let Some(decoder) = &mut self.decoder {
                piece = match decoder.push(piece) {
                    Ok(plain) => plain,
                    Err(damaged) => return Poll::Ready(Some(Err(damaged.into()))),
                };
            }
            if let Some(mark) = &mut self.mark {
                piece = mark.push(piece);
            }
            if !piece.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream() && !self.is_damaged()
    }

    fn size_hint(&self) -> SizeHint {
        let is_changed = self.decoder.is_some() || self.mark.is_some();
        if is_changed { SizeHint::default() } else { self.body.size_hint() }
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
