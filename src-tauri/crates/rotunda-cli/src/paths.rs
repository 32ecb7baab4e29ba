//! `rotunda paths`: every file and folder that Rotunda uses.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::paths::{self, Role, UsedPath};
use rotunda_host::{
    files,
    home::{Env, Home},
};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{language_for, print};

/// One place of `paths --json`.
#[derive(Serialize)]
struct PathReport {
    role: Role,
    path: String,
    exists: bool,
    text: String,
}

pub(super) fn paths(home: &Home, env: &Env, json: bool) {
    let locale = Locale::of(language_for(home, env, json));
    let places = paths::places(home, env);
    if json {
        let reports: Vec<_> = places.iter().map(|place| report(place, locale)).collect();
        print::json(&reports);
        return;
    }
    for line in lines(&places, env, locale) {
        print::line(&line);
    }
}

fn report(place: &UsedPath, locale: Locale) -> PathReport {
    let UsedPath { role, path } = place;
    PathReport {
        role: *role,
        path: files::shown(path),
        exists: path.exists(),
        text: role.to(locale),
    }
}

/// The path first: a long one is not cut, so that it can be copied.
fn lines(places: &[UsedPath], env: &Env, locale: Locale) -> Vec<String> {
    let short = |place: &UsedPath| PathReport {
        path: paths::short(&place.path, env),
        ..report(place, locale)
    };
    let shown: Vec<_> = places.iter().map(short).collect();
    let widest = shown.iter().map(|place| columns(&place.text)).max().unwrap_or_default();
    let line = |place: &PathReport| {
        let absent = message!("path-absent").to(locale);
        let tail = if place.exists { String::new() } else { format!("  {absent}") };
        format!("{}  {}{tail}", pad(&place.text, widest), place.path)
    };
    shown.iter().map(line).collect()
}
