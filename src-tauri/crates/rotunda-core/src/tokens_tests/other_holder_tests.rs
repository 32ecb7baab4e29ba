//! Two holders of one sign-in: what the other one made of its single-use tokens.

use super::*;

#[test]
fn what_another_holder_made_is_taken_over() {
    let mut before = Profile::new();
    let fresh =
        |number| ChatGptCredential { expires: Some(at(9 * HOUR).now), ..credential(number) };
    let world = World { newer: Some(fresh(5)), ..World::making(made(2)) };
    assert_eq!(bearer(&before.renew(Reason::Proactive, at(HOUR), world)), "a5");
    assert!(before.offered.is_empty());
    let mut after = Profile::new();
    let refused = World::answering(Err(Failure::Refused("refresh_token_reused")));
    let world = World { newer_after_refusal: Some(fresh(5)), ..refused };
    assert_eq!(bearer(&after.renew(Reason::Proactive, at(HOUR), world)), "a5");
    let events = [Event::Adopted { profile: ID }, Event::Refreshed { profile: ID }];
    assert_eq!((after.lost, after.events), (None, events.into()));
    // Stored by an earlier renewal of this program, too.
    let mut stored = Profile::new();
    stored.vault = fresh(6);
    let renewed = stored.renew(Reason::Unauthorized, at(MINUTE), World::making(made(2)));
    assert_eq!((bearer(&renewed), stored.offered.len()), ("a6", 0));
}

/// The machine slept for longer than the access token lives, right after the other holder
/// had spent the refresh token.
#[test]
fn an_ended_token_of_another_holder_is_renewed_at_once() {
    let refused = || World::answering(Err(Failure::Refused("refresh_token_reused")));
    let ended = Some(credential(5));
    let late = at(2 * HOUR);
    let made = Made { credential: credential(6), ..made(6) };
    let mut profile = Profile::new();
    let world =
        World { newer_after_refusal: ended.clone(), second_answer: Some(Ok(made)), ..refused() };
    assert_eq!(bearer(&profile.renew(Reason::Unauthorized, late, world)), "a6");
    assert_eq!(profile.offered, ["r1", "r5"], "each once");
    assert_eq!(profile.lost, None);
    let mut ended_too = Profile::new();
    let second_answer = Some(Err(Failure::Refused("refresh_token_expired")));
    let world = World { newer_after_refusal: ended, second_answer, ..refused() };
    assert!(ended_too.renew(Reason::Unauthorized, late, world).is_err());
    assert_eq!(ended_too.lost, Some("refresh_token_expired"));
}

/// The clock may be wrong, or the other holder's token may be refused for another reason.
#[test]
fn a_token_of_another_holder_that_is_refused_is_renewed() {
    let mut profile = Profile::new();
    let fresh = ChatGptCredential { expires: Some(at(9 * HOUR).now), ..credential(5) };
    let world = World { newer: Some(fresh), ..World::making(made(2)) };
    let adopted = profile.renew(Reason::Unauthorized, at(HOUR), world);
    assert_eq!(bearer(&adopted), "a5");
    let soon = at(HOUR + Duration::from_secs(1));
    let renewed = profile.renew(Reason::Unauthorized, soon, World::making(made(6)));
    assert_eq!(bearer(&renewed), "a6", "the issuer is asked");
    let refused = profile.renew(Reason::Unauthorized, soon, World::making(made(7)));
    assert!(matches!(refused, Err(TokenError::Refused)), "what the issuer just made is not");
}

/// Two holders that renew at once: the one that comes second is refused before the first
/// one has written down what it got.
#[test]
fn what_another_holder_is_about_to_write_is_waited_for() {
    for (code, seconds, expected) in [
        ("refresh_token_reused", 0, "a5"),
        ("refresh_token_reused", 6, "a5"),
        ("refresh_token_reused", 60, ""),
        ("refresh_token_expired", 1, ""),
    ] {
        let mut profile = Profile::new();
        let fresh = ChatGptCredential { expires: Some(at(9 * HOUR).now), ..credential(5) };
        let world = World {
            newer_after_refusal: Some(fresh),
            newer_after: Duration::from_secs(seconds),
            ..World::answering(Err(Failure::Refused(code)))
        };
        let renewed = profile.renew(Reason::Proactive, at(HOUR), world);
        assert_eq!(bearer(&renewed), expected, "{code} after {seconds} s");
        assert_eq!(profile.lost, expected.is_empty().then_some(code));
        assert_eq!(profile.offered.len(), 1, "a refused token is not offered again");
    }
}
