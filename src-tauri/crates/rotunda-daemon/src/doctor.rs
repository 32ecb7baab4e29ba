//! Everything between Codex and upstream that can be in the way, checked.
//!
//! Each check says what is so in one sentence and, where something is to be
//! done, what. Nothing is changed.

mod around;
mod bundle;
mod desktop;
mod machine;
mod redact;
mod way;

use std::path::Path;

use serde::Serialize;

use crate::{
    control::Report,
    files::FileError,
    home::{Env, Home},
    loopback,
    view::{BindingState, RouterState, StandingView},
};

/// Whether what should start Rotunda at login starts a program that is gone,
/// as after the app was moved.
pub fn login_entry_is_dead(env: &Env) -> bool {
    matches!(crate::platform::at_login(env), crate::platform::AtLogin::Gone { .. })
}

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
pub struct Findings {
    /// In the order a turn goes.
    pub lines: Vec<Check>,
}

impl Check {
    fn ok(id: &'static str, text: impl Into<String>) -> Self {
        Self { id, state: Health::Ok, text: text.into(), fix: None }
    }

    fn warning(id: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { id, state: Health::Warning, text: text.into(), fix: Some(fix.into()) }
    }

    fn problem(id: &'static str, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { id, state: Health::Problem, text: text.into(), fix: Some(fix.into()) }
    }
}

/// Writes what [`examine`] finds and what else helps into an archive, without
/// anything private. Says so in one sentence.
pub async fn bundle(
    home: &Home,
    env: &Env,
    report: &Report,
    path: &Path,
) -> Result<String, FileError> {
    let checks = examine(home, env, report).await;
    let (home, env, report, path) = (home.clone(), env.clone(), report.clone(), path.to_owned());
    let written = tokio::task::spawn_blocking(move || {
        let activity = bundle::remembered(&home);
        let contents = bundle::Contents {
            home: &home,
            env: &env,
            report: &report,
            checks: &checks,
            activity: &activity,
        };
        bundle::write(&path, &contents)?;
        Ok(format!(
            "Wrote {}. Keys, addresses and names were taken out; look into it before you send it.",
            path.display()
        ))
    });
    written.await.expect("writing a bundle does not panic and is not aborted")
}

/// Looks at everything, in the order a turn goes. `report` tells of the running
/// Rotunda, or of the files when nothing runs.
pub async fn examine(home: &Home, env: &Env, report: &Report) -> Vec<Check> {
    let mut checks = vec![
        machine::codex(env).await,
        desktop::bundled(env).await,
        way::proxy(env, report).await,
        binding(report),
    ];
    checks.extend(router(report).await);
    checks.extend(machine::reach(home, env, report).await);
    checks.push(around::profile_files(home));
    checks.push(around::own_sign_in(home));
    checks.extend(around::upstream(home, env).await);
    checks.push(profiles(report));
    checks.push(machine::vault(home, env, report).await);
    checks.push(machine::settings(home, env));
    checks.push(machine::disk(home));
    checks.push(desktop::at_login(env));
    checks.push(desktop::tray(env).await);
    checks
}

fn binding(report: &Report) -> Check {
    const ID: &str = "binding";
    let binding = &report.snapshot.binding;
    let said = binding.message.clone().unwrap_or_default();
    match binding.state {
        BindingState::Bound if !said.is_empty() => Check::warning(
            ID,
            said,
            "`rotunda bind --switch` switches to the built-in provider until you unbind.",
        ),
        BindingState::Bound => {
            Check::ok(ID, format!("Codex is bound by one line in {}.", config(report)))
        }
        BindingState::Unbound => Check::warning(
            ID,
            "Codex is not bound and uses its own sign-in.",
            "`rotunda bind` points it here.",
        ),
        BindingState::BoundStale => {
            Check::problem(ID, said, "`rotunda bind` brings the line up to date.")
        }
        BindingState::Foreign => Check::warning(
            ID,
            format!("{said} Another program or you set that."),
            "`rotunda bind` points it here; `rotunda unbind` gives back what is there now.",
        ),
        BindingState::Unreadable => Check::problem(
            ID,
            format!("{} cannot be read. {said}", config(report)),
            "Correct the file. Rotunda does not touch it while it does not parse.",
        ),
    }
}

