//! The words of the page of alerts; what is set stands in the settings.

use rotunda_host::settings::NoticeKind;
use rotunda_text::{AlertWord, Locale, Localize};
use serde::Serialize;

/// Everything the page says.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct AlertsPage {
    kinds: Vec<AlertKind>,
    five_hours: String,
    week: String,
    example: String,
    quiet: String,
    from: String,
    to: String,
    quiet_text: String,
    test: String,
    test_text: String,
    work: String,
    work_days: String,
    work_hours: String,
    work_text: String,
}

/// A kind of notification.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct AlertKind {
    kind: NoticeKind,
    /// What it is about.
    text: String,
    /// The whole name of its button.
    test: String,
}

pub(super) fn page(locale: Locale) -> AlertsPage {
    let kind = |kind: NoticeKind| {
        let text = kind.to(locale);
        AlertKind { kind, test: AlertWord::TestOf(&text).to(locale), text }
    };
    let word = |word: AlertWord<'_>| word.to(locale);
    AlertsPage {
        kinds: NoticeKind::ALL.into_iter().map(kind).collect(),
        five_hours: word(AlertWord::FiveHours),
        week: word(AlertWord::Week),
        example: word(AlertWord::Example),
        quiet: word(AlertWord::Quiet),
        from: word(AlertWord::From),
        to: word(AlertWord::To),
        quiet_text: word(AlertWord::QuietText),
        test: word(AlertWord::Test),
        test_text: word(AlertWord::TestText),
        work: word(AlertWord::Work),
        work_days: word(AlertWord::WorkDays),
        work_hours: word(AlertWord::WorkHours),
        work_text: word(AlertWord::WorkText),
    }
}
