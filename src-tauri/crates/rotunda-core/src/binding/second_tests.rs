use super::{
    super::{bind, unbind},
    *,
};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex";
const SECOND: &str = "http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/backend-api";
const OLD: &str = "http://127.0.0.1:4600/ffffffffffffffffffffffffffffffff/backend-api";
const LINE: &str = "chatgpt_base_url = \"http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/backend-api\"   # Rotunda";

/// Texts as people and programs write them.
const TEXTS: [&str; 12] = [
    "",
    "model = \"m\"",
    "model = \"m\"\n",
    "model = \"m\"\r\n\r\n[a]\r\nb = 1\r\n",
    "\u{feff}model = \"m\"\n",
    "\u{feff}[a]\nb = 1",
    "#:schema https://example.test",
    "# about a\n[[a]]\n",
    "a.b = 1\n[a.c]\nd = 2\n",
    "a = '''\nchatgpt_base_url = \"x\"\n'''\n",
    "openai_base_url = \"https://elsewhere.example/v1\" # mine\nmodel = \"m\"\n",
    "model_provider = \"azure\"\n\n[model_providers.azure]\nname = \"a\"\n",
];

fn ours() -> Ours {
    Ours { url: URL.to_owned(), former: Vec::new() }
}

#[track_caller]
fn bound(text: &str) -> super::super::Bound {
    bind(text, URL, false).unwrap()
}

#[test]
fn the_line_comes_and_goes_byte_for_byte() {
    for text in TEXTS {
        let bound = bound(text);
        let both = add_second_line(&bound.text, &ours(), SECOND).unwrap();
        assert!(both.contains(LINE), "{text:?}: {both:?}");
        assert_eq!(second_line(&both, SECOND), Ok(SecondLine::Stands), "{text:?}");
        assert_eq!(state(&both, &ours()), State::Bound, "{text:?}");
        assert_eq!(add_second_line(&both, &ours(), SECOND).unwrap(), both, "{text:?}");
        assert_eq!(remove_second_line(&both).unwrap(), bound.text, "{text:?}");
        let unbound = unbind(&both, &bound.priors, &ours()).unwrap();
        assert_eq!(unbound.text, text);
        assert_eq!(unbound.left_alone, []);
    }
}

#[test]
fn it_stands_at_top_level_before_the_first_table() {
    let bound = bound("model = \"m\"\n\n[a]\nb = 1\n");
    let both = add_second_line(&bound.text, &ours(), SECOND).unwrap();
    let (first, second) = (both.find("openai_base_url").unwrap(), both.find(LINE).unwrap());
    assert!(first < second && second < both.find("[a]").unwrap(), "{both}");
}

#[test]
fn only_a_bound_text_gets_it() {
    for text in TEXTS {
        assert_eq!(add_second_line(text, &ours(), SECOND).unwrap(), text);
    }
    let stale = bind("", &URL.replace("4517", "4600"), false).unwrap().text;
    assert_eq!(add_second_line(&stale, &ours(), SECOND).unwrap(), stale);
}

#[test]
fn a_line_of_the_user_s_is_left_alone() {
    for (value, shown) in [
        ("\"https://proxy.example/backend-api\"", "https://proxy.example/backend-api"),
        ("\"\"", "an address that cannot be read"),
        ("\"http://127.0.0.1:9/k/backend-api\"", "http://127.0.0.1:9/k/backend-api"),
        ("1", "a value that is no text"),
    ] {
        let text = format!("chatgpt_base_url = {value}\n");
        let bound = bound(&text);
        assert_eq!(add_second_line(&bound.text, &ours(), SECOND).unwrap(), bound.text);
        assert_eq!(remove_second_line(&bound.text).unwrap(), bound.text);
        let foreign = SecondLine::Foreign { url: shown.to_owned() };
        assert_eq!(second_line(&bound.text, SECOND), Ok(foreign));
        assert_eq!(unbind(&bound.text, &bound.priors, &ours()).unwrap().text, text);
    }
}

