//! `rotunda forecast`: by the running Rotunda, else by what was read last.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    control::Client,
    daemon,
    view::{ForecastEventKind, ForecastView},
};
use rotunda_host::home::{Env, Home};
use rotunda_text::{ForecastWord, Locale, Localize};

use super::{Failure, args, language_for, print};

/// Resets that are listed; `--json` has them all.
const MOST_EVENTS: usize = 12;

pub(super) async fn forecast(home: &Home, env: &Env, output: &args::Output) -> Result<(), Failure> {
    let language = language_for(home, env, output.json);
    let view = match Client::find(home).await? {
        Some(client) => client.speaking(language).forecast().await?,
        None => daemon::offline_forecast(home, env, language)?,
    };
    if output.json {
        print::json(&view);
        return Ok(());
    }
    for line in lines(&view, Locale::of(language)) {
        if !print::line(&line) {
            break;
        }
    }
    Ok(())
}

fn lines(view: &ForecastView, locale: Locale) -> Vec<String> {
    let mut lines = vec![view.text.clone()];
    if !view.changes.is_empty() {
        lines.push(String::new());
        lines.push(format!("{}:", ForecastWord::Changes.to(locale)));
        lines.extend(view.changes.iter().map(|change| format!("  {}", change.text)));
    }
    // Five-hour windows that follow from the use to expect are too many to read.
    let is_listed = |kind, is_known| kind != ForecastEventKind::Reset || is_known;
    let events = view.events.iter().filter(|it| is_listed(it.kind, it.is_known));
    let events: Vec<_> = events.take(MOST_EVENTS).collect();
    if !events.is_empty() {
        let widest = events.iter().map(|it| columns(&it.when)).max().unwrap_or_default();
        lines.push(String::new());
        lines.push(format!("{}:", ForecastWord::Title.to(locale)));
        let line = |it: &&_| {
            let event: &rotunda_daemon::view::ForecastEventView = it;
            format!("  {}  {}", pad(&event.when, widest), event.text)
        };
        lines.extend(events.iter().map(line));
    }
    if !view.hours.is_empty() {
        lines.push(String::new());
        lines.push(ForecastWord::Error(view.days).to(locale));
    }
    lines
}
