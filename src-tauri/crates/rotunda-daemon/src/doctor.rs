//! Everything between Codex and upstream that can be in the way, checked.
//!
//! Each check says what is so in one sentence and, where something is to be
//! done, what. Nothing is changed.

mod around;
mod bundle;
mod codex_auth;
mod desktop;
mod machine;
pub mod mend;
mod redact;
mod shown_config;
mod support;
mod way;
mod wsl;

use std::path::Path;

use rotunda_host::{
    blocking::blocking,
    files::{OutputError, shown},
    home::{Env, Home},
    loopback,
};
use rotunda_text::{Fix, Found, Locale, Localize};
use serde::Serialize;

use crate::{
    control::Report,
    trace::TraceView,
    view::{BindingState, ProfileKind, ProfileView, RouterState, StandingView},
};

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Health {
    /// As it should be.
    #[serde(rename = "ok")]
    Ok,
    /// Works, but not as well as it could.
    #[serde(rename = "warn")]
    Warning,
    /// Does not work until it is mended.
    #[serde(rename = "fail")]
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Check {
    /// Which, as a fixed word.
    pub id: &'static str,
    /// How it is.
    pub state: Health,
    /// The same in one sentence.
    pub text: String,
    /// What to do, when something is to be done.
    pub fix: Option<String>,
}

/// Everything that was looked at, as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Findings {
    /// In the order a turn goes.
    pub lines: Vec<Check>,
}

impl Check {
    fn ok(locale: Locale, id: &'static str, found: &Found<'_>) -> Self {
        Self { id, state: Health::Ok, text: found.to(locale), fix: None }
    }

    fn warning(locale: Locale, id: &'static str, found: &Found<'_>, fix: Fix<'_>) -> Self {
        let fix = Some(fix.to(locale));
        Self { id, state: Health::Warning, text: found.to(locale), fix }
    }

    fn problem(locale: Locale, id: &'static str, found: &Found<'_>, fix: Fix<'_>) -> Self {
        Self { state: Health::Problem, ..Self::warning(locale, id, found, fix) }
    }
}

/// Writes what [`examine`] finds and what else helps into an archive, without
/// anything private. Says so in one sentence.
pub async fn bundle(
    home: &Home,
    env: &Env,
    report: &Report,
    path: &Path,
) -> Result<String, OutputError> {
    let path = path.to_owned();
    with_contents(home, env, report, move |contents| {
        bundle::write(&path, contents)?;
        Ok(format!(
            "Wrote {}. Keys, addresses and names were taken out; look into it before you send it.",
            shown(&path)
        ))
    })
    .await
}

/// The same as one document, with the latest requests and without anything private.
pub async fn support(
    home: &Home,
    env: &Env,
    report: &Report,
    traces: Vec<TraceView>,
) -> serde_json::Value {
    with_contents(home, env, report, move |contents| support::document(contents, traces)).await
}

/// Makes something, where it may block, of what [`examine`] finds and what else helps.
async fn with_contents<T: Send + 'static>(
    home: &Home,
    env: &Env,
    report: &Report,
    make: impl FnOnce(&bundle::Contents<'_>) -> T + Send + 'static,
) -> T {
    let checks = examine(home, env, report).await;
    let (home, env, report) = (home.clone(), env.clone(), report.clone());
    blocking(move || {
        let activity = bundle::remembered(&home);
        make(&bundle::Contents {
            home: &home,
            env: &env,
            report: &report,
            checks: &checks,
            activity: &activity,
        })
    })
    .await
}

/// Looks at everything, in the order a turn goes. `report` is that of the running
/// Rotunda, or of the files when nothing runs; the findings are in its
/// language.
pub async fn examine(home: &Home, env: &Env, report: &Report) -> Vec<Check> {
    let locale = locale_of(report);
    let mut checks = vec![machine::codex(env, locale).await, desktop::bundled(env, locale).await];
    checks.extend(way::proxy(env, report).await);
    checks.push(binding(report));
    checks.extend(router(report).await);
    checks.extend(machine::reach(home, env, report).await);
    checks.extend(around::deciding(home, env, report).await);
    checks.push(around::profile_files(home, locale));
    checks.push(codex_auth::own_sign_in(home, env, locale).await);
    checks.extend(around::authorities(home, env, locale));
    checks.extend(around::upstream(home, env, locale).await);
    checks.push(profiles(report));
    checks.push(machine::vault(home, env, report).await);
    checks.extend(own_account(report));
    checks.extend(second_line(report));
    checks.extend(missed_profiles(report));
    checks.extend(orphans(report));
    checks.push(machine::settings(home, env, locale));
    checks.push(machine::disk(home, locale));
    checks.push(machine::log(home, locale));
    checks.extend(wsl::other_side(env, locale).await);
    checks.push(desktop::at_login(env, locale));
    checks.push(desktop::tray(env, locale).await);
    checks
}

/// Who reads what is found.
fn locale_of(report: &Report) -> Locale {
    Locale::of(report.snapshot.language)
}

/// What brings Rotunda back after a login.
pub fn at_login(env: &Env, locale: Locale) -> Check {
    desktop::at_login(env, locale)
}

