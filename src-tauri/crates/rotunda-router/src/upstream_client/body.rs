//! An answer's body that moves its own connection along.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

use super::{
    UpstreamClient,
    connection::{Upgraded, UpstreamConnection},
};

/// Reads from upstream when it is polled, and only then. At its end the
/// connection goes back for the next request; dropped before, it is closed.
pub(crate) struct PolledBody {
    body: Incoming,
    home: Option<(UpstreamConnection, Arc<UpstreamClient>, String)>,
}

impl fmt::Debug for PolledBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driven").finish_non_exhaustive()
    }
}

impl PolledBody {
    pub(super) fn new(
        body: Incoming,
        connection: UpstreamConnection,
        (upstream_client, authority): (Arc<UpstreamClient>, String),
    ) -> Self {
        Self { body, home: Some((connection, upstream_client, authority)) }
    }

    /// After an answer that changes the protocol: the connection, which is no longer HTTP's.
    pub(crate) async fn upgraded(mut self) -> Option<Upgraded> {
        let (connection, ..) = self.home.take()?;
        connection.upgraded().await
    }

    fn go_home(&mut self) {
        if let Some((mut connection, upstream_client, authority)) = self.home.take()
            && connection.is_open()
        {
            upstream_client.put_back(authority, connection);
        }
    }
}

impl Body for PolledBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Self { body, home } = &mut *self;
        let Some((connection, ..)) = home else { return Pin::new(body).poll_frame(context) };
        let polled = connection.drive(context, |inner| Pin::new(&mut *body).poll_frame(inner));
        if let Poll::Ready(None) = polled {
            self.go_home();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for PolledBody {
    /// The reader had all it needed, and the end may have come with it.
    fn drop(&mut self) {
        let mut nobody = Context::from_waker(Waker::noop());
        let Self { body, home } = self;
        let Some((connection, ..)) = home else { return };
        let ended = body.is_end_stream()
            || matches!(
                connection.drive(&mut nobody, |inner| Pin::new(&mut *body).poll_frame(inner)),
                Poll::Ready(None)
            );
        if ended {
            self.go_home();
        }
    }
}
