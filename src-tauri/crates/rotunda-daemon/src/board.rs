//! What is shown, composed from what is known. Pure.
//!
//! Every text that names a number or a time is made here, in the reader's
//! language, so the tray, the window and the command line say the same words.

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_core::{
    ProfileId, Reader, Standing, Words, format, pace,
    profile::{Kind, Rest, RestCause, Usage, Window, WindowKind},
    words::{BindingNote, Headline, Limit, Outlook, Reason, Summary, Told, VaultNote},
};
use rotunda_router::{PoolView, SeatView, VaultError, usage_refresh};

use crate::{
    clock::unix,
    daemon::SignInNote,
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
    /// Why the router does not listen, when it does not.
    pub(crate) router_note: Option<&'a Told>,
    pub(crate) binding: BindingView,
    /// What to know of it.
    pub(crate) binding_note: Option<&'a BindingNote>,
    /// Why sign-ins cannot be read, when they cannot.
    pub(crate) vault: Option<&'a VaultError>,
    /// Where they rest.
    pub(crate) vault_place: VaultPlace,
    /// The sign-in under way, or just ended.
    pub(crate) sign_in: Option<SignInView>,
    /// What to know of it.
    pub(crate) sign_in_note: Option<&'a SignInNote>,
    pub(crate) profiles: &'a [StoredProfile],
    pub(crate) pool: &'a PoolView,
    /// The user wants requests to wait for a reset.
    pub(crate) waits: bool,
    /// Newest first.
    pub(crate) activity: &'a [Activity],
    pub(crate) test_turn: Option<TestTurn>,
    pub(crate) recording: Option<String>,
}

/// Puts a snapshot together. Its version is for the caller to set.
pub(crate) fn compose(mut facts: Facts<'_>, reader: Reader) -> Snapshot {
    facts.router.message = facts.router_note.map(|note| note.to(reader));
    if let Some(sign_in) = &mut facts.sign_in {
        sign_in.message = facts.sign_in_note.map(|note| note.to(reader));
    }
    facts.binding.message = facts.binding_note.map(|note| note.to(reader));
    let seats: BTreeMap<_, _> = facts.pool.seats.iter().map(|seat| (seat.seat.id, seat)).collect();
    let known = facts.profiles.iter().filter_map(|stored| Some((stored, *seats.get(&stored.id)?)));
    let profiles: Vec<_> = known.map(|(stored, seat)| profile(stored, seat, reader)).collect();
    let serving = facts.pool.serving.and_then(|id| named(facts.profiles, id));
    let headline = headline(&facts, serving.as_deref(), reader);
    let outlook = outlook(&facts, &profiles, reader);
    let waiting = waiting(&facts);
    let activity = facts.activity.iter().take(Snapshot::ACTIVITY);
    let activity = activity.map(|entry| ActivityView {
        at: unix(entry.at),
        kind: entry.kind,
        text: entry.to(reader),
    });
    Snapshot {
        version: 0,
        language: reader.language,
        demo: facts.demo,
        headline,
        outlook,
        updated: updated(facts.pool, reader),
        router: facts.router,
        binding: facts.binding,
        serving,
        waiting,
        profiles,
        activity: activity.collect(),
        test_turn: facts.test_turn,
        recording: facts.recording,
        sign_in: facts.sign_in,
        vault: vault(facts.vault_place, facts.vault, reader),
    }
}

/// Whether sign-ins can be reached, with the way out when they cannot.
fn vault(kind: VaultPlace, error: Option<&VaultError>, reader: Reader) -> VaultView {
    let (state, note) = match (kind, error) {
        (VaultPlace::Keychain, None | Some(VaultError::Missing)) => (VaultState::Ok, None),
        (VaultPlace::File, None | Some(VaultError::Missing)) => {
            (VaultState::Ok, Some(VaultNote::InFile))
        }
        (VaultPlace::Keychain, Some(VaultError::Locked)) => {
            (VaultState::Locked, Some(VaultNote::Locked))
        }
        (VaultPlace::Keychain, Some(VaultError::Denied)) => {
            (VaultState::Denied, Some(VaultNote::Denied))
        }
        (VaultPlace::Keychain, Some(VaultError::Unavailable(_))) => {
            (VaultState::Missing, Some(VaultNote::NoKeychain))
        }
        (VaultPlace::File, Some(VaultError::Locked | VaultError::Denied)) => {
            (VaultState::Denied, Some(VaultNote::NoFile))
        }
        (VaultPlace::File, Some(VaultError::Unavailable(_))) => {
            (VaultState::Missing, Some(VaultNote::NoFile))
        }
        (_, Some(VaultError::Damaged(_))) => (VaultState::Broken, Some(VaultNote::Broken)),
    };
    VaultView { kind, state, message: note.map(|note| note.to(reader)) }
}

