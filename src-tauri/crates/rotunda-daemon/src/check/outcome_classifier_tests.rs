//! The rules of lessons F1 to F4 as tables.

use super::{
    Outcome::{self, *},
    Step,
    outcome_classifier::{CodexRequest, Ending, Fact, Fault, OutcomeClassifier},
};

fn fault_of(kind: &str, status: Option<u16>) -> Fault {
    Fault { kind: Some(kind.to_owned()), status, ..Fault::default() }
}

fn coded(code: &str) -> Fault {
    Fault { code: Some(code.to_owned()), ..fault_of("other", None) }
}

fn failed(fault: Fault) -> Fact {
    Fact::Ended(Ending::Failed, Some(fault))
}

#[track_caller]
fn check(facts: &[Fact], expected: Outcome) {
    check_in(Step::Turn, facts, expected);
}

#[track_caller]
fn check_in(step: Step, facts: &[Fact], expected: Outcome) {
    let mut classifier = OutcomeClassifier::of(step);
    let (last, before) = facts.split_last().unwrap();
    for fact in before {
        assert_eq!(classifier.see(fact.clone()), None, "{fact:?} is no end");
    }
    assert_eq!(classifier.see(last.clone()), Some(expected), "{facts:?}");
}

/// F1, F3: one kind for each way to fail, identified by fields.
#[test]
fn an_error_before_any_output_has_one_kind() {
    for (fault, expected) in [
        (fault_of("unauthorized", None), ProviderAuthFailed),
        (fault_of("httpConnectionFailed", Some(401)), ProviderAuthFailed),
        (coded("no_profile_ready"), ProviderAuthFailed),
        (fault_of("usageLimitExceeded", None), ProviderRateLimited),
        (fault_of("rateLimitExceeded", None), ProviderRateLimited),
        (fault_of("responseTooManyFailedAttempts", Some(429)), ProviderRateLimited),
        (coded("insufficient_quota"), ProviderRateLimited),
        (fault_of("serverOverloaded", None), ProviderUnavailable),
        (fault_of("httpConnectionFailed", None), ProviderUnavailable),
        (fault_of("responseStreamConnectionFailed", None), ProviderUnavailable),
        (fault_of("httpConnectionFailed", Some(503)), ProviderHttpError),
        (fault_of("internalServerError", None), ProviderHttpError),
        (fault_of("httpConnectionFailed", Some(403)), ProviderHttpError),
        (fault_of("httpConnectionFailed", Some(404)), ProviderHttpError),
        (fault_of("badRequest", None), ProviderHttpError),
        (coded("unsupported_model"), ProviderHttpError),
        (fault_of("responseStreamDisconnected", None), ProviderStreamDisconnected),
        (fault_of("responseTooManyFailedAttempts", None), ProviderStreamDisconnected),
        (Fault { about_tool: true, ..fault_of("other", None) }, ProviderInvalidToolCall),
        (coded("keychain_unavailable"), SecretUnavailable),
        (fault_of("other", None), BackendResponseInvalid),
        (fault_of("sandboxError", None), BackendResponseInvalid),
    ] {
        check(&[failed(fault)], expected);
    }
}

/// F3: the same 503 is another thing once output had begun.
#[test]
fn a_server_error_inside_a_stream_is_a_broken_stream() {
    let late = fault_of("httpConnectionFailed", Some(503));
    check(&[Fact::Output, failed(late.clone())], ProviderStreamDisconnected);
    check(
        &[Fact::Output, failed(fault_of("internalServerError", None))],
        ProviderStreamDisconnected,
    );
    check(&[failed(late)], ProviderHttpError);
}

/// F4: never taken for a limit or an overload.
#[test]
fn a_missing_compact_path_is_its_own_kind() {
    let missing = Fault { about_compact: true, ..fault_of("httpConnectionFailed", Some(404)) };
    check(&[failed(missing.clone())], ProviderCompactUnsupported);
    check(
        &[Fact::Output, Fact::Error(missing), Fact::Ended(Ending::Failed, None)],
        ProviderCompactUnsupported,
    );
    let limited = Fault { about_compact: true, ..fault_of("usageLimitExceeded", Some(429)) };
    check(&[failed(limited)], ProviderRateLimited);
}

