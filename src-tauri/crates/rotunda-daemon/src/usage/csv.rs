//! Usage as comma-separated values (RFC 4180): a head, then a line each. The total is left
//! out, because a spreadsheet would add it up once more.

use super::{UsageLine, UsageView};

/// The columns, and so the promise: later ones come behind.
const HEAD: [&str; 12] = [
    "key",
    "name",
    "first_day",
    "last_day",
    "requests",
    "unmeasured",
    "input",
    "cached",
    "output",
    "reasoning",
    "cost_usd",
    "cost_incomplete",
];

pub(super) fn table(view: &UsageView) -> String {
    let mut text = HEAD.join(",") + "\r\n";
    for line in &view.lines {
        text.push_str(&row(line));
        text.push_str("\r\n");
    }
    text
}

fn row(line: &UsageLine) -> String {
    let count = |count: u64| count.to_string();
    let day = |day: &Option<String>| day.clone().unwrap_or_default();
    let cells = [
        cell(&line.key),
        cell(&line.name),
        day(&line.first_day),
        day(&line.last_day),
        count(line.requests),
        count(line.unmeasured),
        count(line.input),
        count(line.cached),
        count(line.output),
        count(line.reasoning),
        line.cost_usd.map(|cost| format!("{cost:.6}")).unwrap_or_default(),
        line.incomplete.to_string(),
    ];
    cells.join(",")
}

/// A text as one cell. A spreadsheet takes what begins with these signs as a formula, so a
/// quotation mark for texts goes before.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_text_and_never_a_formula() {
        for (text, expected) in [
            ("work", "work"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("=1+1", "'=1+1"),
            ("@x,y", "\"'@x,y\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }
}
