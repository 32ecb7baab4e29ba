//! The command line in a real terminal: tmux keeps its screen.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use crate::{
    place::{Sandbox, Serving, text},
    upstream::{Answers, Upstream, turn},
};

/// Columns and lines.
const SIZES: [(usize, usize); 2] = [(80, 24), (200, 60)];
/// Printed after a command, before its exit code.
const END: &str = "-- ended: ";
const PASSPHRASE: &str = "correct horse battery";
/// Between two looks at a screen, and how often one is looked at, on a busy machine.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
const MOST_LOOKS: usize = 5000;

/// A command in a terminal. Dropping it ends both.
struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    /// None, with a printed line, where there is no tmux.
    #[expect(clippy::print_stderr, reason = "a skipped test is read by a person")]
    fn start(
        sandbox: &Sandbox,
        (width, height): (usize, usize),
        arguments: &[&str],
    ) -> Option<Self> {
        // The server of an earlier one may still be ending on its socket.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let terminal = Self { socket: sandbox.path(&format!("tmux-{number}")) };
        let mut tmux = terminal.tmux();
        let command = sandbox.command(arguments);
        tmux.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        tmux.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
        tmux.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        tmux.args(["-f", "/dev/null", "start-server", ";", "set-option", "-g"]);
        tmux.args(["history-limit", "5000", ";", "new-session", "-d"]);
        tmux.args(["-x", &width.to_string(), "-y", &height.to_string()]);
        // What was printed stays to be read, and Ctrl+C is for the command alone.
        let script = format!("trap : INT; \"$@\"; printf '\\n%s%s\\n' '{END}' $?; exec sleep 600");
        tmux.args(["sh", "-c", &script, "sh"]);
        tmux.arg(command.get_program()).args(command.get_args());
        let Ok(output) = tmux.output() else {
            eprintln!("SKIPPED: there is no tmux here");
            return None;
        };
        assert!(output.status.success(), "{output:?}");
        Some(terminal)
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(&self.socket).stdin(Stdio::null());
        command
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        self.tmux().args(arguments).output().unwrap()
    }

    fn press(&self, keys: &[&str]) {
        assert!(self.ask(&[&["send-keys"], keys].concat()).status.success());
    }

    /// All that was printed, a line each as the terminal shows it; with `join`, what it broke
    /// at its edge is one line again.
    fn lines(&self, join: bool) -> Vec<String> {
        let form = if join { "-pJ" } else { "-p" };
        let shown = text(&self.ask(&["capture-pane", form, "-S", "-"]).stdout);
        let lines = shown.lines().take_while(|line| !line.starts_with(END));
        let mut lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
        lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
        lines
    }

    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        for _ in 0..MOST_LOOKS {
            if is_so() {
                return;
            }
            thread::sleep(BETWEEN_LOOKS);
        }
        panic!("{what}: {:#?}", self.lines(false));
    }

    fn shows(&self, words: &str) {
        self.wait(words, || self.lines(true).iter().any(|line| line.contains(words)));
    }

    /// Waits for its end; its exit code.
    fn ends(&self) -> String {
        let code = || {
            let lines = text(&self.ask(&["capture-pane", "-p", "-S", "-"]).stdout);
            let code = lines.lines().find_map(|line| line.strip_prefix(END).map(str::to_owned));
            code.unwrap_or_default().trim().to_owned()
        };
        self.wait("the end", || !code().is_empty());
        code()
    }

    /// What decides about looks: colours and cursor movements that are left on the screen.
    fn has_escapes(&self) -> bool {
        text(&self.ask(&["capture-pane", "-pe", "-S", "-"]).stdout).contains("\u{1b}[3")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.ask(&["kill-server"]);
    }
}

/// Times pass between two runs.
fn without_numbers(lines: &[String]) -> Vec<String> {
    let changed = lines.iter().map(|line| line.replace(|it: char| it.is_ascii_digit(), "#"));
    changed.map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// A router that has served one request, after a profile that ran out.
fn served(sandbox: &Sandbox) -> (Serving, Upstream) {
    let upstream = Upstream::new(&[("work", Answers::Out), ("home", Answers::Good)]);
    sandbox.import_all(&["work", "home", "a-name-that-takes-half-of-a-narrow-scree"]);
    sandbox.works(&["settings", "set", "rotation.policy", "my-order"]);
    let serving = sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &upstream.url())], &[]);
    sandbox.works(&["use", "work"]);
    assert_eq!(turn(serving.url()), 200);
    while sandbox.json(&["status", "--json"])["counters"]["requests"] != 1 {}
    (serving, upstream)
}

