//! The keys of `settings.toml` as one Markdown page, from their one list.

use std::fmt::Write;

use rotunda_host::settings::{Key, TakesEffect, keys};
use rotunda_text::{Language, Locale, Localize};

const HEAD: &str = "\
# Settings

Made from the program's own list of keys by `bash installers/commands.sh`; a test compares the two.
`rotunda settings` shows what is in force and where each value comes from, `rotunda settings explain KEY` says the same as this page in your language, and `rotunda settings set KEY VALUE` changes a key.
The file is `settings.toml`; `rotunda paths` says where it is, and `rotunda settings init` writes one with every key as a comment.
A variable goes before the file, and the file before the default.
A value that cannot be is an error that names its line; a default is never taken in its place.
Rules per project are tables, `[[projects]]`, of which [projects.md](projects.md) tells; `rotunda project` changes them.
";

/// The page. Writing to a `String` cannot fail.
pub(super) fn page() -> String {
    let locale = Locale::of(Language::ENGLISH);
    let mut page = HEAD.to_owned();
    let mut table = None;
    for key in keys() {
        if table != Some(key.table) {
            table = Some(key.table);
            let title = if key.table.is_empty() { "The top level" } else { key.table };
            let _ =
                writeln!(page, "\n## {title}\n\n| key | default | values | |\n|---|---|---|---|");
        }
        let Key { name, default, values, variable, takes_effect, .. } = key;
        let mut text = vec![key.text().to(locale)];
        if takes_effect != TakesEffect::AtOnce {
            text.push(takes_effect.to(locale));
        }
        text.extend(variable.map(|variable| format!("`{variable}` goes before the file.")));
        let text = text.join(" ").replace('|', "\\|");
        let _ = writeln!(page, "| `{name}` | `{default}` | {values} | {text} |");
    }
    page
}
