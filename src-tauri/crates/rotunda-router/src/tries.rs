//! What a request has tried so far: the same over HTTP and WebSocket.

use rotunda_core::{ProfileId, Verdict};

use crate::refusals::Refusals;

/// Profiles asked and remedies used up.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    /// Profiles that could not serve it, in order.
    pub(crate) profiles: Vec<ProfileId>,
    /// Where it must go next, whatever the rules say.
    pub(crate) forced: Option<ProfileId>,
    /// It moved on because upstream was struggling: once is enough.
    pub(crate) spared: bool,
    /// Could serve it without its reasoning items, when nobody else can.
    pub(crate) foreign: Option<ProfileId>,
    /// Its reasoning items were taken out.
    pub(crate) stripped: bool,
    /// Tokens of a socket that were refused.
    pub(crate) refusals: Refusals,
    /// Upstream refused a socket.
    pub(crate) no_socket: bool,
    /// Bursts that were waited out on a socket.
    pub(crate) bursts: u32,
    /// The keychain's sentence, when it kept a profile from serving.
    pub(crate) vault: Option<String>,
}

impl Tries {
    /// A profile could not serve it.
    pub(crate) fn give_up(&mut self, id: ProfileId, verdict: Verdict) {
        self.spared |= matches!(verdict, Verdict::Struggling | Verdict::Challenge);
        self.profiles.push(id);
    }

    /// Everybody may be asked again: time has passed.
    pub(crate) fn start_over(&mut self) {
        self.profiles.clear();
        self.spared = false;
    }
}
