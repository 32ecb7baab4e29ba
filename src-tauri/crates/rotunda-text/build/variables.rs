//! Which variables each message of a catalog uses, and how. The build script
//! and the test of the catalogs both read them here.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::{ast, parser};

/// What has to agree between the languages.
#[derive(Debug, Default, Clone)]
pub(crate) struct Catalog {
    /// Every message by its id.
    pub(crate) messages: BTreeMap<String, MessageShape>,
}

/// One message, with what it takes from messages that it refers to.
#[derive(Debug, Default, Clone)]
pub(crate) struct MessageShape {
    /// The variables that it uses in any way.
    pub(crate) variables: BTreeSet<String>,
    /// The messages that it refers to.
    pub(crate) references: BTreeSet<String>,
    /// The variables that choose between texts by a word: the words.
    pub(crate) choices: BTreeMap<String, BTreeSet<String>>,
    /// The variables that are shown.
    pub(crate) shown: BTreeSet<String>,
}

/// The words that a language's plural rules choose by; every language has its
/// own selection of these.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

impl Catalog {
    /// Reads a catalog; the faults of its form otherwise.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<String>> {
        let resource = parser::parse(text).map_err(|(_, errors)| {
            errors
                .iter()
                .map(|error| format!("{error} at byte {}", error.pos.start))
                .collect::<Vec<_>>()
        })?;
        let mut catalog = Self::default();
        let mut faults = Vec::new();
        for entry in &resource.body {
            let ast::Entry::Message(message) = entry else { continue };
            let mut shape = MessageShape::default();
            match &message.value {
                Some(value) => shape.pattern(value),
                None => faults.push(format!("{}: has no text", message.id.name)),
            }
            let id = message.id.name.to_owned();
            if catalog.messages.insert(id.clone(), shape).is_some() {
                faults.push(format!("{id}: is there twice"));
            }
        }
        let ids: Vec<_> = catalog.messages.keys().cloned().collect();
        for id in &ids {
            catalog.resolve(id, &mut faults);
        }
        if faults.is_empty() { Ok(catalog) } else { Err(faults) }
    }

    /// Adds what a message takes over from those that it refers to. One level
    /// is enough: a text that refers on is refused.
    fn resolve(&mut self, id: &str, faults: &mut Vec<String>) {
        let mut shape = self.messages.get(id).cloned().unwrap_or_default();
        for reference in shape.references.clone() {
            match self.messages.get(&reference) {
                None => faults.push(format!("{id}: refers to {reference}, which is not there")),
                Some(other) if !other.references.is_empty() => {
                    faults.push(format!("{id}: refers to {reference}, which refers on"));
                }
                Some(other) => {
                    shape.variables.extend(other.variables.iter().cloned());
                    shape.shown.extend(other.shown.iter().cloned());
                    shape.choices.extend(other.choices.clone());
                }
            }
        }
        self.messages.insert(id.to_owned(), shape);
    }
}

impl MessageShape {
    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            if let ast::PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => {
                if let ast::InlineExpression::VariableReference { id } = selector {
                    self.choice(id.name, variants);
                } else {
                    self.inline(selector);
                }
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn choice(&mut self, variable: &str, variants: &[ast::Variant<&str>]) {
        self.variables.insert(variable.to_owned());
        let words: BTreeSet<String> = variants
            .iter()
            .filter_map(|variant| match &variant.key {
                ast::VariantKey::Identifier { name } => Some((*name).to_owned()),
                ast::VariantKey::NumberLiteral { .. } => None,
            })
            .collect();
        if words.iter().any(|word| !PLURALS.contains(&word.as_str())) {
            self.choices.insert(variable.to_owned(), words);
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        match inline {
            ast::InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
                self.shown.insert(id.name.to_owned());
            }
            ast::InlineExpression::MessageReference { id, .. } => {
                self.references.insert(id.name.to_owned());
            }
            ast::InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    self.inline(argument);
                }
            }
            ast::InlineExpression::Placeable { expression } => self.expression(expression),
            ast::InlineExpression::StringLiteral { .. }
            | ast::InlineExpression::NumberLiteral { .. }
            | ast::InlineExpression::TermReference { .. } => {}
        }
    }
}
