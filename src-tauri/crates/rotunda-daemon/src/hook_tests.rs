use rotunda_core::profile::UseCredits;
use rotunda_host::{clock::from_unix, settings::NoticeKind, store::ActivityKind};
use rotunda_text::{Cause, Chose, Went};

use super::*;

const PATIENT: Duration = Duration::from_secs(60);

fn locale() -> Locale {
    Locale::english(from_unix(1_795_254_600), 0)
}

fn event() -> HookEvent {
    let until = Some(1_795_258_200);
    let (from, to) = ("studio".to_owned(), "work".to_owned());
    let went = Went::Rotated { from, to, cause: Cause::FiveHours, until };
    HookEvent::of_line(HookKind::Activity(ActivityKind::Rotated), &went.into(), locale())
}

#[test]
fn an_event_names_its_kind_its_profile_and_what_happened() {
    let event = serde_json::to_value(event()).unwrap();
    assert_eq!((&event["version"], &event["kind"]), (&1.into(), &"rotated".into()));
    assert_eq!((&event["at"], &event["profile"]), (&1_795_254_600.into(), &"work".into()));
    assert_eq!(event["details"]["rotated"]["from"], "studio");
    assert!(event["text"].as_str().unwrap().starts_with("Moved from studio to work"), "{event}");
    assert_eq!(event["test"], false);
    let chose = Chose::AllowedCredits { profile: "home".to_owned(), consent: UseCredits::Always };
    let kind = HookKind::Activity(ActivityKind::CreditsAllowed);
    assert_eq!(HookEvent::of_line(kind, &chose.into(), locale()).profile.as_deref(), Some("home"));
    let unpinned = HookEvent::of_line(HookKind::Any, &Chose::Unpinned.into(), locale());
    assert_eq!(unpinned.profile, None);
    let low = HookEvent::of_text(HookKind::Notice(NoticeKind::Low), "Low".to_owned(), locale());
    assert_eq!((low.kind.as_str(), low.details), ("low", Value::Null));
}

#[test]
fn a_variable_that_names_a_secret_or_is_ours_is_not_passed_on() {
    for name in [
        "OPENAI_API_KEY",
        "CODEX_API_KEY",
        "CODEX_ACCESS_TOKEN",
        "ROTUNDA_VAULT",
        "ROTUNDA_LOG",
        "github_token",
        "DB_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "LISTEN_FDS",
        "NOTIFY_SOCKET",
    ] {
        assert!(!is_passed_on(OsStr::new(name)), "{name}");
    }
    for name in ["PATH", "HOME", "ROTUNDA_HOME", "CODEX_HOME", "DISPLAY", "LANG"] {
        assert!(is_passed_on(OsStr::new(name)), "{name}");
    }
}

#[tokio::test]
async fn a_command_that_ends_with_a_code_or_cannot_run_is_reported() {
    let ran = run("exit 3", &event(), &Env::system(), PATIENT).await;
    assert_eq!(ran.failure, Some(HookFailure::Code(3)));
    let ran = run("exit 0", &event(), &Env::system(), PATIENT).await;
    assert_eq!((ran.failure, ran.output.as_str()), (None, ""));
    let said = HookTried::of(
        HookRun { failure: Some(HookFailure::Code(3)), output: "x".to_owned() },
        HookKind::Any,
        locale(),
    );
    assert_eq!(said.text, "The hook any failed: it ended with 3.");
}

#[cfg(unix)]
mod unix {
    use std::{fs, path::Path};

    use super::*;

    fn env() -> Env {
        Env::of([
            ("PATH", "/usr/bin:/bin"),
            ("OPENAI_API_KEY", "sk-planted"),
            ("ROTUNDA_VAULT", "file"),
            ("MY_TOKEN", "planted"),
        ])
    }

    #[tokio::test]
    async fn the_event_comes_as_json_and_in_variables_and_no_secret_does() {
        let ran = run("cat; echo; env", &event(), &env(), PATIENT).await;
        assert_eq!(ran.failure, None);
        let (json, variables) = ran.output.split_once('\n').unwrap();
        let heard: Value = serde_json::from_str(json).unwrap();
        assert_eq!(heard, serde_json::to_value(event()).unwrap());
        for line in ["ROTUNDA_EVENT=rotated", "ROTUNDA_PROFILE=work", "ROTUNDA_AT=1795254600"] {
            assert!(variables.lines().any(|it| it == line), "{line}: {variables}");
        }
        assert!(variables.contains("ROTUNDA_TEXT=Moved from studio to work"), "{variables}");
        assert!(!ran.output.contains("planted") && !variables.contains("VAULT"), "{variables}");
    }

    /// A number whose process is there, other than as one that nobody has waited for.
    fn runs(pid: &str) -> bool {
        let status = fs::read_to_string(Path::new("/proc").join(pid).join("stat"));
        status.is_ok_and(|text| !text.contains(") Z "))
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_command_that_takes_too_long_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let noted = folder.path().join("pid");
        let command = format!("sleep 600 & echo $! > {}; wait", noted.display());
        let ran = run(&command, &event(), &env(), Duration::from_secs(1)).await;
        assert_eq!(ran.failure, Some(HookFailure::TooLong(1)));
        let pid = fs::read_to_string(&noted).unwrap().trim().to_owned();
        while runs(&pid) {
            tokio::task::yield_now().await;
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_command_that_is_dropped_ends_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let noted = folder.path().join("pid");
        let command = format!("echo $$ > {}; exec sleep 600", noted.display());
        let (event, env) = (event(), env());
        let mut running = Box::pin(run(&command, &event, &env, PATIENT));
        let pid = loop {
            let _ = timeout(Duration::from_millis(10), &mut running).await;
            match fs::read_to_string(&noted) {
                Ok(pid) if pid.ends_with('\n') => break pid.trim().to_owned(),
                _ => {}
            }
        };
        assert!(runs(&pid));
        drop(running);
        while runs(&pid) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn much_output_is_cut_and_stops_nothing_and_input_may_stay_unread() {
        let ran = run("head -c 1000000 /dev/zero | tr '\\0' x", &event(), &env(), PATIENT).await;
        assert_eq!((ran.failure, ran.output.len()), (None, LONGEST_OUTPUT));
        let event = HookEvent { text: "x".repeat(1 << 20), ..event() };
        let long = HookEvent { details: Value::from("y".repeat(1 << 20)), ..event };
        // The variable would be too long for the system.
        let long = HookEvent { text: String::new(), ..long };
        assert_eq!(run("exit 0", &long, &env(), PATIENT).await.failure, None);
    }

    #[tokio::test]
    async fn a_signal_and_a_text_on_the_error_output_are_reported() {
        let ran = run("echo out; echo err >&2; kill -KILL $$", &event(), &env(), PATIENT).await;
        assert_eq!((ran.failure, ran.output.as_str()), (Some(HookFailure::Signal), "out\nerr"));
    }
}
