//! Secrets and hostile texts that a test plants, and the search for them.

/// Secrets of unusual shapes: short words, other scripts, tokens, numbers.
/// Whatever is written for others to read holds none of them.
pub const SECRETS: [&str; 12] = [
    "hunter2",
    "s3cr3t-w0rd",
    "пароль-тайна",
    "parole☂mondo",
    "eyJhbGciOiJQTEFOVEVE",
    "sk-planted-in-test",
    "rt_planted_refresh",
    "ada.lovelace@example.com",
    "grace@navy.example",
    "moonshot-project",
    "figma-internal",
    "27182818284",
];

/// An account name made to deceive: escape sequences, C1
/// controls, marks of direction, characters without width, separators, and
/// longer than any screen.
pub fn hostile(name: &str) -> String {
    format!(
        "{name}\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{7f}\r\n\u{202e}moc\u{2066}x\u{2069}\u{200b}\
         \u{200d}\u{feff}\u{61c}\u{2028}\u{2029}\u{ad}{}",
        "y".repeat(2_000)
    )
}

/// Whether a terminal, a menu or a page would show all of it as it is.
///
/// # Panics
/// When a character would not be seen, or a line is longer than any of ours.
#[track_caller]
pub fn is_clean(text: &str, place: &str) {
    let hidden = |c: char| c != '\n' && rotunda_core::display_text::is_hidden(c);
    if let Some(found) = text.chars().find(|c| hidden(*c)) {
        panic!("{} is in {place}: {text:?}", found.escape_unicode());
    }
    assert!(
        !text.contains("yyyyyyyyyyyyyyyy".repeat(20).as_str()),
        "{place} is not capped: {text}"
    );
}

/// Whether none of [`SECRETS`] is in a text, in whatever coding a text has them.
///
/// # Panics
/// When one is.
#[track_caller]
pub fn holds_no_secret(text: &str, place: &str) {
    // As they are, and as JSON or TOML may write them.
    let unescaped = text.replace("\\/", "/").replace("\\u0074", "t").replace("%40", "@");
    for secret in SECRETS {
        for text in [text, &unescaped] {
            assert!(!text.contains(secret), "{secret} is in {place}: {text}");
        }
    }
}
