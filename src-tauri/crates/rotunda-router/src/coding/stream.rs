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
use rotunda_core::sse::BYTE_ORDER_MARK;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::Coding;

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
                Err(_) if rest.len() == piece.len() && self.begins_again(rest) => {}
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
    /// The bytes are not in that coding, and go on as they come.
    AsReceived,
}

/// Undoes all codings of a stream.
pub(crate) struct Decoder {
    /// The coding that was applied last comes first.
    undo: Vec<Undo>,
    state: State,
}

impl Decoder {
    pub(crate) fn new(codings: &[Coding]) -> Self {
        let undo = codings.iter().rev().copied().map(Undo::of).collect();
        Self { undo, state: State::Nothing(Vec::new()) }
    }

    fn push(&mut self, piece: Bytes) -> Result<Bytes, Damaged> {
        if let State::AsReceived = self.state {
            return Ok(piece);
        }
        if let State::Nothing(before) = &mut self.state {
            before.extend_from_slice(&piece);
        }
        let decoded =
            self.undo.iter_mut().try_fold(piece.to_vec(), |piece, undo| undo.push(&piece));
        match (decoded, &mut self.state) {
            (Ok(plain), State::Nothing(_)) if plain.is_empty() => Ok(Bytes::new()),
            (Ok(plain), _) => {
                self.state = State::Decoding;
                Ok(plain.into())
            }
            (Err(_), State::Nothing(before)) => {
                let before = std::mem::take(before);
                self.state = State::AsReceived;
                Ok(before.into())
            }
            (Err(damaged), _) => Err(damaged),
        }
    }
}

/// Takes a byte-order mark from the beginning of a stream. A mark is allowed there (WHATWG
/// HTML, section 9.2.6), and the parser of Codex 0.171 (eventsource-stream 0.2.3) panics on it.
#[derive(Debug)]
enum MarkFilter {
    /// So many bytes of the mark have come, and nothing else.
    Reading(usize),
    /// The beginning is over.
    Over(Mark),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Removed,
    Absent,
}

impl MarkFilter {
    /// What is left of the next piece.
    fn push(&mut self, piece: Bytes) -> Bytes {
        let Self::Reading(before) = *self else { return piece };
        let rest = &BYTE_ORDER_MARK[before..];
        if piece.starts_with(rest) {
            *self = Self::Over(Mark::Removed);
            return piece.slice(rest.len()..);
        }
        if rest.starts_with(&piece) {
            *self = Self::Reading(before + piece.len());
            return Bytes::new();
        }
        *self = Self::Over(Mark::Absent);
        if before == 0 { piece } else { [&BYTE_ORDER_MARK[..before], &piece].concat().into() }
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
        matches!(state, Some(State::Nothing(_) | State::Decoding))
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
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let is_changed = self.decoder.is_some() || self.mark.is_some();
        if is_changed { SizeHint::default() } else { self.body.size_hint() }
    }
}

#[cfg(test)]
mod tests {
    use async_compression::tokio::write as encode;

    use super::*;

    const EVENTS: [&str; 3] = [
        "event: response.created\ndata: {\"type\":\"response.created\"}\n\n",
        "event: response.output_text.delta\ndata: {\"delta\":\"hello, hello, hello\"}\n\n",
        "data: {\"type\":\"response.completed\"}\n\n",
    ];

    macro_rules! pieces {
        ($encoder:ident) => {{
            let mut encoder = encode::$encoder::new(Vec::new());
            let mut pieces = Vec::new();
            for event in EVENTS {
                encoder.write_all(event.as_bytes()).await.unwrap();
                encoder.flush().await.unwrap();
                pieces.push(std::mem::take(encoder.get_mut()));
            }
            encoder.shutdown().await.unwrap();
            pieces.push(std::mem::take(encoder.get_mut()));
            pieces
        }};
    }

    fn text(decoder: &mut Decoder, piece: &[u8]) -> String {
        let plain = decoder.push(Bytes::copy_from_slice(piece)).unwrap();
        String::from_utf8(plain.to_vec()).unwrap()
    }

    /// Each event as its own flushed piece, in each coding.
    async fn coded() -> Vec<(Coding, Vec<Vec<u8>>)> {
        vec![
            (Coding::Zstd, pieces!(ZstdEncoder)),
            (Coding::Gzip, pieces!(GzipEncoder)),
            (Coding::Brotli, pieces!(BrotliEncoder)),
            (Coding::Deflate, pieces!(ZlibEncoder)),
            (Coding::Deflate, pieces!(DeflateEncoder)),
        ]
    }

    #[tokio::test]
    async fn each_event_is_there_when_it_was_flushed() {
        for (coding, pieces) in coded().await {
            let mut decoder = Decoder::new(&[coding]);
            for (piece, event) in pieces.iter().zip(EVENTS) {
                assert_eq!(text(&mut decoder, piece), event, "{coding:?}");
            }
            assert_eq!(text(&mut decoder, &pieces[3]), "", "{coding:?}");
            // Byte by byte it is the same.
            let mut decoder = Decoder::new(&[coding]);
            let bytes = pieces.concat();
            let whole: String = bytes.iter().map(|byte| text(&mut decoder, &[*byte])).collect();
            assert_eq!(whole, EVENTS.concat(), "{coding:?}");
        }
    }

