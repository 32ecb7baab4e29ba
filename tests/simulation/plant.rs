//! Faults that are planted between the machine and the world, one for each check:
//! the proof that the checks can fail.

use crate::{checks, driver, money, notices, redeeming_checks, token_checks, usage_poll};

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
    /// What the store did not take is not saved later.
    DropsUnsaved,
    /// An issuer that is away is observed as a sign-in that is gone.
    LosesSignIn,
    /// What Codex made of a shared sign-in is not looked for.
    IgnoresCodex,
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
    /// A profile that was removed is there again when its answer comes.
    BindsRemoved,
    /// An answer of the issuer is observed as none.
    OffersAgain,
    /// A renewal begins as if more time had passed.
    RenewsTooOften,
    /// A store that failed is observed as done.
    UsesUnstored,
    /// What a renewal made is stored although its profile is gone.
    StoresRemoved,
    /// What could not be stored is not tried again.
    ForgetsUnsaved,
    /// The end of a reading of quota is not observed.
    ReadsTooOften,
    /// The last profile that is due is not read.
    ForgetsReading,
    /// The ledger keeps fewer bindings than it may.
    SmallLedger,
    /// A limit of one model is observed as one of the whole profile.
    LimitOfAll,
    /// A voice call does not go to the account of Codex first.
    VoiceElsewhere,
    /// Rests that are over do not end.
    TickDoesNothing,
    /// What was notified is forgotten at a start.
    ForgetsNotified,
    /// Rests end an hour later for the notifier.
    FalseNotice,
    /// Nothing is notified.
    NotifiesNothing,
    /// A turn that ends as a limit goes to a profile whose credits may not pay.
    SpendsUnasked,
    /// The user's setting for the credits of one profile is not observed.
    ForgetsConsent,
    /// That credits are spent is not told.
    SpendsSilently,
    /// A request whose answer was not clear is sent again with another number.
    RedeemsAnew,
    /// A reset is redeemed when all are out, although no rule is set.
    RedeemsUnasked,
    /// The rule is observed without its hours.
    RedeemsEarly,
    /// A question from before another request is answered by a second one.
    ForgetsRound,
    /// An answer that was lost is observed as one that a reset was redeemed.
    TellsRedeemed,
}

impl Plant {
    /// Each of them.
    pub(crate) const ALL: [Self; 40] = [
        Self::GivesUpEarly,
        Self::WrongBearer,
        Self::ForeignChain,
        Self::RetriesAfterCut,
        Self::RetriesAfterOutput,
        Self::RestsTooLong,
        Self::ForgetsChain,
        Self::DropsUnsaved,
        Self::LosesSignIn,
        Self::IgnoresCodex,
        Self::NeverRecovers,
        Self::KeepsLease,
        Self::FalseLimit,
        Self::NoSecondOpinion,
        Self::OtherPolicy,
        Self::Stuck,
        Self::ForeignTurnState,
        Self::BindsRemoved,
        Self::OffersAgain,
        Self::RenewsTooOften,
        Self::UsesUnstored,
        Self::StoresRemoved,
        Self::ForgetsUnsaved,
        Self::ReadsTooOften,
        Self::ForgetsReading,
        Self::SmallLedger,
        Self::LimitOfAll,
        Self::VoiceElsewhere,
        Self::TickDoesNothing,
        Self::ForgetsNotified,
        Self::FalseNotice,
        Self::NotifiesNothing,
        Self::SpendsUnasked,
        Self::ForgetsConsent,
        Self::SpendsSilently,
        Self::RedeemsAnew,
        Self::RedeemsUnasked,
        Self::RedeemsEarly,
        Self::ForgetsRound,
        Self::TellsRedeemed,
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
            Self::ForgetsChain | Self::DropsUnsaved | Self::SmallLedger => {
                "the ledger never forgets a chain"
            }
            Self::LosesSignIn | Self::IgnoresCodex | Self::NeverRecovers => {
                "every state ends by itself"
            }
            Self::KeepsLease => "a turn gives back what it holds",
            Self::OtherPolicy => "choice",
            Self::Stuck => "a turn ends",
            Self::ForeignTurnState => "no turn state on a foreign profile",
            Self::BindsRemoved => checks::BINDS_NOTHING,
            Self::LimitOfAll => driver::OF_ONE_MODEL,
            Self::TickDoesNothing => checks::TICK_ACTS,
            Self::ForgetsNotified => notices::NOTIFIED_ONCE,
            Self::FalseNotice => notices::TRUE_NOTICE,
            Self::NotifiesNothing => notices::NOTIFIED,
            Self::VoiceElsewhere => checks::VOICE_FIRST,
            Self::SpendsUnasked => money::NOT_UNASKED,
            Self::ForgetsConsent => money::AS_ALLOWED,
            Self::SpendsSilently => money::REPORTED_ONCE,
            Self::RedeemsAnew | Self::ForgetsRound => redeeming_checks::ONE_EACH,
            Self::RedeemsUnasked => redeeming_checks::WITH_CONSENT,
            Self::RedeemsEarly => redeeming_checks::BY_THE_RULE,
            Self::TellsRedeemed => redeeming_checks::TRUE_NEWS,
            Self::OffersAgain => token_checks::OFFERED_ONCE,
            Self::RenewsTooOften => token_checks::NOT_TOO_OFTEN,
            Self::UsesUnstored => token_checks::STORED_FIRST,
            Self::StoresRemoved => token_checks::NOTHING_STORED,
            Self::ForgetsUnsaved => token_checks::TRIED_AGAIN,
            Self::ReadsTooOften => usage_poll::NOT_TOO_OFTEN,
            Self::ForgetsReading => usage_poll::OFTEN_ENOUGH,
        }
    }
}
