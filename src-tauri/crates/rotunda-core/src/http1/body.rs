//! The body of an answer in its framing (RFC 9112, sections 6 and 7).

use memchr::memchr;
use thiserror::Error;

/// All extensions of chunks, and all trailers, have at most so many bytes each: they are
/// read and dropped.
const MOST_DROPPED: usize = 16 << 10;

/// How the length of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// It has so many bytes.
    Length(u64),
    /// It comes in chunks, and the last one is empty.
    Chunked,
    /// It ends with the connection.
    UntilClose,
}

/// Why a body cannot be read to its end.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// These bytes are no chunk.
    #[error("the answer has a chunk that is not valid")]
    BadChunk,
    /// What stands beside the body is too long.
    #[error("the answer has chunk extensions or trailers of more than {MOST_DROPPED} bytes")]
    TooLong,
    /// The connection ended before the body.
    #[error("the connection ended in the middle of the answer")]
    Cut,
}

/// What the next byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// One of so many bytes of a body of known length.
    Body(u64),
    /// Of a body that ends with the connection.
    UntilClose,
    /// A digit of a chunk's size, or what ends it.
    Size {
        size: u64,
        digits: u8,
    },
    /// Behind the size of a chunk.
    Extension {
        size: u64,
    },
    /// The line feed behind the size of a chunk.
    SizeEnd {
        size: u64,
    },
    /// One of so many bytes of a chunk.
    Chunk(u64),
    /// The end of a chunk.
    ChunkReturn,
    ChunkFeed,
    /// The first byte of a trailer, or of the line that ends all.
    TrailerStart,
    Trailer,
    LastFeed,
    /// The body is whole.
    Whole,
}

/// Takes a body out of its framing, piece by piece. Borders of pieces do not matter.
#[derive(Debug)]
pub struct BodyReader {
    state: State,
    /// Bytes of extensions and of trailers so far.
    dropped: usize,
}

const FIRST_SIZE: State = State::Size { size: 0, digits: 0 };

impl BodyReader {
    /// Of a body in this framing.
    pub const fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Whole,
            Framing::Length(length) => State::Body(length),
            Framing::Chunked => FIRST_SIZE,
            Framing::UntilClose => State::UntilClose,
        };
        Self { state, dropped: 0 }
    }

    /// Whether the body is whole.
    pub const fn is_whole(&self) -> bool {
        matches!(self.state, State::Whole)
    }

    /// How many bytes of the body follow, where that is known.
    pub const fn left(&self) -> Option<u64> {
        match self.state {
            State::Whole => Some(0),
            State::Body(left) => Some(left),
            _ => None,
        }
    }

    /// The connection has ended: so has the body, or it was cut.
    pub fn end(&mut self) -> Result<(), BodyError> {
        match self.state {
            State::Whole | State::UntilClose => {
                self.state = State::Whole;
                Ok(())
            }
            _ => Err(BodyError::Cut),
        }
    }

    /// Takes bytes, gives each piece of the body in them to `each`, and says how many of
    /// the bytes belong to the answer: all of them, unless it ends before.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&[u8])) -> Result<usize, BodyError> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_whole() {
            rest = match self.state {
                State::Body(left) => {
                    let (left, rest) = give(left, rest, &mut each);
                    self.state = if left == 0 { State::Whole } else { State::Body(left) };
                    rest
                }
                State::Chunk(left) => {
                    let (left, rest) = give(left, rest, &mut each);
                    self.state = if left == 0 { State::ChunkReturn } else { State::Chunk(left) };
                    rest
                }
                State::UntilClose => {
                    each(rest);
                    &[]
                }
                State::Extension { .. } => self.skip(rest, b'\r')?,
                State::Trailer => self.skip(rest, b'\n')?,
                _ => {
                    self.state = self.after(rest[0])?;
                    &rest[1..]
                }
            };
        }
        Ok(bytes.len() - rest.len())
    }

    /// Drops bytes up to and with this one.
    fn skip<'a>(&mut self, bytes: &'a [u8], last: u8) -> Result<&'a [u8], BodyError> {
        let end = memchr(last, bytes);
        let dropped = end.map_or(bytes.len(), |place| place + 1);
        self.dropped += dropped;
        if self.dropped > MOST_DROPPED {
            return Err(BodyError::TooLong);
        }
        let (line, rest) = bytes.split_at(dropped);
        match self.state {
            // A line feed alone ends no line of a size (RFC 9112, section 7.1.1).
            State::Extension { .. } if memchr(b'\n', line).is_some() => Err(BodyError::BadChunk),
            State::Extension { size } if end.is_some() => {
                self.state = State::SizeEnd { size };
                Ok(rest)
            }
            State::Trailer if end.is_some() => {
                self.state = State::TrailerStart;
                Ok(rest)
            }
            _ => Ok(rest),
        }
    }

    /// The state after one byte of what stands around the chunks.
    fn after(&mut self, byte: u8) -> Result<State, BodyError> {
        Ok(match (self.state, byte) {
            (State::Size { size, digits }, _) if byte.is_ascii_hexdigit() => {
                // Sixteen digits are 64 bits.
                if digits == 16 {
                    return Err(BodyError::BadChunk);
                }
                let digit = char::from(byte).to_digit(16).map_or(0, u64::from);
                State::Size { size: size << 4 | digit, digits: digits + 1 }
            }
            (State::Size { digits: 0, .. }, _) => return Err(BodyError::BadChunk),
            (State::Size { size, .. }, b'\r') => State::SizeEnd { size },
            (State::Size { size, .. }, b';' | b' ' | b'\t') => State::Extension { size },
            (State::SizeEnd { size: 0 }, b'\n') => State::TrailerStart,
            (State::SizeEnd { size }, b'\n') => State::Chunk(size),
            (State::ChunkReturn, b'\r') => State::ChunkFeed,
            (State::ChunkFeed, b'\n') => FIRST_SIZE,
            (State::TrailerStart, b'\r') => State::LastFeed,
            (State::TrailerStart, _) if byte != b'\n' => {
                self.dropped += 1;
                State::Trailer
            }
            (State::LastFeed, b'\n') => State::Whole,
            _ => return Err(BodyError::BadChunk),
        })
    }
}

/// Gives at most `left` of these bytes to `each`; says how many are left to give, and what
/// of the bytes was not given.
fn give<'a>(left: u64, bytes: &'a [u8], each: &mut impl FnMut(&[u8])) -> (u64, &'a [u8]) {
    let most = usize::try_from(left).unwrap_or(usize::MAX);
    let (given, rest) = bytes.split_at(most.min(bytes.len()));
    each(given);
    (left - given.len() as u64, rest)
}