    #[tokio::test]
    async fn several_codings_are_undone_in_turn() {
        for (first, pieces) in coded().await {
            let mut encoder = encode::GzipEncoder::new(Vec::new());
            let mut decoder = Decoder::new(&[first, Coding::Gzip]);
            for (piece, event) in pieces.iter().zip(EVENTS) {
                encoder.write_all(piece).await.unwrap();
                encoder.flush().await.unwrap();
                let piece = std::mem::take(encoder.get_mut());
                assert_eq!(text(&mut decoder, &piece), event, "{first:?}");
            }
        }
    }

    /// However long the events are that are flushed, and wherever the pieces are cut.
    #[tokio::test]
    async fn long_events_arrive_whole() {
        macro_rules! check {
            ($encoder:ident, $coding:expr) => {
                for size in [10, 70_000, 131_072] {
                    for cut in [usize::MAX, 7] {
                        let mut encoder = encode::$encoder::new(Vec::new());
                        let mut decoder = Decoder::new(&[$coding]);
                        for (number, length) in
                            [20, size, size, 30, 300, 5, size, 9].into_iter().enumerate()
                        {
                            let event = format!("{number}:{}", "x".repeat(length));
                            encoder.write_all(event.as_bytes()).await.unwrap();
                            encoder.flush().await.unwrap();
                            let piece = std::mem::take(encoder.get_mut());
                            let plain: String = piece
                                .chunks(cut.min(piece.len().max(1)))
                                .map(|piece| text(&mut decoder, piece))
                                .collect();
                            assert_eq!(
                                plain.len(),
                                event.len(),
                                "{:?} {size} {cut} {number}",
                                $coding
                            );
                            assert!(plain == event);
                        }
                    }
                }
            };
        }
        check!(GzipEncoder, Coding::Gzip);
        check!(ZlibEncoder, Coding::Deflate);
        check!(DeflateEncoder, Coding::Deflate);
        check!(ZstdEncoder, Coding::Zstd);
        check!(BrotliEncoder, Coding::Brotli);
    }

    /// Each flush may begin a new frame or member.
    #[tokio::test]
    async fn frames_and_members_may_follow_each_other() {
        for together in [false, true] {
            for (coding, pieces) in [
                (Coding::Gzip, [pieces!(GzipEncoder).concat(), pieces!(GzipEncoder).concat()]),
                (Coding::Zstd, [pieces!(ZstdEncoder).concat(), pieces!(ZstdEncoder).concat()]),
            ] {
                let mut decoder = Decoder::new(&[coding]);
                let pieces = if together { vec![pieces.concat()] } else { pieces.to_vec() };
                let whole: String = pieces.iter().map(|piece| text(&mut decoder, piece)).collect();
                assert_eq!(whole, EVENTS.concat().repeat(2), "{coding:?} {together}");
            }
        }
    }

    #[test]
    fn content_without_a_coding_is_forwarded_as_received() {
        for coding in [Coding::Zstd, Coding::Gzip, Coding::Deflate, Coding::Brotli] {
            let mut decoder = Decoder::new(&[coding]);
            let whole: String = EVENTS.iter().map(|it| text(&mut decoder, it.as_bytes())).collect();
            assert_eq!(whole, EVENTS.concat(), "{coding:?}");
            assert!(matches!(decoder.state, State::AsReceived));
        }
    }

    #[test]
    fn a_byte_order_mark_at_the_beginning_is_left_out() {
        let text = "data: \u{feff}1\n\n";
        for (stream, left, removed) in [
            (format!("\u{feff}{text}"), text.to_owned(), true),
            (format!("\u{feff}\u{feff}{text}"), format!("\u{feff}{text}"), true),
            (text.to_owned(), text.to_owned(), false),
            ("\u{fefe}: x".to_owned(), "\u{fefe}: x".to_owned(), false),
            ("\u{feff}".to_owned(), String::new(), true),
        ] {
            for size in 1..=stream.len() {
                let mut filter = MarkFilter::Reading(0);
                let pieces = stream.as_bytes().chunks(size);
                let shown: Vec<_> =
                    pieces.flat_map(|it| filter.push(Bytes::copy_from_slice(it))).collect();
                assert_eq!(String::from_utf8(shown).unwrap(), left, "{stream:?} {size}");
                let is_removed = matches!(filter, MarkFilter::Over(Mark::Removed));
                assert_eq!(is_removed, removed, "{stream:?} {size}");
            }
        }
    }

    #[tokio::test]
    async fn damage_after_a_good_beginning_is_an_error() {
        let pieces = pieces!(GzipEncoder);
        let mut decoder = Decoder::new(&[Coding::Gzip]);
        assert_eq!(text(&mut decoder, &pieces[0]), EVENTS[0]);
        assert!(decoder.push(Bytes::from_static(&[0xff; 64])).is_err());
    }

    #[tokio::test]
    async fn a_piece_never_unfolds_beyond_its_bound() {
        let level = async_compression::Level::Fastest;
        let mut encoder = encode::ZstdEncoder::with_quality(Vec::new(), level);
        encoder.write_all(EVENTS[0].as_bytes()).await.unwrap();
        encoder.flush().await.unwrap();
        let mut decoder = Decoder::new(&[Coding::Zstd]);
        assert_eq!(text(&mut decoder, &std::mem::take(encoder.get_mut())), EVENTS[0]);
        encoder.write_all(&vec![0; MOST_AT_ONCE + (1 << 20)]).await.unwrap();
        encoder.flush().await.unwrap();
        assert!(decoder.push(std::mem::take(encoder.get_mut()).into()).is_err());
    }
}
