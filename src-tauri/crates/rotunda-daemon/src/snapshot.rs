//! What is shown, composed from what is known. Pure.
//!
//! Every text that names a number or a time is made here, in the reader's
//! language, so the tray, the window and the command line say the same words.

mod vault;

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_core::{
    ProfileId, Standing, columns, pace,
    profile::{Cooldown, CooldownCause, Kind, Usage, Window, WindowKind},
};
use rotunda_host::{
    clock::{from_unix, unix},
    store::{Activity, StoredClient, StoredProfile},
};
use rotunda_router::{PoolProfileView, PoolView, VaultError, usage_refresh};
use rotunda_text::{
    ActivityMessage, BindingNote, Headline, Limit, Locale, Localize, Outlook, PaceWords, Reason,
    Summary, UpdateNews, format,
};

use self::vault::{not_saved, vault};
use crate::forecast::Made;
use crate::view::{
    ActivityView, BindingState, BindingView, ClientView, CreditsView, ForecastLine, Level,
    PaceView, ProfileKind, ProfileLeft, ProfileView, ProviderView, ResetsState, ResetsView,
    RouterState, RouterView, SignInView, Snapshot, StandingView, TestTurn, UpdateView, VaultPlace,
    WaitingView, WindowView, pool_left,
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
    pub(crate) router_note: Option<&'a ActivityMessage>,
    pub(crate) binding: BindingView,
    /// What to know of it.
    pub(crate) binding_note: Option<&'a BindingNote>,
    /// Why sign-ins cannot be read, when they cannot.
    pub(crate) vault: Option<&'a VaultError>,
    /// Where they rest.
    pub(crate) vault_place: VaultPlace,
    /// The sign-in under way, or just ended, with what to know of it.
    pub(crate) sign_in: Option<SignInView>,
    /// Renewed sign-ins that are not saved yet, and why.
    pub(crate) unsaved: BTreeMap<ProfileId, VaultError>,
    pub(crate) profiles: &'a [StoredProfile],
    /// Other programs than Codex, the oldest first.
    pub(crate) clients: &'a [StoredClient],
    pub(crate) pool: &'a PoolView,
    /// The user wants requests to wait for a reset.
    pub(crate) waits: bool,
    /// Newest first.
    pub(crate) activity: &'a [Activity],
    pub(crate) test_turn: Option<TestTurn>,
    pub(crate) recording: Option<String>,
    /// Banked resets that are being used.
    pub(crate) resets: BTreeMap<ProfileId, ResetsState>,
    /// Sign-ins in the vault that no profile refers to.
    pub(crate) orphans: usize,
    /// The latest forecast.
    pub(crate) forecast: Option<&'a Made>,
    /// What is known of newer versions.
    pub(crate) update: Option<&'a UpdateNews>,
}

