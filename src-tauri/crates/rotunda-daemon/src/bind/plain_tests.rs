use std::fs;

use super::*;
use rotunda_host::clock::from_unix;

use crate::testing;

fn url(port: u16) -> Secret<String> {
    client_url(port, &Secret::new("0123456789abcdef0123456789abcdef".to_owned()))
}

fn bound(home: &Home) {
    bind(home, &url(4517), false, from_unix(1_790_000_000)).unwrap();
}

/// For a Codex that is to run without Rotunda while it is bound.
fn overrides(home: &Home) -> Vec<(&'static str, String)> {
    let all = overrides_without_ours(home).into_iter();
    all.map(|it| (it.key, it.value)).collect()
}

#[test]
fn a_plain_codex_gets_the_address_from_before() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "openai_base_url = \"https://a.test\"\n").unwrap();
    assert_eq!(overrides(&home), []);
    bound(&home);
    assert_eq!(overrides(&home), [("openai_base_url", "https://a.test".to_owned())]);
    unbind(&home, &url(4517)).unwrap();
    fs::write(home.codex_config(), "model = \"m\"\n").unwrap();
    bound(&home);
    assert_eq!(overrides(&home), [("openai_base_url", String::new())]);
    fs::write(home.codex_config(), "openai_base_url = \"https://b.test\"\n").unwrap();
    assert_eq!(overrides(&home), [], "another program's line is left as it is");
    fs::remove_file(home.codex_config()).unwrap();
    assert_eq!(overrides(&home), []);
}

#[test]
fn a_plain_codex_passes_by_a_line_without_a_record_and_by_the_second_one() {
    let (_root, home) = testing::home();
    let key = "00112233445566778899aabbccddeeff";
    let first = format!("openai_base_url = \"http://127.0.0.1:4517/{key}/codex\"   # Rotunda\n");
    fs::write(home.codex_config(), &first).unwrap();
    let none = ("openai_base_url", String::new());
    assert_eq!(overrides(&home).as_slice(), std::slice::from_ref(&none));
    let second =
        format!("chatgpt_base_url = \"http://127.0.0.1:4517/{key}/backend-api\"   # Rotunda\n");
    fs::write(home.codex_config(), first + &second).unwrap();
    let own = ("chatgpt_base_url", "https://chatgpt.com/backend-api/".to_owned());
    assert_eq!(overrides(&home), [none, own]);
    let theirs = "chatgpt_base_url = \"https://c.test/backend-api/\"\n";
    fs::write(home.codex_config(), theirs).unwrap();
    assert_eq!(overrides(&home), []);
}

#[test]
fn a_plain_codex_gets_the_provider_from_before() {
    let (_root, home) = testing::home();
    let before = "model_provider = \"mine\"\n";
    fs::write(home.codex_config(), before).unwrap();
    bind(&home, &url(4517), true, from_unix(1_790_000_000)).unwrap();
    let expected = [("openai_base_url", ""), ("model_provider", "mine")];
    assert_eq!(overrides(&home), expected.map(|(key, value)| (key, value.to_owned())));
}
