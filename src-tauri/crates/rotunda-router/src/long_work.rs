//! Reading that takes long. All requests share one thread, so what takes more than a moment there
//! would hold the others up.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Bytes of JSON that are read in well under a millisecond.
const SHORT: usize = 256 << 10;

/// Does work on so many bytes. The runtime's other tasks go on meanwhile on another thread when
/// the work is long, and the runtime can hand them over.
pub(crate) fn read_of<T>(length: usize, work: impl FnOnce() -> T) -> T {
    let can_hand_over =
        Handle::try_current().is_ok_and(|it| it.runtime_flavor() == RuntimeFlavor::MultiThread);
    if length <= SHORT || !can_hand_over {
        return work();
    }
    tokio::task::block_in_place(work)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// The second task can only run while the first one is at its work.
    fn other_task_runs(length: usize) -> bool {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async move {
            let work = tokio::spawn(async move {
                let (say, hear) = mpsc::channel();
                tokio::spawn(async move { say.send(()).unwrap() });
                let patience =
                    std::time::Duration::from_millis(if length > SHORT { 60_000 } else { 50 });
                read_of(length, || hear.recv_timeout(patience).is_ok())
            });
            work.await.unwrap()
        })
    }

    #[test]
    fn long_work_holds_no_other_task_up() {
        assert!(other_task_runs(SHORT + 1));
        assert!(!other_task_runs(SHORT), "short work stays where it is");
    }

    #[tokio::test]
    async fn a_runtime_of_one_thread_does_the_work_itself() {
        assert_eq!(read_of(SHORT + 1, || 7), 7);
    }
}
