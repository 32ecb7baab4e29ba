//! The options of the command line, and the message when a start fails.

use std::{ffi::OsString, fmt, io, path::PathBuf, process::ExitCode};

const HELP: &str = "\
Rotunda: several Codex sign-ins as one. This is the tray app; `rotunda` is its command line.

Usage: rotunda-desktop [--hidden]

  --hidden   starts in the tray, without opening the window
  --version  says which version this is
  --help     says this
";

/// Starts the window's process. Only this program says it, to itself; alone it
/// does nothing, so the help leaves it out.
pub(crate) const WINDOW: &str = "--window";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Launch {
    /// Print this and end.
    Show(String),
    /// Be the window of the app that started this.
    Window,
    /// Run.
    Start(Options),
}

/// How to run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Options {
    /// Start without a window.
    pub(crate) hidden: bool,
}

impl Launch {
    /// Reads the arguments after the program's name.
    pub(crate) fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let mut options = Options::default();
        for argument in arguments {
            match argument.to_str() {
                Some("--hidden") => options.hidden = true,
                Some(WINDOW) => return Ok(Self::Window),
                Some("--help" | "-h") => return Ok(Self::Show(HELP.to_owned())),
                Some("--version" | "-V") => {
                    return Ok(Self::Show(format!("Rotunda {}\n", env!("CARGO_PKG_VERSION"))));
                }
                _ => {
                    let unknown = argument.display();
                    return Err(Failure::new(&format!("unknown argument {unknown}; try --help")));
                }
            }
        }
        Ok(Self::Start(options))
    }
}

/// This program's file, for starting it again.
pub(crate) fn myself() -> io::Result<PathBuf> {
    let file = std::env::current_exe()?;
    // An update put another file there, or took it away: the one that runs is still to be had.
    let running = PathBuf::from("/proc/self/exe");
    Ok(if cfg!(target_os = "linux") && !file.exists() { running } else { file })
}

/// Why the app does not run: what happened, then what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure(String);

impl Failure {
    /// Makes a sentence of a cause.
    pub(crate) fn new(cause: &impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints why the app ends; the log may not exist yet, so it is printed here.
#[expect(clippy::print_stderr, reason = "the one place that talks to the terminal about errors")]
pub(crate) fn complain(sentence: &impl fmt::Display) {
    tracing::error!(reason = %sentence, "told to the user");
    eprintln!("rotunda-desktop: {sentence}");
}

/// Prints the requested text.
#[expect(clippy::print_stdout, reason = "the answer to --help and --version")]
pub(crate) fn answer(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Launch, Failure> {
        Launch::of(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_window_opens_without_the_hidden_option() {
        assert_eq!(of(&[]), Ok(Launch::Start(Options { hidden: false })));
        assert_eq!(of(&["--hidden"]), Ok(Launch::Start(Options { hidden: true })));
    }

    #[test]
    fn the_window_process_is_recognized_by_its_argument() {
        assert_eq!(of(&[WINDOW]), Ok(Launch::Window));
        assert!(!HELP.contains(WINDOW));
    }

    #[test]
    fn questions_are_answered_without_starting() {
        assert!(
            matches!(of(&["--version"]), Ok(Launch::Show(text)) if text.starts_with("Rotunda "))
        );
        assert!(matches!(of(&["--hidden", "--help"]), Ok(Launch::Show(text)) if text == HELP));
    }

    #[test]
    fn an_unknown_argument_is_named() {
        let failure = of(&["--hiden"]).expect_err("is refused");
        assert_eq!(failure.to_string(), "unknown argument --hiden; try --help");
    }
}
