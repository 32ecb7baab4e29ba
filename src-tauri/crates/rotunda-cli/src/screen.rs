//! The terminal that output goes to: how large it is, and whether it shows colours.

use std::io::{IsTerminal as _, stdout};

use rotunda_core::{columns::columns, display_text::visible};
use rotunda_host::home::Env;

/// Set to anything but nothing, it keeps colours away (<https://no-color.org>).
const NO_COLOR: &str = "NO_COLOR";
/// A terminal of this kind shows no colours and no cursor movements.
const DUMB: &str = "dumb";

/// Where output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Columns and lines, on a terminal.
    pub(crate) size: Option<(usize, usize)>,
    /// Whether colours are shown.
    pub(crate) colours: bool,
    /// Whether what was printed can be printed over.
    pub(crate) redraws: bool,
}

/// How a part of a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As everything else.
    Plain,
    /// The heading of a column, and what matters less.
    Quiet,
    /// In order.
    Good,
    /// Soon out.
    Low,
    /// Out, or in need of the user.
    Bad,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Part {
    pub(crate) fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl Tone {
    /// The colour, as a terminal takes it (ECMA-48, select graphic rendition).
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Quiet => Some("\u{1b}[2m"),
            Self::Good => Some("\u{1b}[32m"),
            Self::Low => Some("\u{1b}[33m"),
            Self::Bad => Some("\u{1b}[31m"),
        }
    }
}

impl Screen {
    /// Of standard output. `plain` is a user who wants words and nothing else, such as one
    /// who listens to a screen reader.
    pub(crate) fn of(env: &Env, plain: bool) -> Self {
        let size = terminal_size::terminal_size().filter(|_| stdout().is_terminal());
        let size = size.map(|(width, height)| (usize::from(width.0), usize::from(height.0)));
        // On Windows this asks the console for them; one before Windows 10 has none.
        let has_sequences = || anstyle_query::windows::enable_ansi_colors() != Some(false);
        Self::with(env, size, plain || (size.is_some() && !has_sequences()))
    }

    /// `plain` is for words and nothing else: the user wants it, or the console can do no more.
    fn with(env: &Env, size: Option<(usize, usize)>, plain: bool) -> Self {
        let is_dumb = env.get("TERM") == Some(DUMB);
        let redraws = size.is_some() && !plain && !is_dumb;
        let colours = redraws && env.get(NO_COLOR).is_none_or(str::is_empty);
        Self { size, colours, redraws }
    }

    /// A line as this screen shows it: cut at its width, with colours where they are shown.
    pub(crate) fn line(&self, parts: &[Part]) -> String {
        let mut room = self.size.map_or(usize::MAX, |(width, _)| width);
        let mut line = String::new();
        for part in parts {
            let text = visible(&part.text);
            let text = fitting(&text, room);
            room -= columns(text);
            match part.tone.code().filter(|_| self.colours && !text.trim().is_empty()) {
                Some(code) => line.extend([code, text, "\u{1b}[0m"]),
                None => line.push_str(text),
            }
        }
        if self.colours { line } else { line.trim_end().to_owned() }
    }
}

/// As much of a text as fits into so many columns.
fn fitting(text: &str, room: usize) -> &str {
    let ends = text.char_indices().map(|(start, letter)| start + letter.len_utf8());
    let end = ends.take_while(|end| columns(&text[..*end]) <= room).last();
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Option<(usize, usize)> = Some((20, 5));

    #[test]
    fn colours_are_for_terminals_where_they_are_wanted() {
        let none = Env::default();
        assert!(Screen::with(&none, SIZE, false).colours);
        assert!(!Screen::with(&none, None, false).colours);
        assert!(!Screen::with(&none, SIZE, true).colours);
        assert!(Screen::with(&Env::of([("NO_COLOR", "")]), SIZE, false).colours);
        let no_colour = Screen::with(&Env::of([("NO_COLOR", "1")]), SIZE, false);
        assert!(!no_colour.colours && no_colour.redraws);
        assert!(!Screen::with(&Env::of([("TERM", "dumb")]), SIZE, false).redraws);
    }

    #[test]
    fn a_line_is_cut_at_the_width_and_shows_no_control_characters() {
        let screen = Screen { size: SIZE, colours: false, redraws: true };
        let parts = [Part::plain("work  "), Part::new("62% left, resets in 2h", Tone::Good)];
        assert_eq!(screen.line(&parts), "work  62% left, rese");
        let wide = [Part::plain("a"), Part::plain("配置配置配置配置配置配置")];
        assert_eq!(columns(&screen.line(&wide)), 19);
        let hidden = screen.line(&[Part::plain("a\u{1b}[31mb")]);
        assert!(!hidden.contains('\u{1b}'), "{hidden}");
        let coloured = Screen { colours: true, ..screen };
        assert_eq!(coloured.line(&[Part::new("Out", Tone::Bad)]), "\u{1b}[31mOut\u{1b}[0m");
    }
}
