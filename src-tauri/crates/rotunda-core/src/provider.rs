//! Other providers that speak the Responses API: where their requests go, and for which models.
//! See `docs/decisions/096-other-providers.md`.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

use crate::upstreams::is_here;

/// Longest name of a model that is kept, in bytes.
const LONGEST_MODEL: usize = 128;
/// Models that one provider may serve.
pub const MOST_MODELS: usize = 500;

/// A provider beside OpenAI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Below it are `responses` and `models`, for instance `https://api.example.com/v1`.
    pub base: Url,
    /// Models of its own, as requests name them.
    #[serde(default)]
    pub models: Vec<String>,
    /// Models of plans that it serves when all plans are out. A request for any other model
    /// never goes there.
    #[serde(default)]
    pub fallback: Vec<String>,
}

impl Provider {
    /// Whether a model is one of its own.
    pub fn offers(&self, model: &str) -> bool {
        self.models.iter().any(|it| it == model)
    }

    /// Whether it serves a model of plans when all of them are out.
    pub fn stands_in_for(&self, model: &str) -> bool {
        self.fallback.iter().any(|it| it == model)
    }
}

/// Why an address is not that of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BaseError {
    /// It is no address.
    #[error("this is no address; one looks like https://api.example.com/v1")]
    NoAddress,
    /// A key would go over the network in plain text.
    #[error("the address must begin with https://, or lead to this computer")]
    Plain,
    /// The key belongs elsewhere.
    #[error("the address must hold no user name, password, query or fragment")]
    Extra,
}

/// Reads the address of a provider. `responses` at its end, as documentation of providers
/// often shows it, is left out.
pub fn base_of(text: &str) -> Result<Url, BaseError> {
    let mut base: Url = text.trim().parse().map_err(|_| BaseError::NoAddress)?;
    base.host().ok_or(BaseError::NoAddress)?;
    match base.scheme() {
        "https" => {}
        "http" if is_here(&base) => {}
        "http" => return Err(BaseError::Plain),
        _ => return Err(BaseError::NoAddress),
    }
    let has_extra = !base.username().is_empty()
        || base.password().is_some()
        || base.query().is_some()
        || base.fragment().is_some();
    if has_extra {
        return Err(BaseError::Extra);
    }
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix("/responses").unwrap_or(path).trim_end_matches('/').to_owned();
    base.set_path(&path);
    Ok(base)
}

/// The names of models, each once and in their order; those that are empty, too long or hold
/// characters that cannot be seen are left out.
pub fn models_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut models: Vec<String> = Vec::new();
    for name in names {
        let name = name.trim();
        let is_name = (1..=LONGEST_MODEL).contains(&name.len())
            && !name.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_name && models.len() < MOST_MODELS && !models.iter().any(|it| it == name) {
            models.push(name.to_owned());
        }
    }
    models
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str, expected: Result<&str, BaseError>) {
        let read = base_of(text);
        assert_eq!(read.as_ref().map(Url::as_str).map_err(|error| *error), expected, "{text}");
    }

    #[test]
    fn an_address_is_https_or_leads_to_this_computer() {
        reads("https://api.example.com/v1", Ok("https://api.example.com/v1"));
        reads(" https://api.example.com/v1/ ", Ok("https://api.example.com/v1"));
        reads("https://api.example.com/v1/responses", Ok("https://api.example.com/v1"));
        reads("https://api.example.com", Ok("https://api.example.com/"));
        for here in ["localhost", "127.0.0.1", "[::1]", "127.8.0.1"] {
            let text = format!("http://{here}:11434/v1");
            reads(&text, Ok(&text));
        }
        for plain in
            ["http://api.example.com/v1", "http://localhost.example.com/", "http://10.0.0.1/"]
        {
            reads(plain, Err(BaseError::Plain));
        }
        for none in
            ["", "api.example.com", "deepseek", "ftp://localhost/", "file:///etc", "https://"]
        {
            reads(none, Err(BaseError::NoAddress));
        }
        for extra in ["https://k:s@h.example/", "https://h.example/?a=1", "https://h.example/#a"] {
            reads(extra, Err(BaseError::Extra));
        }
    }

    #[test]
    fn names_of_models_are_taken_once_and_in_order() {
        let long = "m".repeat(200);
        let names = ["b", " a ", "b", "", "a b", "a\u{7}", &long, "deepseek/deepseek-chat"];
        assert_eq!(models_of(names), ["b", "a", "deepseek/deepseek-chat"]);
        let many: Vec<_> = (0..600).map(|n| format!("m{n}")).collect();
        assert_eq!(models_of(many.iter().map(String::as_str)).len(), MOST_MODELS);
    }
}
