//! Every catalog has the messages and variables of the English one, the
//! programs use each of them, and nothing else stands there.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[path = "../build/variables.rs"]
mod variables;

use variables::{Catalog, MessageShape};

const ENGLISH: &str = "en.ftl";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn locales() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn english() -> Catalog {
    let text = locales().into_iter().find(|(name, _)| name == ENGLISH).unwrap().1;
    Catalog::read(&text).unwrap()
}

/// How a catalog differs from the English one.
fn faults(english: &Catalog, text: &str) -> Vec<String> {
    let catalog = match Catalog::read(text) {
        Ok(catalog) => catalog,
        Err(faults) => return faults,
    };
    let mut faults = Vec::new();
    for (id, shape) in &english.messages {
        match catalog.messages.get(id) {
            None => faults.push(format!("{id}: is missing")),
            Some(other) => faults.extend(differences(id, shape, other)),
        }
    }
    let extra = catalog.messages.keys().filter(|id| !english.messages.contains_key(*id));
    faults.extend(extra.map(|id| format!("{id}: is not in English")));
    faults
}

fn differences(id: &str, english: &MessageShape, other: &MessageShape) -> Vec<String> {
    let mut faults = Vec::new();
    for variable in english.variables.symmetric_difference(&other.variables) {
        faults.push(format!("{id}: ${variable} is in one language only"));
    }
    for (variable, words) in &english.choices {
        if other.choices.get(variable) != Some(words) {
            faults.push(format!("{id}: the words of ${variable} differ"));
        }
        if other.shown.contains(variable) && !english.shown.contains(variable) {
            faults.push(format!("{id}: ${variable} is a code and is shown"));
        }
    }
    faults
}

#[test]
fn every_catalog_has_the_messages_and_variables_of_the_english_one() {
    let english = english();
    for (name, text) in locales() {
        assert_eq!(faults(&english, &text), Vec::<String>::new(), "{name}");
    }
}

/// Each fault, planted.
#[test]
fn a_fault_of_a_catalog_is_found() {
    let catalog = "\
menu-stay = Stay on { $profile }
menu-next = Switch
place = In { $place ->
    [keychain] the keychain
   *[file] a file
  }
count = { $count ->
    [one] one profile
   *[other] { $count } profiles
  }
whole = { menu-next } { $left }
";
    let english = Catalog::read(catalog).unwrap();
    assert_eq!(faults(&english, catalog), Vec::<String>::new());
    let plant = |from: &str, to: &str| {
        assert!(catalog.contains(from), "{from}");
        faults(&english, &catalog.replace(from, to)).join("; ")
    };
    assert_eq!(plant("menu-next = Switch\n", ""), "whole: refers to menu-next, which is not there");
    assert_eq!(plant("menu-stay = Stay on { $profile }\n", ""), "menu-stay: is missing");
    assert_eq!(plant("menu-next =", "menu-new = New\nmenu-next ="), "menu-new: is not in English");
    assert_eq!(plant("menu-next =", "menu-stay = x\nmenu-next ="), "menu-stay: is there twice");
    assert_eq!(plant("{ $profile }", "it"), "menu-stay: $profile is in one language only");
    assert_eq!(
        plant("= Switch", "= { $name }"),
        "menu-next: $name is in one language only; whole: $name is in one language only"
    );
    assert_eq!(plant("[keychain]", "[keyring]"), "place: the words of $place differ");
    assert_eq!(plant("a file", "{ $place }"), "place: $place is a code and is shown");
    assert_eq!(plant("= { menu-next }", "= { whole }"), "whole: refers to whole, which refers on");
    assert!(plant("{ $profile }", "{ $profile").contains("at byte"));
    // A language has its own plurals.
    assert_eq!(plant("    [one] one profile\n", ""), "");
    assert_eq!(plant("[one]", "[few]"), "");
}

/// The files of a folder with this ending.
fn sources(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_source = path.extension().is_some_and(|it| it.to_string_lossy().starts_with(ending));
        if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
            sources(&path, ending, found);
        } else if path.is_file() && is_source {
            found.push(path);
        }
    }
}

/// The ids that Rust code uses: the literal after `message!(`.
fn ids_in(source: &str) -> BTreeSet<String> {
    let calls = source.split("message!(").skip(1);
    calls
        .filter_map(|call| call.trim_start().strip_prefix('"'))
        .filter_map(|call| call.split_once('"'))
        .map(|(id, _)| id.to_owned())
        .collect()
}

/// The messages that neither the code nor another message uses. Those of the
/// window are checked with its own tests.
fn unused(catalog: &Catalog, used: &BTreeSet<String>) -> Vec<String> {
    let referred: BTreeSet<_> =
        catalog.messages.values().flat_map(|shape| shape.references.iter()).collect();
    catalog
        .messages
        .keys()
        .filter(|id| !used.contains(*id) && !referred.contains(id))
        .filter(|id| !id.starts_with("window-") && *id != "language-name")
        .cloned()
        .collect()
}

#[test]
fn every_message_is_used() {
    let mut files = Vec::new();
    sources(&workspace().join("src-tauri"), "rs", &mut files);
    let used = files.iter().flat_map(|path| ids_in(&fs::read_to_string(path).unwrap())).collect();
    assert_eq!(unused(&english(), &used), Vec::<String>::new());
}

#[test]
fn a_message_that_no_code_uses_is_found() {
    let catalog = Catalog::read("one = 1\ntwo = { one }\nthree = 3\nwindow-four = 4\n").unwrap();
    let used = ids_in("message!(\"two\", a = b); message!(\n    \"five\"\n)");
    assert_eq!(used.iter().collect::<Vec<_>>(), ["five", "two"]);
    assert_eq!(unused(&catalog, &used), ["three"]);
}

/// A text is for reading aloud: no shouting, no signs, no double spaces, and
/// what is left is never called used.
#[test]
fn the_texts_are_plain() {
    for (name, text) in locales() {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let plain = line.trim_start();
            assert!(!plain.contains(['!', '！']), "{name}: {line}");
            assert!(!plain.contains("  "), "{name}: {line}");
            assert!(!plain.contains("% used"), "{name}: {line}");
        }
    }
}
