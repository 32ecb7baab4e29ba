//! Embeds the catalogs: every file of `locales/` is one language. Also writes
//! the table of messages and variables that [`message!`] checks calls against
//! while it compiles; it comes from the English catalog.

#![expect(clippy::print_stdout, reason = "a build script talks to cargo over it")]

mod variables;

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{ast, parser, serializer};
use variables::Catalog;

/// The language that the others are compared with.
const ENGLISH: &str = "en";
/// Messages of the window alone; it reads the same files itself.
const WINDOW: &str = "window-";

fn main() -> Result<(), Box<dyn Error>> {
    let locales = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build");
    let catalogs = read_catalogs(&locales)?;
    let mut code = String::new();
    writeln!(code, "pub(crate) static CATALOGS: &[(&str, &str)] = &[")?;
    for (tag, text) in &catalogs {
        let file = out.join(format!("{tag}.ftl"));
        fs::write(&file, without_window(text)?)?;
        writeln!(code, "    ({tag:?}, include_str!({:?})),", file.display().to_string())?;
    }
    writeln!(code, "];")?;
    let english = catalogs.get(ENGLISH).ok_or("locales/en.ftl is missing")?;
    let english = Catalog::read(&without_window(english)?).map_err(|faults| faults.join("\n"))?;
    writeln!(code, "pub(crate) const MESSAGES: &[(&str, &[&str])] = &[")?;
    for (id, message) in &english.messages {
        let variables: Vec<_> = message.variables.iter().collect();
        writeln!(code, "    ({id:?}, &{variables:?}),")?;
    }
    writeln!(code, "];")?;
    fs::write(out.join("catalogs.rs"), code)?;
    Ok(())
}

/// Every catalog by its language tag.
fn read_catalogs(locales: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut catalogs = BTreeMap::new();
    for entry in fs::read_dir(locales)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "ftl") {
            continue;
        }
        let tag = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a tag is plain text")?;
        catalogs.insert(tag.to_owned(), fs::read_to_string(&path)?);
    }
    Ok(catalogs)
}

/// The catalog without comments and without the window's messages.
fn without_window(text: &str) -> Result<String, String> {
    let mut resource = parser::parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    resource.body.retain_mut(|entry| match entry {
        ast::Entry::Message(message) => {
            message.comment = None;
            !message.id.name.starts_with(WINDOW)
        }
        ast::Entry::Term(_) => true,
        _ => false,
    });
    Ok(serializer::serialize(&resource))
}
