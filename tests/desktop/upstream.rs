//! The upstream of the desktop stories: `desktop-upstream [CERTIFICATE KEY]`, with TLS when both files are named.
//!
//! It writes its port as `{"port": 4242}`. Then each line of its input is a command, and gets one line for an answer.
//! It ends with its input. `upstream.py` starts it.
//!
//! `desktop-upstream year DATABASE` writes a year of use into the database of an installation instead, and ends.
#![expect(clippy::print_stdout, reason = "a program that speaks over its output")]

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rotunda_host::clock;
use rotunda_tests::{
    Account, Received, Reply, Route, ScriptedUpstream, TlsFiles, TlsFront, Window,
    upstream::name_of, year,
};
use serde_json::{Value, json};

/// When the week of every account starts again, in seconds from any answer.
const WEEK_RESETS_IN: u64 = 7 * 24 * 3600 / 2;

/// What an account has used of its windows, in percent.
#[derive(Debug, Clone, Copy)]
struct Used {
    five_hours: f64,
    week: f64,
    /// When the five hours start again, in seconds from any answer.
    resets_in: u64,
}

/// What the upstream knows.
#[derive(Debug, Default)]
struct Accounts {
    used: HashMap<String, Used>,
    signed_out: HashSet<String>,
    /// The accounts of all turns, in order.
    turns: Vec<String>,
}

/// A command that is none.
#[derive(Debug)]
struct NotACommand;

impl Accounts {
    /// Does one command of the story; what is answered.
    fn command(&mut self, command: &Value) -> Result<Value, NotACommand> {
        let account = command["account"].as_str().ok_or(NotACommand);
        match command["command"].as_str() {
            Some("use") => {
                let used = Used {
                    five_hours: command["five_hours"].as_f64().ok_or(NotACommand)?,
                    week: command["week"].as_f64().ok_or(NotACommand)?,
                    resets_in: command["resets_in"].as_u64().ok_or(NotACommand)?,
                };
                self.used.insert(account?.to_owned(), used);
                Ok(json!({}))
            }
            Some("sign_out") => {
                self.signed_out.insert(account?.to_owned());
                Ok(json!({}))
            }
            Some("turns") => Ok(json!({"turns": self.turns})),
            Some("forget_turns") => {
                self.turns.clear();
                Ok(json!({}))
            }
            _ => Err(NotACommand),
        }
    }

    /// The answer to one request at `now`, in unix seconds. There is no WebSocket: the client continues over HTTP.
    fn answer(&mut self, seen: &Received, now: u64) -> Reply {
        let is_signed_out = self.signed_out.contains(seen.account());
        let account = self.account(seen.account(), now);
        match (seen.route, account) {
            (Route::Upgrade, _) => Reply::json(426, json!({})),
            (Route::Token, _) => refused("refresh_token_invalidated"),
            (Route::Responses, Some(account)) => self.turn(&account, now),
            _ if is_signed_out => refused("token_expired"),
            (Route::Models, _) => Reply::json(200, json!({"models": []})),
            (Route::Usage, Some(account)) => Reply::json(200, account.usage(now)),
            _ => Reply::json(404, json!({"detail": "nothing here"})),
        }
    }

    fn account(&self, id: &str, now: u64) -> Option<Account> {
        let used = self.used.get(id)?;
        let five_hours = Window { used_percent: used.five_hours, resets_at: now + used.resets_in };
        let week = Window { used_percent: used.week, resets_at: now + WEEK_RESETS_IN };
        let name = name_of(id);
        // As the sign-ins of people.py name them.
        let mut account = Account::named(id, five_hours, week);
        account.user = format!("user-{name}");
        account.email = format!("{name}@example.com");
        Some(account)
    }

    fn turn(&mut self, account: &Account, now: u64) -> Reply {
        self.turns.push(account.id.clone());
        if account.is_used_up() {
            return account.refusal(now);
        }
        let text = format!("hello from {}", name_of(&account.id));
        account.with_quota(Reply::turn(&format!("resp-{}", self.turns.len()), &text))
    }
}

fn refused(code: &str) -> Reply {
    Reply::json(401, json!({"error": {"code": code, "message": "Sign in again."}}))
}

/// Held for moments only: no call under it waits.
fn lock(accounts: &Mutex<Accounts>) -> MutexGuard<'_, Accounts> {
    accounts.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What serves the story, for as long as it is kept.
struct Served {
    server: ScriptedUpstream,
    front: Option<TlsFront>,
}

impl Served {
    async fn start(
        accounts: Arc<Mutex<Accounts>>,
        files: Option<TlsFiles>,
    ) -> Result<Self, Box<dyn Error>> {
        let server = ScriptedUpstream::listen().await?;
        server.keep_no_record();
        let now = clock::system();
        server.when(move |seen| {
            let now = u64::try_from(clock::unix(now())).unwrap_or_default();
            Some(lock(&accounts).answer(seen, now))
        });
        let front = match files {
            Some(files) => Some(TlsFront::certified(server.address(), &files).await?),
            None => None,
        };
        Ok(Self { server, front })
    }

    fn port(&self) -> u16 {
        self.front.as_ref().map_or(self.server.address(), TlsFront::address).port()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let files = match arguments.as_slice() {
        [] => None,
        [word, database] if word == "year" => {
            return year::fill(Path::new(database)).map_err(|error| error as Box<dyn Error>);
        }
        [certificate, key] => Some(TlsFiles { certificate: certificate.into(), key: key.into() }),
        _ => return Err("usage: desktop-upstream [CERTIFICATE KEY] | year DATABASE".into()),
    };
    let accounts = Arc::new(Mutex::new(Accounts::default()));
    let runtime = tokio::runtime::Runtime::new()?;
    let served = runtime.block_on(Served::start(Arc::clone(&accounts), files))?;
    println!("{}", json!({"port": served.port()}));
    for line in io::stdin().lines() {
        let line = line?;
        let answer = lock(&accounts).command(&serde_json::from_str(&line)?);
        println!("{}", answer.map_err(|NotACommand| format!("{line} is not a command"))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn with_used(five_hours: u32) -> Accounts {
        let mut accounts = Accounts::default();
        let used = json!({"command": "use", "account": "account-work", "five_hours": five_hours,
                          "week": 20, "resets_in": 8000});
        accounts.command(&used).unwrap();
        accounts
    }

    #[test]
    fn a_turn_is_served_as_long_as_something_is_left_and_counted_in_any_case() {
        for (five_hours, status) in [(99, 200), (100, 429)] {
            let mut accounts = with_used(five_hours);
            let account = accounts.account("account-work", NOW).unwrap();
            assert_eq!(accounts.turn(&account, NOW).status, status);
            let turns = accounts.command(&json!({"command": "turns"})).unwrap();
            assert_eq!(turns, json!({"turns": ["account-work"]}));
        }
    }

    #[test]
    fn resets_count_from_the_moment_of_an_answer() {
        let accounts = with_used(10);
        let resets_at = |now| accounts.account("account-work", now).unwrap().five_hours.resets_at;
        assert_eq!(resets_at(NOW + 5) - resets_at(NOW), 5);
        assert_eq!(resets_at(NOW), NOW + 8000);
    }

    #[test]
    fn a_line_that_is_no_command_is_refused() {
        let mut accounts = Accounts::default();
        assert!(accounts.command(&json!({"command": "dance"})).is_err());
        assert!(accounts.command(&json!({"command": "use", "account": "account-work"})).is_err());
        assert_eq!(accounts.account("account-work", NOW), None);
    }
}
