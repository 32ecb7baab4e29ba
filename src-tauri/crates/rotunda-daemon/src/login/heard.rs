//! What reaches a sign-in from outside.

use tokio::sync::oneshot;

use super::Page;

/// What reaches a sign-in from outside.
#[derive(Debug)]
pub(crate) enum Heard {
    /// The browser came back, or the user pasted where it ended.
    Back {
        /// Holds the code.
        query: String,
        /// What to show in return.
        reply: oneshot::Sender<Page>,
    },
    /// The user chose a workspace.
    Chosen(String),
}
