//! From readings in the store to what is shown.

use std::time::Duration;

use rotunda_core::{
    ProfileId, Standing,
    pool::{Kept, Memory},
    profile::{Usage, Window},
};
use rotunda_host::clock::from_unix;

use super::*;
use crate::{
    daemon::fixture::{Fixture, NOW},
    view::{ForecastEventKind, ForecastState},
};

const HOUR: i64 = 3600;

fn usage(at: i64, windows: &[(u64, f64, i64)]) -> Usage {
    let window = |(hours, left, resets): &(u64, f64, i64)| Window {
        length: Duration::from_secs(hours * 3600),
        used_percent: 100.0 - left,
        resets_at: Some(from_unix(*resets)),
    };
    let windows = windows.iter().map(window).collect();
    Usage { windows, plan: None, credits: None, read_at: from_unix(at) }
}

/// Ten percent of five hours an hour, a sixth of it of the week, for so many days up to
/// some minutes ago; then so much is left.
fn worked(fixture: &Fixture, days: i64, minutes_ago: i64) -> Forecasts {
    let id = ProfileId(1);
    let kept = |usage| {
        Memory::Profile(
            id,
            Kept { standing: Standing::Ready, usage: Some(usage), spending: None, paid: None },
        )
    };
    let share = |cycle: i64, hour: i64, each: f64| {
        100.0 - f64::from(i32::try_from(hour % cycle).unwrap() + 1) * each
    };
    let hours = (-days * 24..0).map(|hour| {
        let (at, hour) = (NOW + hour * HOUR, hour + 10_000);
        let (five, week) = (share(5, hour, 10.0), share(20, hour, 10.0 / 6.0));
        kept(usage(at, &[(5, five, at + HOUR), (168, week, at + HOUR)]))
    });
    let last = (NOW - minutes_ago * 60, [(5, 20.0, NOW + 4 * HOUR), (168, 80.0, NOW + 60 * HOUR)]);
    let all: Vec<_> = hours.chain([kept(usage(last.0, &last.1))]).collect();
    let handles = &fixture.handles;
    handles.store.remember(&all).unwrap();
    handles.pool.restore(handles.store.memory().unwrap());
    Forecasts::new(handles, fixture.profiles(), State::default())
}

#[tokio::test]
async fn readings_become_a_forecast_with_names_times_and_sentences() {
    let fixture = Fixture::with(&["work", "home"]);
    let view = worked(&fixture, 10, 1).view(Language::ENGLISH).await.unwrap();
    assert_eq!(view.state, ForecastState::Out);
    let out = view.out_at.unwrap() - NOW;
    assert!((HOUR / 2..3 * HOUR).contains(&out), "out in {out} s");
    assert_eq!((view.back_at, view.back.as_deref()), (Some(NOW + 4 * HOUR), Some("work")));
    assert!(view.text.starts_with("Enough until "), "{}", view.text);
    assert!(view.text.contains(" at this pace. Then work is back "), "{}", view.text);
    assert_eq!((view.figures_at, view.is_old), (Some(NOW - 60), false));
    assert_eq!(view.hours.len(), 120);
    let known: Vec<_> = view.events.iter().filter(|it| it.is_known).map(|it| it.at).collect();
    assert_eq!(known, [NOW + 4 * HOUR, NOW + 60 * HOUR]);
    let of = |kind| view.events.iter().find(|event| event.kind == kind).unwrap();
    assert_eq!(of(ForecastEventKind::Out).text, "All profiles are out");
    assert_eq!(of(ForecastEventKind::Back).text, "work is back");
}

#[tokio::test]
async fn old_figures_and_a_short_history_are_named() {
    let fixture = Fixture::with(&["work"]);
    let forecasts = worked(&fixture, 10, 12);
    let page = forecasts.page().await.unwrap();
    assert!(page.forecast.is_old);
    assert!(page.forecast.text.ends_with(" The figures are 12m old."), "{}", page.forecast.text);
    assert_eq!(page.words.title, "Next five days");
    let made = forecasts.made.get().unwrap();
    let locale = forecasts.locale(Language::ENGLISH);
    let line = made.line(&|_| "work".to_owned(), locale).unwrap();
    assert!(line.short.unwrap().ends_with("at this pace. The figures are 12m old."));
    assert_eq!((line.out_at, line.back_at), (page.forecast.out_at, page.forecast.back_at));
    let fixture = Fixture::with(&["work"]);
    let forecasts = worked(&fixture, 1, 1);
    let view = forecasts.view(Language::ENGLISH).await.unwrap();
    assert_eq!(view.state, ForecastState::NotEnoughHistory);
    assert!(view.text.starts_with("No forecast: not enough history yet ("), "{}", view.text);
    assert!(view.text.ends_with(" of 7 days)."), "{}", view.text);
    let line = forecasts.made.get().unwrap().line(&|_| String::new(), locale).unwrap();
    assert_eq!((line.short, line.out_at), (None, None));
}

#[tokio::test]
async fn without_a_profile_that_counts_there_is_no_line() {
    let fixture = Fixture::with(&["work"]);
    let forecasts = Forecasts::new(&fixture.handles, fixture.profiles(), State::default());
    let view = forecasts.view(Language::ENGLISH).await.unwrap();
    assert_eq!((view.state, view.figures_at), (ForecastState::NoProfile, None));
    let locale = forecasts.locale(Language::ENGLISH);
    assert_eq!(forecasts.made.get().unwrap().line(&|_| String::new(), locale), None);
}
