use proptest::prelude::*;

use super::*;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex";
const OLD: &str = "http://127.0.0.1:4600/ffffffffffffffffffffffffffffffff/codex";
const SECOND: &str = "http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/backend-api";
const LINE: &str = "openai_base_url = \"http://127.0.0.1:4517/0123456789abcdef0123456789abcdef/codex\"   # Rotunda";

fn ours() -> Ours {
    Ours { url: URL.to_owned(), former: Vec::new() }
}

#[track_caller]
fn bound(text: &str) -> Bound {
    bind(text, URL, false).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[track_caller]
fn undone(bound: &Bound) -> String {
    let unbound = unbind(&bound.text, &bound.priors, &ours()).unwrap();
    assert_eq!(unbound.left_alone, []);
    unbound.text
}

/// Binding gives `expected`, where `@` stands for our line; unbinding gives the
/// text back.
#[track_caller]
fn check(text: &str, expected: &str) {
    let bound = bound(text);
    assert_eq!(bound.text, expected.replace('@', LINE));
    assert_eq!(state(&bound.text, &ours()), State::Bound);
    assert_eq!(undone(&bound), text);
}

#[test]
fn the_line_stands_behind_the_top_level_keys() {
    check("", "@\n");
    check("model = \"m\"\n", "model = \"m\"\n@\n");
    check("model = \"m\" # why\n\n[a]\nb = 1\n", "model = \"m\" # why\n@\n\n[a]\nb = 1\n");
    check("[a]\nb = 1\n", "@\n[a]\nb = 1\n");
    check("# about a\n[[a]]\n", "@\n# about a\n[[a]]\n");
    check("a.b = 1\n[c]\n", "a.b = 1\n@\n[c]\n");
    check("a.b = 1\n[a.c]\nd = 2\n", "a.b = 1\n@\n[a.c]\nd = 2\n");
    check("a = [\n 1,\n]\n[c]\n", "a = [\n 1,\n]\n@\n[c]\n");
    check(
        "a = '''\n[b]\nopenai_base_url = 1\n'''\n",
        "a = '''\n[b]\nopenai_base_url = 1\n'''\n@\n",
    );
    check("a = { b = 1 }\n\n\n", "a = { b = 1 }\n@\n\n\n");
}

#[test]
fn a_directive_stays_first() {
    check("#:schema https://example.test\n[a]\n", "#:schema https://example.test\n@\n[a]\n");
    check("#:schema https://example.test", "#:schema https://example.test\n@");
}

#[test]
fn a_missing_last_line_break_stays_missing() {
    check("a = 1", "a = 1\n@");
    check("a = 1\r\nb = 2", "a = 1\r\nb = 2\r\n@");
    check("[a]", "@\n[a]");
    check("# only a comment", "@\n# only a comment");
}

#[test]
fn line_breaks_and_the_byte_order_mark_stay() {
    check("a = 1\r\n[b]\r\n", "a = 1\r\n@\r\n[b]\r\n");
    check("\u{feff}a = 1\n", "\u{feff}a = 1\n@\n");
    check("\u{feff}", "\u{feff}@\n");
    check("\u{feff}[a]\r\n", "\u{feff}@\r\n[a]\r\n");
    check("\u{feff}openai_base_url = 'x'", "\u{feff}@");
}

#[test]
fn another_address_is_replaced_in_its_place_whatever_its_spelling() {
    check("openai_base_url = \"https://a.test\" # mine\nb = 1\n", "@\nb = 1\n");
    check("a = 1\n  \"openai_base_url\"='x'\r\nb = 1\r\n", "a = 1\n@\r\nb = 1\r\n");
    check("'openai_base_url' = \"\"\"\\\n  https://a.test\"\"\"\n[c]", "@\n[c]");
    check("\"\\u006fpenai_base_url\" = ''", "@");
    check("\topenai_base_url\t=\t'x'\t#\t\n", "@\n");
    check("openai_base_url = 3\n", "@\n");
    check("openai_base_url = [\n'a',\n]\nb = 1", "@\nb = 1");
}

#[test]
fn the_same_key_in_a_table_is_not_ours() {
    let text = format!("[profiles.x]\nopenai_base_url = \"{URL}\"\n");
    check(&text, &format!("@\n{text}"));
    assert_eq!(state(&text, &ours()), State::Unbound);
    check("a.openai_base_url = 1\n", "a.openai_base_url = 1\n@\n");
}

#[test]
fn binding_again_changes_neither_the_text_nor_what_was_recorded() {
    let first = bound("openai_base_url = 'x'\n");
    let again = bound(&first.text);
    assert_eq!(again.text, first.text);
    assert_eq!(again.priors.base_url, Prior::Ours);
    let priors = again.priors.or_older(Some(&first.priors));
    assert_eq!(priors, first.priors);
    assert_eq!(unbind(&again.text, &priors, &ours()).unwrap().text, "openai_base_url = 'x'\n");
}

#[test]
fn a_line_of_ours_without_a_record_is_simply_taken_out() {
    let text = format!("a = 1\nopenai_base_url = '{OLD}'\n");
    let bound = bound(&text);
    assert_eq!(bound.text, format!("a = 1\n{LINE}\n"));
    let priors = bound.priors.or_older(None);
    assert_eq!(unbind(&bound.text, &priors, &ours()).unwrap().text, "a = 1\n");
}

#[track_caller]
fn left(edited: &str, prior: Prior, change: Change) {
    let priors = Priors { base_url: prior, provider: None };
    let unbound = unbind(edited, &priors, &ours()).unwrap();
    assert_eq!(unbound.text, edited);
    assert_eq!(unbound.left_alone, [LeftAlone { key: BASE_URL, change }]);
}

#[test]
fn lines_changed_by_the_user_are_kept_and_reported() {
    left("openai_base_url = 'https://a.test'\n", Prior::Absent, Change::Replaced);
    left("openai_base_url = 'https://a.test'\n", Prior::Text("x".to_owned()), Change::Replaced);
    left("a = 1\n", Prior::Text("openai_base_url = 'x'".to_owned()), Change::Removed);
    left("", Prior::Absent, Change::Removed);
    left("openai_base_url = 7\n", Prior::Absent, Change::Replaced);
}

#[test]
fn edits_around_the_line_stay_and_the_line_still_goes() {
    let bound = bound("a = 1\n");
    let edited = format!("# new\n{}b = 2\n[c]\n", bound.text);
    let unbound = unbind(&edited, &bound.priors, &ours()).unwrap();
    assert_eq!(unbound.text, "# new\na = 1\nb = 2\n[c]\n");
    let reworded = bound.text.replace("   # Rotunda", " # what is this?");
    assert_eq!(unbind(&reworded, &bound.priors, &ours()).unwrap().text, "a = 1\n");
}

#[track_caller]
fn reads(text: &str, expected: &State) {
    assert_eq!(state(text, &ours()), *expected);
}

#[test]
fn the_state_is_read_from_the_text() {
    let stale = |url: &str| State::BoundStale { url: url.to_owned() };
    let foreign = |url: &str| State::Foreign { url: url.to_owned() };
    reads("", &State::Unbound);
    reads("openai_base_url = ''", &State::Unbound);
    reads(&format!("openai_base_url = '{URL}'"), &State::Bound);
    reads(&format!("openai_base_url = '{OLD}'"), &stale("http://127.0.0.1:4600/…/codex"));
    reads("openai_base_url = 'https://me:pw@a.test/v1?key=1'", &foreign("https://a.test/v1"));
    reads(
        &format!("openai_base_url = 'http://192.168.0.2:1/{KEY}/codex'"),
        &foreign("http://192.168.0.2:1/…/codex"),
    );
    reads("openai_base_url = true", &foreign("a value that is no text"));
    let State::Unreadable { line, message } = state("a = 1\nb = \n", &ours()) else {
        panic!("this does not parse");
    };
    assert_eq!(line, 2);
    assert!(!message.is_empty() && !message.contains('\n'), "{message}");
}

#[test]
fn a_recorded_former_address_is_stale_whatever_it_looks_like() {
    let ours = Ours { url: URL.to_owned(), former: vec!["http://127.0.0.1:1/x".to_owned()] };
    let text = "openai_base_url = 'http://127.0.0.1:1/x'";
    assert!(matches!(state(text, &ours), State::BoundStale { .. }));
    assert!(matches!(state(text, &self::ours()), State::Foreign { .. }));
}

#[track_caller]
fn refused(text: &str, line: usize) {
    match bind(text, URL, true).unwrap_err() {
        BindError::Unreadable { line: found, .. } | BindError::NotAValue { line: found, .. } => {
            assert_eq!(found, line, "{text:?}");
        }
        other => panic!("{other:?}"),
    }
    let priors = Priors { base_url: Prior::Absent, provider: None };
    assert!(unbind(text, &priors, &ours()).is_err());
}

#[test]
fn a_text_that_does_not_parse_is_not_touched_and_the_line_is_named() {
    refused("a = \n", 1);
    refused("a = 1\nb = 2\n[c\n", 3);
    refused("openai_base_url = 'x'\nopenai_base_url = 'y'\n", 2);
    refused("a = 1\n\nopenai_base_url.x = 1\n", 3);
    refused("[openai_base_url]\n", 1);
    refused("[[openai_base_url]]\n", 1);
}

#[test]
fn an_address_that_codex_would_mistake_is_refused() {
    for url in [
        "http://127.0.0.1:4517/k/backend-api/codex",
        "http://127.0.0.1:4517/backend-api/codex/",
        "http://127.0.0.1:0/k/codex",
        "https://example.test",
        "http://127.0.0.1:1/\"\nx = \"",
    ] {
        assert_eq!(bind("", url, false), Err(BindError::BadUrl), "{url}");
    }
}

#[test]
fn another_provider_is_found_and_switched_only_on_consent() {
    let text = "model_provider = \"azure\"   # work\n[model_providers.azure]\nname = \"x\"\n";
    assert_eq!(other_provider(text), Ok(Some("azure".to_owned())));
    assert_eq!(other_provider("model_provider = 'openai'"), Ok(None));
    assert_eq!(other_provider("[p]\nmodel_provider = 'x'"), Ok(None));
    assert!(bound(text).text.contains("azure\"   # work"));
    let switched = bind(text, URL, true).unwrap();
    assert_eq!(other_provider(&switched.text), Ok(None));
    assert_eq!(undone(&switched), text);
    let again = bind(&switched.text, URL, true).unwrap();
    assert_eq!(again.priors.or_older(Some(&switched.priors)), switched.priors);
    let changed = switched.text.replace("\"openai\"   # Rotunda", "\"openai\"");
    let unbound = unbind(&changed, &switched.priors, &ours()).unwrap();
    assert_eq!(unbound.left_alone, [LeftAlone { key: PROVIDER, change: Change::Replaced }]);
    assert!(!unbound.text.contains(BASE_URL));
    assert_eq!(bind("a = 1", URL, true).unwrap().priors.provider, None);
}

#[test]
fn nothing_shows_the_key() {
    assert_eq!(shown_line(URL), "openai_base_url = \"http://127.0.0.1:4517/…/codex\"   # Rotunda");
    assert_eq!(shown_line("http://127.0.0.1:4517//codex"), shown_line(URL));
    assert!(!format!("{:?}", ours()).contains(KEY));
    let prior = Prior::Text(LINE.to_owned());
    assert!(!format!("{prior:?}").contains(KEY));
    assert_eq!(masked(KEY), "an address that cannot be read");
}

#[test]
fn what_is_recorded_survives_json() {
    let priors = Priors {
        base_url: Prior::Text("openai_base_url = '''\r\nx'''\t# \"".to_owned()),
        provider: Some(Prior::Absent),
    };
    let text = serde_json::to_string(&priors).unwrap();
    assert_eq!(serde_json::from_str::<Priors>(&text).unwrap(), priors);
}

/// A value in any spelling, some over several lines.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("1".to_owned()),
        Just("true".to_owned()),
        Just("1979-05-27T07:32:00Z".to_owned()),
        Just("\"text # no comment\"".to_owned()),
        Just("'C:\\path'".to_owned()),
        Just("\"\"\"\n[x]\nopenai_base_url = 'no'\n\"\"\"".to_owned()),
        Just("'''\nmodel_provider = \"no\" # '''".to_owned()),
        Just("[1, 2, # three\n  3]".to_owned()),
        Just("{ a = 1, openai_base_url = 'no' }".to_owned()),
        "[a-zü ]{0,8}".prop_map(|text| format!("\"{text}\"")),
    ]
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", " ", "\t", "    "])
}

