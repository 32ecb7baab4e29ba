//! Why a sign-in came to nothing, each one sentence or two for people.

use thiserror::Error;

/// Why there is no sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoginError {
    /// The person said no on the issuer's page.
    #[error("The sign-in was not allowed on OpenAI's page. Start it again when you want it.")]
    Denied,
    /// The issuer's page ended with an error of its own; only its code is told.
    #[error("OpenAI's page ended the sign-in ({0}). Start it again.")]
    Page(String),
    /// Nobody answered in time.
    #[error("Nobody answered in time, so the sign-in ended. Start it again.")]
    TimedOut,
    /// The answer carries another sign-in's mark.
    #[error(
        "This answer belongs to another sign-in. Use the page that Rotunda opened last, or start again."
    )]
    StateMismatch,
    /// A pasted text that is no callback address.
    #[error(
        "This is not the address that the sign-in ended on. Copy all of it: it begins with \
         http://127.0.0.1 and holds a code."
    )]
    NotAnAddress,
    /// Both callback ports are held by others.
    #[error(
        "The sign-in needs port 1455 or 1457, and other programs hold both, perhaps another \
         sign-in of Codex. End it, or use a code instead (`rotunda login --device`)."
    )]
    PortTaken,
    /// The system does not let anybody listen.
    #[error("No port could be opened for the browser to come back to: {0}. Use a code instead.")]
    Listen(String),
    /// The issuer does not take the code: used before, too old, or another's.
    #[error(
        "OpenAI did not accept the answer: it was used before or is too old. Start the sign-in again."
    )]
    BadCode,
    /// The device code was not confirmed in time, or withdrawn.
    #[error("The code is no longer valid. Start the sign-in again to get a new one.")]
    CodeExpired,
    /// The issuer does not offer codes.
    #[error("OpenAI does not offer codes for this sign-in. Use the browser instead.")]
    NoCodes,
    /// The issuer struggles.
    #[error("OpenAI's sign-in service has trouble ({0}). Try again in a few minutes.")]
    Trouble(u16),
    /// The issuer cannot be reached.
    #[error("OpenAI's sign-in service cannot be reached. Check the connection, then try again.")]
    Unreachable,
    /// The issuer's answer makes no sense.
    #[error("OpenAI's sign-in service answered something unexpected. Try again later.")]
    Strange,
    /// The new token has ended already, by this computer's clock.
    #[error(
        "This computer's clock is ahead: the new sign-in would have ended already. Set the clock \
         right, then sign in again."
    )]
    ClockAhead,
    /// The workspace that was chosen is not the one the tokens are for.
    #[error(
        "OpenAI signed you in to another workspace than the one chosen. Start again and choose it on OpenAI's page too."
    )]
    OtherWorkspace,
    /// The flow was ended before its end.
    #[error("The sign-in was cancelled.")]
    Cancelled,
    /// No random numbers.
    #[error("The system gives no random numbers, so no sign-in can be made safe.")]
    Random,
}
