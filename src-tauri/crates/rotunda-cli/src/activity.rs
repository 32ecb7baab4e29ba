//! `rotunda activity`.

mod trace;

use rotunda_daemon::{
    activity::ActivityKind,
    control::{ActivityLine, Client},
};
use rotunda_host::{
    clock::from_unix,
    home::{Env, Home},
    store::Store,
    timezone::{clock_time, date},
};
use rotunda_text::{Language, Locale, Localize, message};
use serde::Serialize;

use super::{Failure, args, language_for, print};

/// One line of `activity --json`.
#[derive(Serialize)]
struct Entry<'a> {
    at: i64,
    kind: ActivityKind,
    text: &'a str,
}

pub(super) async fn activity(
    home: &Home,
    env: &Env,
    options: args::Activity,
) -> Result<(), Failure> {
    let args::Activity { follow, request, output, .. } = options;
    let json = output.json;
    let language = language_for(home, env, json);
    if let Some(number) = request {
        return trace::trace(home, language, number, json).await;
    }
    let mut teller = Teller { json, language, date: String::new() };
    match Client::find(home).await? {
        Some(client) => {
            let client = client.speaking(language);
            let mut lines = client.activity(0, follow).await?;
            while let Some(line) = lines.next().await {
                if !teller.print(&line) {
                    break;
                }
            }
            lines.failure(client.pid()).map_or(Ok(()), |error| Err(error.into()))
        }
        None if follow => Err(Failure(message!("activity-not-running"))),
        None => remembered(home, &mut teller),
    }
}

/// Earlier lines, from the store; it is only read.
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
        print::line(&message!("activity-none").to(Locale::of(teller.language)));
    }
    for entry in entries {
        if !teller.print(&ActivityLine::of(&entry, teller.language)) {
            break;
        }
    }
    Ok(())
}

/// Prints entries under their dates.
struct Teller {
    json: bool,
    language: Language,
    date: String,
}

impl Teller {
    fn print(&mut self, line: &ActivityLine) -> bool {
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
