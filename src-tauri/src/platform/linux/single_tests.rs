//! Two starts on a real bus of their own.

use std::{path::PathBuf, process::Command};

use super::{super::notify::tests::Bus, *};

/// The sentence of a start that was refused.
fn refusal(claim: Claim) -> String {
    match claim {
        Claim::Refused(failure) => failure.to_string(),
        Claim::First(_) => panic!("it counts as the first"),
        Claim::Shown => panic!("the first one was shown"),
    }
}

fn first(claim: Claim) -> Only {
    match claim {
        Claim::First(only) => only,
        Claim::Refused(failure) => panic!("{failure}"),
        Claim::Shown => panic!("another one was shown"),
    }
}

fn shown(claim: Claim) {
    match claim {
        Claim::Shown => {}
        Claim::Refused(failure) => panic!("{failure}"),
        Claim::First(only) => {
            panic!("it counts as the first; on a bus: {}", only.connection.is_some())
        }
    }
}

/// Answers every call for the window like this.
fn answering(only: Only, shown: bool) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        // All of it: with its connection goes the name.
        let mut only = only;
        while let Some(wake) = only.wakes.recv().await {
            let _ = wake.send(shown);
        }
    })
}

#[tokio::test]
async fn a_second_start_has_the_first_one_shown_and_another_folder_runs_beside() {
    let Some(bus) = Bus::start().await else { return };
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let [one, other] = folders.each_ref().map(|folder| folder.path().to_owned());
    let running = answering(first(claim_on(Some(&bus.address), &one).await), true);
    shown(claim_on(Some(&bus.address), &one).await);
    let beside = first(claim_on(Some(&bus.address), &other).await);
    // By another name of the same folder it is the same.
    let link = other.join("link");
    std::os::unix::fs::symlink(&one, &link).expect("a link");
    shown(claim_on(Some(&bus.address), &link).await);
    running.abort();
    drop(beside);
}

/// It holds the name and never answers, as one that was stopped does.
#[tokio::test]
async fn a_first_one_that_does_not_answer_is_named_within_seconds() {
    let Some(bus) = Bus::start().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let hung = first(claim_on(Some(&bus.address), folder.path()).await);
    let message = refusal(claim_on(Some(&bus.address), folder.path()).await);
    assert!(message.contains(&format!("as process {}", std::process::id())), "{message}");
    assert!(message.contains("did not answer within 5 seconds"), "{message}");
    drop(hung);
}

#[tokio::test]
async fn a_first_one_that_is_ending_is_waited_for() {
    let Some(bus) = Bus::start().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let ending = answering(first(claim_on(Some(&bus.address), folder.path()).await), false);
    let (address, data) = (bus.address.clone(), folder.path().to_owned());
    let second = tokio::spawn(async move { claim_on(Some(&address), &data).await });
    tokio::time::sleep(PAUSE).await;
    ending.abort();
    first(second.await.expect("it ends"));
}

#[tokio::test]
async fn a_bus_that_is_not_there_lets_it_start_and_one_that_hangs_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let gone = format!("unix:path={}", folder.path().join("gone").display());
    first(claim_on(Some(&gone), folder.path()).await);
    let Some(bus) = Bus::start().await else { return };
    stop(&bus);
    let message = refusal(claim_on(Some(&bus.address), folder.path()).await);
    assert!(message.starts_with("The session bus did not answer within 5 seconds"), "{message}");
}

fn stop(bus: &Bus) {
    let stopped = Command::new("kill").args(["-STOP", &bus.pid().to_string()]).status();
    assert!(stopped.expect("kill is there").success());
}

#[test]
fn a_folder_has_one_name_and_a_short_one() {
    let [one, other] = ["/nowhere/a", "/nowhere/b"].map(|path| name_for(&PathBuf::from(path)));
    assert_eq!(one, name_for(&PathBuf::from("/nowhere/a")));
    assert_ne!(one, other);
    assert!(one.len() < 100 && zbus::names::WellKnownName::try_from(one.as_str()).is_ok());
}