fn comment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "", " # why", "#", "\t# [x] = \"1\" ü"])
}

/// Our key in any spelling with any value, or not at all.
fn base_url() -> impl Strategy<Value = Option<String>> {
    let key = prop::sample::select(vec![
        "openai_base_url",
        "\"openai_base_url\"",
        "'openai_base_url'",
        "\"openai\\u005Fbase_url\"",
    ]);
    let url = prop_oneof![Just("'https://a.test/v1'".to_owned()), Just("''".to_owned()), value()];
    let line = (space(), key, space(), url, comment())
        .prop_map(|(indent, key, gap, url, end)| format!("{indent}{key}{gap}={gap}{url}{end}"));
    prop::option::of(line)
}

fn entry(number: usize) -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["k@", "\"k.@\"", "'k @'", "d.k@", "d . 'e f'.k@"]);
    (space(), key, space(), value(), comment()).prop_map(move |(indent, key, gap, value, end)| {
        let key = key.replace('@', &number.to_string());
        format!("{indent}{key}{gap}= {value}{end}")
    })
}

fn filler() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "",
        "  ",
        "# a comment",
        "#:schema x",
        "#",
        "\t# openai_base_url = 'no'",
    ])
    .prop_map(str::to_owned)
}

fn header(number: usize) -> impl Strategy<Value = String> {
    let header = prop::sample::select(vec!["[t@]", "[[t@]]", " [ t@ . 'x.y' ] ", "[ d.t@ ]"]);
    (header, comment())
        .prop_map(move |(header, end)| format!("{}{end}", header.replace('@', &number.to_string())))
}

