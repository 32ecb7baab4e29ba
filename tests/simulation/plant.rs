//! Faults that are planted between the machine and the world, one for each check:
//! the proof that the checks can fail.

/// A planted fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plant {
    /// A turn ends in an error where the machine asks the next profile.
    GivesUpEarly,
    /// A request carries the bearer of another profile.
    WrongBearer,
    /// A chained request goes to another profile than the machine says.
    ForeignChain,
    /// A cut after sending is observed as a connection that failed.
    RetriesAfterCut,
    /// Output is observed as an overload.
    RetriesAfterOutput,
    /// A named reset is observed four times as far away.
    RestsTooLong,
    /// The store loses a conversation.
    ForgetsChain,
    /// An issuer that is away is observed as a sign-in that is gone.
    LosesSignIn,
    /// In the end, when nothing is wrong any more, output is observed as an overload.
    NeverRecovers,
    /// A request that is cancelled does not give its profile back.
    KeepsLease,
    /// The client reads of a usage limit when upstream cannot be reached.
    FalseLimit,
    /// A refusal that the rules do not know is observed as one of the request.
    NoSecondOpinion,
    /// The pool goes by another policy than the user's.
    OtherPolicy,
    /// A turn is never observed again.
    Stuck,
    /// The turn state of one profile goes to another.
    ForeignTurnState,
}

impl Plant {
    /// Each of them.
    pub(crate) const ALL: [Self; 15] = [
        Self::GivesUpEarly,
        Self::WrongBearer,
        Self::ForeignChain,
        Self::RetriesAfterCut,
        Self::RetriesAfterOutput,
        Self::RestsTooLong,
        Self::ForgetsChain,
        Self::LosesSignIn,
        Self::NeverRecovers,
        Self::KeepsLease,
        Self::FalseLimit,
        Self::NoSecondOpinion,
        Self::OtherPolicy,
        Self::Stuck,
        Self::ForeignTurnState,
    ];

    /// The rule that it breaks.
    pub(crate) const fn rule(self) -> &'static str {
        match self {
            Self::GivesUpEarly | Self::FalseLimit | Self::NoSecondOpinion => {
                "a turn ends in a true sentence"
            }
            Self::WrongBearer => "no request with another profile's bearer",
            Self::ForeignChain => "no chain on a foreign profile",
            Self::RetriesAfterCut | Self::RetriesAfterOutput => "nothing is retried after output",
            Self::RestsTooLong => "no rest is longer than upstream said",
            Self::ForgetsChain => "the ledger never forgets a chain",
            Self::LosesSignIn | Self::NeverRecovers => "every state ends by itself",
            Self::KeepsLease => "a turn gives back what it holds",
            Self::OtherPolicy => "choice",
            Self::Stuck => "a turn ends",
            Self::ForeignTurnState => "no turn state on a foreign profile",
        }
    }
}
