//! What is shown, composed from what is known. Pure.
//!
//! Every text that names a number or a time is made here or in
//! [`rotunda_core::format`], so the tray, the window and the command line say
//! the same words.

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_core::{
    ProfileId, Standing, format, pace,
    profile::{Kind, Rest, RestCause, Usage, Window, WindowKind},
};
use rotunda_router::{PoolView, SeatView, VaultError, usage_refresh};

use crate::{
    clock::unix,
    store::{Activity, StoredProfile},
    view::{
        ActivityView, BindingState, BindingView, PaceView, ProfileKind, ProfileView, RouterState,
        RouterView, SignInView, Snapshot, StandingView, TestTurn, VaultPlace, VaultState,
        VaultView, WaitingView, WindowLabel, WindowView,
    },
};

/// Longest name in the tray's first line.
const LONGEST_NAME: usize = 24;
/// A window with this much left counts as full: the week is worth telling.
const FULL_PERCENT: f64 = 99.5;

/// Everything a snapshot is made of.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) demo: bool,
    pub(crate) router: RouterView,
    pub(crate) binding: BindingView,
    /// Somebody else took our line out.
    pub(crate) changed_outside: bool,
    /// Why sign-ins cannot be read, when they cannot.
    pub(crate) vault: Option<&'a VaultError>,
    /// Where they rest.
    pub(crate) vault_place: VaultPlace,
    /// The sign-in under way, or just ended.
    pub(crate) sign_in: Option<SignInView>,
    pub(crate) profiles: &'a [StoredProfile],
    pub(crate) pool: &'a PoolView,
    /// The user wants requests to wait for a reset.
    pub(crate) waits: bool,
    /// Newest first.
    pub(crate) activity: &'a [Activity],
    pub(crate) test_turn: Option<TestTurn>,
    pub(crate) recording: Option<String>,
}

/// The moment a snapshot is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: SystemTime,
    /// Seconds east of UTC.
    pub(crate) utc_offset: i32,
}

/// Puts a snapshot together. Its version is for the caller to set.
pub(crate) fn compose(facts: Facts<'_>, moment: Moment) -> Snapshot {
    let seats: BTreeMap<_, _> = facts.pool.seats.iter().map(|seat| (seat.seat.id, seat)).collect();
    let known = facts.profiles.iter().filter_map(|stored| Some((stored, *seats.get(&stored.id)?)));
    let profiles: Vec<_> = known.map(|(stored, seat)| profile(stored, seat, moment)).collect();
    let serving = facts.pool.serving.and_then(|id| named(facts.profiles, id));
    let headline = headline(&facts, serving.as_deref(), moment);
    let outlook = outlook(&facts, &profiles, moment);
    let waiting = waiting(&facts);
    let activity = facts.activity.iter().take(Snapshot::ACTIVITY);
    let activity = activity.map(|entry| ActivityView {
        at: unix(entry.at),
        kind: entry.kind,
        text: entry.text.clone(),
    });
    Snapshot {
        version: 0,
        demo: facts.demo,
        headline,
        outlook,
        router: facts.router,
        binding: facts.binding,
        serving,
        waiting,
        profiles,
        activity: activity.collect(),
        test_turn: facts.test_turn,
        recording: facts.recording,
        sign_in: facts.sign_in,
        vault: vault(facts.vault_place, facts.vault),
    }
}

/// Whether sign-ins can be reached, with the way out when they cannot.
fn vault(kind: VaultPlace, error: Option<&VaultError>) -> VaultView {
    let (state, message) = match (kind, error) {
        (VaultPlace::Keychain, None | Some(VaultError::Missing)) => (VaultState::Ok, None),
        (VaultPlace::File, None | Some(VaultError::Missing)) => (VaultState::Ok, Some(IN_A_FILE)),
        (VaultPlace::Keychain, Some(VaultError::Locked)) => (VaultState::Locked, Some(LOCKED)),
        (VaultPlace::Keychain, Some(VaultError::Denied)) => (VaultState::Denied, Some(DENIED)),
        (VaultPlace::Keychain, Some(VaultError::Unavailable(_))) => {
            (VaultState::Missing, Some(NO_KEYCHAIN))
        }
        (VaultPlace::File, Some(VaultError::Locked | VaultError::Denied)) => {
            (VaultState::Denied, Some(NO_FILE))
        }
        (VaultPlace::File, Some(VaultError::Unavailable(_))) => {
            (VaultState::Missing, Some(NO_FILE))
        }
        (_, Some(VaultError::Damaged(_))) => (VaultState::Broken, Some(BROKEN)),
    };
    VaultView { kind, state, message: message.map(ToOwned::to_owned) }
}

