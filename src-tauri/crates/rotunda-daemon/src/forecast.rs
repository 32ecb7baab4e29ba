//! The forecast of the whole pool: what it is made from, and how it is shown.

use std::time::{Duration, SystemTime};

use rotunda_core::{
    choice::Policy,
    forecast::{self, Back, Beyond, ChangeKind, Ending, Facts, Forecast, PaidBy, Quota, Tokens},
    profile::{Window, WindowKind},
};
use rotunda_host::{
    clock::{from_unix, unix},
    settings::Settings,
    store::{Store, StoreError, TokenCount, local_day},
    timezone::utc_offset,
};
use rotunda_router::{PoolProfileView, PoolView};
use rotunda_text::{
    Aged, ForecastChange, ForecastEvent, ForecastText, ForecastWord, Limit, Locale, Localize,
    PaidText, format,
};

use crate::view::{
    ForecastChangeView, ForecastEventKind, ForecastEventView, ForecastHour, ForecastLine,
    ForecastPage, ForecastState, ForecastView, ForecastWords,
};

/// Figures older than this are said to be.
const OLD: Duration = Duration::from_secs(10 * 60);
/// What a token costs beside one that is read: one from the cache, and one that is written.
/// Plans do not say; prices by use are about like this.
const CACHED: f64 = 0.1;
const WRITTEN: f64 = 8.0;

/// What was used, as kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct UsedBefore {
    readings: Vec<forecast::Reading>,
    tokens: Vec<Tokens>,
}

impl UsedBefore {
    /// Reads it; this blocks.
    pub(crate) fn read(store: &Store, now: SystemTime) -> Result<Self, StoreError> {
        let since = from_unix(unix(now) - forecast::HISTORY);
        let kept = store.readings(since)?;
        let counts = store.token_counts(local_day(since, utc_offset(now)) + 1)?;
        let readings = kept.into_iter().filter_map(|reading| {
            let (window, at) = (reading.window()?, unix(reading.at));
            Some(forecast::Reading { profile: reading.profile, window, at, left: reading.left })
        });
        Ok(Self { readings: readings.collect(), tokens: tokens(&counts) })
    }
}

/// Tokens of each profile, weighed.
fn tokens(counts: &[TokenCount]) -> Vec<Tokens> {
    let mut all: Vec<Tokens> = Vec::new();
    for TokenCount { profile, tokens, .. } in counts {
        #[expect(clippy::cast_precision_loss, reason = "only their ratio counts")]
        let [input, cached, output] =
            [tokens.input, tokens.cached.min(tokens.input), tokens.output].map(|it| it as f64);
        let count = input - cached + cached * CACHED + output * WRITTEN;
        match all.iter_mut().find(|it| it.profile == *profile) {
            Some(known) => known.count += count,
            None => all.push(Tokens { profile: *profile, count }),
        }
    }
    all
}

/// A forecast with what else is shown of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Made {
    pub(crate) forecast: Forecast,
    /// The newest reading that it goes by.
    pub(crate) figures_at: Option<SystemTime>,
}

/// What is to come, by what is known now.
pub(crate) fn make(
    used: &UsedBefore,
    pool: &PoolView,
    settings: &Settings,
    now: SystemTime,
) -> Made {
    let profiles: Vec<_> = pool.profiles.iter().map(profile).collect();
    let counts = pool.profiles.iter().filter(|it| it.may_serve);
    let read = counts.filter_map(|it| it.usage.as_ref()).filter(|it| !it.windows.is_empty());
    let facts = Facts {
        now: unix(now),
        utc_offset: utc_offset(now),
        rules: settings.rules,
        profiles: &profiles,
        history: &used.readings,
        tokens: &used.tokens,
        schedule: settings.schedule,
    };
    let figures_at = read.map(|usage| usage.read_at).max();
    Made { forecast: forecast::forecast(&facts), figures_at }
}

fn profile(status: &PoolProfileView) -> forecast::Profile {
    let windows = status.usage.as_ref().map_or(&[][..], |usage| &usage.windows);
    let quota = |window: &Window| Quota {
        kind: window.kind(),
        length: i64::try_from(window.length.as_secs()).unwrap_or(i64::MAX),
        left: 100.0 - window.used_percent,
        resets_at: window.resets_at.map(unix),
    };
    forecast::Profile {
        id: status.profile.id,
        kind: status.profile.kind,
        standing: status.standing,
        may_serve: status.may_serve,
        rank: status.profile.rank,
        own_sign_in: status.profile.own_sign_in,
        reserve_percent: status.reserve_percent,
        windows: windows.iter().map(quota).collect(),
        beyond: beyond(status),
        banked: status.banked_resets.as_ref().map_or(0, |banked| banked.count),
    }
}