/// Puts a snapshot together. Its version is for the caller to set.
pub(crate) fn compose(mut facts: Facts<'_>, locale: Locale) -> Snapshot {
    facts.router.message = facts.router_note.map(|note| note.to(locale));
    facts.router.missed_profiles = facts.pool.missed;
    facts.binding.message = facts.binding_note.map(|note| note.to(locale));
    let statuses: BTreeMap<_, _> =
        facts.pool.profiles.iter().map(|status| (status.profile.id, status)).collect();
    let known =
        facts.profiles.iter().filter_map(|stored| Some((stored, *statuses.get(&stored.id)?)));
    let shown = |(stored, status): (&StoredProfile, &PoolProfileView)| {
        let state = facts.resets.get(&stored.id).copied().unwrap_or_default();
        let resets = ResetsView::of(status, state, locale);
        ProfileView { resets, ..profile(stored, status, locale) }
    };
    let mut profiles: Vec<_> = known.map(shown).collect();
    for (id, error) in &facts.unsaved {
        let unsaved = profiles.iter_mut().find(|profile| profile.id == id.to_string());
        if let Some(profile) = unsaved {
            profile.not_saved = Some(not_saved(facts.vault_place, error, locale));
            profile.summary = Summary::NotSaved(&profile.summary).to(locale);
        }
    }
    let serving = facts.pool.serving.and_then(|id| named(facts.profiles, id));
    let next = facts.pool.next.and_then(|id| named(facts.profiles, id));
    let headline = headline(&facts, &profiles, serving.as_deref(), locale);
    let next_reset = next_reset(&profiles, unix(locale.now));
    let outlook = outlook(&facts, &profiles, next_reset, locale);
    let waiting = waiting(&facts);
    let activity = facts.activity.iter().take(Snapshot::ACTIVITY);
    let activity = activity.map(|entry| ActivityView {
        at: unix(entry.at),
        kind: entry.kind,
        text: entry.to(locale),
    });
    Snapshot {
        version: 0,
        language: locale.language,
        demo: facts.demo,
        headline: headline.whole,
        headline_sentence: headline.sentence,
        outlook,
        forecast: forecast(&facts, locale),
        updated: updated(facts.pool, locale),
        next_reset,
        router: facts.router,
        binding: facts.binding,
        serving,
        next,
        waiting,
        pool_left: pool_left(&profiles),
        profiles,
        activity: activity.collect(),
        test_turn: facts.test_turn,
        recording: facts.recording,
        clients: facts.clients.iter().map(|it| client(it, facts.profiles)).collect(),
        found_sign_ins: facts.orphans,
        update: facts.update.map(|news| UpdateView::of(news, locale)),
        sign_in: facts.sign_in,
        vault: vault(facts.vault_place, facts.vault, locale),
    }
}

fn client(client: &StoredClient, profiles: &[StoredProfile]) -> ClientView {
    let names = |ids: &Vec<ProfileId>| ids.iter().filter_map(|id| named(profiles, *id)).collect();
    ClientView {
        id: client.id.clone(),
        name: client.name.clone(),
        profiles: client.profiles.as_ref().map(names),
        added_at: unix(client.added_at),
    }
}

fn named(profiles: &[StoredProfile], id: ProfileId) -> Option<String> {
    profiles.iter().find(|profile| profile.id == id).map(|profile| profile.name.clone())
}

/// How long the quota lasts.
fn forecast(facts: &Facts<'_>, locale: Locale) -> Option<ForecastLine> {
    let name = |id| named(facts.profiles, id).unwrap_or_default();
    facts.forecast?.line(&name, locale)
}

/// The line under the headline.
fn outlook(
    facts: &Facts<'_>,
    profiles: &[ProfileView],
    next_reset: Option<i64>,
    locale: Locale,
) -> String {
    if profiles.is_empty() {
        return Outlook::NoProfile.to(locale);
    }
    if let Some(until) = facts.pool.exhausted_until {
        let first = first_back(facts);
        let first = first.as_deref();
        let outlook =
            if facts.waits { Outlook::Waits(until, first) } else { Outlook::Out(until, first) };
        return outlook.to(locale);
    }
    let ready = ready_count(profiles);
    let next = next_reset.map(from_unix);
    Outlook::Ready { ready, all: profiles.len(), next }.to(locale)
}

fn ready_count(profiles: &[ProfileView]) -> usize {
    profiles.iter().filter(|one| one.standing == StandingView::Ready).count()
}

/// When the first window of a profile that can serve starts afresh, or its rest
/// ends.
fn next_reset(profiles: &[ProfileView], now: i64) -> Option<i64> {
    let mut next = None;
    for profile in profiles {
        if !matches!(profile.standing, StandingView::Ready | StandingView::Resting) {
            continue;
        }
        let resets = profile.windows.iter().filter_map(|window| window.resets_at);
        let first = resets.chain(profile.until).filter(|at| *at > now).min();
        next = [next, first].into_iter().flatten().min();
    }
    next
}

/// How old the quota of the profile in use is.
fn updated(pool: &PoolView, locale: Locale) -> Option<String> {
    let status = pool.profiles.iter().find(|status| status.in_use)?;
    let read_at = status.usage.as_ref()?.read_at;
    let age = locale.now.duration_since(read_at).unwrap_or_default();
    Some(format::updated(age, usage_refresh(true), locale))
}