/// A person reads in a terminal what a program reads from a pipe, whatever its size.
#[test]
fn what_is_printed_on_a_terminal_is_what_goes_into_a_pipe() {
    let sandbox = Sandbox::new();
    let _served = served(&sandbox);
    for arguments in [
        &["status"][..],
        &["profiles"],
        &["why"],
        &["why", "--last"],
        &["why", "--next"],
        &["activity"],
        &["activity", "--request", "1"],
        &["activity", "--request"],
        &["settings"],
        &["settings", "explain", "wait_for_reset"],
        &["credits", "work", "never"],
        &["redeem", "work"],
        &["requests"],
        &["history"],
        &["paths"],
        &["autostart"],
    ] {
        let piped = sandbox.run(arguments);
        let piped = text(&[piped.stdout, piped.stderr].concat());
        let piped: Vec<_> = piped.lines().map(str::to_owned).collect();
        assert!(!piped.is_empty(), "{arguments:?}");
        for size in SIZES {
            for plain in [false, true] {
                let mut all = arguments.to_vec();
                all.extend(plain.then_some("--plain"));
                let Some(terminal) = Terminal::start(&sandbox, size, &all) else { return };
                terminal.ends();
                let shown = without_numbers(&terminal.lines(true));
                assert!(!plain || !terminal.has_escapes(), "{all:?}: colours");
                if plain {
                    let column = shown.iter().find(|line| line.trim_start().contains("   "));
                    assert_eq!(column, None, "{all:?} at {size:?}");
                } else {
                    assert_eq!(shown, without_numbers(&piped), "{all:?} at {size:?}");
                }
            }
        }
    }
}

/// The table of quota is as wide as the screen and no wider, and `--watch` prints over it.
#[test]
fn the_table_of_quota_fits_the_screen_and_is_redrawn_in_its_place() {
    let sandbox = Sandbox::new();
    let _served = served(&sandbox);
    for size in SIZES {
        let Some(terminal) = Terminal::start(&sandbox, size, &["quota"]) else { return };
        assert_eq!(terminal.ends(), "0");
        let lines = terminal.lines(false);
        assert!(lines.iter().any(|line| line.contains("home")), "{lines:#?}");
        assert_eq!(lines, terminal.lines(true), "no line is broken at the edge");
        drop(terminal);
        let watch = Terminal::start(&sandbox, size, &["quota", "--watch"]).unwrap();
        watch.shows("home");
        let count = || {
            let lines = watch.lines(false);
            lines.iter().filter(|line| line.contains("home")).count()
        };
        // A pause changes what is shown at once.
        sandbox.works(&["pause", "home"]);
        watch.shows("aused");
        assert_eq!(count(), 1, "{:#?}", watch.lines(false));
        watch.press(&["C-c"]);
        watch.ends();
        sandbox.works(&["resume", "home"]);
    }
}

/// What is typed as a passphrase is on no screen, and a sign-out says what it did.
#[test]
fn a_passphrase_is_typed_twice_and_not_shown() {
    for size in SIZES {
        let sandbox = Sandbox::new();
        sandbox.import_all(&["work", "home"]);
        let file = sandbox.path("tmp/moving.age");
        let export = ["export-sign-ins", file.to_str().unwrap()];
        let Some(terminal) = Terminal::start(&sandbox, size, &export) else { return };
        for _ in 0..2 {
            terminal.shows("assphrase");
            let before = terminal.lines(true).len();
            terminal.press(&["-l", PASSPHRASE]);
            terminal.press(&["Enter"]);
            terminal.wait("an answer", || terminal.lines(true).len() > before || file.exists());
        }
        assert_eq!(terminal.ends(), "0", "{:#?}", terminal.lines(true));
        assert!(file.exists());
        let screen = terminal.lines(true).join("\n");
        assert!(!screen.contains("horse"), "{screen}");
        assert!(screen.contains("Wrote the sign-ins of work, home"), "{screen}");
        drop(terminal);
        let logout = Terminal::start(&sandbox, size, &["logout", "work"]).unwrap();
        assert_eq!(logout.ends(), "0");
        logout.shows("work is signed out here");
    }
}
