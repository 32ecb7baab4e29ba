//! Every state that binding can reach, by breadth-first search over the text to text
//! functions of the core: bind and unbind with a crash between their two writes,
//! another port, the second line, and a user who edits the file meanwhile.

use std::collections::{HashSet, VecDeque};

use rotunda_core::{
    ClientUrl, Secret,
    binding::{
        self, Ours, Prior, Priors, SecondLine, State, add_second_line, remove_second_line,
        second_line,
    },
};

/// What the user may have in the file before.
const TEXTS: [&str; 6] = [
    "",
    "model = \"large\"\n",
    "openai_base_url = \"https://proxy.example/v1\"\nmodel = \"large\"\n",
    "model = \"large\"\r\nopenai_base_url = \"https://proxy.example/v1\" # mine\r\n",
    "model_provider = \"other\"\n\n[model_providers.other]\nname = \"Other\"\n",
    "# a comment\nchatgpt_base_url = \"https://chatgpt.example\"",
];
const PORTS: [u16; 2] = [4000, 4001];
/// Edits of the user in one history.
const MOST_EDITS: u8 = 2;
const USERS_LINE: &str = "openai_base_url = \"https://edited.example/v1\"";

/// What is recorded of a binding: what stood there before, and our addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    priors: Priors,
    url: String,
    former: Vec<String>,
}

/// The file, the record beside it, and where the router listens.
#[derive(Debug, Clone)]
struct Binding {
    text: String,
    record: Option<Record>,
    port: u16,
    edits: u8,
    /// What the file would be without us; none once the user edited a line of ours.
    without_us: Option<String>,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Bind {
        switch: bool,
    },
    /// Only the record is written.
    BindCrashes,
    Unbind,
    /// Only the file is written.
    UnbindCrashes,
    Port(u16),
    AddSecondLine,
    RemoveSecondLine,
    /// The user adds a comment at the end.
    Append,
    /// The user puts an address of theirs in the place of whatever stands there.
    Replace,
    /// The user takes the address out.
    Delete,
}

const STEPS: [Step; 12] = [
    Step::Bind { switch: false },
    Step::Bind { switch: true },
    Step::BindCrashes,
    Step::Unbind,
    Step::UnbindCrashes,
    Step::Port(PORTS[0]),
    Step::Port(PORTS[1]),
    Step::AddSecondLine,
    Step::RemoveSecondLine,
    Step::Append,
    Step::Replace,
    Step::Delete,
];

/// What a search has found.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    /// The first broken rule, and the steps that lead there.
    pub(crate) broken: Option<String>,
}

fn client_url(port: u16) -> ClientUrl {
    ClientUrl::new(port, &Secret::new("0123456789abcdef0123456789abcdef".to_owned()))
}

impl Binding {
    fn url(&self) -> String {
        client_url(self.port).text().expose().clone()
    }

    fn second_url(&self) -> String {
        client_url(self.port).second_line().expose().clone()
    }

    fn ours(&self) -> Ours {
        let record = self.record.iter();
        let former = record.flat_map(|it| it.former.iter().chain([&it.url]).cloned());
        Ours { url: self.url(), former: former.collect() }
    }

    /// The record that binding makes, and the text.
    fn bound(&self, switch: bool) -> Result<(Record, String), String> {
        let bound = binding::bind(&self.text, &self.url(), switch).map_err(|it| it.to_string())?;
        let older = self.record.as_ref();
        let mut former: Vec<_> =
            older.into_iter().flat_map(|it| it.former.iter().chain([&it.url])).cloned().collect();
        former.retain(|url| *url != self.url());
        former.dedup();
        let priors = bound.priors.or_older(older.map(|older| &older.priors));
        Ok((Record { priors, url: self.url(), former }, bound.text))
    }

    fn unbound(&self) -> Result<String, String> {
        let unrecorded = Priors { base_url: Prior::Ours, provider: None };
        let priors = self.record.as_ref().map_or(&unrecorded, |record| &record.priors);
        let unbound = binding::unbind(&self.text, priors, &self.ours());
        unbound.map(|it| it.text).map_err(|it| it.to_string())
    }

    /// The state after a step; none where it changes nothing or cannot be.
    fn after(&self, step: Step) -> Result<Option<Self>, String> {
        let mut next = self.clone();
        match step {
            Step::Bind { switch } => {
                let (record, text) = self.bound(switch)?;
                (next.record, next.text) = (Some(record), text);
            }
            Step::BindCrashes => next.record = Some(self.bound(false)?.0),
            Step::Unbind => (next.record, next.text) = (None, self.unbound()?),
            Step::UnbindCrashes => next.text = self.unbound()?,
            Step::Port(port) => next.port = port,
            Step::AddSecondLine => {
                let added = add_second_line(&self.text, &self.ours(), &self.second_url());
                next.text = added.map_err(|it| it.to_string())?;
            }
            Step::RemoveSecondLine => {
                next.text = remove_second_line(&self.text).map_err(|it| it.to_string())?;
            }
            Step::Append | Step::Replace | Step::Delete if self.edits >= MOST_EDITS => {
                return Ok(None);
            }
            Step::Append => {
                next.edits += 1;
                let comment = format!("\n# edit {}", next.edits);
                next.text.push_str(&comment);
                if let Some(text) = &mut next.without_us {
                    text.push_str(&comment);
                }
            }
            Step::Replace | Step::Delete => {
                next.edits += 1;
                next.without_us = None;
                next.text = edited(&self.text, step == Step::Replace);
            }
        }
        Ok(Some(next))
    }

