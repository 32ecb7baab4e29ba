//! Blocks of an answer one after another: neither form has two that are open at once.

use std::collections::{BTreeMap, VecDeque};

/// Where a block comes from: the item of the answer, and the part of the item.
pub(crate) type BlockKey = (u64, u64);

/// A block of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// Text for the user.
    Text,
    /// Why the model does not answer.
    Refusal,
    /// The summary of its reasoning.
    Reasoning,
    /// A call of a tool that the client has; its arguments follow as text.
    Call {
        /// By which the result names it.
        id: String,
        /// As the client names the tool.
        name: String,
    },
    /// A search that the service did.
    Search {
        /// Names it.
        id: String,
        /// What was searched for.
        query: String,
    },
}

/// What happens to a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It begins.
    Open(Block),
    /// More of its text, or of the arguments of a call.
    Delta(String),
    /// It ends. With the encrypted content of reasoning, if there is some.
    Close(Option<String>),
}

/// Holds the steps of a block back while another one is open.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    open: Option<BlockKey>,
    waiting: VecDeque<(BlockKey, Step)>,
    blocks: BTreeMap<BlockKey, Progress>,
}

/// How far a block has come.
#[derive(Debug, Default)]
struct Progress {
    /// Bytes of its text that were given.
    sent: usize,
    is_closed: bool,
}

impl Sequence {
    /// Whether anything of an item was given.
    pub(crate) fn knows_item(&self, item: u64) -> bool {
        self.blocks.range((item, 0)..=(item, u64::MAX)).next().is_some()
    }

    /// Gives more of the text of a block, which begins with it if it has not begun.
    pub(crate) fn delta(&mut self, key: BlockKey, block: Block, text: &str, out: &mut Vec<Step>) {
        if self.is_closed(key) {
            return;
        }
        self.begin(key, block, out);
        if text.is_empty() {
            return;
        }
        if let Some(progress) = self.blocks.get_mut(&key) {
            progress.sent += text.len();
        }
        self.submit(key, Step::Delta(text.to_owned()), out);
    }

    /// Begins a block that has not begun.
    pub(crate) fn begin(&mut self, key: BlockKey, block: Block, out: &mut Vec<Step>) {
        if self.blocks.contains_key(&key) {
            return;
        }
        self.blocks.insert(key, Progress::default());
        self.submit(key, Step::Open(block), out);
    }

    /// Ends a block whose whole text is known: what was not given of it goes out before.
    pub(crate) fn complete(
        &mut self,
        key: BlockKey,
        block: Block,
        whole: &str,
        sealed: Option<String>,
        out: &mut Vec<Step>,
    ) {
        let sent = self.blocks.get(&key).map_or(0, |progress| progress.sent);
        let rest = whole.get(sent..).unwrap_or_default().to_owned();
        self.delta(key, block, &rest, out);
        self.close(key, sealed, out);
    }

    /// Bytes of the text of a block that were given.
    pub(crate) fn sent(&self, key: BlockKey) -> usize {
        self.blocks.get(&key).map_or(0, |progress| progress.sent)
    }

    /// Ends the blocks of an item.
    pub(crate) fn close_item(&mut self, item: u64, out: &mut Vec<Step>) {
        let keys: Vec<_> =
            self.blocks.range((item, 0)..=(item, u64::MAX)).map(|(key, _)| *key).collect();
        for key in keys {
            self.close(key, None, out);
        }
    }

    /// Ends all blocks that are open.
    pub(crate) fn close_all(&mut self, out: &mut Vec<Step>) {
        let open: Vec<_> =
            self.blocks.iter().filter(|(_, it)| !it.is_closed).map(|(key, _)| *key).collect();
        for key in open {
            self.close(key, None, out);
        }
    }

    fn close(&mut self, key: BlockKey, sealed: Option<String>, out: &mut Vec<Step>) {
        let Some(progress) = self.blocks.get_mut(&key).filter(|it| !it.is_closed) else { return };
        progress.is_closed = true;
        self.submit(key, Step::Close(sealed), out);
    }

    fn is_closed(&self, key: BlockKey) -> bool {
        self.blocks.get(&key).is_some_and(|progress| progress.is_closed)
    }

    fn submit(&mut self, key: BlockKey, step: Step, out: &mut Vec<Step>) {
        if self.open.is_some_and(|open| open != key) {
            self.waiting.push_back((key, step));
            return;
        }
        self.apply(key, step, out);
        while self.open.is_none()
            && let Some((next, step)) = self.waiting.pop_front()
        {
            self.apply(next, step, out);
            self.apply_waiting_of(next, out);
        }
    }

    fn apply_waiting_of(&mut self, key: BlockKey, out: &mut Vec<Step>) {
        let (of_block, others): (VecDeque<_>, VecDeque<_>) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(it, _)| *it == key);
        self.waiting = others;
        for (_, step) in of_block {
            self.apply(key, step, out);
        }
    }

    fn apply(&mut self, key: BlockKey, step: Step, out: &mut Vec<Step>) {
        self.open = if matches!(step, Step::Close(_)) { None } else { Some(key) };
        out.push(step);
    }
}
