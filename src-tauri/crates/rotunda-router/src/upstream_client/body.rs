//! An answer's body that moves its own connection along.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::{
    UpstreamClient,
    connection::{AnswerError, Upgraded, UpstreamConnection},
};

/// Reads from upstream when it is polled, and only then. At its end the
/// connection goes back for the next request; dropped before, it is closed.
pub(crate) struct PolledBody {
    home: Option<Home>,
}

/// A connection, and where it goes back to.
struct Home {
    connection: UpstreamConnection,
    upstream_client: Arc<UpstreamClient>,
    authority: String,
}

impl fmt::Debug for PolledBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolledBody").finish_non_exhaustive()
    }
}

impl PolledBody {
    pub(super) fn new(
        connection: UpstreamConnection,
        upstream_client: Arc<UpstreamClient>,
        authority: String,
    ) -> Self {
        Self { home: Some(Home { connection, upstream_client, authority }) }
    }

    /// After an answer that changes the protocol: the connection, which is no longer HTTP's.
    pub(crate) fn upgraded(mut self) -> Option<Upgraded> {
        self.home.take().map(|home| home.connection.upgraded())
    }

    fn go_home(&mut self) {
        if let Some(Home { mut connection, upstream_client, authority }) = self.home.take()
            && connection.is_open()
        {
            upstream_client.put_back(authority, connection);
        }
    }
}

impl Body for PolledBody {
    type Data = Bytes;
    type Error = AnswerError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerError>>> {
        let Some(home) = &mut self.home else { return Poll::Ready(None) };
        let polled = home.connection.poll_body(context);
        if let Poll::Ready(None) = polled {
            self.go_home();
        }
        polled.map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        self.home.as_ref().is_none_or(|home| home.connection.is_whole())
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.home.as_ref().map_or(Some(0), |home| home.connection.left());
        left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Drop for PolledBody {
    /// The reader had all it needed, and the end may have come with it.
    fn drop(&mut self) {
        let mut no_task = Context::from_waker(Waker::noop());
        let Some(home) = &mut self.home else { return };
        if matches!(home.connection.poll_body(&mut no_task), Poll::Ready(None)) {
            self.go_home();
        }
    }
}
