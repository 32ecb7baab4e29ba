//! `rotunda history` and `rotunda requests`, from the store; it is only read.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    history::{self, HistoryView, RequestView},
    view::Snapshot,
};
use rotunda_host::{
    clock::{self, from_unix},
    home::{Env, Home},
    store::Store,
    timezone::{clock_time, date},
};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{Failure, args, language_for, print, report};

/// One request of `requests --json`.
#[derive(Serialize)]
struct Request<'a> {
    /// By name; its id when the profile is gone.
    name: &'a str,
    #[serde(flatten)]
    request: &'a RequestView,
}

fn unread(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("What Rotunda remembers cannot be read: {error}."))
}

/// None when nothing was ever remembered.
fn open(home: &Home) -> Result<Option<Store>, Failure> {
    let path = home.store_file();
    path.is_file().then(|| Store::open_read_only(&path)).transpose().map_err(unread)
}

fn name<'a>(snapshot: &'a Snapshot, id: &'a str) -> &'a str {
    snapshot.profiles.iter().find(|it| it.id == id).map_or(id, |it| it.name.as_str())
}

pub(super) async fn history(
    home: &Home,
    env: &Env,
    options: &args::History,
) -> Result<(), Failure> {
    let language = language_for(home, env, options.output.json);
    let snapshot = report(home, env, language).await?.snapshot;
    let now = clock::system()();
    let view = open(home)?.map(|store| history::stored(&store, options.days, now)).transpose();
    let none = HistoryView { quota: Vec::new(), tokens: Vec::new(), hours: Vec::new() };
    let view = view.map_err(unread)?.unwrap_or(none);
    if options.output.json {
        print::json(&view);
        return Ok(());
    }
    for line in history_lines(&view, &snapshot, Locale::of(language)) {
        if !print::line(&line) {
            break;
        }
    }
    Ok(())
}

fn history_lines(view: &HistoryView, snapshot: &Snapshot, locale: Locale) -> Vec<String> {
    let sum = |count: fn(&history::HourLine) -> u64| view.hours.iter().map(count).sum::<u64>();
    let head = message!(
        "history-day",
        requests = sum(|it| it.requests),
        retried = sum(|it| it.retried),
        failed = sum(|it| it.failed)
    );
    let mut lines = vec![head.to(locale)];
    let mut served = std::collections::BTreeMap::<&str, u64>::new();
    for share in view.hours.iter().flat_map(|hour| &hour.by_profile) {
        *served.entry(name(snapshot, &share.profile)).or_default() += share.requests;
    }
    let widest = served.keys().map(|name| columns(name)).max().unwrap_or_default();
    lines.extend(served.iter().map(|(name, count)| format!("  {}  {count}", pad(name, widest))));
    if view.tokens.is_empty() {
        lines.push(message!("history-no-tokens").to(locale));
        return lines;
    }
    lines.push(String::new());
    lines.push(message!("history-tokens").to(locale));
    let widest =
        view.tokens.iter().map(|it| columns(name(snapshot, &it.profile))).max().unwrap_or(0);
    let model = view.tokens.iter().map(|it| columns(&it.model)).max().unwrap_or(0);
    for it in &view.tokens {
        let (profile, model) = (pad(name(snapshot, &it.profile), widest), pad(&it.model, model));
        let tokens = message!("history-tokens-of", input = it.input, output = it.output);
        lines.push(format!("  {}  {profile}  {model}  {}", it.day, tokens.to(locale)));
    }
    lines
}

pub(super) async fn requests(
    home: &Home,
    env: &Env,
    options: &args::Requests,
) -> Result<(), Failure> {
    let language = language_for(home, env, options.output.json);
    let snapshot = report(home, env, language).await?.snapshot;
    let now = clock::system()();
    let store = open(home)?;
    let all = store.map(|store| history::stored_requests(&store, options.limit, now)).transpose();
    let all = all.map_err(unread)?.unwrap_or_default();
    if options.output.json {
        let named =
            all.iter().map(|request| Request { name: name(&snapshot, &request.profile), request });
        print::json(&named.collect::<Vec<_>>());
        return Ok(());
    }
    for line in request_lines(&all, &snapshot, Locale::of(language)) {
        if !print::line(&line) {
            break;
        }
    }
    Ok(())
}

fn request_lines(all: &[RequestView], snapshot: &Snapshot, locale: Locale) -> Vec<String> {
    if all.is_empty() {
        return vec![message!("requests-none").to(locale)];
    }
    let widest = all.iter().map(|it| columns(name(snapshot, &it.profile))).max().unwrap_or(0);
    let model = |it: &RequestView| it.model.clone().unwrap_or_default();
    let models = all.iter().map(|it| columns(&model(it))).max().unwrap_or(0);
    let line = |it: &RequestView| {
        let at = from_unix(it.at);
        let first = it.first_byte_ms.map(|ms| message!("requests-first-byte", ms = ms).to(locale));
        let tokens = it.input.zip(it.output).map(|(input, output)| {
            message!("history-tokens-of", input = input, output = output).to(locale)
        });
        let facts = [first, tokens].into_iter().flatten().collect::<Vec<_>>().join("  ");
        let (profile, model) = (pad(name(snapshot, &it.profile), widest), pad(&model(it), models));
        let line =
            format!("{} {}  {profile}  {model}  {}  {facts}", date(at), clock_time(at), it.status);
        line.trim_end().to_owned()
    };
    all.iter().map(line).collect()
}

/// For completions: quick, and without a word when there is nothing.
pub(super) fn profile_names(home: &Home) {
    let profiles = open(home).ok().flatten().and_then(|store| store.profiles().ok());
    for profile in profiles.unwrap_or_default() {
        print::line(&profile.name);
    }
}
