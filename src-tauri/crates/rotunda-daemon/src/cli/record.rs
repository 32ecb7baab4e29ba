//! `rotunda activity --record`: what passes, into a file, until Ctrl+C.

use std::{fs::OpenOptions, io::Write, path::Path};

use serde_json::Value;

use super::{Failure, print, signals_unheard};
use crate::{
    control::{Client, Lines},
    home::Home,
    platform::Signals,
};

pub(super) async fn record(home: &Home, path: &Path) -> Result<(), Failure> {
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let client = Client::find(home).await?.ok_or_else(|| {
        Failure::new(
            "Rotunda is not running, so nothing passes. Start the app or `rotunda serve`, then record.",
        )
    })?;
    let failed = |error| Failure::new(format!("{} cannot be written: {error}.", path.display()));
    // Nobody's file is written over.
    let file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut lines = client.record(&name).await?;
    print::line(&format!(
        "Recording what passes into {}, without what is asked or said. Ctrl+C ends it.",
        path.display()
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
