//! settings.toml: what is believed is inside its bounds, a change keeps all else, and no
//! password is printed.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::{arbitrary, fuzz_target};
use rotunda_core::{columns, display_text, is_loopback, profile::UseCredits};
use rotunda_host::settings::{
    HookKind, LONGEST_WAIT, NoticeKind, Proxy, Settings, SettingsError, SettingsFile, SettingsView,
    text::{edit, meant, parse},
};

/// Stands in the password of a proxy.
const PASSWORD: &str = "zq9word";
const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, arbitrary::Arbitrary)]
struct Input<'a> {
    /// A file whose settings are put into the other one.
    other: &'a str,
    /// Parts of an address of a proxy.
    proxy: (&'a str, &'a str),
    /// A word for some key of the file that is made.
    word: &'a str,
    number: i64,
    /// Which file is read, and which key is in the one that is made.
    key: u8,
    /// A file as it is.
    text: &'a str,
}

// One file for each input: a file takes as long as all else, and each is reached as often.
fuzz_target!(|input: Input<'_>| match input.key / 16 % 4 {
    0 => read(input.text),
    1 => read(&with_proxy(input.proxy)),
    2 => read(&with_key(&input)),
    _ => put_into(input.text, input.other),
});

fn put_into(text: &str, other: &str) {
    let (Ok(_), Ok(file)) = (parse(text), parse(other)) else { return };
    change(text, &file);
    change(text, &SettingsFile::default());
}

fn with_proxy((scheme, host): (&str, &str)) -> String {
    let proxy = format!("{scheme}://user:{PASSWORD}@{host}");
    format!("[upstream]\nproxy = {}\n", toml_edit::Value::from(proxy))
}

/// A file with one key of each kind.
fn with_key(input: &Input<'_>) -> String {
    let word = toml_edit::Value::from(input.word);
    let number = input.number;
    match input.key % 16 {
        0 => format!("port = {number}"),
        1 => format!("vault = {word}"),
        2 => format!("[rotation]\npolicy = {word}"),
        3 => format!("[rotation]\nreserve_percent = {number}.5"),
        4 => format!("[rotation]\nuse_credits = {word}"),
        5 => format!("[rotation]\nredeem_when_out = {word}"),
        6 => format!("[rotation]\nsoft_cap = {number}\nhard_cap = {number}"),
        7 => format!("[router]\nwait_for_reset = {word}"),
        8 => format!("[router]\nconnect_seconds = {number}\nchunk_seconds = {number}"),
        9 => format!("[upstream]\nchatgpt = {word}\napi = {word}"),
        10 => format!("[upstream]\nauth = {word}"),
        11 => format!("[alerts]\nquiet_hours = {word}\nweek_left = [{number}, 5]"),
        12 => format!("[forecast]\nwork_days = {word}"),
        13 => format!("[forecast]\nwork_hours = {word}"),
        14 => format!("[hooks]\nany = {word}"),
        _ => format!("[usage]\nkeep_days = {number}"),
    }
}

fn read(text: &str) {
    let settings = match meant(text) {
        Ok(settings) => settings,
        Err(error) => return check_error(text, &error),
    };
    let file = parse(text).expect("what means something was parsed");
    check(&settings);
    assert!(settings.warnings.iter().all(|text| is_line(text)), "{:?}", settings.warnings);
    let printed = format!("{settings:?}");
    let is_hook = HookKind::all().any(|kind| settings.hooks.command_of(kind).is_some());
    assert!(is_hook || !printed.contains(PASSWORD), "{printed}");
    if let Proxy::Custom(_) = settings.upstreams.proxy {
        let shown = format!("{:?}", SettingsView::of(&settings, true, None));
        assert!(is_hook || !shown.contains(PASSWORD), "{shown}");
    }
    change(text, &file);
}

fn check_error(text: &str, error: &SettingsError) {
    let said = error.to_string();
    assert!(display_text::is_clean(&said) && said.chars().count() <= 2_000, "{said:?}");
    let SettingsError::Bad { line, .. } = error else { panic!("{said}") };
    assert!((1..=text.lines().count() + 1).contains(line), "{said}");
    // What the parser quotes may be anything; what ours say of a proxy is not.
    assert!(!said.contains("proxy:") || !said.contains(PASSWORD), "{said}");
}

fn check(settings: &Settings) {
    assert_ne!(settings.port, 0);
    let rules = &settings.rules;
    assert!((0.0..=50.0).contains(&rules.reserve_percent));
    assert!((1..=1000).contains(&rules.soft_cap) && (1..=1000).contains(&rules.hard_cap));
    assert!(UseCredits::ALL.contains(&rules.use_credits));
    let redeem = settings.redeem_when_out;
    assert!(redeem.is_none_or(|out| out >= Duration::from_secs(3600) && out <= 7 * DAY));
    assert!(settings.wait_for_reset.is_none_or(|wait| !wait.is_zero() && wait <= LONGEST_WAIT));
    let patience = settings.patience;
    for wait in [patience.connect, patience.head, patience.chunk] {
        assert!(wait >= Duration::from_secs(1) && wait <= DAY);
    }
    let upstreams = &settings.upstreams;
    for url in [&upstreams.chatgpt, &upstreams.api, &upstreams.auth] {
        let is_here = url.host_str().is_some_and(is_loopback);
        assert!(url.scheme() == "https" || (url.scheme() == "http" && is_here), "{url}");
        assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none());
    }
    let thresholds = &settings.alerts.thresholds;
    for shares in [&thresholds.five_hours, &thresholds.week] {
        assert!(shares.len() <= 5 && shares.is_sorted_by(|a, b| a > b), "{shares:?}");
        assert!(shares.iter().all(|share| (1..100).contains(share)), "{shares:?}");
    }
    assert!((1..=3650).contains(&settings.usage.keep_days));
    for command in HookKind::all().filter_map(|kind| settings.hooks.command_of(kind)) {
        assert!(!command.is_empty() && !command.chars().any(char::is_control), "{command:?}");
    }
}

/// The file has what was put into it, and putting it there again changes nothing.
fn change(text: &str, file: &SettingsFile) {
    let edited = match edit(text, file) {
        Ok(edited) => edited,
        Err(error) => panic!("{error}"),
    };
    assert!(is_same(&parse(&edited).expect("it can be parsed"), file), "{edited}");
    assert_eq!(edit(&edited, file).expect("it can be parsed"), edited);
}

/// Equal, also where a number is none, but for words of hooks and switches that are not known:
/// those stay as the user has them.
fn is_same(a: &SettingsFile, b: &SettingsFile) -> bool {
    let known = |file: &SettingsFile| {
        let mut file = file.clone();
        // An empty command is none.
        file.hooks.retain(|word, text| HookKind::find(word).is_some() && !text.is_empty());
        file.notifications.retain(|name, _| NoticeKind::of_name(name).is_some());
        format!("{file:?}")
    };
    known(a) == known(b)
}

fn is_line(text: &str) -> bool {
    display_text::is_clean(text) && columns::columns(text) <= display_text::LINE
}
