use rotunda_text::Language;

use super::*;
use crate::{settings::load, testing};

fn english() -> Locale {
    Locale::of(Language::ENGLISH)
}

fn written(home: &Home) -> String {
    std::fs::read_to_string(home.settings_file()).unwrap_or_default()
}

fn of(home: &Home, env: &Env, name: &str) -> (String, Source) {
    let found = in_force(home, env).unwrap().into_iter().find(|it| it.key.path() == name);
    let InForce { value, source, .. } = found.unwrap();
    (value, source)
}

fn meaning(text: &str) -> String {
    format!("{:?}", written::meant(text).unwrap())
}

/// A key that is described and not read, or with another default than the code's.
#[test]
fn the_default_of_each_key_means_what_no_file_means() {
    for key in keys() {
        let Key { table, name, default, .. } = key;
        let text = match table {
            "" => format!("{name} = {default}\n"),
            _ => format!("[{table}]\n{name} = {default}\n"),
        };
        // Of notifications what is written is kept, also when it is the default.
        if table != "notifications" {
            assert_eq!(meaning(&text), meaning(""), "{text}");
        }
        let wrong = text.replace(&format!("= {default}"), "= [[]]");
        assert!(written::parse(&wrong).is_err(), "{name} is not read");
        assert!(!key.text().to(english()).is_empty() && !key.values.is_empty());
    }
}

/// A key that is read and not described.
#[test]
fn every_key_that_is_written_is_described() {
    let file = r#"
        port = 1
        vault = "file"
        second_line = true
        rotation = { policy = "a", reserve_percent = 1, use_api_keys = true, use_credits = "a", redeem_when_out = "0", soft_cap = 1, hard_cap = 1 }
        router = { wait_for_reset = "0", connect_seconds = 1, head_seconds = 1, chunk_seconds = 1 }
        clients = { responses = true, messages = true, chat = true, models = "a = b" }
        upstream = { chatgpt = "a", api = "a", auth = "a", proxy = "a" }
        ui = { language = "a", theme = "a", start_hidden = true }
        alerts = { five_hours_left = [1], week_left = [1], quiet_hours = "a" }
        forecast = { work_days = "a", work_hours = "a" }
        usage = { keep_days = 1, project_names = true }
        updates = { address = "a" }
    "#;
    let text = written::edit("", &written::parse(file).unwrap()).unwrap();
    let document: DocumentMut = text.parse().unwrap();
    let mut names = Vec::new();
    for (name, item) in document.iter() {
        match item.as_table_like() {
            Some(table) => names.extend(table.iter().map(|(key, _)| format!("{name}.{key}"))),
            None => names.push(name.to_owned()),
        }
    }
    let by_kind = ["notifications.", "hooks."];
    let is_by_kind = |path: &str| by_kind.iter().any(|table| path.starts_with(table));
    let described = keys().map(|key| key.path()).filter(|path| !is_by_kind(path));
    assert_eq!(described.collect::<Vec<_>>(), names);
}

#[test]
fn a_value_comes_from_a_variable_or_the_file_or_the_default() {
    let (_root, home) = testing::home();
    let none = Env::default();
    let both = Env::of([("ROTUNDA_PORT", "4600"), ("ROTUNDA_VAULT", "file")]);
    assert_eq!(of(&home, &none, "port"), ("4517".to_owned(), Source::Default));
    std::fs::write(
        home.settings_file(),
        "# mine\nport = 4601\n\n[rotation]\npolicy = 'most-left'\n",
    )
    .unwrap();
    assert_eq!(of(&home, &none, "port"), ("4601".to_owned(), Source::File { line: 2 }));
    let policy = of(&home, &none, "rotation.policy");
    assert_eq!(policy, ("\"most-left\"".to_owned(), Source::File { line: 5 }));
    let variable = Source::Variable { variable: "ROTUNDA_PORT" };
    assert_eq!(of(&home, &both, "port"), ("4600".to_owned(), variable));
    assert_eq!(of(&home, &both, "vault").0, "\"file\"");
    let bad = in_force(&home, &Env::of([("ROTUNDA_PORT", "x")])).unwrap_err().to_string();
    assert!(bad.starts_with("ROTUNDA_PORT: a port is"), "{bad}");
}

