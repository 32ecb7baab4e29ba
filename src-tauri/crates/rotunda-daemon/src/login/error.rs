//! Why a sign-in came to nothing, each one sentence or two for people.

use thiserror::Error;

/// Why there is no sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The user refused on the issuer's page.
    Denied,
    /// The issuer's page ended with an error of its own; only its code is shown.
    Page(String),
    /// There was no answer in time.
    TimedOut,
    /// The answer carries another sign-in's mark.
    StateMismatch,
    /// A pasted text that is no callback address.
    NotAnAddress,
    /// Both callback ports are held by others.
    PortTaken,
    /// The system does not allow a listener.
    Listen(String),
    /// The issuer does not take the code: used before, too old, or another's.
    BadCode,
    /// The device code was not confirmed in time, or withdrawn.
    CodeExpired,
    /// The issuer does not offer codes.
    NoCodes,
    /// The issuer struggles.
    Trouble(u16),
    /// The issuer cannot be reached.
    Unreachable,
    /// The issuer's answer makes no sense.
    Strange,
    /// The new token has ended already, by this computer's clock.
    ClockAhead,
    /// The workspace that was chosen is not the one the tokens are for.
    OtherWorkspace,
    /// The flow was ended before its end.
    Cancelled,
    /// No random numbers.
    Random,
}