fn named(profiles: &[StoredProfile], id: ProfileId) -> Option<String> {
    profiles.iter().find(|profile| profile.id == id).map(|profile| profile.name.clone())
}

/// The line under the headline.
fn outlook(facts: &Facts<'_>, profiles: &[ProfileView], reader: Reader) -> String {
    if profiles.is_empty() {
        return Outlook::NoProfile.to(reader);
    }
    if let Some(until) = facts.pool.exhausted_until {
        let first = first_back(facts);
        let first = first.as_deref();
        let outlook =
            if facts.waits { Outlook::Waits(until, first) } else { Outlook::Out(until, first) };
        return outlook.to(reader);
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
    let next = resets.filter(|at| *at > unix(reader.now)).min().map(crate::clock::from_unix);
    Outlook::Ready { ready, all: profiles.len(), next }.to(reader)
}

/// How old the quota of the profile in use is.
fn updated(pool: &PoolView, reader: Reader) -> Option<String> {
    let seat = pool.seats.iter().find(|seat| seat.in_use)?;
    let read_at = seat.usage.as_ref()?.read_at;
    let age = reader.now.duration_since(read_at).unwrap_or_default();
    Some(format::updated(age, usage_refresh(true), reader))
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
fn headline(facts: &Facts<'_>, serving: Option<&str>, reader: Reader) -> String {
    if facts.router.state == RouterState::PortTaken {
        return Headline::CantListen(facts.router.port).to(reader);
    }
    match facts.vault {
        None | Some(VaultError::Missing | VaultError::Damaged(_)) => {}
        Some(VaultError::Locked) => return Headline::KeychainLocked.to(reader),
        Some(VaultError::Denied) => return Headline::KeychainDenied.to(reader),
        Some(VaultError::Unavailable(_)) => return Headline::NoKeychain.to(reader),
    }
    let is_running = facts.router.state == RouterState::Running;
    let (state, changed) = (facts.binding.state, facts.binding.changed_outside);
    if changed || (is_running && state == BindingState::BoundStale) {
        return Headline::BindingChanged.to(reader);
    }
    if facts.profiles.is_empty() {
        return Headline::NoProfile.to(reader);
    }
    if !matches!(state, BindingState::Bound | BindingState::BoundStale) {
        return Headline::NotBound.to(reader);
    }
    if !is_running {
        return Headline::RouterStopped.to(reader);
    }
    pool_headline(facts.pool, serving, reader)
}

fn pool_headline(pool: &PoolView, serving: Option<&str>, reader: Reader) -> String {
    if let Some(until) = pool.exhausted_until {
        return Headline::AllOut(until).to(reader);
    }
    let ready = pool.seats.iter().filter(|seat| seat.standing == Standing::Ready).count();
    let serves = pool.seats.iter().find(|seat| seat.in_use && seat.standing == Standing::Ready);
    match (serves, serving) {
        (Some(seat), Some(name)) => {
            let name = format::cut(name, LONGEST_NAME);
            let left = left_of(seat.usage.as_ref(), reader.now);
            let left = left.map(|left| format::left_or_low(left, reader));
            Headline::Using(&name, left.as_deref()).to(reader)
        }
        _ if ready == 0 => Headline::NobodyReady.to(reader),
        _ => Headline::Ready(ready).to(reader),
    }
}

fn left_of(usage: Option<&Usage>, now: SystemTime) -> Option<f64> {
    usage.filter(|usage| !usage.windows.is_empty()).map(|usage| usage.left(now))
}

fn profile(stored: &StoredProfile, seat: &SeatView, reader: Reader) -> ProfileView {
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
        reason: reason(seat.standing).map(|reason| reason.to(reader)),
        ran_out_of: ran_out_of(seat.standing),
        place: seat.place,
        is_last_resort: seat.is_last_resort,
        in_use: seat.in_use,
        pinned: seat.pinned,
        in_flight: seat.in_flight,
        reserve_percent: seat.reserve_percent,
        summary: summary(seat, reader),
        windows: windows(seat, reader),
        own_sign_in: seat.seat.own_sign_in,
    }
}

fn reason(standing: Standing) -> Option<Reason> {
    match standing {
        Standing::Ready => None,
        Standing::Resting(rest) => Some(Reason::Rests(rest.cause.into())),
        Standing::NeedsSignIn => Some(Reason::SignInEnded),
        Standing::NotEntitled => Some(Reason::NoCodex),
        Standing::Paused => Some(Reason::Paused),
    }
}

fn ran_out_of(standing: Standing) -> Option<Limit> {
    let Standing::Resting(Rest { cause: RestCause::Quota(window), .. }) = standing else {
        return None;
    };
    Some(match window {
        Some(WindowKind::FiveHours) => Limit::FiveHours,
        Some(WindowKind::Week) => Limit::Week,
        Some(WindowKind::Other) | None => Limit::Other,
    })
}

/// The row's text after the name; with the name it fits a menu.
fn summary(seat: &SeatView, reader: Reader) -> String {
    match seat.standing {
        Standing::Resting(Rest { until, cause: RestCause::Quota(_) }) => {
            Summary::OutUntil(until).to(reader)
        }
        Standing::Resting(Rest { until, cause: RestCause::Trouble }) => {
            Summary::RestsUntil(until).to(reader)
        }
        Standing::NeedsSignIn => Summary::SignInAgain.to(reader),
        Standing::NotEntitled => Summary::NoCodex.to(reader),
        Standing::Paused => Summary::Paused.to(reader),
        Standing::Ready => {
            let quota = seat.usage.as_ref().and_then(|usage| quota(usage, reader));
            let text = quota.unwrap_or_else(|| Summary::Ready.to(reader));
            if is_stale(seat, reader.now) { Summary::LastKnown(&text).to(reader) } else { text }
        }
    }
}

/// The shortest window first; the week only when it is the tighter one or the
/// other is full.
fn quota(usage: &Usage, reader: Reader) -> Option<String> {
    let first = usage.windows.first()?;
    let first_left = first.left(reader.now);
    let week = usage.window(WindowKind::Week).filter(|week| *week != first);
    Some(match week.map(|week| (week, week.left(reader.now))) {
        Some((week, left)) if left <= 0.0 => with_reset(week, reader),
        Some((_, left)) if left < first_left || first_left >= FULL_PERCENT => {
            let first = format::left_or_low(first_left, reader);
            Summary::Week(&first, &format::share(left)).to(reader)
        }
        _ => with_reset(first, reader),
    })
}

fn with_reset(window: &Window, reader: Reader) -> String {
    let left = format::left_or_low(window.left(reader.now), reader);
    match resets(window, reader) {
        Some(resets) => Summary::Resets(&left, &resets).to(reader),
        None => left,
    }
}

/// Such as `resets in 2h 13m`; none when unknown or past.
fn resets(window: &Window, reader: Reader) -> Option<String> {
    let left = window.resets_at?.duration_since(reader.now).ok()?;
    (!left.is_zero()).then(|| format::resets(left, reader))
}

/// Whether three refreshes were missed.
fn is_stale(seat: &SeatView, now: SystemTime) -> bool {
    let read = seat.usage.as_ref().filter(|usage| !usage.windows.is_empty());
    read.is_some_and(|usage| {
        let age = now.duration_since(usage.read_at).unwrap_or_default();
        age > usage_refresh(seat.in_use || seat.in_flight > 0) * 3
    })
}

fn pace_of(window: &Window, reader: Reader) -> Option<PaceView> {
    let pace = pace::pace(window, reader.now)?;
    let text = pace.text(reader);
    Some(PaceView { even_left: pace.even_left.round(), text })
}

fn windows(seat: &SeatView, reader: Reader) -> Vec<WindowView> {
    let (now, stale) = (reader.now, is_stale(seat, reader.now));
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
        left_text: format::left(window.left(now), reader),
        resets_at: window.resets_at.map(unix),
        resets_text: resets(window, reader),
        pace: pace_of(window, reader),
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
