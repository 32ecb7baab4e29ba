//! `rotunda activity --record`: what passes, into a file, until Ctrl+C.

use std::{io::Write, path::Path};

use rotunda_daemon::control::{Client, Lines};
use rotunda_host::{files, home::Home, platform::Signals};
use rotunda_text::Localize;
use serde_json::Value;

use super::{Failure, print, signals_unheard};

pub(super) async fn record(home: &Home, path: &Path) -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let client = Client::find(home).await?.ok_or_else(|| {
        Failure::new(
            "Rotunda is not running, so nothing passes. Start the app or `rotunda serve`, then record.",
        )
    })?;
    let failed = |error: std::io::Error| {
        Failure::new(format!("{} cannot be written: {error}.", files::shown(path)))
    };
    let file = files::begin_new(path).map_err(|error| Failure(error.message()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let recorded = client.record(&name).await;
    let mut lines = match recorded {
        Ok(lines) => lines,
        Err(error) => {
            // Begun a moment ago, and empty.
            let _ = std::fs::remove_file(path);
            return Err(error.into());
        }
    };
    print::line(&format!(
        "Recording what passes into {}, without what is asked or said. Ctrl+C ends it.",
        files::shown(path)
    ));
    let written = write(&mut lines, file, &mut signals).await.map_err(failed)?;
    print::line(&format!("Recorded {written} lines. Read them before you send them to anybody."));
    Ok(())
}

async fn write(
    lines: &mut Lines,
    mut file: impl Write,
    signals: &mut Signals,
) -> std::io::Result<u64> {
    let mut written = 0;
    loop {
        let line: Option<Value> = tokio::select! {
            line = lines.next_as() => line,
            () = signals.end() => return Ok(written),
        };
        let Some(line) = line else { return Ok(written) };
        writeln!(file, "{line}")?;
        file.flush()?;
        written += 1;
    }
}
