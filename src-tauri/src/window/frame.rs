//! How the window was left, from one time to the next.

use std::path::PathBuf;

use rotunda_host::{
    files::{self, Mode},
    home::Home,
};
use serde::{Deserialize, Serialize};

/// The size below which nothing fits.
pub(super) const SMALLEST: (f64, f64) = (480.0, 440.0);
const SIZE: (f64, f64) = (760.0, 600.0);
/// Wider than any screen: a damaged file must not make a window that cannot be used.
const LARGEST: f64 = 10_000.0;

/// How the window was left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Left {
    pub(super) width: f64,
    pub(super) height: f64,
    #[serde(default)]
    pub(super) maximized: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self { width: SIZE.0, height: SIZE.1, maximized: false }
    }
}

impl Left {
    /// What a window can be made with.
    pub(super) fn sane(self) -> Self {
        let fits = |number: f64, least: f64, usual: f64| {
            if (least..=LARGEST).contains(&number) { number } else { usual }
        };
        Self {
            width: fits(self.width, SMALLEST.0, SIZE.0),
            height: fits(self.height, SMALLEST.1, SIZE.1),
            ..self
        }
    }
}

/// Where the window's size is kept.
pub(super) struct Frame(PathBuf);

impl Frame {
    /// Beside what else is kept.
    pub(super) fn of(home: &Home) -> Self {
        Self(home.window_file())
    }

    /// As it was left.
    pub(super) fn read(&self) -> Left {
        let text = files::read_text_if_there(&self.0).ok().flatten();
        let left: Option<Left> = text.and_then(|text| serde_json::from_str(&text).ok());
        left.unwrap_or_default().sane()
    }

    /// Keeps it for the next time.
    pub(super) fn write(&self, left: Left) {
        let text = serde_json::to_vec(&left).unwrap_or_default();
        if let Err(error) = files::write_atomic(&self.0, &text, Mode::Private) {
            tracing::warn!(%error, "the window's size is not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_survives_and_a_senseless_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let frame = Frame(folder.path().join("window.json"));
        assert_eq!(frame.read(), Left::default());
        let left = Left { width: 900.0, height: 700.0, maximized: true };
        frame.write(left);
        assert_eq!(frame.read(), left);
        frame.write(Left { width: 3.0, height: 1e9, maximized: false });
        assert_eq!(frame.read(), Left::default());
        std::fs::write(&frame.0, "{").unwrap();
        assert_eq!(frame.read(), Left::default());
    }
}
