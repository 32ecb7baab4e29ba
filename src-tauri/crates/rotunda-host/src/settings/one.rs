//! One key at a time: what is in force and where that comes from, a change of
//! it, and a file that explains all of them.

use std::{fmt::Write as _, path::PathBuf};

use rotunda_text::{Locale, Localize, Message, message};
use serde::Serialize;
use toml_edit::{Document, DocumentMut, Item, TableLike, Value};
use url::Url;

use super::{
    Key, Settings, SettingsError, TakesEffect, apply, keys, keys::HOOKS, masked, reading, way_out,
    write, written,
};
use crate::{
    files,
    home::{Env, Home},
};

/// A key with the value in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// Which.
    pub key: Key,
    /// As TOML; a password in an address is masked.
    pub value: String,
    /// Where the value comes from.
    pub source: Source,
}

impl InForce {
    /// A command of the user's, which may hold a token.
    pub fn is_hook(&self) -> bool {
        self.key.table == HOOKS
    }

    /// A kind of hook that has no command: there are many.
    pub fn is_unset_hook(&self) -> bool {
        self.is_hook() && matches!(self.source, Source::Default)
    }
}

/// Where a value comes from; the later ones go before the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// Nothing says otherwise.
    Default,
    /// `settings.toml`.
    File {
        /// Where, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Variable {
        /// Its name.
        variable: &'static str,
    },
}

impl Localize for Source {
    fn message(&self) -> Message {
        match self {
            Self::Default => message!("setting-from-default"),
            Self::File { line } => message!("setting-from-file", line = line),
            Self::Variable { variable } => message!("setting-from-variable", variable = variable),
        }
    }
}

impl Localize for TakesEffect {
    fn message(&self) -> Message {
        match self {
            Self::AtOnce => message!("setting-takes-effect-at-once"),
            Self::NextStart => message!("setting-takes-effect-at-start"),
            Self::By(command) => message!("setting-takes-effect-by", command = command),
        }
    }
}

/// The key of this name. The table may be left out where no other key is called so.
pub fn find_key(name: &str) -> Result<Key, SettingsError> {
    let wanted = name.trim();
    if let Some(key) = keys().find(|key| key.path() == wanted) {
        return Ok(key);
    }
    // A hook is found with its table alone: its words are those of other keys.
    let named = keys().filter(|key| key.name == wanted && key.table != HOOKS);
    let found: Vec<_> = named.collect();
    match found.as_slice() {
        [key] => Ok(*key),
        _ => Err(SettingsError::NoKey { name: files::shown(wanted) }),
    }
}

/// Every key with its value in force, in the order of the file. Settings that
/// cannot be used are an error, as [`load`](super::load) has it.
pub fn in_force(home: &Home, env: &Env) -> Result<Vec<InForce>, SettingsError> {
    let text = files::read_text_if_there(&home.settings_file())?.unwrap_or_default();
    apply(env, &mut written::meant(&text)?)?;
    let document = Document::parse(text.as_str()).expect("the text was parsed a line ago");
    Ok(keys().map(|key| one_in_force(key, env, &text, &document)).collect())
}

fn one_in_force(key: Key, env: &Env, text: &str, document: &Document<&str>) -> InForce {
    let of_variable = key.variable.and_then(|variable| Some((variable, env.get(variable)?)));
    if let Some((variable, value)) = of_variable {
        let value = of_kind(&key, value).unwrap_or_else(|_| Value::from(value));
        return InForce { key, value: shown(&value), source: Source::Variable { variable } };
    }
    let table = table_of(&key, document.as_table());
    let item = table.and_then(|table| table.get(key.name));
    match item.and_then(Item::as_value) {
        Some(value) => {
            let start = value.span().map_or(0, |span| span.start);
            let line = reading::line_of(text, start);
            InForce { key, value: shown(value), source: Source::File { line } }
        }
        None => InForce { key, value: key.default.to_owned(), source: Source::Default },
    }
}

fn table_of<'a>(key: &Key, root: &'a dyn TableLike) -> Option<&'a dyn TableLike> {
    match key.table {
        "" => Some(root),
        table => root.get(table)?.as_table_like(),
    }
}

