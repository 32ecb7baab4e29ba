//! `rotunda guard`: whether so much is left, as an exit code.

use std::{process::ExitCode, time::Duration};

use rotunda_daemon::view::{
    ProfileKind, ProfileView, RouterState, Snapshot, StandingView, WindowKind,
};
use rotunda_host::{
    clock::{self, from_unix},
    home::{Env, Home},
    store::is_same_name,
    timezone,
};
use rotunda_text::{Locale, Localize, Message, format, message};
use serde::Serialize;
use tokio::time::sleep;

use super::{
    args, language_for, print,
    status::line::{self, Origin},
};

/// Nothing can be said, or what was asked is wrong.
const UNKNOWN: u8 = 2;
/// The running Rotunda is on this machine, so it may be asked often.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Whether so much is left.
#[derive(Debug, Clone, PartialEq)]
enum Verdict {
    /// It is, on this profile.
    Enough(Found),
    /// It is not; the most is here, if any profile is ready, and more comes then.
    TooLittle { most: Option<Found>, more_at: Option<i64> },
    /// Figures are missing.
    NotKnown,
    /// There is no profile of that name, or none at all.
    NoProfile,
}

/// What one profile has left.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    name: String,
    left_percent: f64,
    resets_at: Option<i64>,
    is_stale: bool,
}

/// `guard --json`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    /// Null when it is not known.
    enough: Option<bool>,
    min_percent: f64,
    /// Null: the window with the least left.
    window: Option<WindowKind>,
    /// The profile with the most left; null when none is ready.
    profile: Option<&'a str>,
    left_percent: Option<f64>,
    /// When that window starts afresh.
    resets_at: Option<i64>,
    /// When more is expected; null when enough is left or that is not known.
    more_at: Option<i64>,
    router: RouterState,
    /// The figure is old.
    stale: bool,
    text: String,
}

pub(super) async fn guard(home: &Home, env: &Env, options: args::Guard) -> ExitCode {
    let language = language_for(home, env, options.output.json);
    let mut is_announced = false;
    loop {
        let (report, origin) = line::read(home, env, language).await;
        let now = clock::system()();
        let locale = timezone::locale(language, now);
        let verdict = verdict_of(&report.snapshot, &options);
        let may_come = matches!(verdict, Verdict::TooLittle { .. } | Verdict::NotKnown);
        if !options.wait || !may_come {
            print_verdict(&verdict, &report.snapshot, origin, &options, locale);
            return verdict.code();
        }
        if !is_announced {
            print::warning(&sentence(&verdict, &options, locale));
            let share = format::share(options.min);
            print::warning(&message!("guard-waits", min = share).to(locale));
            is_announced = true;
        }
        sleep(LOOK_AGAIN).await;
    }
}

fn verdict_of(snapshot: &Snapshot, options: &args::Guard) -> Verdict {
    let is_meant = |profile: &&ProfileView| match &options.profile {
        Some(name) => is_same_name(&profile.name, name),
        // Keys are paid for by the token and have no windows.
        None => profile.kind == ProfileKind::Chatgpt,
    };
    let meant: Vec<_> = snapshot.profiles.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Verdict::NoProfile;
    }
    let window = options.window.map(args::WindowArgument::kind);
    let ready = meant.iter().filter(|profile| profile.standing == StandingView::Ready);
    let (mut found, mut is_missing) = (Vec::new(), false);
    for profile in ready {
        match found_of(profile, window) {
            Some(one) => found.push(one),
            None => is_missing = true,
        }
    }
    let most = found.into_iter().max_by(|a, b| a.left_percent.total_cmp(&b.left_percent));
    match most {
        Some(most) if most.left_percent >= options.min => Verdict::Enough(most),
        _ if is_missing => Verdict::NotKnown,
        most => Verdict::TooLittle { most, more_at: more_at(&meant, window) },
    }
}