const IN_A_FILE: &str = "Sign-ins are in a file that any program of yours can read. \
     `rotunda vault move keychain` moves them into the keychain.";
const LOCKED: &str = "The keychain is locked. Unlock it, and Codex goes on.";
const DENIED: &str = "The keychain refused access. Allow Rotunda its own items, and Codex goes on.";
const NO_KEYCHAIN: &str = "No keychain answers. Start one (on Linux a Secret Service such as \
     gnome-keyring), or run `rotunda vault move file` to keep sign-ins in a private file.";
const NO_FILE: &str = "The file with the sign-ins cannot be used. See that you may read and write \
     vault.json in Rotunda's data folder.";
const BROKEN: &str = "What the vault holds cannot be understood. Sign in again with each profile.";

fn named(profiles: &[StoredProfile], id: ProfileId) -> Option<String> {
    profiles.iter().find(|profile| profile.id == id).map(|profile| profile.name.clone())
}

/// The line under the headline.
fn outlook(facts: &Facts<'_>, profiles: &[ProfileView], moment: Moment) -> String {
    if profiles.is_empty() {
        return "Sign in once for each ChatGPT plan that you own.".to_owned();
    }
    if let Some(until) = facts.pool.exhausted_until {
        let at = format::at(until, moment.now, moment.utc_offset);
        let name = first_back(facts).unwrap_or_else(|| "the next profile".to_owned());
        return if facts.waits {
            format!("All profiles are out. Codex waits and continues {at} with {name}.")
        } else {
            format!("All profiles are out. Codex can go on {at}, when {name} resets.")
        };
    }
    let ready = profiles.iter().filter(|one| one.standing == StandingView::Ready).count();
    let alive =
        |one: &&ProfileView| matches!(one.standing, StandingView::Ready | StandingView::Resting);
    let windows =
        |one: &ProfileView| one.windows.iter().filter_map(|window| window.resets_at).collect();
    let resets = profiles.iter().filter(alive).flat_map(|one| {
        let windows: Vec<_> = windows(one);
        one.until.into_iter().chain(windows)
    });
    let next = resets.filter(|at| *at > unix(moment.now)).min();
    let noun = if profiles.len() == 1 { "profile" } else { "profiles" };
    let count = format!("{ready} of {} {noun} ready", profiles.len());
    match next {
        Some(at) => {
            let at = until(crate::clock::from_unix(at), moment.now, moment.utc_offset);
            format!("{count}, next reset {at}")
        }
        None => count,
    }
}

/// Name of the profile whose rest ends first.
fn first_back(facts: &Facts<'_>) -> Option<String> {
    let rests = facts.pool.seats.iter().filter_map(|seat| match seat.standing {
        Standing::Resting(rest) => Some((rest.until, seat.seat.id)),
        _ => None,
    });
    named(facts.profiles, rests.min()?.1)
}

fn waiting(facts: &Facts<'_>) -> Option<WaitingView> {
    let count = Some(facts.pool.waiting).filter(|count| *count > 0)?;
    let until = facts.pool.exhausted_until.map(unix);
    Some(WaitingView { count, until, profile: first_back(facts) })
}

