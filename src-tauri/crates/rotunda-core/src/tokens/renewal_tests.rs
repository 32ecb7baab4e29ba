use std::time::SystemTime;

use super::*;

const ID: ProfileId = ProfileId(1);
const HOUR: Duration = Duration::from_secs(3600);

fn at(uptime: Duration) -> Moment {
    Moment { now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + uptime, uptime }
}

/// An API key is refused for good, unless another one is in its place meanwhile.
#[test]
fn a_refusal_of_a_former_api_key_says_nothing_of_the_new_one() {
    for (stored, expected) in [("k1", Err(TokenError::SignInLost)), ("k2", Ok("k2"))] {
        let mut tokens = Tokens::default();
        let key = |text: &str| Credential::ApiKey(Secret::new(text.to_owned()));
        tokens.loaded(key("k1"), at(Duration::ZERO));
        let used = tokens.current.clone().unwrap();
        let (reason, over) = (Reason::Unauthorized, tokens.over());
        let start = Renewal::start(ID, used, reason, over, &mut tokens, at(HOUR));
        let Start::Renewal(mut renewal, step) = start else { panic!("it is renewed") };
        assert!(matches!(step.action, Action::Load));
        let step = renewal.observe(Observation::Loaded(Ok(key(stored))), &mut tokens, at(HOUR));
        let Action::End(outcome) = step.action else { panic!("it is over") };
        let outcome = outcome.map(|access| access.bearer.expose().clone());
        assert_eq!(outcome.as_deref().map_err(Clone::clone), expected);
        assert_eq!(step.sign_in_lost, outcome.is_err().then_some("api_key_refused"));
    }
}
