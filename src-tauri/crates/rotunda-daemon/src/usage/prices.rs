//! What the tokens of a model would cost by the API, from the dated list in `prices.toml`.

use std::sync::LazyLock;

use rotunda_core::event::Tokens;
use serde::{Deserialize, Serialize};

const LIST: &str = include_str!("prices.toml");
/// Prices are for so many tokens.
const MILLION: u128 = 1_000_000;
/// Digits behind the point that a price in the list may have: a millionth of a dollar.
const DIGITS: usize = 6;

/// The prices, and where they come from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceList {
    date: String,
    source: String,
    model: Vec<ModelPrice>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelPrice {
    names: Vec<String>,
    input: Price,
    /// None: cached tokens cost what others cost.
    cached: Option<Price>,
    output: Price,
}

/// Millionths of a dollar for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Price(u128);

/// Where the prices come from, and from when they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PricesView {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Where they are published.
    pub source: String,
}

static PRICES: LazyLock<PriceList> =
    LazyLock::new(|| toml_edit::de::from_str(LIST).expect("a test reads the list"));

impl TryFrom<String> for Price {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bad = || format!("{text:?} is no price in dollars");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        if part.len() > DIGITS {
            return Err(bad());
        }
        let digits = format!("{whole}{part:0<DIGITS$}");
        let is_number = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number).map(Self).ok_or_else(bad)
    }
}

/// Whether the API lists a price for a model: then plans may have it as well.
pub(crate) fn has_price(model: &str) -> bool {
    PRICES.model.iter().any(|it| it.names.iter().any(|name| name == model))
}

/// Where the list comes from.
pub(crate) fn origin() -> PricesView {
    PricesView { date: PRICES.date.clone(), source: PRICES.source.clone() }
}

/// What tokens of a model would cost, in millionths of a dollar; none for a model that is
/// not in the list.
pub(crate) fn cost_of(model: &str, tokens: Tokens) -> Option<u64> {
    let price = price_of(model)?;
    let cached = tokens.cached.min(tokens.input);
    let parts = [
        (tokens.input - cached, price.input),
        (cached, price.cached.unwrap_or(price.input)),
        (tokens.output, price.output),
    ];
    let sum: u128 = parts.iter().map(|(count, price)| u128::from(*count) * price.0).sum();
    // Rounded to the nearest.
    Some(u64::try_from((sum + MILLION / 2) / MILLION).unwrap_or(u64::MAX))
}

/// By the exact name, or by the name before the date of a snapshot. A family is no price.
fn price_of(model: &str) -> Option<&'static ModelPrice> {
    let named = |name: &str| PRICES.model.iter().find(|it| it.names.iter().any(|it| it == name));
    named(model).or_else(|| named(without_date(model)?))
}

/// `gpt-5-2025-08-07` without what follows `gpt-5`.
fn without_date(model: &str) -> Option<&str> {
    const DATE: usize = "-2025-08-07".len();
    let (name, date) = model.split_at_checked(model.len().checked_sub(DATE)?)?;
    let is_date = date.bytes().enumerate().all(|(place, byte)| match place {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_date.then_some(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const TOKENS: Tokens =
        Tokens { input: 1_000_000, cached: 400_000, output: 100_000, reasoning: 60_000 };

    #[test]
    fn the_list_is_dated_names_its_source_and_each_model_once() {
        assert_eq!(PRICES.date.len(), "2026-11-30".len());
        assert!(PRICES.source.starts_with("https://"));
        let names: Vec<_> = PRICES.model.iter().flat_map(|it| &it.names).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.len() > 15);
        for price in &PRICES.model {
            let cached = price.cached.unwrap_or(price.input);
            assert!(cached.0 <= price.input.0 && price.input.0 < price.output.0, "{price:?}");
        }
    }

    #[test]
    fn cached_tokens_are_cheaper_and_reasoning_is_part_of_the_output() {
        // 0.6 M at 2.00, 0.4 M at 0.10, 0.1 M at 10.00.
        assert_eq!(cost_of("gpt-6.1-sol", TOKENS), Some(1_200_000 + 40_000 + 1_000_000));
        let more = Tokens { reasoning: 100_000, ..TOKENS };
        assert_eq!(cost_of("gpt-6.1-sol", more), cost_of("gpt-6.1-sol", TOKENS));
        // Without a price of their own they cost what others cost.
        assert_eq!(cost_of("gpt-5.5-pro", TOKENS), Some(30_000_000 + 18_000_000));
        // More cached than read cannot be.
        let odd = Tokens { input: 10, cached: 20, output: 0, reasoning: 0 };
        assert_eq!(cost_of("gpt-5.5", odd), Some(5));
        let most = Tokens { input: u64::MAX, cached: 0, output: u64::MAX, reasoning: 0 };
        assert!(cost_of("gpt-5.5", most).is_some());
    }

    #[test]
    fn a_model_that_is_not_listed_has_no_price_and_a_dated_one_has_that_of_its_name() {
        for model in ["", "gpt-6.1", "gpt-6.1-sol-mini", "gpt-5-2025", "gpt-5-2025-8-7", "o9"] {
            assert_eq!(cost_of(model, TOKENS), None, "{model}");
        }
        assert_eq!(cost_of("gpt-5-2025-08-07", TOKENS), cost_of("gpt-5", TOKENS));
        assert_eq!(cost_of("gpt-6.1-sol-2026-09-29", TOKENS), cost_of("gpt-6.1-sol", TOKENS));
        assert_eq!(cost_of("ä-2026-09-29", TOKENS), None);
    }

    #[test]
    fn a_price_is_a_number_of_dollars() {
        let read = |text: &str| Price::try_from(text.to_owned());
        assert_eq!(read("0.075"), Ok(Price(75_000)));
        assert_eq!(read("30"), Ok(Price(30_000_000)));
        for bad in ["", ".5", "-1", "1.0000001", "1,5", "1.2.3", "+1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
