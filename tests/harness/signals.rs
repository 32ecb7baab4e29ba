//! Signals to programs that a test has started, by the program `kill`. Windows has no signals:
//! there the test group puts a `kill.exe` of its own (`installers/windows/kill.c`) on the path.

use tokio::process::Command;

/// What a program gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl+C.
    Interrupt,
    /// The system wants it to end; on Windows Ctrl+Break.
    Terminate,
    /// It is held where it is.
    Stop,
    /// It goes on.
    Continue,
}

impl Signal {
    const fn option(self) -> &'static str {
        match self {
            Self::Interrupt => "-INT",
            Self::Terminate => "-TERM",
            Self::Stop => "-STOP",
            Self::Continue => "-CONT",
        }
    }

    /// Sends it to the process with this number.
    ///
    /// # Panics
    /// When there is no such process, or no `kill`.
    pub async fn send(self, process: u32) {
        let process = process.to_string();
        let sent = Command::new("kill").args([self.option(), &process]).status().await;
        assert!(sent.expect("a kill command").success(), "{self:?} to {process}");
    }
}

/// Whether a process runs. One that has ended and that its parent has not waited for does not.
pub fn is_running(process: u32) -> bool {
    if cfg!(target_os = "linux") {
        // A process that is not reaped yet has no command line.
        let command_line = std::fs::read(format!("/proc/{process}/cmdline"));
        return command_line.is_ok_and(|text| !text.is_empty());
    }
    let process = process.to_string();
    let asked = std::process::Command::new("kill").args(["-0", &process]).status();
    asked.expect("a kill command").success()
}
