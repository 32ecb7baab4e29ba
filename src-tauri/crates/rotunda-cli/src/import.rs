//! `rotunda import`: a path, or a choice of what was found where Codex and
//! other tools keep theirs.

use std::{fs::File, io::Read as _, path::Path};

use rotunda_daemon::{
    control::{self, ImportRequest},
    daemon::Audience,
    view::{ImportItem, ImportPick, ImportResult},
};
use rotunda_host::{
    age,
    home::{Env, Home},
};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{Doer, Failure, args, key, language_for, perform, print};

/// Lines before the list.
const HEAD: usize = 2;
/// Picks everything that can be imported.
const ALL: &str = "all";

/// One of the list, as scripts read it.
#[derive(Serialize)]
struct Numbered<'a> {
    /// What `--found` takes.
    number: usize,
    #[serde(flatten)]
    item: &'a ImportItem,
}

pub(super) async fn import(home: Home, env: Env, options: args::Import) -> Result<(), Failure> {
    let args::Import { path, name, found, use_now, preview, json } = options;
    if json && path.is_some() && !preview {
        return Err(Failure(message!("import-json-is-for-lists")));
    }
    if let Some(path) = path.as_ref().filter(|_| preview) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let doer = Doer::of(&home, &env, language_for(&home, &env, json)).await?;
        let items = doer.preview(&path).await;
        let locale = Locale::of(doer.language());
        doer.end().await?;
        list(&items?, true, json, locale);
        return Ok(());
    }
    if let Some(path) = path {
        // The running Rotunda has another working directory.
        let path = std::path::absolute(&path).unwrap_or(path);
        if is_sealed(&path) {
            if name.is_some() || use_now {
                return Err(Failure(message!("import-sealed-options")));
            }
            let passphrase = key::passphrase().await?;
            return perform(home, env, control::Command::ImportSealed { path, passphrase }).await;
        }
        return perform(home, env, control::Command::Import { path, name, use_now }).await;
    }
    let doer = Doer::of(&home, &env, language_for(&home, &env, json)).await?;
    let outcome = choose(&doer, name, &found, json).await;
    doer.end().await?;
    outcome
}

/// Whether a file is one that `export-sign-ins` wrote.
fn is_sealed(path: &Path) -> bool {
    let mut start = Vec::new();
    // Looked at first: opening a pipe waits for its other end.
    if !path.is_file() {
        return false;
    }
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut start));
    read.is_ok() && age::is_age(&start)
}

async fn choose(
    doer: &Doer,
    name: Option<String>,
    wanted: &[String],
    json: bool,
) -> Result<(), Failure> {
    let locale = Locale::of(doer.language());
    let items = doer.found().await?;
    if wanted.is_empty() {
        list(&items, false, json, locale);
        return Ok(());
    }
    let picks = picks(&items, name.as_deref(), wanted)?;
    let results = doer.import(picks).await?;
    if json {
        print::json(&results);
    } else {
        for result in &results {
            print_result(result, locale);
        }
    }
    let failed = results.iter().filter(|result| !result.ok).count();
    if failed == 0 {
        return Ok(());
    }
    let all = results.len();
    Err(Failure(message!("import-list-failed", failed = failed, all = all)))
}

fn print_result(result: &ImportResult, locale: Locale) {
    let verdict = if result.ok { "imported" } else { "not_imported" };
    let line = message!("done-imported-verdict", label = &result.label, verdict = verdict);
    print::line(&line.to(locale));
    if let Some(message) = &result.message {
        print::warning(message);
    }
}

/// `of_path`: how those of the usual places are taken is no matter.
fn list(items: &[ImportItem], of_path: bool, json: bool, locale: Locale) {
    let numbered = (1..).zip(items).map(|(number, item)| Numbered { number, item });
    if json {
        print::json(&numbered.collect::<Vec<_>>());
        return;
    }
    let head = if of_path && !items.is_empty() { HEAD } else { 0 };
    for line in lines(items, locale).iter().skip(head) {
        print::line(line);
    }
}

fn lines(items: &[ImportItem], locale: Locale) -> Vec<String> {
    if items.is_empty() {
        return vec![message!("import-list-none").to(locale)];
    }
    let mut lines =
        vec![message!("import-list-best").to(locale), message!("import-list-found").to(locale)];
    for (number, item) in (1..).zip(items) {
        let account = [item.email.as_deref(), item.plan.as_deref()].into_iter().flatten();
        let account = account.collect::<Vec<_>>().join(", ");
        let becomes = match &item.known {
            _ if !item.ok => message!("import-list-not"),
            Some(known) => message!("import-list-updates", profile = known),
            None => message!("import-list-becomes", profile = &item.name),
        };
        let becomes = becomes.to(locale);
        lines.push(format!("{number:>3}  {}  {account}  {becomes}", item.source));
        lines.extend(item.message.as_ref().map(|message| format!("     {message}")));
    }
    lines
}

