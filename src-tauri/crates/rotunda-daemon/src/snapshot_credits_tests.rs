//! What the snapshot says of purchased credits and banked resets.

use rotunda_core::{
    event::SpendingCause,
    pool::{Payment, Spending},
    profile::{Credits, UseCredits},
    reset_credits::{BankedReset, BankedResets},
};

use super::*;
use crate::view::{CreditsState, ResetsState};

/// The household, in which `work` has twelve credits that stand like this.
fn with_credits(standing: CreditsStanding) -> Snapshot {
    let (profiles, mut pool) = household();
    let work = &mut pool.profiles[0];
    if let Payment::Withheld(rest) = standing.payment {
        work.standing = Standing::Resting(rest);
    }
    let balance = Some("12".to_owned());
    let usage = Arc::make_mut(work.usage.as_mut().unwrap());
    usage.credits = Some(Credits { available: true, unlimited: false, balance });
    work.credits = standing;
    composed(&profiles, &pool, RouterState::Running, BindingState::Bound)
}

#[test]
fn the_balance_and_what_would_be_done_with_it_are_shown() {
    let rest = Cooldown {
        until: now() + Duration::from_secs(HOUR),
        cause: CooldownCause::Credits(Some(WindowKind::FiveHours)),
    };
    let standing =
        |consent, payment| CreditsStanding { consent, own_consent: None, payment, spending: None };
    for (consent, payment, text, state) in [
        (UseCredits::Never, Payment::Plan, "12 credits, not used", CreditsState::Idle),
        (
            UseCredits::Never,
            Payment::Withheld(rest),
            "12 credits, not used",
            CreditsState::Withheld,
        ),
        (
            UseCredits::WhenAllOut,
            Payment::Credits(UseCredits::WhenAllOut),
            "12 credits, used when all plans are out",
            CreditsState::Paying,
        ),
    ] {
        let snapshot = with_credits(standing(consent, payment));
        let work = &snapshot.profiles[0];
        let credits = work.credits.as_ref().unwrap();
        assert_eq!((credits.text.as_str(), credits.state), (text, state));
        assert_eq!(work.pays_with_credits(), state == CreditsState::Paying);
        let is_withheld = state == CreditsState::Withheld;
        let reason = "It used up its plan, and its credits are not used now, as the settings say.";
        assert_eq!(work.reason.as_deref() == Some(reason), is_withheld, "{:?}", work.reason);
        assert_eq!(work.summary.starts_with("Out until"), is_withheld, "{}", work.summary);
        let expected = state == CreditsState::Paying;
        assert_eq!(snapshot.headline == "Spending credits on work", expected, "{snapshot:?}");
    }
    let (profiles, pool) = household();
    let none = composed(&profiles, &pool, RouterState::Running, BindingState::Bound);
    assert_eq!(none.profiles[0].credits, None, "an account without credits");
}

#[test]
fn credits_that_are_being_spent_say_how_many_since_when_and_why() {
    let spending = Spending {
        since: now() - Duration::from_secs(HOUR),
        cause: SpendingCause::AllOut,
        balance_before: Some("15".to_owned()),
    };
    let snapshot = with_credits(CreditsStanding {
        consent: UseCredits::WhenAllOut,
        own_consent: Some(UseCredits::WhenAllOut),
        payment: Payment::Credits(UseCredits::WhenAllOut),
        spending: Some(spending),
    });
    let credits = snapshot.profiles[0].credits.as_ref().unwrap();
    assert_eq!(credits.spending_since, Some(NOW - 3600));
    let (start, end) = ("Spending credits: 3 of 15 since ", ", because you allowed it when all");
    assert!(credits.text.starts_with(start) && credits.text.contains(end), "{}", credits.text);
}

#[test]
fn banked_resets_are_counted_with_their_dates() {
    let (profiles, mut pool) = household();
    let expires_at = |hours: u64| Some(now() + Duration::from_secs(hours * HOUR));
    let reset = |id: &str, hours| BankedReset {
        id: id.to_owned(),
        granted_at: Some(now()),
        expires_at: expires_at(hours),
    };
    let resets = Some(vec![reset("soon", 30), reset("late", 300)]);
    pool.profiles[0].banked_resets = Some(BankedResets { count: 2, resets });
    let shown = |pool: &PoolView, state: Option<ResetsState>| {
        let states = state.map(|state| (profiles[0].id, state));
        let facts = Facts { resets: states.into_iter().collect(), ..facts_of(&profiles, pool) };
        compose(facts, locale()).profiles.swap_remove(0).resets
    };
    let idle = shown(&pool, None).unwrap();
    assert_eq!((idle.count, idle.state), (2, ResetsState::Idle));
    assert!(idle.text.starts_with("2 resets banked, the first expires "), "{}", idle.text);
    let dates: Vec<_> = idle.resets.iter().map(|it| (it.granted_at, it.expires_at)).collect();
    let expected = [30, 300].map(|hours| (Some(NOW), Some(NOW + hours * 3600)));
    assert_eq!(dates, expected);
    pool.profiles[0].banked_resets = Some(BankedResets { count: 0, resets: None });
    assert_eq!(shown(&pool, None), None);
    let awaited = shown(&pool, Some(ResetsState::Awaited)).unwrap();
    assert_eq!(awaited.text, "A banked reset is being used. The quota does not show that yet.");
}
