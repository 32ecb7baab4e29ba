//! Which model of a plan stands for a model that another program names.

use std::fmt;

/// Most rules that a setting may have.
const MOST_RULES: usize = 50;
/// Longest name or pattern, in bytes.
const LONGEST_NAME: usize = 128;
/// What a name of Anthropic's models begins with; no plan offers one.
const CLAUDE: &str = "claude";
/// Stands in the names of Anthropic's small models.
const HAIKU: &str = "haiku";
/// Stands in the names of `OpenAI`'s small models.
const MINI: &str = "mini";

/// Efforts of reasoning that the Responses API knows (`OpenAI`, "Reasoning models").
pub const EFFORTS: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];

/// A model of a plan, and how hard it thinks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChoice {
    /// Its name.
    pub model: String,
    /// One of [`EFFORTS`]; none: what the request asks for.
    pub effort: Option<String>,
}

/// One rule: names of a pattern are this model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRule {
    /// A name in which each `*` stands for any text.
    pub pattern: String,
    /// What it is.
    pub choice: ModelChoice,
}

/// Rules in their order: the first that fits counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelRules(Vec<ModelRule>);

/// Why a text is no rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleError {
    /// This part is not `PATTERN = MODEL` or `PATTERN = MODEL:EFFORT`.
    Form(String),
    /// The service knows no such effort.
    Effort(String),
    /// There are more than 50.
    Many,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(part) => {
                write!(f, "\"{part}\" is no rule such as \"claude-haiku-* = MODEL:low\"")
            }
            Self::Effort(effort) => {
                write!(f, "\"{effort}\" is no effort: it is one of {}", EFFORTS.join(", "))
            }
            Self::Many => write!(f, "there are more than {MOST_RULES} rules"),
        }
    }
}

impl ModelRules {
    /// Reads rules divided by commas, such as `claude-haiku-* = small:low, claude-* = large`.
    ///
    /// # Errors
    /// Says which part is no rule.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let parts: Vec<_> = text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        if parts.len() > MOST_RULES {
            return Err(RuleError::Many);
        }
        parts.into_iter().map(rule_of).collect::<Result<_, _>>().map(Self)
    }

    /// What a name means where these models are offered, the usual one first. A name that no
    /// rule fits and that is offered stays; one of Anthropic's becomes the usual model, and
    /// one of its small ones the first small model. None: a model of Anthropic's, and none is
    /// offered that could stand for it.
    pub fn choose(&self, name: &str, offered: &[String]) -> Option<ModelChoice> {
        if let Some(rule) = self.0.iter().find(|rule| fits(&rule.pattern, name)) {
            return Some(rule.choice.clone());
        }
        let is_claude = name.starts_with(CLAUDE) && !offered.iter().any(|it| it == name);
        let model = if !is_claude {
            name.to_owned()
        } else if name.contains(HAIKU)
            && let Some(small) = offered.iter().find(|it| it.contains(MINI))
        {
            small.clone()
        } else {
            offered.first()?.clone()
        };
        Some(ModelChoice { model, effort: None })
    }
}

/// As [`ModelRules::parse`] reads it.
impl fmt::Display for ModelRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, ModelRule { pattern, choice }) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{pattern} = {}", choice.model)?;
            if let Some(effort) = &choice.effort {
                write!(f, ":{effort}")?;
            }
        }
        Ok(())
    }
}

fn rule_of(part: &str) -> Result<ModelRule, RuleError> {
    let form = || RuleError::Form(part.to_owned());
    let (pattern, choice) = part.split_once('=').ok_or_else(form)?;
    let (model, effort) = match choice.split_once(':') {
        Some((model, effort)) => (model.trim(), Some(effort.trim())),
        None => (choice.trim(), None),
    };
    let pattern = pattern.trim();
    let is_name = |name: &str| {
        let has_length = (1..=LONGEST_NAME).contains(&name.len());
        has_length && !name.contains(|char: char| char.is_whitespace() || char.is_control())
    };
    if !is_name(pattern) || !is_name(model) || model.contains('*') {
        return Err(form());
    }
    if let Some(effort) = effort.filter(|effort| !EFFORTS.contains(effort)) {
        return Err(RuleError::Effort(effort.to_owned()));
    }
    let choice = ModelChoice { model: model.to_owned(), effort: effort.map(str::to_owned) };
    Ok(ModelRule { pattern: pattern.to_owned(), choice })
}

/// Whether a name has the form of a pattern. Each star takes as little as it can, which finds
/// a way when there is one, as only the last piece is bound to the end.
fn fits(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(rules: &str, name: &str, offered: &[&str]) -> Option<(String, Option<String>)> {
        let offered: Vec<_> = offered.iter().map(|it| (*it).to_owned()).collect();
        let choice = ModelRules::parse(rules).unwrap().choose(name, &offered)?;
        Some((choice.model, choice.effort))
    }

    fn plain(model: &str) -> (String, Option<String>) {
        (model.to_owned(), None)
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let rules = "claude-haiku-* = small:low, claude-* = large , gpt-4o=small";
        let low = Some(("small".to_owned(), Some("low".to_owned())));
        assert_eq!(chosen(rules, "claude-haiku-4-5", &["x"]), low);
        assert_eq!(chosen(rules, "claude-opus-5-5", &["x"]), Some(plain("large")));
        assert_eq!(chosen(rules, "gpt-4o", &["gpt-4o"]), Some(plain("small")));
        assert_eq!(chosen(rules, "gpt-4o-mini", &["x"]), Some(plain("gpt-4o-mini")));
        let read = ModelRules::parse(rules).unwrap();
        assert_eq!(
            read.to_string(),
            "claude-haiku-* = small:low, claude-* = large, gpt-4o = small"
        );
        assert_eq!(ModelRules::parse(&read.to_string()).unwrap(), read);
    }

    #[test]
    fn without_a_rule_models_of_anthropic_are_those_that_are_offered() {
        let offered = ["gpt-7", "gpt-7-mini"];
        assert_eq!(chosen("", "claude-opus-5-5", &offered), Some(plain("gpt-7")));
        assert_eq!(chosen("", "claude-haiku-4-5", &offered), Some(plain("gpt-7-mini")));
        assert_eq!(chosen("", "claude-haiku-4-5", &["gpt-7"]), Some(plain("gpt-7")));
        assert_eq!(chosen("", "gpt-6", &offered), Some(plain("gpt-6")));
        assert_eq!(chosen("", "claude-x", &["a", "claude-x"]), Some(plain("claude-x")));
        assert_eq!(chosen("", "claude-x", &[]), None);
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name) in [
            ("*", "a"),
            ("*", ""),
            ("a*", "a"),
            ("*-mini", "gpt-mini"),
            ("a*b*c", "a-b-c"),
            ("a*b*c", "abcbc"),
            ("a", "a"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a*", "ba"), ("a", "ab"), ("a*b*c", "acb"), ("a*a", "a")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_no_rule_is_named() {
        for text in ["claude-*", "= a", "a =", "a b = c", "a = b*", "a = b c"] {
            let error = ModelRules::parse(text).unwrap_err();
            assert_eq!(error, RuleError::Form(text.to_owned()), "{text}");
        }
        let effort = ModelRules::parse("a = b:most").unwrap_err();
        assert_eq!(effort, RuleError::Effort("most".to_owned()));
        let many = "a=b,".repeat(MOST_RULES + 1);
        assert_eq!(ModelRules::parse(&many).unwrap_err(), RuleError::Many);
        assert_eq!(ModelRules::parse(" , ").unwrap(), ModelRules::default());
    }
}