fn beyond(status: &PoolProfileView) -> Beyond {
    match status.usage.as_deref().and_then(|usage| usage.credits.as_ref()) {
        Some(credits) if credits.unlimited => Beyond::Unlimited,
        Some(credits) if credits.are_purchased() => Beyond::Credits(status.credits.consent),
        _ => Beyond::Nothing,
    }
}

/// Names profiles.
pub(crate) type NameOf<'a> = &'a dyn Fn(rotunda_core::ProfileId) -> String;

impl Made {
    /// For tray and header; none when no profile counts, or all are out.
    pub(crate) fn line(&self, names: NameOf<'_>, locale: Locale) -> Option<ForecastLine> {
        let ending = Named::of(&self.forecast, names);
        // That all are out stands in the headline, with who is back when.
        if matches!(ending.state, ForecastState::NoProfile | ForecastState::OutNow) {
            return None;
        }
        let text = ending.text(self.forecast.days);
        let short = text.short().map(|short| short.to(locale));
        let is_foreseen = ending.state == ForecastState::Out;
        Some(ForecastLine {
            text: self.aged(text.to(locale), locale),
            short: short.map(|short| self.aged(short, locale)),
            days_label: ForecastWord::Title.to(locale),
            out_at: ending.out_at.filter(|_| is_foreseen),
            back_at: ending.back_at.filter(|_| is_foreseen),
        })
    }

    /// With all there is to know.
    pub(crate) fn view(&self, names: NameOf<'_>, locale: Locale) -> ForecastView {
        let Forecast { now, days, .. } = self.forecast;
        let ending = Named::of(&self.forecast, names);
        ForecastView {
            state: ending.state,
            text: self.aged(ending.text(days).to(locale), locale),
            made_at: now,
            figures_at: self.figures_at.map(unix),
            is_old: self.age(locale).is_some(),
            until: now + forecast::HORIZON,
            days,
            days_needed: forecast::DAYS_NEEDED,
            out_at: ending.out_at,
            back_at: ending.back_at,
            back: ending.back.clone(),
            paid_by: ending.paid_by.clone().map(|(name, _)| name),
            changes: self.changes(names, locale),
            hours: self.hours(),
            events: self.events(&ending, names, locale),
        }
    }

    /// The same with the words of the window's page.
    pub(crate) fn page(&self, names: NameOf<'_>, locale: Locale) -> ForecastPage {
        let forecast = self.view(names, locale);
        let shares = forecast.hours.iter().map(|hour| hour.left_percent);
        let low = shares.clone().fold(100.0, f64::min);
        let range = ForecastWord::Range(low, shares.fold(low, f64::max)).to(locale);
        let word = |word: ForecastWord| word.to(locale);
        let words = ForecastWords {
            title: word(ForecastWord::Title),
            chart: word(ForecastWord::Chart),
            summary: format!("{} {range}", forecast.text),
            left: word(ForecastWord::Left),
            out: ForecastEvent::Out.to(locale),
            resets: word(ForecastWord::Resets),
            when: word(ForecastWord::When),
            what: word(ForecastWord::What),
            day: word(ForecastWord::Day),
            low: word(ForecastWord::Low),
            high: word(ForecastWord::High),
            changes: word(ForecastWord::Changes),
            error: word(ForecastWord::Error(forecast.days)),
        };
        ForecastPage { forecast, words }
    }

    /// How old the figures are, when that is worth a word.
    fn age(&self, locale: Locale) -> Option<Duration> {
        locale.now.duration_since(self.figures_at?).ok().filter(|age| *age > OLD)
    }

    fn aged(&self, sentence: String, locale: Locale) -> String {
        match self.age(locale) {
            Some(age) => Aged { sentence: &sentence, age }.to(locale),
            None => sentence,
        }
    }

    fn hours(&self) -> Vec<ForecastHour> {
        let hour = |point: &forecast::Point| ForecastHour {
            at: point.at,
            left_percent: (point.left * 10.0).round() / 10.0,
            is_out: point.is_out,
        };
        self.forecast.points.iter().map(hour).collect()
    }

