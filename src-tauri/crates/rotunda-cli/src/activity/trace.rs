//! `rotunda activity --request`: one request step by step, or the latest ones.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    control::Client,
    trace::{StepView, TraceView},
};
use rotunda_host::{
    clock::from_unix,
    home::Home,
    timezone::{clock_time, date},
};
use rotunda_text::{Language, Locale, Localize, message};

use crate::{Failure, print};

/// Without a number, the latest requests are listed.
pub(super) async fn trace(
    home: &Home,
    language: Language,
    number: Option<u64>,
    json: bool,
) -> Result<(), Failure> {
    let client = Client::find(home).await?;
    let client = client.ok_or_else(|| Failure(message!("trace-needs-router")))?;
    let traces = client.speaking(language).requests().await?;
    let locale = Locale::of(language);
    let Some(number) = number else {
        list(&traces, json, locale);
        return Ok(());
    };
    let Some(trace) = traces.iter().find(|trace| trace.request == number) else {
        return Err(Failure(if let (Some(first), Some(last)) = (traces.first(), traces.last()) {
            message!(
                "trace-unknown",
                request = number.to_string(),
                first = first.request.to_string(),
                last = last.request.to_string()
            )
        } else {
            message!("trace-none")
        }));
    };
    if json {
        print::json(trace);
        return Ok(());
    }
    for line in lines(trace) {
        print::line(&line);
    }
    Ok(())
}

/// A line for each request, newest last.
fn list(traces: &[TraceView], json: bool, locale: Locale) {
    if json {
        print::json(&traces);
        return;
    }
    if traces.is_empty() {
        print::line(&message!("trace-none").to(locale));
    }
    let widest = |text: &dyn Fn(&TraceView) -> String| {
        traces.iter().map(|trace| columns(&text(trace))).max().unwrap_or_default()
    };
    let number = |trace: &TraceView| trace.request.to_string();
    let profile = |trace: &TraceView| trace.profile.clone().unwrap_or_else(|| "-".to_owned());
    let route = |trace: &TraceView| trace.route.clone();
    let widths = (widest(&number), widest(&profile), widest(&route));
    for trace in traces {
        let line = format!(
            "{:>number_width$}  {}  {}  {}  {:3}  {}",
            trace.request,
            clock_time(from_unix(trace.at)),
            pad(&profile(trace), widths.1),
            pad(&route(trace), widths.2),
            status(trace),
            trace.model.as_deref().unwrap_or_default(),
            number_width = widths.0,
        );
        if !print::line(line.trim_end()) {
            return;
        }
    }
}

fn status(trace: &TraceView) -> String {
    trace.status.map_or_else(|| "...".to_owned(), |status| status.to_string())
}

/// The words are those of the log, so they are the same in every language.
fn lines(trace: &TraceView) -> Vec<String> {
    let at = from_unix(trace.at);
    let head = [
        Some(format!("request {}", trace.request)),
        Some(format!("{} {}", date(at), clock_time(at))),
        Some(trace.route.clone()),
        trace.model.clone(),
        trace.profile.clone(),
        Some(status(trace)),
    ];
    let mut lines = vec![head.into_iter().flatten().collect::<Vec<_>>().join("  ")];
    let marks = trace.steps.iter().map(|step| step.marker.name().len()).max().unwrap_or_default();
    let names = trace.steps.iter().filter_map(|step| step.profile.as_deref()).map(columns).max();
    lines.extend(trace.steps.iter().flat_map(|step| step_lines(step, marks, names.unwrap_or(0))));
    if trace.left_out > 0 {
        lines.push(format!("  +{} steps", trace.left_out));
    }
    lines
}

/// Width of the column of times, in milliseconds.
const TIME: usize = 9;

fn step_lines(step: &StepView, marks: usize, names: usize) -> Vec<String> {
    let StepView { after_ms, marker, profile, reason, candidates } = step;
    let time = format!("+{after_ms} ms");
    let profile = pad(profile.as_deref().unwrap_or_default(), names);
    let reason = reason.as_deref().unwrap_or_default();
    let line = format!("  {time:>TIME$}  {:marks$}  {profile}  {reason}", marker.name());
    let mut lines = vec![line.trim_end().to_owned()];
    let widest = candidates.iter().map(|it| columns(&it.profile)).max().unwrap_or_default();
    for it in candidates {
        let words = |facts: &[rotunda_core::pool::Fact], sign: char| -> Vec<String> {
            facts.iter().map(|fact| format!("{sign}{}", fact.name())).collect()
        };
        let facts = [words(&it.counts_for, '+'), words(&it.against, '-')].concat().join(" ");
        let line = format!("{:TIME$}      {}  {facts}", "", pad(&it.profile, widest));
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use rotunda_core::{pool::Fact, trace::Marker};
    use rotunda_daemon::trace::CandidateView;

    use super::*;

    #[test]
    fn the_steps_stand_below_each_other_with_their_times() {
        let step = |after_ms, marker, reason: &str, candidates| StepView {
            after_ms,
            marker,
            profile: Some("work".to_owned()),
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            candidates,
        };
        let candidate = CandidateView {
            profile: "home".to_owned(),
            left_percent: None,
            in_flight: 0,
            until: None,
            counts_for: vec![Fact::InUse],
            against: vec![Fact::Resting],
        };
        let trace = TraceView {
            request: 7,
            at: 1_795_254_600,
            route: "responses".to_owned(),
            model: Some("gpt".to_owned()),
            profile: Some("work".to_owned()),
            status: Some(200),
            steps: vec![
                step(0, Marker::Chosen, "free", vec![candidate]),
                step(12, Marker::FirstByteLocal, "", Vec::new()),
            ],
            left_out: 0,
        };
        let lines = lines(&trace);
        assert!(lines[0].starts_with("request 7  "), "{}", lines[0]);
        assert!(lines[0].ends_with("  responses  gpt  work  200"), "{}", lines[0]);
        assert_eq!(
            lines[1..],
            [
                "      +0 ms  chosen            work  free",
                "               home  +in_use -resting",
                "     +12 ms  first_byte_local  work",
            ]
        );
    }
}