/// Name of the profile with the first end of a cooldown.
fn first_back(facts: &Facts<'_>) -> Option<String> {
    let rests = facts.pool.profiles.iter().filter_map(|status| match status.standing {
        Standing::Resting(rest) => Some((rest.until, status.profile.id)),
        _ => None,
    });
    named(facts.profiles, rests.min()?.1)
}

fn waiting(facts: &Facts<'_>) -> Option<WaitingView> {
    let count = Some(facts.pool.waiting).filter(|count| *count > 0)?;
    let until = facts.pool.exhausted_until.map(unix);
    Some(WaitingView { count, until, profile: first_back(facts) })
}

/// The headline as a menu or a window shows it, and as a sentence.
struct HeadlineTexts {
    whole: String,
    sentence: String,
}

impl HeadlineTexts {
    fn of(headline: &Headline<'_>, locale: Locale) -> Self {
        Self { whole: headline.to(locale), sentence: headline.sentence().to(locale) }
    }
}

/// The most useful sentence: what needs the user first, then what Codex does.
fn headline(
    facts: &Facts<'_>,
    profiles: &[ProfileView],
    serving: Option<&str>,
    locale: Locale,
) -> HeadlineTexts {
    if facts.router.state == RouterState::PortTaken {
        return HeadlineTexts::of(&Headline::CantListen(facts.router.port), locale);
    }
    match facts.vault {
        None | Some(VaultError::Missing | VaultError::Damaged(_) | VaultError::CannotSave(_)) => {}
        Some(VaultError::NotAnswering) => {
            return HeadlineTexts::of(&Headline::KeychainSilent, locale);
        }
        Some(VaultError::NoCollection) => {
            return HeadlineTexts::of(&Headline::NoCollection, locale);
        }
        Some(VaultError::Locked | VaultError::Dismissed) => {
            return HeadlineTexts::of(&Headline::KeychainLocked, locale);
        }
        Some(VaultError::Denied) => return HeadlineTexts::of(&Headline::KeychainDenied, locale),
        Some(VaultError::Unavailable(_)) => {
            return HeadlineTexts::of(&Headline::NoKeychain, locale);
        }
    }
    if let Some(name) = facts.unsaved.keys().find_map(|id| named(facts.profiles, *id)) {
        return HeadlineTexts::of(&Headline::NotSaved(&columns::cut(&name, LONGEST_NAME)), locale);
    }
    let is_running = facts.router.state == RouterState::Running;
    let (state, changed) = (facts.binding.state, facts.binding.changed_outside);
    if changed || (is_running && state == BindingState::BoundStale) {
        return HeadlineTexts::of(&Headline::BindingChanged, locale);
    }
    if facts.profiles.is_empty() {
        return HeadlineTexts::of(&Headline::NoProfile, locale);
    }
    if !matches!(state, BindingState::Bound | BindingState::BoundStale) {
        return HeadlineTexts::of(&Headline::NotBound, locale);
    }
    if !is_running {
        return HeadlineTexts::of(&Headline::RouterStopped, locale);
    }
    pool_headline(facts.pool, profiles, serving, locale)
}

fn pool_headline(
    pool: &PoolView,
    profiles: &[ProfileView],
    serving: Option<&str>,
    locale: Locale,
) -> HeadlineTexts {
    if let Some(until) = pool.exhausted_until {
        return HeadlineTexts::of(&Headline::AllOut(until), locale);
    }
    let ready = ready_count(profiles);
    let serves = profiles.iter().find(|one| one.in_use && one.standing == StandingView::Ready);
    match (serves, serving) {
        (Some(profile), Some(name)) => {
            let name = columns::cut(name, LONGEST_NAME);
            if profile.pays_with_credits() {
                return HeadlineTexts::of(&Headline::SpendingCredits(&name), locale);
            }
            let left = profile.left.as_ref();
            let left = left.map(|left| format::left_or_low(left.left_percent, locale));
            HeadlineTexts::of(&Headline::Using(&name, left.as_deref()), locale)
        }
        _ if ready == 0 => HeadlineTexts::of(&Headline::NobodyReady, locale),
        _ => HeadlineTexts::of(&Headline::Ready(ready), locale),
    }
}

