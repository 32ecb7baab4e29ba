//! `rotunda settings`: each key with what is in force and where that comes from.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    control::{self, Client},
    daemon::{self, CommandError},
};
use rotunda_host::{
    files,
    home::{Env, Home},
    settings::{self, InForce, Key, SettingsError, Source},
};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{
    Failure,
    args::{Setting, Settings},
    language_for, language_of, print,
};

/// Shortest column of values.
const VALUE: usize = 8;

/// One key of `settings --json`.
#[derive(Serialize)]
struct KeyReport {
    key: String,
    value: serde_json::Value,
    default: serde_json::Value,
    #[serde(flatten)]
    source: Source,
    values: &'static str,
    text: String,
}

impl KeyReport {
    fn of(one: &InForce, locale: Locale) -> Self {
        let InForce { key, value, source } = one;
        Self {
            key: key.path(),
            value: plain(value),
            default: plain(key.default),
            source: *source,
            values: key.values,
            text: key.text().to(locale),
        }
    }
}

/// TOML as JSON; what is no number and no switch is a text.
fn plain(value: &str) -> serde_json::Value {
    serde_json::from_str(value).unwrap_or_else(|_| bare(value).into())
}

/// Without the quotes of a TOML text.
fn bare(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

pub(super) async fn settings(home: Home, env: Env, options: Settings) -> Result<(), Failure> {
    let Settings { what, json } = options;
    let locale = Locale::of(language_for(&home, &env, json));
    match what {
        None | Some(Setting::List) => list(&home, &env, json, locale),
        Some(Setting::Get { key }) => {
            let one = find(&home, &env, &key)?;
            if json {
                print::json(&KeyReport::of(&one, locale));
            } else {
                print::line(bare(&one.value));
            }
            Ok(())
        }
        Some(Setting::Explain { key }) => {
            let shown = match key {
                Some(key) => vec![find(&home, &env, &key)?],
                None => in_force(&home, &env)?,
            };
            explain(&shown, json, locale);
            Ok(())
        }
        Some(Setting::Set { key, value }) => set(&home, env, key, Some(value), json).await,
        Some(Setting::Unset { key }) => set(&home, env, key, None, json).await,
        Some(Setting::Init { print: true }) => {
            print::line(settings::template(locale).trim_end());
            Ok(())
        }
        Some(Setting::Init { print: false }) => {
            let path = settings::write_template(&home, locale).map_err(CommandError::from)?;
            print::line(&message!("settings-written", path = files::shown(path)).to(locale));
            Ok(())
        }
    }
}

fn unusable(error: &SettingsError) -> Failure {
    Failure(message!("check-settings-bad", error = error.to_string()))
}

fn in_force(home: &Home, env: &Env) -> Result<Vec<InForce>, Failure> {
    settings::in_force(home, env).map_err(|error| unusable(&error))
}

fn find(home: &Home, env: &Env, name: &str) -> Result<InForce, Failure> {
    let key = settings::find_key(name).map_err(|error| Failure::new(format!("{error}.")))?;
    let found = in_force(home, env)?.into_iter().find(|it| it.key.path() == key.path());
    Ok(found.expect("the key is one of the list"))
}

fn list(home: &Home, env: &Env, json: bool, locale: Locale) -> Result<(), Failure> {
    let all = in_force(home, env)?;
    if json {
        let reports: Vec<_> = all.iter().map(|one| KeyReport::of(one, locale)).collect();
        print::json(&reports);
        return Ok(());
    }
    let shown: Vec<_> = all.into_iter().filter(|one| !one.is_unset_hook()).collect();
    for line in lines(&shown, locale) {
        print::line(&line);
    }
    let path = files::shown(home.settings_file());
    print::line(&format!("\n{}", message!("settings-file-is", path = path).to(locale)));
    Ok(())
}

fn lines(all: &[InForce], locale: Locale) -> Vec<String> {
    let widest = |text: fn(&InForce) -> String| all.iter().map(|one| columns(&text(one))).max();
    let names = widest(|one| one.key.path()).unwrap_or_default();
    let values = widest(|one| one.value.clone()).unwrap_or_default().max(VALUE);
    let row = |one: &InForce| {
        let (name, value) = (pad(&one.key.path(), names), pad(&one.value, values));
        format!("{name}  {value}  {}", one.source.to(locale))
    };
    all.iter().map(row).collect()
}

fn explain(all: &[InForce], json: bool, locale: Locale) {
    if json {
        let reports: Vec<_> = all.iter().map(|one| KeyReport::of(one, locale)).collect();
        print::json(&reports);
        return;
    }
    for (nth, one) in all.iter().enumerate() {
        let between = if nth == 0 { "" } else { "\n" };
        print::line(&format!("{between}{}", one.key.path()));
        for line in explanation(one, locale) {
            print::line(&format!("  {line}"));
        }
    }
}

fn explanation(one: &InForce, locale: Locale) -> Vec<String> {
    let InForce { key, value, source } = one;
    let Key { values, default, variable, takes_effect, .. } = key;
    let labels = [
        (message!("setting-label-now"), format!("{value} ({})", source.to(locale))),
        (message!("setting-label-default"), (*default).to_owned()),
        (message!("setting-label-values"), (*values).to_owned()),
    ];
    let labels = labels.map(|(label, text)| (label.to(locale), text));
    let widest = labels.iter().map(|(label, _)| columns(label)).max().unwrap_or_default();
    let mut lines = vec![key.text().to(locale)];
    lines.extend(labels.iter().map(|(label, text)| format!("{}  {text}", pad(label, widest))));
    lines.push(takes_effect.to(locale));
    let before = variable.map(|variable| message!("setting-variable", variable = variable));
    lines.extend(before.map(|before| before.to(locale)));
    lines
}

/// The running Rotunda writes it and takes it over; else it is written here.
async fn set(
    home: &Home,
    env: Env,
    key: String,
    value: Option<String>,
    json: bool,
) -> Result<(), Failure> {
    let language = language_of(home, &env);
    let done = match Client::find(home).await? {
        Some(client) => {
            let command = control::Command::Set { key: key.clone(), value };
            client.speaking(language).perform(&command).await?
        }
        None => daemon::set_in_file(home, &env, &key, value.as_deref(), language)?,
    };
    if json {
        let locale = Locale::of(language_for(home, &env, json));
        print::json(&KeyReport::of(&find(home, &env, &key)?, locale));
        return Ok(());
    }
    print::done(&done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_becomes_json_of_the_same_kind() {
        assert_eq!(plain("4517"), 4517);
        assert_eq!(plain("3.0"), 3.0);
        assert_eq!(plain("true"), true);
        assert_eq!(plain("\"my-order\""), "my-order");
        assert_eq!(plain("'0'"), "0");
        assert_eq!(bare("\""), "\"");
    }
}