/// As TOML on one line, without the text around it and without a password.
fn shown(value: &Value) -> String {
    let masked = value
        .as_str()
        .and_then(|text| Url::parse(text).ok())
        .filter(|url| url.password().is_some());
    let mut value = masked.map_or_else(|| value.clone(), masked_value);
    value.decor_mut().clear();
    value.to_string().replace('\n', " ")
}

fn masked_value(url: Url) -> Value {
    Value::from(masked(url).to_string())
}

/// Gives a key a value, or with none its default again. The whole file is checked,
/// then written; what it holds besides stays. A value that fits no key of this kind
/// is refused and nothing is written.
pub fn set_key(
    home: &Home,
    env: &Env,
    key: &Key,
    value: Option<&str>,
) -> Result<Settings, SettingsError> {
    if let TakesEffect::By(command) = key.takes_effect {
        return Err(SettingsError::ByCommand { name: key.path(), command });
    }
    let found = files::read_text_if_there(&home.settings_file())?;
    let old = found.as_deref().unwrap_or_default();
    written::parse(old).map(drop)?;
    let mut document: DocumentMut = old.parse().expect("the text was parsed a line ago");
    let new = value.map(|value| of_kind(key, value)).transpose()?;
    reading::set(document.as_table_mut(), key.table, key.name, new.map(Item::Value));
    remove_empty(&mut document, key.table);
    let new = document.to_string();
    let mut settings = written::meant(&new).map_err(|error| match error {
        // The line is that of a file which is not written.
        SettingsError::Bad { message, .. } if written::meant(old).is_ok() => {
            SettingsError::Value { message }
        }
        other => other,
    })?;
    apply(env, &mut settings)?;
    way_out::follow_codex(home, env, &mut settings.upstreams);
    if new != old {
        write(home, found.as_deref(), &new)?;
    }
    Ok(settings)
}

/// Takes out a table in which nothing is left, unless the user wrote a comment to it.
fn remove_empty(document: &mut DocumentMut, table: &str) {
    let found = document.get(table).and_then(Item::as_table);
    let is_empty = found.is_some_and(|table| {
        let before = table.decor().prefix().and_then(|text| text.as_str()).unwrap_or_default();
        table.is_empty() && before.trim().is_empty()
    });
    if is_empty {
        document.remove(table);
    }
}

/// A value as the user types it, of the kind that the default has.
fn of_kind(key: &Key, typed: &str) -> Result<Value, SettingsError> {
    let typed = typed.trim();
    let default: Value = key.default.parse().expect("defaults are TOML");
    let value = match default {
        Value::String(_) => Some(Value::from(typed)),
        Value::Boolean(_) => match typed {
            "true" | "on" | "yes" => Some(Value::from(true)),
            "false" | "off" | "no" => Some(Value::from(false)),
            _ => None,
        },
        Value::Integer(_) => typed.parse::<i64>().ok().map(Value::from),
        Value::Float(_) => typed.parse::<f64>().ok().filter(|it| it.is_finite()).map(Value::from),
        _ => typed.parse().ok(),
    };
    value.ok_or_else(|| SettingsError::Value {
        message: format!("{}: {} is none of {}", key.name, files::shown(typed), key.values),
    })
}

/// A settings file that explains every key and changes none: each is a comment.
pub fn template(locale: Locale) -> String {
    let mut text = format!("# {}\n", message!("setting-template").to(locale));
    let mut table = "";
    for key in keys() {
        if key.table != table {
            table = key.table;
            let _ = write!(text, "\n[{table}]\n");
        }
        let (what, values) = (key.text().to(locale), key.values);
        let _ = write!(text, "\n# {what}\n# {values}\n# {} = {}\n", key.name, key.default);
    }
    text
}

/// Writes [`template`] where no settings file is yet.
pub fn write_template(home: &Home, locale: Locale) -> Result<PathBuf, SettingsError> {
    let path = home.settings_file();
    if files::read_text_if_there(&path)?.is_some() {
        return Err(SettingsError::Taken { path: files::shown(&path) });
    }
    write(home, None, &template(locale))?;
    Ok(path)
}

#[cfg(test)]
#[path = "one_tests.rs"]
mod tests;
