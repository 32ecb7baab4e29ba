//! Session buses of tests. No test is ever on the real one.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::NAME;

/// A session bus of one test. It starts nothing but what the test asks for.
pub(super) struct Bus {
    daemon: Child,
    pub(super) address: String,
    _folder: TempDir,
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

impl Bus {
    /// None where there is no `dbus-daemon`; the test says that it is skipped.
    pub(super) fn start() -> Option<Self> {
        Self::with_service(None)
    }

    /// A bus that starts a program when the Secret Service is requested.
    pub(super) fn with_service(program: Option<&str>) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display();
        let services = folder.path().join("services");
        std::fs::create_dir(&services).unwrap();
        if let Some(program) = program {
            let text = format!("[D-BUS Service]\nName={NAME}\nExec={program}\n");
            std::fs::write(services.join(format!("{NAME}.service")), text).unwrap();
        }
        let config = format!(
            "<busconfig><type>session</type><listen>unix:path={path}/bus</listen>\
             <servicedir>{path}/services</servicedir><policy context=\"default\">\
             <allow send_destination=\"*\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/>\
             </policy></busconfig>"
        );
        let file = folder.path().join("bus.conf");
        std::fs::write(&file, config).unwrap();
        let started = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", file.display()))
            .args(["--nofork", "--nopidfile", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut daemon) = started else {
            // Visible in a terminal also when the output of tests is captured.
            let _ = writeln!(std::io::stderr(), "skipped: there is no dbus-daemon here");
            return None;
        };
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Some(Self { daemon, address: address.trim().to_owned(), _folder: folder })
    }
}