/// F4: newer clients shorten on the path of turns, so it is known by what is
/// under way, requested or begun by Codex itself.
#[test]
fn a_404_of_a_compaction_is_its_own_outcome_on_every_path() {
    let missing = || fault_of("httpConnectionFailed", Some(404));
    check_in(Step::Compact, &[failed(missing())], ProviderCompactUnsupported);
    check(&[Fact::Shortening, failed(missing())], ProviderCompactUnsupported);
    check(&[Fact::Shortening, Fact::Shortened, failed(missing())], ProviderHttpError);
    check_in(Step::Compact, &[Fact::Retry(missing()), Fact::Idle], ProviderCompactUnsupported);
    // What else can go wrong there keeps its own kind; nothing had come yet.
    for (fault, expected) in [
        (fault_of("usageLimitExceeded", Some(429)), ProviderRateLimited),
        (fault_of("httpConnectionFailed", Some(503)), ProviderHttpError),
        (fault_of("serverOverloaded", None), ProviderUnavailable),
    ] {
        check_in(Step::Compact, &[Fact::Shortening, failed(fault)], expected);
    }
}

/// A conversation is shortened when Codex says so of the conversation.
#[test]
fn shortening_ends_well_only_with_its_result() {
    let completed = || Fact::Ended(Ending::Completed, None);
    check_in(Step::Compact, &[Fact::Shortening, Fact::Shortened, completed()], Completed);
    check_in(Step::Compact, &[Fact::Answer, completed()], BackendResponseInvalid);
    check_in(Step::Compact, &[Fact::Shortening, completed()], BackendResponseInvalid);
    check(&[Fact::Shortening, Fact::Shortened, completed()], BackendResponseInvalid);
}

/// F2: a retry that brought the answer leaves no failure behind.
#[test]
fn a_recovered_retry_is_no_failure() {
    let broken = fault_of("responseStreamDisconnected", None);
    let mut classifier = OutcomeClassifier::of(Step::Turn);
    for fact in [Fact::Output, Fact::Retry(broken), Fact::Output, Fact::Answer] {
        assert_eq!(classifier.see(fact), None);
    }
    assert_eq!(classifier.see(Fact::Ended(Ending::Completed, None)), Some(Completed));
    assert_eq!(
        (classifier.retries(), classifier.retried()),
        (1, [ProviderStreamDisconnected].as_slice())
    );
}

/// The real client ends a series of broken streams with an error that has no
/// name (`other`).
#[test]
fn a_nameless_end_is_what_was_retried() {
    let nameless = failed(fault_of("other", None));
    let broken = Fact::Retry(fault_of("responseStreamDisconnected", None));
    check(&[broken.clone(), nameless.clone()], ProviderStreamDisconnected);
    let refused = Fact::Retry(fault_of("responseStreamDisconnected", Some(401)));
    check(&[refused, nameless.clone()], ProviderAuthFailed);
    // Output in between: the earlier break was got over.
    check(&[broken.clone(), Fact::Output, nameless], BackendResponseInvalid);
    // A refused connection while retrying is still the broken stream.
    check(&[broken, failed(fault_of("httpConnectionFailed", None))], ProviderStreamDisconnected);
}

#[test]
fn silence_is_a_timeout_unless_a_retry_was_under_way() {
    check(&[Fact::Idle], BackendTimeout);
    check(&[Fact::Output, Fact::Idle], BackendTimeout);
    let waits = Fact::Retry(fault_of("responseStreamDisconnected", None));
    check(&[waits, Fact::Idle], ProviderStreamDisconnected);
}

/// F9: a thread that is gone is reported, never replaced.
#[test]
fn codex_itself_can_fail() {
    let refused = |request, unknown| Fact::Refused { request, unknown };
    check(&[refused(CodexRequest::Turn, true)], ThreadResumeFailed);
    check(&[refused(CodexRequest::Compact, true)], ThreadResumeFailed);
    check_in(Step::Resume, &[refused(CodexRequest::Resume, true)], ThreadResumeFailed);
    check_in(Step::Resume, &[refused(CodexRequest::Resume, false)], ThreadResumeFailed);
    check(&[refused(CodexRequest::Compact, false)], BackendResponseInvalid);
    check(&[refused(CodexRequest::Turn, false)], BackendResponseInvalid);
    check(&[refused(CodexRequest::Thread, true)], BackendResponseInvalid);
    check(&[refused(CodexRequest::Hello, false)], BackendResponseInvalid);
    check(&[Fact::NotJson], BackendJsonParseError);
    check(&[Fact::Gone { spoke: false }], BackendSpawnFailed);
    check(&[Fact::Gone { spoke: true }], BackendResponseInvalid);
    check(&[Fact::Ended(Ending::Completed, None)], BackendResponseInvalid);
    check(&[Fact::Ended(Ending::Failed, None)], BackendResponseInvalid);
    check(&[Fact::Answer, Fact::Ended(Ending::Interrupted, None)], BackendResponseInvalid);
    check(&[Fact::Answer, Fact::Ended(Ending::Unknown, None)], BackendResponseInvalid);
}
