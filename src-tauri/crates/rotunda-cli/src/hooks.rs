//! `rotunda hooks`: the commands that run when something happens.

use std::process::ExitCode;

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    daemon::{CommandError, HookView},
    hook::{self, HookEvent, HookTried},
};
use rotunda_host::{
    clock,
    home::{Env, Home},
    settings::{self, HookKind},
    timezone,
};
use rotunda_text::{Locale, Localize, message};

use super::{
    Failure,
    args::{Hook, Hooks},
    language_for, print,
};

pub(super) async fn hooks(home: &Home, env: &Env, options: Hooks) -> Result<ExitCode, Failure> {
    let Hooks { what, all, json } = options;
    let now = clock::system()();
    let language = language_for(home, env, json);
    let locale = timezone::locale(language, now);
    let set = settings::load(home, env).map_err(CommandError::from)?.hooks;
    match what.unwrap_or(Hook::List) {
        Hook::List => {
            let kinds = HookKind::all().filter(|kind| all || set.command_of(*kind).is_some());
            let kinds: Vec<_> = kinds.map(|kind| HookView::of(kind, &set)).collect();
            list(&kinds, json, locale);
            Ok(ExitCode::SUCCESS)
        }
        Hook::Try { kind: word } => {
            let kind = HookKind::find(&word).ok_or(CommandError::NoHook(word))?;
            let not_set = || CommandError::HookNotSet(kind.word().to_owned());
            let command = set.command_of(kind).ok_or_else(not_set)?;
            let event = HookEvent::test(kind, locale);
            let run = hook::run(command, &event, env, hook::LIMIT).await;
            let tried = HookTried::of(run, kind, locale);
            Ok(print_result(&tried, json))
        }
    }
}

fn list(kinds: &[HookView], json: bool, locale: Locale) {
    if json {
        print::json(&kinds);
        return;
    }
    if kinds.is_empty() {
        print::line(&message!("hooks-none").to(locale));
        return;
    }
    let widest = kinds.iter().map(|it| columns(&it.kind)).max().unwrap_or(0);
    for HookView { kind, command, .. } in kinds {
        if !print::line(format!("{}  {command}", pad(kind, widest)).trim_end()) {
            return;
        }
    }
}

fn print_result(tried: &HookTried, json: bool) -> ExitCode {
    if json {
        print::json(tried);
    } else {
        tried.output.lines().all(print::line);
        if tried.worked {
            print::line(&tried.text);
        } else {
            print::error(&tried.text);
        }
    }
    if tried.worked { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
