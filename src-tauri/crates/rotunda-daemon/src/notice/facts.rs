//! What notifications go by, read from a snapshot.

use crate::view::{
    BindingState, Level, PoolLeft, ProfileKind, ProfileView, RouterState, Snapshot, StandingView,
    WindowView,
};
use rotunda_core::{
    notice::{BindingFact, Facts, LeftFacts, ProfileFacts, ProfileState, RunsOut},
    profile::WindowKind,
};
use rotunda_text::Limit;

pub(super) fn of(snapshot: &Snapshot) -> Facts {
    Facts {
        is_port_taken: snapshot.router.state == RouterState::PortTaken,
        binding: binding(snapshot),
        profiles: snapshot.profiles.iter().filter_map(profile).collect(),
        is_serving: snapshot.serving.is_some(),
        left: snapshot.pool_left.iter().map(|left| left_facts(left, snapshot)).collect(),
        runs_out: runs_out(snapshot),
        ..Facts::default()
    }
}

fn runs_out(snapshot: &Snapshot) -> Option<RunsOut> {
    let forecast = snapshot.forecast.as_ref()?;
    Some(RunsOut { at: forecast.out_at?, back: forecast.back_at })
}

fn binding(snapshot: &Snapshot) -> BindingFact {
    match snapshot.binding.state {
        BindingState::Bound => BindingFact::Bound,
        BindingState::Foreign => BindingFact::ChangedOutside,
        BindingState::Unbound if snapshot.binding.changed_outside => BindingFact::ChangedOutside,
        BindingState::Unbound => BindingFact::Unbound,
        _ => BindingFact::Unclear,
    }
}

/// None for an id that is none of ours: no snapshot of the daemon has one.
fn profile(view: &ProfileView) -> Option<ProfileFacts> {
    let has_some = |window: &WindowView| window.level != Level::Out;
    let mut resets = view.resets.iter().flat_map(|resets| &resets.resets);
    Some(ProfileFacts {
        id: view.id.parse().ok()?,
        state: state(view),
        is_api_key: view.kind != ProfileKind::Chatgpt,
        until: view.until,
        is_in_use: view.in_use,
        in_flight: view.in_flight,
        is_late: view.late > 0,
        has_some_left: view.windows.iter().all(has_some),
        spends_credits_since: view.credits.as_ref().and_then(|credits| credits.spending_since),
        // The first to expire comes first.
        reset_expires: resets.find_map(|reset| reset.expires_at),
    })
}

fn state(view: &ProfileView) -> ProfileState {
    match (view.standing, view.ran_out_of) {
        (StandingView::Ready, _) => ProfileState::Ready,
        (StandingView::NeedsSignIn, _) => ProfileState::NeedsSignIn,
        (StandingView::Resting, Some(limit)) => ProfileState::Out(Some(window_of(limit))),
        _ => ProfileState::Away,
    }
}

fn window_of(limit: Limit) -> WindowKind {
    match limit {
        Limit::FiveHours => WindowKind::FiveHours,
        Limit::Week => WindowKind::Week,
        Limit::Other => WindowKind::Other,
    }
}

fn left_facts(left: &PoolLeft, snapshot: &Snapshot) -> LeftFacts {
    let in_use = snapshot.profiles.iter().find(|profile| profile.in_use);
    let window = in_use.and_then(|it| it.windows.iter().find(|it| it.label == left.label));
    LeftFacts {
        window: left.label,
        percent: left.left_percent,
        profiles: left.profiles,
        resets: left.resets_at,
        pace: window.and_then(pace).unwrap_or(0.0),
    }
}

/// Percent per second since the window began, by its mark of even pace.
fn pace(window: &WindowView) -> Option<f64> {
    let even_left = window.pace.as_ref()?.even_left;
    let minutes = u32::try_from(window.minutes).ok()?;
    let passed = (100.0 - even_left) / 100.0 * f64::from(minutes) * 60.0;
    (passed > 0.0).then(|| window.used_percent / passed)
}