/// What the numbers mean, in the order they were given, each once.
fn picks(
    items: &[ImportItem],
    name: Option<&str>,
    wanted: &[String],
) -> Result<Vec<ImportPick>, Failure> {
    let mut chosen: Vec<&ImportItem> = Vec::new();
    for word in wanted {
        if word == ALL {
            chosen.extend(items.iter().filter(|item| item.ok));
            continue;
        }
        let number = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let item = number.and_then(|number| items.get(number));
        let unknown = || Failure(message!("import-list-unknown", number = word));
        chosen.push(item.ok_or_else(unknown)?);
    }
    let mut seen = Vec::new();
    chosen.retain(|item| {
        let is_new = !seen.contains(&item.index);
        seen.push(item.index);
        is_new
    });
    if name.is_some() && chosen.len() != 1 {
        return Err(Failure(message!("import-list-one-name")));
    }
    if chosen.is_empty() {
        return Err(Failure(message!("import-list-nothing")));
    }
    let name = name.map(str::to_owned);
    Ok(chosen.iter().map(|item| ImportPick { index: item.index, name: name.clone() }).collect())
}

impl Doer {
    async fn preview(&self, path: &Path) -> Result<Vec<ImportItem>, Failure> {
        match self {
            Self::Running(client) => Ok(client.preview(path).await?),
            Self::Alone { daemon, language } => {
                let audience = Audience::Terminal(*language);
                Ok(daemon.imports.import_preview(path.to_owned(), audience).await?)
            }
        }
    }

    async fn found(&self) -> Result<Vec<ImportItem>, Failure> {
        match self {
            Self::Running(client) => Ok(client.found().await?),
            Self::Alone { daemon, language } => {
                Ok(daemon.imports.found(Audience::Terminal(*language)).await?)
            }
        }
    }

    async fn import(&self, picks: Vec<ImportPick>) -> Result<Vec<ImportResult>, Failure> {
        match self {
            Self::Running(client) => Ok(client.import(&ImportRequest { picks }).await?),
            Self::Alone { daemon, language } => {
                let terminal = Audience::Terminal(*language);
                Ok(daemon.imports.import_items(None, picks, terminal).await?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;

    fn item(index: u32, ok: bool) -> ImportItem {
        ImportItem {
            index,
            source: format!("place-{index}"),
            email: Some("ada@example.test".to_owned()),
            plan: Some("plus".to_owned()),
            name: "ada".to_owned(),
            known: (index == 2).then(|| "work".to_owned()),
            ok,
            message: None,
        }
    }

    fn indexes(wanted: &[&str]) -> Result<Vec<u32>, String> {
        let items = [item(1, true), item(2, true), item(3, false)];
        let wanted: Vec<_> = wanted.iter().map(|word| (*word).to_owned()).collect();
        let picks = picks(&items, None, &wanted).map_err(|failure| failure.english())?;
        Ok(picks.into_iter().map(|pick| pick.index).collect())
    }

    #[test]
    fn numbers_pick_what_stands_beside_them() {
        assert_eq!(indexes(&["2", "1", "2"]), Ok(vec![2, 1]));
        assert_eq!(indexes(&["all"]), Ok(vec![1, 2]));
        // The reason is printed with the result.
        assert_eq!(indexes(&["3"]), Ok(vec![3]));
        for word in ["0", "4", "work", "-1"] {
            assert!(indexes(&[word]).unwrap_err().contains("no "), "{word}");
        }
    }

    #[test]
    fn one_name_is_for_one_sign_in() {
        let items = [item(1, true), item(2, true)];
        let both = picks(&items, Some("mine"), &["all".to_owned()]);
        assert!(both.unwrap_err().english().contains("--name is for one"));
        let one = picks(&items, Some("mine"), &["2".to_owned()]).unwrap();
        assert_eq!(one[0].name.as_deref(), Some("mine"));
    }

    #[test]
    fn the_list_shows_each_target_and_the_better_choice() {
        let english = Locale::of(Language::ENGLISH);
        let lines = lines(&[item(1, true), item(2, true), item(3, false)], english);
        assert!(lines[0].contains("`rotunda login` (recommended)"));
        assert_eq!(lines[2], "  1  place-1  ada@example.test, plus  becomes ada");
        assert!(lines[3].ends_with("updates work"));
        assert!(lines[4].ends_with("cannot be imported"));
        assert!(super::lines(&[], english)[0].contains("`rotunda login` makes one"));
    }
}