/// The most useful sentence: what needs the user first, then what Codex does.
fn headline(facts: &Facts<'_>, serving: Option<&str>, moment: Moment) -> String {
    if facts.router.state == RouterState::PortTaken {
        return format!("Can't listen on port {} · Fix…", facts.router.port);
    }
    match facts.vault {
        None | Some(VaultError::Missing | VaultError::Damaged(_)) => {}
        Some(VaultError::Locked) => return "Unlock your keychain to continue…".to_owned(),
        Some(VaultError::Denied) => {
            return "Allow Rotunda its keychain items to continue…".to_owned();
        }
        Some(VaultError::Unavailable(_)) => return "No keychain answers · Fix…".to_owned(),
    }
    let is_running = facts.router.state == RouterState::Running;
    if facts.changed_outside || (is_running && facts.binding.state == BindingState::BoundStale) {
        return "Binding was changed outside Rotunda · Fix…".to_owned();
    }
    if facts.profiles.is_empty() {
        return "Add a profile to start".to_owned();
    }
    if !matches!(facts.binding.state, BindingState::Bound | BindingState::BoundStale) {
        return "Codex is not bound".to_owned();
    }
    if !is_running {
        return "Codex waits: the router is not running".to_owned();
    }
    pool_headline(facts.pool, serving, moment)
}

fn pool_headline(pool: &PoolView, serving: Option<&str>, moment: Moment) -> String {
    if let Some(until) = pool.exhausted_until {
        let back = format::at(until, moment.now, moment.utc_offset);
        return format!("All profiles out · back {back}");
    }
    let ready = pool.seats.iter().filter(|seat| seat.standing == Standing::Ready).count();
    let serves = pool.seats.iter().find(|seat| seat.in_use && seat.standing == Standing::Ready);
    match (serves, serving) {
        (Some(seat), Some(name)) => {
            let name = format::cut(name, LONGEST_NAME);
            match left_of(seat.usage.as_ref(), moment.now) {
                Some(left) => format!("Codex is using {name} · {}", low(left)),
                None => format!("Codex is using {name}"),
            }
        }
        _ if ready == 0 => "No profile is ready · Sign in again…".to_owned(),
        _ => match ready {
            1 => "Codex is bound · 1 profile ready".to_owned(),
            n => format!("Codex is bound · {n} profiles ready"),
        },
    }
}

/// Such as `62% left` or `Low, 8% left`.
fn low(left: f64) -> String {
    let text = format::left(left);
    if format::is_low(left) { format!("Low, {text}") } else { text }
}

fn left_of(usage: Option<&Usage>, now: SystemTime) -> Option<f64> {
    usage.filter(|usage| !usage.windows.is_empty()).map(|usage| usage.left(now))
}

fn profile(stored: &StoredProfile, seat: &SeatView, moment: Moment) -> ProfileView {
    let (standing, until) = match seat.standing {
        Standing::Ready => (StandingView::Ready, None),
        Standing::Resting(rest) => (StandingView::Resting, Some(rest.until)),
        Standing::NeedsSignIn => (StandingView::NeedsSignIn, None),
        Standing::NotEntitled => (StandingView::NotEntitled, None),
        Standing::Paused => (StandingView::Paused, None),
    };
    let plan = seat.usage.as_ref().and_then(|usage| usage.plan.clone());
    ProfileView {
        id: stored.id.to_string(),
        name: stored.name.clone(),
        kind: match stored.kind {
            Kind::ChatGpt => ProfileKind::Chatgpt,
            Kind::ApiKey => ProfileKind::ApiKey,
        },
        plan: plan.or_else(|| stored.plan.clone()),
        email: stored.email.clone(),
        standing,
        until: until.map(unix),
        reason: reason(seat.standing).map(ToOwned::to_owned),
        in_use: seat.in_use,
        pinned: seat.pinned,
        in_flight: seat.in_flight,
        reserve_percent: seat.reserve_percent,
        summary: summary(seat, moment),
        windows: windows(seat, moment),
        own_sign_in: seat.seat.own_sign_in,
    }
}

fn reason(standing: Standing) -> Option<&'static str> {
    Some(match standing {
        Standing::Ready => return None,
        Standing::Resting(Rest { cause, .. }) => match cause {
            RestCause::Quota(Some(WindowKind::FiveHours)) => "It ran out of its 5-hour limit.",
            RestCause::Quota(Some(WindowKind::Week)) => "It ran out of its weekly limit.",
            RestCause::Quota(Some(WindowKind::Other) | None) => "It ran out of its limit.",
            RestCause::Trouble => "OpenAI had trouble with its requests.",
        },
        Standing::NeedsSignIn => "OpenAI ended this sign-in.",
        Standing::NotEntitled => "Its plan does not include Codex.",
        Standing::Paused => "You paused it.",
    })
}