#[test]
fn a_change_is_checked_and_leaves_the_rest_of_the_file_alone() {
    let (_root, home) = testing::home();
    let none = Env::default();
    std::fs::write(home.settings_file(), "# mine\nport = 4601 # here\nother = 1\n").unwrap();
    let set = |name: &str, value: Option<&str>| {
        set_key(&home, &none, &find_key(name).unwrap(), value)
            .map(drop)
            .map_err(|it| it.to_string())
    };
    set("port", Some("4602")).unwrap();
    set("policy", Some("my-order")).unwrap();
    set("reserve_percent", Some("5")).unwrap();
    set("notifications.low", Some("on")).unwrap();
    let text = written(&home);
    assert!(text.starts_with("# mine\nport = 4602 # here\nother = 1\n"), "{text}");
    assert!(text.contains("[rotation]\npolicy = \"my-order\"\nreserve_percent = 5.0\n"), "{text}");
    assert!(text.contains("[notifications]\nlow = true\n"), "{text}");
    let refused = [
        ("port", "0", "port: a port is"),
        ("port", "many", "port: many is none of 1-65535"),
        ("policy", "best", "policy: the policy is"),
        ("use_api_keys", "perhaps", "use_api_keys: perhaps is none of true, false"),
        ("reserve_percent", "NaN", "reserve_percent: NaN is none of"),
        ("vault", "file", "vault is changed by `rotunda vault move`"),
    ];
    for (name, value, expected) in refused {
        let error = set(name, Some(value)).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
    assert_eq!(written(&home), text);
    set("policy", None).unwrap();
    assert_eq!(of(&home, &none, "rotation.policy").1, Source::Default);
    set("reserve_percent", None).unwrap();
    set("notifications.low", None).unwrap();
    assert_eq!(written(&home), "# mine\nport = 4602 # here\nother = 1\n");
}

#[test]
fn a_change_can_correct_a_file_that_cannot_be_used() {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), "port = 0\n").unwrap();
    let none = Env::default();
    let other = set_key(&home, &none, &find_key("theme").unwrap(), Some("dark")).unwrap_err();
    assert!(other.to_string().starts_with("settings.toml, line 1: port:"), "{other}");
    set_key(&home, &none, &find_key("port").unwrap(), Some("4700")).unwrap();
    assert_eq!(load(&home, &none).unwrap().port, 4700);
}

#[test]
fn a_key_is_found_by_its_name_alone_where_that_is_clear() {
    assert_eq!(find_key("rotation.policy").unwrap().path(), "rotation.policy");
    assert_eq!(find_key("policy").unwrap().path(), "rotation.policy");
    // A notification is called like the key of the top level, which is meant.
    assert_eq!(find_key("port").unwrap().path(), "port");
    let error = find_key("poliçy").unwrap_err().to_string();
    assert!(error.starts_with("poliçy is not a setting"), "{error}");
}

#[test]
fn a_password_is_not_shown() {
    let (_root, home) = testing::home();
    let none = Env::default();
    let address = "http://ada:s3cr3t@proxy.example:3128";
    set_key(&home, &none, &find_key("proxy").unwrap(), Some(address)).unwrap();
    let (value, _) = of(&home, &none, "upstream.proxy");
    assert!(value.contains("ada:***@") && !value.contains("s3cr3t"), "{value}");
    let again = set_key(&home, &none, &find_key("proxy").unwrap(), Some(value.trim_matches('"')));
    assert!(again.unwrap_err().to_string().contains("is not known"));
}

#[test]
fn the_template_changes_nothing_and_its_lines_can_be_used() {
    let (_root, home) = testing::home();
    let path = write_template(&home, english()).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(meaning(&text), meaning(""));
    let settings = written::meant(&text).unwrap();
    assert_eq!(settings.warnings, Vec::<String>::new());
    let is_line =
        |line: &str| keys().any(|key| line == format!("# {} = {}", key.name, key.default));
    let used = text.lines().map(|line| if is_line(line) { &line[2..] } else { line });
    let used = used.collect::<Vec<_>>().join("\n");
    assert_eq!(
        used.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count(),
        keys().count()
    );
    assert_eq!(written::meant(&used).unwrap().warnings, Vec::<String>::new());
    assert!(write_template(&home, english()).unwrap_err().to_string().contains("is there already"));
}
