//! `rotunda redeem`: what a banked reset does and costs is said before it is used.

use rotunda_daemon::control::Command;
use rotunda_host::home::{Env, Home};
use rotunda_text::{Locale, Localize, message};

use super::{Doer, Failure, args, language_of, print, question};

pub(super) async fn redeem(home: Home, env: Env, options: args::Redeem) -> Result<(), Failure> {
    let args::Redeem { profile, yes } = options;
    let language = language_of(&home, &env);
    let doer = Doer::of(&home, &env, language).await?;
    let redeemed = ask_and_redeem(&doer, profile, yes, Locale::of(language)).await;
    doer.end().await?;
    redeemed
}

async fn ask_and_redeem(
    doer: &Doer,
    profile: String,
    yes: bool,
    locale: Locale,
) -> Result<(), Failure> {
    let asked = doer.perform(Command::AskRedeem { profile }).await?;
    print::line(&asked.text);
    for note in &asked.notes {
        print::line(note);
    }
    let Some(decision) = asked.decision else { return Ok(()) };
    if !yes && !question::agreed(&message!("redeem-ask"), &message!("redeem-ask-yes"), locale)? {
        print::line(&message!("redeem-nothing").to(locale));
        return Ok(());
    }
    print::done(&doer.perform(Command::Redeem { decision }).await?);
    Ok(())
}
