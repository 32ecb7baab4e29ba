//! Reading and writing single keys of `settings.toml`.

use rotunda_core::display_text::{self, clean};
use toml_edit::{Item, Table};

use super::{
    SettingsError,
    keys::{is_known, tables},
};

/// Sets one key, or takes it out. Comments around a changed one stay.
pub(super) fn set(root: &mut Table, table: &str, key: &str, new: Option<Item>) {
    let place: &mut dyn toml_edit::TableLike = if table.is_empty() {
        root
    } else {
        if new.is_none() && !root.contains_key(table) {
            return;
        }
        let item = root.entry(table).or_insert_with(|| Item::Table(Table::new()));
        item.as_table_like_mut().expect("the text was read with this as a table")
    };
    match (place.get_mut(key), new) {
        (Some(Item::Value(old)), Some(Item::Value(mut new))) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, Some(new)) => drop(place.insert(key, new)),
        (_, None) => drop(place.remove(key)),
    }
}

/// Keeps the text beside what was read from it, to name lines.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) root: &'a Table,
}

impl Reading<'_> {
    pub(super) fn take<W, T>(
        &self,
        table: &str,
        key: &str,
        written: Option<W>,
        mean: impl FnOnce(W) -> Result<T, String>,
        place: &mut T,
    ) -> Result<(), SettingsError> {
        let Some(written) = written else { return Ok(()) };
        *place = mean(written).map_err(|message| SettingsError::Bad {
            line: self.line_of_key(table, key),
            message: format!("{key}: {message}"),
        })?;
        Ok(())
    }

    fn line_of_key(&self, table: &str, key: &str) -> usize {
        let place: Option<&dyn toml_edit::TableLike> = match table {
            "" => Some(self.root),
            _ => self.root.get(table).and_then(Item::as_table_like),
        };
        let span = place.and_then(|place| place.get(key)).and_then(Item::span);
        span.map_or(1, |span| line_of(self.text, span.start))
    }

    /// Keys that we do not know, each as a warning.
    pub(super) fn unknown(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for name in tables() {
            let place: Option<&dyn toml_edit::TableLike> = match name {
                "" => Some(self.root),
                name => self.root.get(name).and_then(Item::as_table_like),
            };
            let keys = place.into_iter().flat_map(toml_edit::TableLike::iter);
            for (key, _) in keys.filter(|(key, _)| !is_known(name, key)) {
                let dot = if name.is_empty() { "" } else { "." };
                let key = clean(key, display_text::NAME);
                warnings.push(format!("settings.toml: {name}{dot}{key} is not a setting"));
            }
        }
        warnings
    }
}

pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
