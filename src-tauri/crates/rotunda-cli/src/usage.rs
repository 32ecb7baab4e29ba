//! `rotunda usage`, from the store; it is only read.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    daemon::CommandError,
    usage::{self, UsageBy, UsageLine, UsageView},
};
use rotunda_host::{
    clock,
    home::{Env, Home},
    settings,
    store::Store,
};
use rotunda_text::{Locale, Localize, message};

use super::{Failure, args, language_for, print};

/// A key is cut to so many columns in a table; JSON and CSV have it whole.
const WIDEST: usize = 24;
/// So many of the models without a price are named.
const MOST_NAMED: usize = 5;

pub(super) fn usage(home: &Home, env: &Env, options: &args::Usage) -> Result<(), Failure> {
    let is_for_scripts = options.output.json || options.csv;
    let locale = Locale::of(language_for(home, env, is_for_scripts));
    let view = read(home, env, options)?;
    if options.output.json {
        print::json(&view);
        return Ok(());
    }
    if options.csv {
        print::unfinished(&view.csv());
        return Ok(());
    }
    for line in lines(&view, locale) {
        if !print::line(&line) {
            break;
        }
    }
    Ok(())
}

fn read(home: &Home, env: &Env, options: &args::Usage) -> Result<UsageView, Failure> {
    let (now, by) = (clock::system()(), options.by.by());
    let days = days_of(&options.since)
        .or_else(|| usage::days_since(&options.since, now))
        .ok_or_else(|| message!("usage-since", since = &options.since))?;
    let path = home.store_file();
    if !path.is_file() {
        return Ok(UsageView::empty(by, days, now));
    }
    let unread = |error: rotunda_host::store::StoreError| {
        Failure::new(format!("What Rotunda remembers cannot be read: {error}."))
    };
    let keeps_names = settings::load(home, env).map_err(CommandError::from)?.usage.project_names;
    let store = Store::open_read_only(&path).map_err(unread)?;
    let names = usage::names(&store, keeps_names).map_err(unread)?;
    usage::stored(&store, by, days, &names, now).map_err(unread)
}

/// `30d`.
fn days_of(since: &str) -> Option<u32> {
    let days = since.strip_suffix('d')?.parse().ok()?;
    (1..=usage::MOST_DAYS).contains(&days).then_some(days)
}

fn lines(view: &UsageView, locale: Locale) -> Vec<String> {
    if view.lines.is_empty() {
        return vec![message!("usage-none", day = &view.since).to(locale)];
    }
    let heads = [
        message!("usage-head-by", by = by_word(view.by)),
        message!("usage-head-requests"),
        message!("usage-head-input"),
        message!("usage-head-cached"),
        message!("usage-head-output"),
        message!("usage-head-reasoning"),
        message!("usage-head-cost"),
    ];
    let mut rows = vec![heads.map(|head| head.to(locale))];
    let unknown = message!("usage-unknown").to(locale);
    rows.extend(view.lines.iter().map(|line| cells(line, shown(line, &unknown))));
    rows.push(cells(&view.total, message!("usage-total").to(locale)));
    let mut lines = table(&rows);
    lines.push(String::new());
    lines.extend(notes(view, locale));
    lines
}

fn by_word(by: UsageBy) -> &'static str {
    match by {
        UsageBy::Day => "day",
        UsageBy::Model => "model",
        UsageBy::Profile => "profile",
        UsageBy::Session => "session",
        UsageBy::Project => "project",
        UsageBy::Client => "client",
    }
}

/// What a line is called: a thread by the beginning of its id.
fn shown(line: &UsageLine, unknown: &str) -> String {
    let name = if line.name.is_empty() { &line.key } else { &line.name };
    match name.as_str() {
        "" => unknown.to_owned(),
        name => rotunda_core::display_text::clean(name, WIDEST),
    }
}

fn cells(line: &UsageLine, name: String) -> [String; 7] {
    let count = |count: u64| grouped(count);
    [
        name,
        count(line.requests),
        count(line.input),
        count(line.cached),
        count(line.output),
        count(line.reasoning),
        cost(line),
    ]
}

/// In dollars; `+` when models without a price are among it, `?` when none has one.
fn cost(line: &UsageLine) -> String {
    match (line.cost_usd, line.incomplete) {
        (Some(cost), false) => format!("${cost:.2}"),
        (Some(cost), true) => format!("${cost:.2}+"),
        (None, true) => "?".to_owned(),
        (None, false) => String::new(),
    }
}

/// `1 234 567`: the same in every language.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// Texts to the left, numbers to the right.
fn table(rows: &[[String; 7]]) -> Vec<String> {
    let widest = |column: usize| rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
    let widths: Vec<_> = (0..7).map(widest).collect();
    let line = |row: &[String; 7]| {
        let mut line = pad(&row[0], widths[0]);
        for (text, width) in row.iter().zip(&widths).skip(1) {
            line.push_str("  ");
            line.push_str(&" ".repeat(width - columns(text)));
            line.push_str(text);
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn notes(view: &UsageView, locale: Locale) -> Vec<String> {
    let mut notes = vec![message!("usage-estimate", date = &view.prices.date).to(locale)];
    if !view.without_price.is_empty() {
        let unnamed = message!("usage-no-model").to(locale);
        let named = view.without_price.iter().take(MOST_NAMED);
        let named: Vec<_> = named
            .map(|model| if model.is_empty() { unnamed.clone() } else { model.clone() })
            .collect();
        let more = view.without_price.len().saturating_sub(MOST_NAMED);
        let models = named.join(", ");
        notes.push(if more > 0 {
            message!("usage-without-price-more", models = models, more = more).to(locale)
        } else {
            message!("usage-without-price", models = models).to(locale)
        });
    }
    if view.total.unmeasured > 0 {
        notes.push(message!("usage-unmeasured", count = view.total.unmeasured).to(locale));
    }
    if view.left_out > 0 {
        notes.push(message!("usage-left-out", count = view.left_out).to(locale));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_a_cost_says_when_it_is_not_whole() {
        for (count, expected) in [(0, "0"), (999, "999"), (1000, "1 000"), (1_234_567, "1 234 567")]
        {
            assert_eq!(grouped(count), expected);
        }
        let line = |cost_usd, incomplete| {
            cost(&UsageLine { cost_usd, incomplete, ..UsageLine::default() })
        };
        assert_eq!(line(Some(1.234), false), "$1.23");
        assert_eq!(line(Some(0.0), true), "$0.00+");
        assert_eq!(line(None, true), "?");
        assert_eq!(line(None, false), "");
    }

    #[test]
    fn a_number_of_days_is_read() {
        assert_eq!(days_of("30d"), Some(30));
        for bad in ["0d", "4000d", "d", "-1d", "30", "1.5d"] {
            assert_eq!(days_of(bad), None, "{bad}");
        }
    }
}