/// The row's text after the name; with the name it fits a menu.
fn summary(seat: &SeatView, moment: Moment) -> String {
    let until = |at| until(at, moment.now, moment.utc_offset);
    match seat.standing {
        Standing::Resting(Rest { until: at, cause: RestCause::Quota(_) }) => {
            format!("Out until {}", until(at))
        }
        Standing::Resting(Rest { until: at, cause: RestCause::Trouble }) => {
            format!("Resting until {}", until(at))
        }
        Standing::NeedsSignIn => "Sign in again…".to_owned(),
        Standing::NotEntitled => "Plan without Codex".to_owned(),
        Standing::Paused => "Paused".to_owned(),
        Standing::Ready => {
            let text = seat.usage.as_ref().map_or_else(ready, |usage| quota(usage, moment.now));
            if is_stale(seat, moment.now) { format!("{text} · last known") } else { text }
        }
    }
}

/// What follows "until": `14:05`, `tomorrow at 09:10`, `Fri 09:10`.
pub(crate) fn until(at: SystemTime, now: SystemTime, utc_offset: i32) -> String {
    let text = format::at(at, now, utc_offset);
    text.strip_prefix("at ").unwrap_or(&text).to_owned()
}

fn ready() -> String {
    "Ready".to_owned()
}

/// The shortest window first; the week only when it is the tighter one or the
/// other is full.
fn quota(usage: &Usage, now: SystemTime) -> String {
    let Some(first) = usage.windows.first() else { return ready() };
    let first_left = first.left(now);
    let week = usage.window(WindowKind::Week).filter(|week| *week != first);
    match week.map(|week| (week, week.left(now))) {
        Some((week, left)) if left <= 0.0 => with_reset(week, now),
        Some((_, left)) if left < first_left || first_left >= FULL_PERCENT => {
            format!("{} · week {}", low(first_left), format::share(left))
        }
        _ => with_reset(first, now),
    }
}

fn with_reset(window: &Window, now: SystemTime) -> String {
    let left = low(window.left(now));
    match resets(window, now) {
        Some(resets) => format!("{left}, {resets}"),
        None => left,
    }
}

/// Such as `resets in 2h 13m`; none when unknown or past.
fn resets(window: &Window, now: SystemTime) -> Option<String> {
    let left = window.resets_at?.duration_since(now).ok().filter(|left| !left.is_zero())?;
    Some(format::resets(left))
}

/// Whether three refreshes were missed.
fn is_stale(seat: &SeatView, now: SystemTime) -> bool {
    let read = seat.usage.as_ref().filter(|usage| !usage.windows.is_empty());
    read.is_some_and(|usage| {
        let age = now.duration_since(usage.read_at).unwrap_or_default();
        age > usage_refresh(seat.in_use || seat.in_flight > 0) * 3
    })
}

fn pace_of(window: &Window, moment: Moment) -> Option<PaceView> {
    let pace = pace::pace(window, moment.now)?;
    let text = pace.text(moment.now, moment.utc_offset);
    Some(PaceView { even_left: pace.even_left.round(), text })
}

fn windows(seat: &SeatView, moment: Moment) -> Vec<WindowView> {
    let (now, stale) = (moment.now, is_stale(seat, moment.now));
    let windows = seat.usage.as_ref().map_or(&[][..], |usage| usage.windows.as_slice());
    let view = |window: &Window| WindowView {
        label: match window.kind() {
            WindowKind::FiveHours => WindowLabel::FiveHours,
            WindowKind::Week => WindowLabel::Week,
            WindowKind::Other => WindowLabel::Other,
        },
        name: None,
        minutes: window.length.as_secs() / 60,
        used_percent: window.used_percent,
        left_text: format::left(window.left(now)),
        resets_at: window.resets_at.map(unix),
        resets_text: resets(window, now),
        pace: pace_of(window, moment),
        stale,
    };
    let of_families = seat.families.iter().flat_map(|family| {
        let name = || Some(family.name.clone());
        let named =
            move |window| WindowView { label: WindowLabel::Other, name: name(), ..view(window) };
        family.windows.iter().map(named)
    });
    windows.iter().map(view).chain(of_families).collect()
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