fn profile(stored: &StoredProfile, status: &PoolProfileView, locale: Locale) -> ProfileView {
    let (standing, until) = match status.standing {
        Standing::Ready => (StandingView::Ready, None),
        Standing::Resting(rest) => (StandingView::Resting, Some(rest.until)),
        Standing::NeedsSignIn => (StandingView::NeedsSignIn, None),
        Standing::NotEntitled { ask_at } => {
            (StandingView::NotEntitled, Some(ask_at).filter(|at| *at > locale.now))
        }
        Standing::Paused => (StandingView::Paused, None),
    };
    let plan = status.usage.as_ref().and_then(|usage| usage.plan.clone());
    let windows = windows(status, locale);
    ProfileView {
        id: stored.id.to_string(),
        name: stored.name.clone(),
        kind: match stored.kind {
            Kind::ChatGpt => ProfileKind::Chatgpt,
            Kind::ApiKey => ProfileKind::ApiKey,
            Kind::Provider => ProfileKind::Provider,
        },
        provider: stored.provider.as_ref().map(ProviderView::of),
        plan: plan.or_else(|| stored.plan.clone()),
        email: stored.email.clone(),
        standing,
        until: until.map(unix),
        reason: reason(status, locale.now).map(|reason| reason.to(locale)),
        ran_out_of: ran_out_of(status.standing),
        place: status.place,
        is_last_resort: status.is_last_resort,
        in_use: status.in_use,
        pinned: status.pinned,
        in_flight: status.in_flight,
        late: status.late as usize,
        reserve_percent: status.reserve_percent,
        not_saved: None,
        summary: summary(status, locale),
        left: ProfileLeft::of(&windows),
        windows,
        credits: CreditsView::of(status, locale),
        resets: None,
        own_sign_in: status.profile.own_sign_in,
        own_account_out: is_own_account_out(status, locale.now),
    }
}

/// Whether Codex's own account has no quota left, by a refusal or by a reading.
fn is_own_account_out(status: &PoolProfileView, now: SystemTime) -> bool {
    let is_used_up = |usage: &Usage| !usage.windows.is_empty() && !usage.has_capacity(now);
    let is_out = match status.standing {
        Standing::Resting(rest) => matches!(rest.cause, CooldownCause::Quota(_)),
        Standing::Ready => status.usage.as_deref().is_some_and(is_used_up),
        Standing::NeedsSignIn | Standing::NotEntitled { .. } | Standing::Paused => false,
    };
    status.profile.own_sign_in && is_out
}

fn reason(status: &PoolProfileView, now: SystemTime) -> Option<Reason> {
    if is_own_account_out(status, now) {
        return Some(Reason::OwnAccountOut);
    }
    match status.standing {
        Standing::Ready => None,
        Standing::Resting(rest) => Some(Reason::Rests(rest.cause.into())),
        Standing::NeedsSignIn => Some(Reason::SignInEnded),
        Standing::NotEntitled { ask_at } => {
            Some(Reason::NoCodex(Some(ask_at).filter(|at| *at > now)))
        }
        Standing::Paused => Some(Reason::Paused),
    }
}

fn ran_out_of(standing: Standing) -> Option<Limit> {
    let Standing::Resting(Cooldown {
        cause: CooldownCause::Quota(window) | CooldownCause::Credits(window),
        ..
    }) = standing
    else {
        return None;
    };
    Some(match window {
        Some(WindowKind::FiveHours) => Limit::FiveHours,
        Some(WindowKind::Week) => Limit::Week,
        Some(WindowKind::Other) | None => Limit::Other,
    })
}