fn config(report: &Report) -> String {
    let folder = std::path::Path::new(&report.snapshot.binding.codex_home);
    folder.join("config.toml").display().to_string()
}

async fn router(report: &Report) -> Vec<Check> {
    const ID: &str = "router";
    let (router, bound) = (&report.snapshot.router, &report.snapshot.binding.state);
    let Some(url) = report.url.as_deref().filter(|_| router.state == RouterState::Running) else {
        let text =
            router.message.clone().unwrap_or_else(|| "The router is not running.".to_owned());
        let start = "Start the app or `rotunda serve`";
        let check = if *bound == BindingState::Bound {
            let text = format!("{text} Codex is bound and waits for it.");
            Check::problem(ID, text, format!("{start}, or `rotunda unbind`."))
        } else {
            Check::warning(ID, text, format!("{start}."))
        };
        return vec![check];
    };
    vec![answers(router.port, url).await, guards(router.port).await]
}

/// With the key, as Codex asks.
async fn answers(port: u16, url: &str) -> Check {
    const ID: &str = "router";
    let mend = "Restart Rotunda; `rotunda activity` and the log tell more.";
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    match status_of(port, &format!("/{path}")).await {
        Ok(status) if status.is_success() => {
            Check::ok(ID, format!("The router answers on 127.0.0.1:{port}."))
        }
        Ok(status) => Check::problem(
            ID,
            format!("The router answers Codex's own address with {status}."),
            mend,
        ),
        Err(error) => Check::problem(ID, format!("The router does not answer: {error}."), mend),
    }
}

/// Without the key, as anybody else on this computer might ask.
async fn guards(port: u16) -> Check {
    const ID: &str = "key";
    match status_of(port, "/codex/models").await {
        Ok(http::StatusCode::UNAUTHORIZED) => {
            Check::ok(ID, "The router turns away programs that do not know its key.")
        }
        Ok(status) => Check::problem(
            ID,
            format!("The router answered a program without its key with {status}."),
            format!("Something else may listen on port {port}: restart Rotunda."),
        ),
        Err(error) => {
            Check::problem(ID, format!("The router does not answer: {error}."), "Restart Rotunda.")
        }
    }
}

async fn status_of(port: u16, path: &str) -> Result<http::StatusCode, loopback::LoopbackError> {
    let request = http::Request::get(path).body(http_body_util::Full::default());
    let request = request.expect("our own paths make a request");
    loopback::ask(port, request).await.map(|answer| answer.status())
}

fn profiles(report: &Report) -> Check {
    const ID: &str = "profiles";
    let profiles = &report.snapshot.profiles;
    let of = |standing| profiles.iter().filter(move |profile| profile.standing == standing).count();
    let (ready, all) = (of(StandingView::Ready), profiles.len());
    let signed_out = of(StandingView::NeedsSignIn);
    match (all, ready) {
        (0, _) => Check::problem(
            ID,
            "There is no profile, so Rotunda has nothing to serve Codex with.",
            "`rotunda login` adds one.",
        ),
        (_, 0) if of(StandingView::Resting) > 0 => Check::warning(
            ID,
            format!("{}.", report.snapshot.headline.trim_end_matches('…')),
            "Wait, or add another profile. `rotunda profiles` shows when each is back.",
        ),
        (_, 0) => Check::problem(
            ID,
            "No profile can serve Codex, and none comes back by itself.",
            "`rotunda profiles` says why: sign in again or resume one.",
        ),
        _ if signed_out > 0 => Check::warning(
            ID,
            format!("{ready} of {all} profiles can serve Codex; {signed_out} must sign in again."),
            "`rotunda profiles` names them; import a new sign-in for each.",
        ),
        _ => Check::ok(ID, format!("{ready} of {all} profiles can serve Codex now.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Snapshot;

    fn report() -> Report {
        let snapshot: Snapshot =
            serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap();
        Report { snapshot, url: None, pid: 1, instance: String::new() }
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

    #[tokio::test]
    async fn a_port_where_nobody_listens_is_told() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let check = answers(port, &format!("http://127.0.0.1:{port}/key/codex")).await;
        assert_eq!(check.state, Health::Problem);
        assert!(!check.text.contains("key"), "{}", check.text);
    }
}
