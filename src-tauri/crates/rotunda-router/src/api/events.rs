//! The events of an answer on their way to another program.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::Frame;
use rotunda_clients::EventAdapter;
use rotunda_messages::AnswerStream;

use crate::respond::{Body, BoxError};

/// What makes the client's events of the service's.
pub(super) enum Rewriter {
    Responses(EventAdapter),
    Form(Box<AnswerStream>),
}

impl Rewriter {
    fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        match self {
            Self::Responses(adapter) => adapter.push(chunk),
            Self::Form(stream) => stream.push(chunk),
        }
    }

    fn finish(&mut self) -> Vec<u8> {
        match self {
            Self::Responses(adapter) => adapter.finish(),
            Self::Form(stream) => stream.finish(),
        }
    }

    /// Whether a stream that broke ends with an error of its own form: then the client reads
    /// it, and not that its connection broke.
    const fn ends_with_error(&self) -> bool {
        matches!(self, Self::Form(_))
    }
}

/// An answer as the client reads it.
pub(super) struct ApiEvents {
    /// What is there already.
    first: Bytes,
    body: Body,
    /// None after the end.
    rewriter: Option<Rewriter>,
}

impl ApiEvents {
    pub(super) fn new(first: Bytes, body: Body, rewriter: Rewriter) -> Self {
        Self { first, body, rewriter: Some(rewriter) }
    }

    /// One of which all is there.
    pub(super) fn whole(all: Bytes, body: Body) -> Self {
        Self { first: all, body, rewriter: None }
    }
}

impl http_body::Body for ApiEvents {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if !this.first.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.first)))));
        }
        loop {
            let Some(rewriter) = &mut this.rewriter else { return Poll::Ready(None) };
            let out = match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => rewriter.push(&chunk),
                    Err(_) => continue,
                },
                Some(Err(error)) if !rewriter.ends_with_error() => {
                    this.rewriter = None;
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Err(_)) | None => {
                    let rest = rewriter.finish();
                    this.rewriter = None;
                    rest
                }
            };
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rewriter.is_none() && self.first.is_empty()
    }
}