fn table(number: usize) -> impl Strategy<Value = Vec<String>> {
    let inner = prop_oneof![
        Just("openai_base_url = 'no'".to_owned()),
        Just("model_provider = 'no'".to_owned()),
        entry(0),
        filler()
    ];
    (header(number), inner, filler()).prop_map(|parts| vec![parts.0, parts.1, parts.2])
}

/// Any valid TOML, as far as its outer shape goes.
fn document() -> impl Strategy<Value = String> {
    let top = (0usize..4).prop_flat_map(|count| (0..count).map(entry).collect::<Vec<_>>());
    let fillers = prop::collection::vec(filler(), 4..5);
    let tables = (0usize..3).prop_flat_map(|count| (0..count).map(table).collect::<Vec<_>>());
    let shape = (any::<bool>(), any::<bool>(), any::<bool>(), 0usize..5);
    (top, fillers, base_url(), tables, shape).prop_map(
        |(mut top, fillers, base_url, tables, (crlf, mark, ended, at))| {
            top.extend(fillers);
            // A fixed rotation mixes keys and fillers without another strategy.
            let length = top.len();
            top.rotate_left(at % length);
            if let Some(line) = base_url {
                top.insert(at.min(length), line);
            }
            top.extend(tables.into_iter().flatten());
            let mut text = top.join("\n");
            if ended {
                text.push('\n');
            }
            if crlf {
                text = text.replace('\n', "\r\n");
            }
            if mark { format!("\u{feff}{text}") } else { text }
        },
    )
}

