//! A question to a person at the terminal. No is what an empty line means.

use std::io::{self, BufRead as _, IsTerminal as _};

use rotunda_text::{Locale, Localize, Message};

use super::{Failure, print};

/// Asks a person; a program is told which option it has to give.
pub(super) fn agreed(
    question: &Message,
    without_terminal: &Message,
    locale: Locale,
) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::from(without_terminal.clone()));
    }
    print::line(&format!("{} [y/N]", question.to(locale)));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::new(format!("The answer cannot be read: {error}.")))?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        for (answer, expected) in [
            ("y\n", true),
            ("Y", true),
            ("yes\n", true),
            ("\n", false),
            ("", false),
            ("n", false),
            ("yep", false),
        ] {
            assert_eq!(is_yes(answer), expected, "{answer:?}");
        }
    }
}
