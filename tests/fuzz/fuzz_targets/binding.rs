//! config.toml: whatever the file says, unbinding gives it back byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rotunda_core::binding::{Ours, Prior, State, bind, state, unbind};

const URL: &str = "http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex";

fuzz_target!(|input: (bool, &str)| {
    let (switch, text) = input;
    let ours = Ours { url: URL.to_owned(), former: Vec::new() };
    let Ok(bound) = bind(text, URL, switch) else { return };
    assert_eq!(state(&bound.text, &ours), State::Bound);
    let again = [Some(&bound.priors.base_url), bound.priors.provider.as_ref()];
    if again.contains(&Some(&Prior::Ours)) {
        return;
    }
    let undone = unbind(&bound.text, &bound.priors, &ours).expect("a bound text parses");
    assert_eq!(undone.text, text);
    assert!(undone.left_alone.is_empty());
});