#[test]
fn a_table_of_that_name_is_foreign_too() {
    let bound = bound("[chatgpt_base_url]\na = 1\n");
    assert!(matches!(second_line(&bound.text, SECOND), Ok(SecondLine::Foreign { .. })));
    assert_eq!(add_second_line(&bound.text, &ours(), SECOND).unwrap(), bound.text);
    assert_eq!(remove_second_line(&bound.text).unwrap(), bound.text);
}

#[test]
fn a_stale_line_is_brought_up_to_date_and_taken_out() {
    let bound = bound("model = \"m\"\n");
    let stale = add_second_line(&bound.text, &ours(), OLD).unwrap();
    assert_eq!(second_line(&stale, SECOND), Ok(SecondLine::Stale));
    assert_eq!(remove_second_line(&stale).unwrap(), bound.text);
    let renewed = add_second_line(&stale, &ours(), SECOND).unwrap();
    assert_eq!(second_line(&renewed, SECOND), Ok(SecondLine::Stands));
    assert!(!renewed.contains("4600"), "{renewed}");
}

/// The first line may be gone already: the second one is still removed.
#[test]
fn it_is_taken_out_of_a_text_that_is_not_bound() {
    let text = format!("model = \"m\"\n{LINE}\n[a]\n");
    assert_eq!(remove_second_line(&text).unwrap(), "model = \"m\"\n[a]\n");
    let bound = bound("model = \"m\"\n[a]\n");
    assert_eq!(unbind(&text, &bound.priors, &ours()).unwrap().text, "model = \"m\"\n[a]\n");
}

#[test]
fn only_an_address_that_codex_reads_there_is_written() {
    let bound = bound("").text;
    for url in [
        URL,
        "http://127.0.0.1:0/0123456789abcdef0123456789abcdef/backend-api",
        "http://10.0.0.1:4517/0123456789abcdef0123456789abcdef/backend-api",
        &format!("http://127.0.0.1:4517/{KEY}/backend-api?a=b"),
        &format!("http://127.0.0.1:4517/{KEY}/backend-api/codex"),
        &format!("https://127.0.0.1:4517/{KEY}/backend-api"),
        "",
    ] {
        assert_eq!(add_second_line(&bound, &ours(), url), Err(BindError::BadUrl), "{url}");
    }
}

#[test]
fn a_text_that_does_not_parse_is_not_touched() {
    let unreadable = |error| matches!(error, BindError::Unreadable { .. });
    assert!(unreadable(add_second_line("a = \n", &ours(), SECOND).unwrap_err()));
    assert!(unreadable(remove_second_line("a = \n").unwrap_err()));
    assert!(unreadable(second_line("a = \n", SECOND).unwrap_err()));
}

/// The user replaced the first line while the second one stood, for instance after a
/// crash. Binding is not refused, and the second line does not come back.
#[test]
fn a_second_line_without_the_first_is_no_reason_to_refuse_binding() {
    let text = "openai_base_url = \"https://elsewhere.example/v1\"\nmodel = \"m\"\n";
    let alone = add_second_line(&bound("model = \"m\"\n").text, &ours(), SECOND).unwrap();
    let alone: String = alone
        .split_inclusive('\n')
        .map(|line| match line {
            line if line.starts_with("openai_base_url") => {
                text.split_inclusive('\n').next().unwrap()
            }
            line => line,
        })
        .collect();
    assert!(alone.contains(LINE), "{alone:?}");
    let again = bound(&alone);
    assert_eq!(state(&again.text, &ours()), State::Bound);
    let unbound = unbind(&again.text, &again.priors, &ours()).unwrap();
    assert!(!unbound.text.contains(LINE), "{unbound:?}");
    assert!(unbound.text.contains("https://elsewhere.example/v1"), "{unbound:?}");
}