/// Of the window that is asked for, or of the one with the least left when none is, or
/// when the plan has no such window.
fn found_of(profile: &ProfileView, window: Option<WindowKind>) -> Option<Found> {
    let tightest = profile.left.as_ref()?;
    let own = profile.windows.iter().filter(|it| it.name.is_none());
    let asked = window.and_then(|kind| Some((kind, profile.left_of(kind)?)));
    let (left_percent, resets_at) = match asked {
        Some((kind, left)) => {
            (left, own.clone().find(|it| it.label == kind).and_then(|it| it.resets_at))
        }
        None => (tightest.left_percent, tightest.resets_at),
    };
    let is_stale = own.clone().any(|it| it.stale);
    Some(Found { name: profile.name.clone(), left_percent, resets_at, is_stale })
}

/// When the first of them has more: its rest ends, or the window starts afresh.
fn more_at(profiles: &[&ProfileView], window: Option<WindowKind>) -> Option<i64> {
    let of_one = |profile: &&ProfileView| match profile.standing {
        StandingView::Ready => found_of(profile, window).and_then(|found| found.resets_at),
        StandingView::Resting => profile.until,
        StandingView::NeedsSignIn | StandingView::Paused | StandingView::NotEntitled => None,
    };
    profiles.iter().filter_map(of_one).min()
}

impl Verdict {
    fn code(&self) -> ExitCode {
        match self {
            Self::Enough(_) => ExitCode::SUCCESS,
            Self::TooLittle { .. } => ExitCode::FAILURE,
            Self::NotKnown | Self::NoProfile => ExitCode::from(UNKNOWN),
        }
    }
}

fn sentence(verdict: &Verdict, options: &args::Guard, locale: Locale) -> String {
    let min = format::share(options.min);
    match verdict {
        Verdict::Enough(found) => {
            let left = format::left(found.left_percent, locale);
            message!("guard-enough", profile = &found.name, left = left, min = min)
        }
        Verdict::TooLittle { most, more_at } => {
            let what = too_little(most.as_ref(), min);
            match more_at {
                Some(at) => {
                    let at = format::at(from_unix(*at), locale);
                    message!("guard-more", what = what.to(locale), at = at)
                }
                None => what,
            }
        }
        Verdict::NotKnown => message!("guard-unknown"),
        Verdict::NoProfile => options.profile.as_ref().map_or_else(
            || message!("guard-no-profile"),
            |name| message!("guard-no-such-profile", name = name),
        ),
    }
    .to(locale)
}

fn too_little(most: Option<&Found>, min: String) -> Message {
    let Some(found) = most else { return message!("guard-none-ready") };
    let left = format::share(found.left_percent);
    message!("guard-too-little", profile = &found.name, left = left, min = min)
}

fn print_verdict(
    verdict: &Verdict,
    snapshot: &Snapshot,
    origin: Origin,
    options: &args::Guard,
    locale: Locale,
) {
    let text = sentence(verdict, options, locale);
    if options.output.json {
        print::json(&answer(verdict, snapshot, options, text));
        return;
    }
    match verdict {
        Verdict::NotKnown | Verdict::NoProfile => print::error(&text),
        Verdict::Enough(_) | Verdict::TooLittle { .. } => drop(print::line(&text)),
    }
    if origin != Origin::Running {
        print::warning(&message!("guard-off").to(locale));
    }
}

fn answer<'a>(
    verdict: &'a Verdict,
    snapshot: &Snapshot,
    options: &args::Guard,
    text: String,
) -> Answer<'a> {
    let (enough, found, more_at) = match verdict {
        Verdict::Enough(found) => (Some(true), Some(found), None),
        Verdict::TooLittle { most, more_at } => (Some(false), most.as_ref(), *more_at),
        Verdict::NotKnown | Verdict::NoProfile => (None, None, None),
    };
    Answer {
        enough,
        min_percent: options.min,
        window: options.window.map(args::WindowArgument::kind),
        profile: found.map(|found| found.name.as_str()),
        left_percent: found.map(|found| found.left_percent),
        resets_at: found.and_then(|found| found.resets_at),
        more_at,
        router: snapshot.router.state,
        stale: found.is_some_and(|found| found.is_stale),
        text,
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
