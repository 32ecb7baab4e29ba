//! `rotunda activity`.

use serde::Serialize;

use super::{Failure, print};
use crate::{
    activity::ActivityKind,
    clock::{from_unix, unix},
    control::{ActivityLine, Client},
    home::Home,
    store::{Activity, Store},
    zone::{clock_time, date},
};

/// One line of `activity --json`.
#[derive(Serialize)]
struct Entry<'a> {
    at: i64,
    kind: ActivityKind,
    text: &'a str,
}

pub(super) async fn activity(home: &Home, follow: bool, json: bool) -> Result<(), Failure> {
    let mut teller = Teller { json, date: String::new() };
    match Client::find(home).await? {
        Some(client) => {
            let mut lines = client.activity(0, follow).await?;
            while let Some(line) = lines.next().await {
                if !teller.tell(&line) {
                    break;
                }
            }
            Ok(())
        }
        None if follow => Err(Failure::new(
            "Rotunda is not running, so nothing happens. Start the app or `rotunda serve`, then follow.",
        )),
        None => remembered(home, &mut teller),
    }
}

/// What was told before, from the store; it is read and not touched.
fn remembered(home: &Home, teller: &mut Teller) -> Result<(), Failure> {
    let entries = match home.store_file().try_exists() {
        Ok(true) => {
            Store::open_read_only(&home.store_file()).and_then(|store| store.activity_after(0))
        }
        Ok(false) | Err(_) => Ok(Vec::new()),
    };
    let entries = entries.map_err(|error| {
        Failure::new(format!("What Rotunda remembers cannot be read: {error}."))
    })?;
    if entries.is_empty() && !teller.json {
        print::line("Nothing happened in the last 7 days.");
    }
    for entry in entries {
        let Activity { number, at, kind, text, .. } = entry;
        let line = ActivityLine { number, at: unix(at), kind, text };
        if !teller.tell(&line) {
            break;
        }
    }
    Ok(())
}

/// Prints entries under their dates.
struct Teller {
    json: bool,
    date: String,
}

impl Teller {
    fn tell(&mut self, line: &ActivityLine) -> bool {
        if self.json {
            return print::json(&Entry { at: line.at, kind: line.kind, text: &line.text });
        }
        let at = from_unix(line.at);
        let date = date(at);
        if date != self.date {
            print::line(&date);
            self.date = date;
        }
        print::line(&format!("  {}  {}", clock_time(at), line.text))
    }
}