/// The row's text after the name; with the name it fits a menu.
fn summary(status: &PoolProfileView, locale: Locale) -> String {
    let text = standing_summary(status, locale);
    if status.late == 0 { text } else { Summary::Late(&text).to(locale) }
}

fn standing_summary(status: &PoolProfileView, locale: Locale) -> String {
    match status.standing {
        Standing::Resting(rest) if rest.cause.is_quota() => {
            Summary::OutUntil(rest.until).to(locale)
        }
        Standing::Resting(rest) => Summary::RestsUntil(rest.until).to(locale),
        Standing::NeedsSignIn => Summary::SignInAgain.to(locale),
        Standing::NotEntitled { .. } => Summary::NoCodex.to(locale),
        Standing::Paused => Summary::Paused.to(locale),
        Standing::Ready => {
            let quota = status.usage.as_ref().and_then(|usage| quota(usage, locale));
            let text = quota.unwrap_or_else(|| Summary::Ready.to(locale));
            if is_stale(status, locale.now) { Summary::LastKnown(&text).to(locale) } else { text }
        }
    }
}

/// The shortest window first; the week only when it is the tighter one or the
/// other is full.
fn quota(usage: &Usage, locale: Locale) -> Option<String> {
    let first = usage.windows.first()?;
    let first_left = first.left(locale.now);
    let week = usage.window(WindowKind::Week).filter(|week| *week != first);
    Some(match week.map(|week| (week, week.left(locale.now))) {
        Some((week, left)) if left <= 0.0 => with_reset(week, locale),
        Some((_, left)) if left < first_left || first_left >= FULL_PERCENT => {
            let first = format::left_or_low(first_left, locale);
            Summary::Week(&first, &format::share(left)).to(locale)
        }
        _ => with_reset(first, locale),
    })
}

fn with_reset(window: &Window, locale: Locale) -> String {
    let left = format::left_or_low(window.left(locale.now), locale);
    match resets(window, locale) {
        Some(resets) => Summary::Resets(&left, &resets).to(locale),
        None => left,
    }
}

/// Such as `resets in 2h 13m`; none when unknown or past.
fn resets(window: &Window, locale: Locale) -> Option<String> {
    let left = window.next_reset(locale.now)?.duration_since(locale.now).ok()?;
    Some(format::resets(left, locale))
}

/// Whether three refreshes were missed.
fn is_stale(status: &PoolProfileView, now: SystemTime) -> bool {
    let read = status.usage.as_ref().filter(|usage| !usage.windows.is_empty());
    read.is_some_and(|usage| {
        let age = now.duration_since(usage.read_at).unwrap_or_default();
        age > usage_refresh(status.in_use || status.in_flight > 0) * 3
    })
}

fn pace_of(window: &Window, locale: Locale) -> Option<PaceView> {
    let pace = pace::pace(window, locale.now)?;
    let text = PaceWords::from(pace.leads_to).to(locale);
    Some(PaceView { even_left: pace.even_left.round(), text })
}

fn windows(status: &PoolProfileView, locale: Locale) -> Vec<WindowView> {
    let (now, stale) = (locale.now, is_stale(status, locale.now));
    let windows = status.usage.as_ref().map_or(&[][..], |usage| usage.windows.as_slice());
    let view = |window: &Window| {
        let left_percent = window.left(now);
        WindowView {
            label: window.kind(),
            name: None,
            minutes: window.length.as_secs() / 60,
            used_percent: 100.0 - left_percent,
            left_percent,
            level: Level::of(left_percent),
            left_text: format::left(left_percent, locale),
            resets_at: window.next_reset(now).map(unix),
            resets_text: resets(window, locale),
            pace: pace_of(window, locale),
            stale,
        }
    };
    let of_limits = status.model_limits.iter().flat_map(|model_limit| {
        let name = || Some(model_limit.name.clone());
        let named =
            move |window| WindowView { label: WindowKind::Other, name: name(), ..view(window) };
        model_limit.windows.iter().map(named)
    });
    windows.iter().map(view).chain(of_limits).collect()
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