fn binding(report: &Report) -> Check {
    const ID: &str = "binding";
    let (locale, binding) = (locale_of(report), &report.snapshot.binding);
    let message = binding.message.clone().unwrap_or_default();
    let with_message = |state, fix: Fix<'_>| {
        let fix = Some(fix.to(locale));
        Check { id: ID, state, text: message.clone(), fix }
    };
    match binding.state {
        BindingState::Bound if !message.is_empty() => with_message(Health::Warning, Fix::Switch),
        BindingState::Bound => Check::ok(locale, ID, &Found::Bound(&config(report))),
        BindingState::Unbound => Check::warning(locale, ID, &Found::NotBound, Fix::Bind),
        BindingState::BoundStale => with_message(Health::Problem, Fix::BindAfresh),
        BindingState::Foreign => {
            Check::warning(locale, ID, &Found::Foreign(&message), Fix::BindOrUnbind)
        }
        BindingState::Unreadable => {
            let found = Found::Unreadable(&config(report), &message);
            Check::problem(locale, ID, &found, Fix::CorrectFile)
        }
    }
}

fn config(report: &Report) -> String {
    let folder = std::path::Path::new(&report.snapshot.binding.codex_home);
    shown(folder.join("config.toml"))
}

async fn router(report: &Report) -> Vec<Check> {
    const ID: &str = "router";
    let (router, bound) = (&report.snapshot.router, &report.snapshot.binding.state);
    let locale = locale_of(report);
    let Some(url) = report.url.as_deref().filter(|_| router.state == RouterState::Running) else {
        let message = router.message.clone().unwrap_or_else(|| Found::RouterStopped.to(locale));
        let check = if *bound == BindingState::Bound {
            Check::problem(locale, ID, &Found::RouterAwaited(&message), Fix::StartOrUnbind)
        } else {
            let fix = Some(Fix::Start.to(locale));
            Check { id: ID, state: Health::Warning, text: message, fix }
        };
        return vec![check];
    };
    vec![answers(router.port, url, locale).await, guards(router.port, locale).await]
}

/// With the key, as Codex asks.
async fn answers(port: u16, url: &str, locale: Locale) -> Check {
    const ID: &str = "router";
    let wrong = |found: Found<'_>| Check::problem(locale, ID, &found, Fix::RestartAndSee);
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    match status_of(port, &format!("/{path}")).await {
        Ok(status) if status.is_success() => Check::ok(locale, ID, &Found::RouterAnswers(port)),
        Ok(status) => wrong(Found::RouterAnswersWith(&status.to_string())),
        Err(error) => wrong(Found::RouterSilent(&error.to_string())),
    }
}

/// Without the key, as another program on this computer might.
async fn guards(port: u16, locale: Locale) -> Check {
    const ID: &str = "key";
    match status_of(port, "/codex/models").await {
        // Older versions answered 401.
        Ok(http::StatusCode::FORBIDDEN | http::StatusCode::UNAUTHORIZED) => {
            Check::ok(locale, ID, &Found::Guards)
        }
        Ok(status) => {
            let found = Found::GuardsNot(&status.to_string());
            Check::problem(locale, ID, &found, Fix::RestartForPort(port))
        }
        Err(error) => {
            let found = Found::RouterSilent(&error.to_string());
            Check::problem(locale, ID, &found, Fix::Restart)
        }
    }
}

async fn status_of(port: u16, path: &str) -> Result<http::StatusCode, loopback::LoopbackError> {
    loopback::get(port, path).await.map(|answer| answer.status())
}

/// Sign-ins in the vault that no profile refers to, when there are any.
fn orphans(report: &Report) -> Option<Check> {
    const ID: &str = "orphans";
    let count = report.snapshot.found_sign_ins;
    let check = || Check::warning(locale_of(report), ID, &Found::Orphans(count), Fix::TakeBack);
    (count > 0).then(check)
}

/// Codex's own account is out: its terminal interface goes by that, whatever
/// other profiles have left.
fn own_account(report: &Report) -> Option<Check> {
    const ID: &str = "own_account";
    let profile = report.snapshot.profiles.iter().find(|profile| profile.own_account_out)?;
    let found = Found::OwnAccountOut(&profile.name);
    Some(Check::warning(locale_of(report), ID, &found, Fix::OwnAccountOut))
}

/// The second line of Codex's file, while it is switched on or stands.
fn second_line(report: &Report) -> Option<Check> {
    const ID: &str = "second_line";
    let line = &report.snapshot.binding.second_line;
    let text = line.message.clone()?;
    let locale = locale_of(report);
    let (state, fix) = match (line.stands, line.is_foreign) {
        (true, _) if report.snapshot.router.state != RouterState::Running => {
            (Health::Problem, Some(Fix::SecondLineDead.to(locale)))
        }
        (false, true) => (Health::Warning, Some(Fix::SecondLineForeign.to(locale))),
        _ => (Health::Ok, None),
    };
    Some(Check { id: ID, state, text, fix })
}

