//! What people read: messages as data, the formats of numbers and times, and
//! one catalog per language.
//!
//! The programs make values such as [`Headline`]; [`Localize::to`] gives the
//! text in the language of a [`Locale`]. The texts themselves are in
//! `locales/`, one Fluent file per language. [`message!`] checks the id and the
//! names of the arguments while it compiles. Nothing that is stored is in a
//! language.

mod activity;
mod alerts;
mod binding;
mod catalog;
mod check;
mod credits;
mod embedded;
mod forecast;
pub mod format;
mod headline;
mod hooks;
mod language;
mod late;
mod menu;
mod message;
mod notice;
mod profile_name;
mod projects;
mod refusal;
mod render;
mod resets;
mod second_line;
mod shell;
mod update;

pub use self::{
    activity::{
        ActivityMessage, Cause, Chose, Outside, Pointed, Signed, Stood, VaultLocation, Went,
    },
    alerts::{AlertText, AlertWord},
    binding::{BindingNote, Override},
    check::{AuthKind, Fix, Found, Proof},
    credits::{CreditsText, SpentBecause, credit_amount},
    forecast::{Aged, ForecastChange, ForecastEvent, ForecastText, ForecastWord, PaidText},
    headline::{Headline, NotSaved, Outlook, PaceWords, Reason, Summary, VaultNote},
    hooks::{HookFailure, HookNews},
    language::{Language, Locale},
    late::LateNews,
    menu::{MenuText, QuitText, SettingsNote},
    message::{Localize, Message, Value},
    notice::{Ends, Limit, NoticeText, NoticeWord},
    refusal::Refusal,
    resets::{Counters, NotRedeemed, ResetNews, ResetText},
    second_line::{SecondLineEnd, SecondLineNote},
    shell::{Shell, in_shell},
    update::UpdateNews,
};

/// For [`message!`] alone.
#[doc(hidden)]
pub use self::catalog::check_call;