    /// The rules that hold in every state.
    fn check(&self) -> Result<(), String> {
        let ours = self.ours();
        if let State::Unreadable { message, .. } = binding::state(&self.text, &ours) {
            return Err(format!("the file cannot be read: {message}"));
        }
        let unbound = self.unbound()?;
        if matches!(binding::state(&unbound, &ours), State::Bound | State::BoundStale { .. }) {
            return Err(format!("unbinding leaves Codex at our port: {unbound:?}"));
        }
        let second = second_line(&unbound, &self.second_url()).map_err(|it| it.to_string())?;
        if matches!(second, SecondLine::Stands | SecondLine::Stale) {
            return Err(format!("unbinding leaves the second line: {unbound:?}"));
        }
        if let Some(expected) = self.without_us.as_ref().filter(|it| **it != unbound) {
            return Err(format!("unbinding gives {unbound:?} and not {expected:?}"));
        }
        if self.text.contains(USERS_LINE) && !unbound.contains(USERS_LINE) {
            return Err(format!("unbinding takes a line of the user's: {unbound:?}"));
        }
        // A start leads Codex to the port of now, wherever it was led before.
        let (_, bound) = self.bound(false)?;
        if binding::state(&bound, &ours) != State::Bound {
            return Err(format!("binding leads elsewhere: {bound:?}"));
        }
        Ok(())
    }
}

/// The text with the user's address in the place of the line, or without the line.
fn edited(text: &str, replaces: bool) -> String {
    let is_line = |line: &&str| line.trim_start().starts_with(binding::BASE_URL);
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    let at = lines.iter().position(is_line);
    if let Some(at) = at {
        lines.remove(at);
    }
    let users = format!("{USERS_LINE}\n");
    if replaces {
        lines.insert(at.unwrap_or(0), &users);
    }
    lines.concat()
}

/// Visits every state that can be reached from each of the texts.
pub(crate) fn explore() -> Explored {
    let mut visited = HashSet::new();
    let mut queue = VecDeque::new();
    for text in TEXTS {
        let without_us = Some(text.to_owned());
        let text = text.to_owned();
        let place = Binding { text, record: None, port: PORTS[0], edits: 0, without_us };
        visited.insert(key_of(&place));
        queue.push_back((place, Vec::new()));
    }
    while let Some((place, steps)) = queue.pop_front() {
        if let Err(broken) = place.check() {
            let broken = Some(format!("{broken}, after {steps:?}"));
            return Explored { states: visited.len(), broken };
        }
        for step in STEPS {
            let next = match place.after(step) {
                Ok(Some(next)) => next,
                Ok(None) => continue,
                Err(error) => {
                    let broken = Some(format!("{step:?} is refused ({error}), after {steps:?}"));
                    return Explored { states: visited.len(), broken };
                }
            };
            if visited.insert(key_of(&next)) {
                let mut steps = steps.clone();
                steps.push(step);
                queue.push_back((next, steps));
            }
        }
    }
    Explored { states: visited.len(), broken: None }
}

/// All that makes a state another one. [`Priors`] hide their text from debug output.
fn key_of(place: &Binding) -> String {
    let priors = place.record.as_ref().map(|record| {
        let text = |prior: &Prior| match prior {
            Prior::Absent => "absent".to_owned(),
            Prior::Ours => "ours".to_owned(),
            Prior::Text(text) => format!("text {text}"),
        };
        let Priors { base_url, provider } = &record.priors;
        (text(base_url), provider.as_ref().map(text), &record.url, &record.former)
    });
    let Binding { text, port, edits, without_us, .. } = place;
    format!("{text:?} {port} {edits} {without_us:?} {priors:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_state_of_the_binding_breaks_a_rule() {
        let explored = explore();
        assert_eq!(explored.broken, None);
        assert!(explored.states > 1000, "{}", explored.states);
    }

    #[test]
    fn a_record_of_something_else_is_found() {
        let text = TEXTS[2].to_owned();
        let without_us = Some(text.clone());
        let mut place = Binding { text, record: None, port: PORTS[0], edits: 0, without_us };
        place = place.after(Step::Bind { switch: false }).unwrap().unwrap();
        assert_eq!(place.check(), Ok(()));
        place.record.as_mut().unwrap().priors.base_url = Prior::Absent;
        assert!(place.check().is_err());
    }
}
