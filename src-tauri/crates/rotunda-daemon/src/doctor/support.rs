//! One document for support: what the bundle holds besides logs and files, and the latest
//! choices and errors. It goes through the same [`Redactor`](super::redact::Redactor).

use rotunda_core::trace::Marker;
use rotunda_host::settings;
use serde_json::{Value, json};

use super::bundle::{self, Contents};
use crate::{
    control::Report,
    paths,
    trace::{StepView, TraceView},
};

/// Requests with their choices, the newest.
const MOST_REQUESTS: usize = 20;
/// Lines of Activity, the newest.
const MOST_LINES: usize = 50;

/// The document.
pub(super) fn document(contents: &Contents<'_>, mut traces: Vec<TraceView>) -> Value {
    let Contents { home, env, report, checks, activity } = contents;
    let redactor = bundle::redactor(contents);
    let places = paths::places(home, env).into_iter().map(|place| {
        let path = rotunda_host::files::shown(&place.path);
        json!({ "role": place.role, "path": path, "exists": place.path.exists() })
    });
    let settings = match settings::in_force(home, env) {
        Ok(all) => {
            let shown = all.iter().filter(|one| !one.is_unset_hook());
            shown.map(|one| setting(one, &redactor)).collect::<Value>()
        }
        Err(error) => json!({ "error": error.to_string() }),
    };
    let lines = activity.iter().rev().take(MOST_LINES).rev();
    let lines: Vec<_> = lines.map(|line| bundle::activity_line(line, &redactor)).collect();
    for trace in &mut traces {
        rename(trace, report);
    }
    let is_error = |trace: &TraceView| trace.status.is_some_and(|it| it >= 500 || it == 429);
    let steps = |step: &StepView| is_telling(step.marker);
    for trace in &mut traces {
        trace.steps.retain(steps);
    }
    let newest = |wanted: &dyn Fn(&TraceView) -> bool| {
        let mut newest: Vec<_> = traces.iter().rev().filter(|it| wanted(it)).collect();
        newest.truncate(MOST_REQUESTS);
        newest.reverse();
        serde_json::to_value(newest).unwrap_or_default()
    };
    let mut status = bundle::status(report);
    let mut counters = status["counters"].take();
    if let Some(error) = counters.get_mut("last_error").filter(|error| error.is_object()) {
        // The sentence names the profile; the number and the status say the same.
        error["text"] = Value::Null;
        error["profile"] = json!(error["profile"].as_str().map(|name| alias(name, report)));
    }
    status.as_object_mut().map(|status| status.remove("counters"));
    let document = json!({
        "machine": bundle::machine(env, &redactor),
        "paths": places.collect::<Vec<_>>(),
        "settings": settings,
        "status": status,
        "checks": checks,
        "counters": counters,
        "decisions": newest(&|trace| trace.decision().is_some()),
        "errors": newest(&is_error),
        "activity": lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>(),
    });
    // Text by text: what is taken out must not break the document.
    redacted(document, &|text| redactor.text(text))
}

/// A profile by its place, as in the status.
fn alias(name: &str, report: &Report) -> String {
    let place = report.snapshot.profiles.iter().position(|it| it.name == name);
    place.map_or_else(|| "<profile>".to_owned(), |place| format!("profile-{}", place + 1))
}

/// A name of one letter stands in every text: it is not found there, but replaced here.
fn rename(trace: &mut TraceView, report: &Report) {
    let of_steps = trace.steps.iter_mut().flat_map(|step| {
        let candidates = step.candidates.iter_mut().map(|it| &mut it.profile);
        candidates.chain(&mut step.profile)
    });
    for name in of_steps.chain(&mut trace.profile) {
        *name = alias(name, report);
    }
}

/// What says why, without the times of each byte.
const fn is_telling(marker: Marker) -> bool {
    !matches!(marker, Marker::FirstByteUpstream | Marker::FirstByteLocal)
}

/// A key with its value and where that comes from. Of a text that the user made up, only
/// that it is set.
fn setting(one: &settings::InForce, redactor: &super::redact::Redactor) -> Value {
    let path = one.key.path();
    if one.is_hook() {
        return json!({ "key": path, "value": "<set>", "source": one.source });
    }
    let line = redactor.settings(&toml_line(&path, &one.value));
    let shown = line.rsplit_once(" = ").map(|(_, value)| value.trim().to_owned());
    json!({
        "key": path,
        "value": shown.unwrap_or_else(|| "<set>".to_owned()),
        "source": one.source,
    })
}

/// A settings file with this one key.
fn toml_line(path: &str, value: &str) -> String {
    match path.split_once('.') {
        Some((table, name)) => format!("[{table}]\n{name} = {value}\n"),
        None => format!("{path} = {value}\n"),
    }
}

fn redacted(value: Value, text: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(it) => Value::String(text(&it)),
        Value::Array(items) => items.into_iter().map(|it| redacted(it, text)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (key, redacted(value, text))).collect()
        }
        value => value,
    }
}
