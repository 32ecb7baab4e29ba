//! Connections that have not shown a key yet are few, and the first to be cut.
//!
//! Every user of the machine can connect to the loopback. Without a bound they
//! could take all descriptors, and a turn would wait behind them.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// Whether the other end of a connection, from the first address to the second,
/// is a process of this user. The system may not know.
pub type SameUser = Arc<dyn Fn(SocketAddr, SocketAddr) -> bool + Send + Sync>;

/// A client sends its request with the key as soon as it is connected, so more
/// than these are no clients, and the newest is the most likely one.
const MOST_PENDING: usize = 256;
/// A client that was let in has so long to send what it came for, also on a busy
/// machine, before it may be cut for others.
const GRACE: Duration = Duration::from_millis(250);

/// Connections without a key, oldest first.
#[derive(Debug)]
pub(crate) struct PendingConnections {
    most: usize,
    next: AtomicU64,
    list: Mutex<VecDeque<Pending>>,
}

#[derive(Debug)]
struct Pending {
    number: u64,
    since: Instant,
    cut: CancellationToken,
}

impl PendingConnections {
    /// At most half of `connections`, so that clients with a key have room.
    pub(crate) fn new(connections: usize) -> Arc<Self> {
        let most = MOST_PENDING.min(connections / 2).max(1);
        Arc::new(Self { most, next: AtomicU64::new(0), list: Mutex::default() })
    }

    /// Registers a new connection. Beyond the bound the oldest are cut.
    pub(crate) fn enter(self: &Arc<Self>) -> PendingConnection {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let cut = CancellationToken::new();
        self.list().push_back(Pending { number, since: Instant::now(), cut: cut.clone() });
        while self.list().len() > self.most && self.cut_oldest() {}
        PendingConnection { number, cut, home: Arc::clone(self) }
    }

    /// Makes room when descriptors or places run out; false when none has been
    /// there for long enough.
    pub(crate) fn cut_oldest(&self) -> bool {
        let mut list = self.list();
        if list.front().is_none_or(|oldest| oldest.since.elapsed() < GRACE) {
            return false;
        }
        let oldest = list.pop_front();
        drop(list);
        oldest.inspect(|oldest| oldest.cut.cancel()).is_some()
    }

    /// Waits for one of `places`, and makes room for it as soon as it may.
    pub(crate) async fn place(&self, places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(places).try_acquire_owned() {
            return Some(place);
        }
        let free = Arc::clone(places).acquire_owned();
        tokio::pin!(free);
        let mut is_cut = false;
        loop {
            // One that was cut frees its place in a moment.
            is_cut = !is_cut && self.cut_oldest();
            if let Ok(place) = tokio::time::timeout(GRACE / 10, &mut free).await {
                return place.ok();
            }
        }
    }

    fn remove(&self, number: u64) {
        self.list().retain(|pending| pending.number != number);
    }

    fn list(&self) -> MutexGuard<'_, VecDeque<Pending>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of them, until it shows a key or ends.
#[derive(Debug)]
pub(crate) struct PendingConnection {
    number: u64,
    cut: CancellationToken,
    home: Arc<PendingConnections>,
}

impl PendingConnection {
    /// It showed a key: it is not cut for others any more.
    fn prove(&self) {
        self.home.remove(self.number);
    }
}

impl Drop for PendingConnection {
    fn drop(&mut self) {
        self.home.remove(self.number);
    }
}

/// One client connection, as its requests see it.
#[derive(Debug)]
pub(crate) struct Peer {
    pending: PendingConnection,
    is_proven: OnceLock<()>,
    /// Whether the other end may use a lent key, with the number of the first loan
    /// that checked.
    is_same_user: OnceLock<(u64, bool)>,
    remote: SocketAddr,
    /// Where it came in.
    pub(crate) local: SocketAddr,
}

impl Peer {
    pub(crate) fn new(pending: PendingConnection, remote: SocketAddr, local: SocketAddr) -> Self {
        let (is_proven, is_same_user) = (OnceLock::new(), OnceLock::new());
        Self { pending, is_proven, is_same_user, remote, local }
    }

    /// Asks the system once for the connection and the loan: a connection keeps its
    /// owner, and the answer is read from files. A second loan asks each time; a
    /// client uses one key.
    pub(crate) fn is_same_user(&self, loan: u64, same_user: &SameUser) -> bool {
        let ask = || same_user(self.remote, self.local);
        let &(first, answer) = self.is_same_user.get_or_init(|| (loan, ask()));
        if first == loan { answer } else { ask() }
    }

    /// A request on it had a valid key.
    pub(crate) fn prove(&self) {
        self.is_proven.get_or_init(|| self.pending.prove());
    }

    pub(crate) fn is_proven(&self) -> bool {
        self.is_proven.get().is_some()
    }

    /// Ready when it has to make room for a newer one.
    pub(crate) async fn cut(&self) {
        self.pending.cut.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_oldest_without_a_key_makes_room() {
        let pending = PendingConnections::new(4);
        let [first, second] = [pending.enter(), pending.enter()];
        let third = pending.enter();
        let all = [&first, &second, &third];
        assert!(!all.iter().any(|it| it.cut.is_cancelled()), "each has a moment");
        tokio::time::advance(GRACE).await;
        second.prove();
        let fourth = pending.enter();
        assert!(first.cut.is_cancelled() && !third.cut.is_cancelled());
        assert!(pending.cut_oldest());
        assert!(third.cut.is_cancelled() && !second.cut.is_cancelled());
        assert!(!pending.cut_oldest(), "the newest has only come");
        drop(fourth);
        assert!(pending.list().is_empty());
        assert!(!pending.cut_oldest());
    }

    #[tokio::test]
    async fn the_owner_of_a_connection_is_looked_up_once() {
        let lookups = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&lookups);
        let same_user: SameUser = Arc::new(move |remote, local| {
            count.fetch_add(1, Ordering::Relaxed);
            (remote.port(), local.port()) == (5, 4)
        });
        let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let peer = |remote| Peer::new(PendingConnections::new(2).enter(), at(remote), at(4));
        let (own, foreign) = (peer(5), peer(6));
        for _ in 0..3 {
            assert!(own.is_same_user(1, &same_user) && !foreign.is_same_user(1, &same_user));
        }
        assert_eq!(lookups.load(Ordering::Relaxed), 2);
        let refuses: SameUser = Arc::new(|_, _| false);
        assert!(!own.is_same_user(2, &refuses), "the answer of another loan");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_made_free_by_a_cut_and_waited_for() {
        let pending = PendingConnections::new(2);
        let places = Arc::new(Semaphore::new(1));
        let place = pending.place(&places).await.unwrap();
        let first = pending.enter();
        let ends = async {
            first.cut.cancelled().await;
            drop(place);
        };
        let (next, ()) = tokio::join!(pending.place(&places), ends);
        assert!(next.is_some());
    }
}
