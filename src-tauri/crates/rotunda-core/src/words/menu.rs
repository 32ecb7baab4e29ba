//! What the tray menu, its tooltip, the settings and the question before the end
//! say.

/// A row of the menu, or the text under the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuText<'a> {
    /// The headline, under the pointer.
    Tip(&'a str),
    /// Who serves, with its row's text, and how many more could.
    TipServing(&'a str, &'a str, usize),
    /// Leads to all of so many profiles.
    ShowAll(usize),
    /// Goes to the next profile.
    Next,
    /// There is none to go to.
    NoNext,
    /// Stays on a profile.
    Stay(&'a str),
    /// Points Codex here.
    Bind,
    /// Does so once more.
    BindAgain,
    /// Gives Codex its own sign-in back.
    Unbind,
    /// Codex's file cannot be read.
    Unreadable,
    /// Adds a profile.
    Add,
    /// Leads to the settings.
    Settings,
    /// Ends.
    Quit,
}

/// What a change of settings waits for: the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsNote {
    /// A port: the one that is used until then, and the next.
    Port(u16, u16),
    /// A proxy.
    Proxy,
}

/// The question before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitText {
    /// The question itself.
    Title,
    /// What the end means.
    Text,
    /// Do it.
    Yes,
    /// Do not.
    No,
}