    fn changes(&self, names: NameOf<'_>, locale: Locale) -> Vec<ForecastChangeView> {
        let view = |change: &forecast::Change| {
            let profile = match change.what {
                ChangeKind::BankedReset(id) => Some(names(id)),
                ChangeKind::Order(_) | ChangeKind::NoReserve => None,
            };
            let (word, text) = match (change.what, &profile) {
                (ChangeKind::Order(Policy::ResetsFirst), _) => {
                    ("resets-first", ForecastChange::Order("resets_first"))
                }
                (ChangeKind::Order(Policy::MostLeft), _) => {
                    ("most-left", ForecastChange::Order("most_left"))
                }
                (ChangeKind::Order(Policy::MyOrder), _) => {
                    ("my-order", ForecastChange::Order("my_order"))
                }
                (ChangeKind::BankedReset(_), Some(name)) => {
                    ("banked-reset", ForecastChange::Banked(name))
                }
                _ => ("no-reserve", ForecastChange::NoReserve),
            };
            ForecastChangeView {
                change: word.to_owned(),
                out_at: change.out_at,
                text: text.until(change.out_at.map(from_unix)).to(locale),
                profile: profile.clone(),
            }
        };
        self.forecast.changes.iter().map(view).collect()
    }

    fn events(&self, ending: &Named, names: NameOf<'_>, locale: Locale) -> Vec<ForecastEventView> {
        let event = |at: i64, kind, text: ForecastEvent<'_>| ForecastEventView {
            at,
            kind,
            profile: None,
            window: None,
            is_known: false,
            text: text.to(locale),
            when: format::until(from_unix(at), locale),
        };
        let mut events: Vec<_> = self
            .forecast
            .resets
            .iter()
            .map(|reset| {
                let (name, window) = (names(reset.profile), limit(reset.window));
                let is_known = reset.is_known;
                let text = ForecastEvent::Reset { profile: &name, window, is_known };
                let event = event(reset.at, ForecastEventKind::Reset, text);
                ForecastEventView {
                    profile: Some(name.clone()),
                    window: Some(window),
                    is_known,
                    ..event
                }
            })
            .collect();
        if ending.state == ForecastState::Out {
            events.extend(
                ending.out_at.map(|at| event(at, ForecastEventKind::Out, ForecastEvent::Out)),
            );
            if let (Some(at), Some(name)) = (ending.back_at, &ending.back) {
                let back = event(at, ForecastEventKind::Back, ForecastEvent::Back(name));
                events.push(ForecastEventView { profile: Some(name.clone()), ..back });
            }
        }
        events.sort_by_key(|event| event.at);
        events
    }
}

/// An ending with names.
struct Named {
    state: ForecastState,
    out_at: Option<i64>,
    back_at: Option<i64>,
    back: Option<String>,
    paid_by: Option<(String, PaidBy)>,
    is_now: bool,
}

impl Named {
    fn of(forecast: &Forecast, names: NameOf<'_>) -> Self {
        let with = |state, out_at, back: Option<Back>| Self {
            state,
            out_at,
            back_at: back.map(|back| back.at),
            back: back.map(|back| names(back.profile)),
            paid_by: None,
            is_now: false,
        };
        match forecast.ending {
            Ending::NoProfile => with(ForecastState::NoProfile, None, None),
            Ending::NotEnoughHistory => with(ForecastState::NotEnoughHistory, None, None),
            Ending::Enough => with(ForecastState::Enough, None, None),
            Ending::OutNow(back) => with(ForecastState::OutNow, None, back),
            Ending::Out { at, back } => with(ForecastState::Out, Some(at), back),
            Ending::Paid { at, profile, by, back } => Self {
                paid_by: Some((names(profile), by)),
                is_now: at <= forecast.now,
                ..with(ForecastState::Paid, Some(at), back)
            },
        }
    }

    fn text(&self, days: u32) -> ForecastText<'_> {
        let back = self.back_at.map(from_unix).zip(self.back.as_deref());
        let paid = self.paid_by.as_ref().map(|(name, by)| match by {
            PaidBy::Credits => PaidText::Credits(name),
            PaidBy::ApiKey => PaidText::ApiKey(name),
        });
        match (self.state, self.out_at.map(from_unix), paid) {
            (ForecastState::NoProfile, ..) => ForecastText::NoProfile,
            (ForecastState::NotEnoughHistory, ..) => {
                ForecastText::NotEnough(days, forecast::DAYS_NEEDED)
            }
            (ForecastState::OutNow, ..) => ForecastText::OutNow(back),
            (ForecastState::Paid, at, Some(paid)) => {
                ForecastText::Paid(at.filter(|_| !self.is_now), paid)
            }
            (ForecastState::Out | ForecastState::Paid, Some(at), _) => {
                ForecastText::Until(at, back)
            }
            _ => ForecastText::Enough,
        }
    }
}

const fn limit(window: WindowKind) -> Limit {
    match window {
        WindowKind::FiveHours => Limit::FiveHours,
        WindowKind::Week => Limit::Week,
        WindowKind::Other => Limit::Other,
    }
}