/// Turns that ended in an error although a ready profile was not tried.
fn missed_profiles(report: &Report) -> Option<Check> {
    const ID: &str = "missed_profile";
    let count = report.snapshot.router.missed_profiles;
    let found = Found::MissedProfiles(count);
    let check = || Check::warning(locale_of(report), ID, &found, Fix::ReportDefect);
    (count > 0).then(check)
}

fn profiles(report: &Report) -> Check {
    const ID: &str = "profiles";
    let (locale, profiles) = (locale_of(report), &report.snapshot.profiles);
    let of = |standing| profiles.iter().filter(move |profile| profile.standing == standing).count();
    let (ready, all) = (of(StandingView::Ready), profiles.len());
    let out = of(StandingView::NeedsSignIn);
    match (all, ready) {
        (0, _) => Check::problem(locale, ID, &Found::NoProfile, Fix::AddProfile),
        (_, 0) if of(StandingView::Resting) > 0 => {
            let found = Found::NobodyYet(&report.snapshot.headline_sentence);
            Check::warning(locale, ID, &found, Fix::Wait)
        }
        (_, 0) if out > 0 => {
            Check::problem(locale, ID, &Found::NobodyReady, sign_in_again(profiles))
        }
        (_, 0) => Check::problem(locale, ID, &Found::NobodyReady, Fix::SeeProfiles),
        _ if out > 0 => {
            let found = Found::SignedOut { ready, all, out };
            Check::warning(locale, ID, &found, sign_in_again(profiles))
        }
        _ => Check::ok(locale, ID, &Found::Ready { ready, all }),
    }
}

/// How the profiles that need it get a sign-in: an API key has no page to sign
/// in on.
fn sign_in_again(profiles: &[ProfileView]) -> Fix<'_> {
    let needs = |profile: &&ProfileView| profile.standing == StandingView::NeedsSignIn;
    let mut needing = profiles.iter().filter(needs);
    match (needing.next(), needing.next()) {
        (Some(one), None) if one.kind == ProfileKind::Chatgpt => Fix::SignInTo(&one.name),
        (Some(one), None) => Fix::NewKey(&one.name),
        _ => Fix::SignInEach,
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;
    use crate::view::Snapshot;

    fn report() -> Report {
        let snapshot: Snapshot =
            serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap();
        Report { snapshot, url: None, pid: 1, instance: String::new(), counters: None }
    }

    #[tokio::test]
    async fn a_bound_codex_without_a_router_is_a_problem_and_an_unbound_one_is_not() {
        let mut report = report();
        report.snapshot.router.state = RouterState::Stopped;
        let checks = router(&report).await;
        assert_eq!((checks.len(), checks[0].state), (1, Health::Problem));
        assert!(checks[0].fix.as_ref().unwrap().contains("rotunda unbind"));
        report.snapshot.binding.state = BindingState::Unbound;
        assert_eq!(router(&report).await[0].state, Health::Warning);
    }

    #[test]
    fn every_state_of_the_binding_that_is_not_good_has_a_fix() {
        use BindingState::{Bound, BoundStale, Foreign, Unbound, Unreadable};
        let mut report = report();
        for state in [Bound, BoundStale, Unbound, Foreign, Unreadable] {
            report.snapshot.binding.state = state;
            let check = binding(&report);
            assert_eq!(check.fix.is_none(), check.state == Health::Ok, "{check:?}");
        }
    }

    #[test]
    fn signed_out_profiles_are_counted() {
        let mut report = report();
        assert_eq!(
            profiles(&report).text,
            "2 of 5 profiles can serve Codex; 1 must sign in again."
        );
        report.snapshot.profiles.clear();
        assert_eq!(profiles(&report).state, Health::Problem);
    }

    #[test]
    fn codex_s_own_account_that_is_out_is_named_with_what_to_do() {
        let mut report = report();
        assert_eq!(own_account(&report), None);
        report.snapshot.profiles[2].own_account_out = true;
        for language in Language::all() {
            report.snapshot.language = language;
            let check = own_account(&report).unwrap();
            assert_eq!(check.state, Health::Warning);
            assert!(check.text.contains("studio"), "{}", check.text);
            assert!(check.text.contains("gpt-reserve"), "{}", check.text);
            assert!(check.fix.unwrap().contains("codex login"));
        }
    }

    #[test]
    fn turns_that_missed_a_ready_profile_are_shown_as_a_defect() {
        let mut report = report();
        assert_eq!(missed_profiles(&report), None);
        report.snapshot.router.missed_profiles = 2;
        let check = missed_profiles(&report).unwrap();
        assert_eq!(check.state, Health::Warning);
        assert!(check.text.starts_with("2 turns ended in an error"), "{}", check.text);
        assert!(check.fix.unwrap().contains("rotunda doctor --bundle"));
    }

    #[tokio::test]
    async fn a_port_without_listener_is_reported() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let locale = Locale::of(Language::ENGLISH);
        let check = answers(port, &format!("http://127.0.0.1:{port}/key/codex"), locale).await;
        assert_eq!(check.state, Health::Problem);
        assert!(!check.text.contains("key"), "{}", check.text);
    }
}