/// The text as data, without the keys we own.
fn meaning(text: &str) -> String {
    let mut table = Document::parse(text).unwrap().into_table();
    table.remove(BASE_URL);
    table.remove(PROVIDER);
    let item = toml_edit::Item::Table(table).into_value().unwrap();
    format!("{:?}", plain(&item))
}

/// Values without their spelling.
fn plain(value: &toml_edit::Value) -> String {
    use toml_edit::Value;
    match value {
        Value::Array(array) => array.iter().map(plain).collect::<Vec<_>>().join(","),
        Value::InlineTable(table) => {
            let mut all: Vec<_> =
                table.iter().map(|(k, v)| format!("{k:?}:{}", plain(v))).collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
        Value::String(text) => format!("{:?}", text.value()),
        other => other.to_string().trim().to_owned(),
    }
}

/// Codex writes the whole file anew when the user picks a model or trusts a
/// folder, keeping comments and order.
fn edited_by_codex(text: &str) -> String {
    let mut document: toml_edit::DocumentMut = text.parse().unwrap();
    document["model"] = toml_edit::value("m");
    document["projects"]["/x"]["trust_level"] = toml_edit::value("trusted");
    document.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_that_parses_comes_back_byte_for_byte(text in document(), switch in any::<bool>()) {
        prop_assert!(Document::parse(text.as_str()).is_ok(), "{text:?}");
        let bound = bind(&text, URL, switch).unwrap();
        prop_assert_eq!(state(&bound.text, &ours()), State::Bound);
        prop_assert_eq!(bound.text.matches(LINE).count(), 1);
        prop_assert_eq!(meaning(&bound.text), meaning(&text));
        prop_assert_eq!(undone(&bound), text.clone());
        let both = add_second_line(&bound.text, &ours(), SECOND).unwrap();
        prop_assert_eq!(remove_second_line(&both).unwrap(), bound.text.clone());
        prop_assert_eq!(unbind(&both, &bound.priors, &ours()).unwrap().text, text.clone());
        let again = bind(&bound.text, OLD, switch).unwrap();
        let priors = again.priors.or_older(Some(&bound.priors));
        prop_assert_eq!(&priors, &bound.priors);
        let ours = Ours { url: OLD.to_owned(), former: vec![URL.to_owned()] };
        prop_assert_eq!(unbind(&again.text, &priors, &ours).unwrap().text, text);
    }

    #[test]
    fn text_added_around_the_line_survives_unbinding(text in document(), lines in 1usize..4) {
        let bound = bind(&text, URL, false).unwrap();
        let added = "# added\n".repeat(lines);
        let edited = bound.text.replacen(LINE, &format!("{added}{LINE}"), 1);
        let unbound = unbind(&edited, &bound.priors, &ours()).unwrap();
        prop_assert_eq!(unbound.text.matches("# added\n").count() + usize::from(unbound.text.ends_with("# added")), lines);
        prop_assert_eq!(meaning(&unbound.text), meaning(&text));
    }

    #[test]
    fn what_codex_writes_meanwhile_survives_unbinding(text in document()) {
        let bound = bind(&text, URL, false).unwrap();
        let unbound = unbind(&edited_by_codex(&bound.text), &bound.priors, &ours()).unwrap();
        prop_assert_eq!(&unbound.left_alone, &[]);
        prop_assert_eq!(state(&unbound.text, &ours()), state(&text, &ours()));
        prop_assert_eq!(meaning(&unbound.text), meaning(&edited_by_codex(&text)));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}", lines in prop::collection::vec("[ -~]{0,12}", 0..6)) {
        for text in [text, lines.join("\n"), lines.join("\r\n")] {
            let _ = state(&text, &ours());
            if let Ok(bound) = bind(&text, URL, true) {
                prop_assert_eq!(undone(&bound), text);
            }
        }
    }
}
