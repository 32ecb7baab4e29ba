//! What is found between Codex and upstream, and what mends it.

use crate::{Localize, Message, message, shell::in_shell};

/// What became of a request that was meant for the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// It was not tried, or arrived.
    None,
    /// It went to this place.
    Went(String),
    /// It got no answer.
    Unanswered,
}

/// What Codex itself is signed in with. Only a ChatGPT account can be shared with
/// a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthKind {
    /// Tokens of a ChatGPT account.
    ChatGpt,
    /// An API key.
    ApiKey,
    /// A key that stands for an agent.
    AgentIdentity,
    /// A token that the user made in the account's settings.
    PersonalAccessToken,
    /// A key or access keys of Amazon Bedrock.
    Bedrock,
    /// Tokens that the program around Codex renews.
    HostTokens,
    /// An identity that the machine's platform gives.
    WorkloadIdentity,
    /// A token from a variable.
    AccessToken,
    /// One that this version does not know, by Codex's name for it.
    Other(String),
}

/// How one thing is. Paths, versions and errors come as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Found<'a> {
    CodexMissing,
    CodexAt {
        version: &'a str,
        path: &'a str,
    },
    CodexSilent(&'a str),
    AppNone,
    AppAt {
        version: &'a str,
        path: &'a str,
    },
    AppSilent(&'a str),
    ProxyNamed(&'a str, Proof),
    ProxyOfSystem(Proof),
    WayStraight,
    SocketsToProxy(&'a str),
    NoProxy,
    Bound(&'a str),
    NotBound,
    Foreign(&'a str),
    Unreadable(&'a str, &'a str),
    RouterStopped,
    RouterAwaited(&'a str),
    RouterAnswers(u16),
    RouterAnswersWith(&'a str),
    RouterSilent(&'a str),
    Guards,
    GuardsNot(&'a str),
    Reaches,
    ReachesNot(&'a str),
    NoLayers,
    Layer {
        file: &'a str,
        profile: &'a str,
    },
    OwnSignIn,
    OwnEnded(&'a str),
    OwnInKeychain,
    OwnUnread,
    OwnInMemory,
    /// It is in this encrypted file, which only Codex opens.
    OwnEncrypted(&'a str),
    OwnAbsent,
    OwnNotShared(&'a AuthKind),
    OwnOfVariable {
        variable: &'a str,
        kind: &'a AuthKind,
    },
    OwnUnreadable(&'a str),
    AuthoritiesUnusable(&'a str),
    UpstreamAway,
    UpstreamThere,
    ClockRight,
    ClockFast(u64),
    ClockSlow(u64),
    ClockByCertificate(&'a str),
    NoProfile,
    NobodyYet(&'a str),
    NobodyReady,
    SignedOut {
        ready: usize,
        all: usize,
        out: usize,
    },
    Ready {
        ready: usize,
        all: usize,
    },
    Orphans(usize),
    OwnAccountOut(&'a str),
    MissedProfiles(u64),
    VaultUnchecked,
    VaultSilent,
    VaultEmpty,
    VaultKeychain {
        provider: Option<&'a str>,
        encrypted: bool,
    },
    VaultFile,
    VaultRefused(&'a str),
    VaultNotSaving(&'a str),
    SettingsBad(&'a str),
    SettingsWarn(&'a str),
    SettingsRead,
    NothingWritten,
    Writable(&'a str),
    NotWritable(&'a str, &'a str),
    Log(&'a str),
    NoLog(&'a str),
    LoginUnchecked,
    LoginOff,
    LoginApp(&'a str),
    LoginRouter(&'a str),
    LoginUnit,
    LoginInactive {
        entry: &'a str,
        line: &'a str,
    },
    /// This is WSL; Windows around it has Codex in these folders.
    WslWindows {
        /// Codex's folders.
        folders: &'a str,
        /// Whether both have one loopback.
        shared: bool,
    },
    /// This is Windows with these Linux systems inside.
    WslLinux {
        /// What they are called.
        names: &'a str,
        /// Whether both have one loopback.
        shared: bool,
    },
    LoginGone {
        entry: &'a str,
        program: &'a str,
    },
    TrayAlways,
    TrayNoSession,
    TrayThere,
    TrayMissing,
    TrayHangs,
    TraySilent,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Fix<'a> {
    NamePath(&'static str),
    InstallCodex,
    InstallApp,
    ExceptLoopback,
    NameAuthorities,
    Switch,
    Bind,
    BindAfresh,
    BindOrUnbind,
    CorrectFile,
    Start,
    StartOrUnbind,
    RestartAndSee,
    RestartForPort(u16),
    Restart,
    AskCodex,
    TakeOut,
    SignInInApp,
    SignInCodex,
    Network,
    SetClock,
    AddProfile,
    Wait,
    SeeProfiles,
    SignInEach,
    TakeBack,
    OwnAccountOut,
    SecondLineDead,
    SecondLineForeign,
    ReportDefect,
    SignInTo(&'a str),
    NewKey(&'a str),
    SettingsFirst,
    Unlock,
    UnlockKeychain,
    SignInAgain,
    MoveToKeychain,
    DoOne,
    Allow,
    CorrectLine,
    CorrectSetting,
    MakeRoom,
    LoginAgain,
    AppIndicator,
    SignOut,
}

impl Localize for Found<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each finding, and nothing to decide")]
    fn message(&self) -> Message {
        match self {
            Self::CodexMissing => message!("check-codex-missing"),
            Self::CodexAt { version, path } => {
                message!("check-codex-at", version = version, path = path)
            }
            Self::CodexSilent(path) => message!("check-codex-silent", path = path),
            Self::AppNone => message!("check-app-none"),
            Self::AppAt { version, path } => {
                message!("check-app-at", version = version, path = path)
            }
            Self::AppSilent(path) => message!("check-app-silent", path = path),
            Self::ProxyNamed(variable, proof) => {
                proof.added_to(message!("check-proxy-named", variable = variable))
            }
            Self::ProxyOfSystem(proof) => proof.added_to(message!("check-proxy-of-system")),
            Self::WayStraight => message!("check-way-straight"),
            Self::SocketsToProxy(variable) => {
                message!("check-sockets-to-proxy", variable = variable)
            }
            Self::NoProxy => message!("check-no-proxy"),
            Self::Bound(file) => message!("check-bound", file = file),
            Self::NotBound => message!("check-not-bound"),
            Self::Foreign(finding) => message!("check-foreign", finding = finding),
            Self::Unreadable(file, finding) => {
                message!("check-unreadable", file = file, finding = finding)
            }
            Self::RouterStopped => message!("check-router-stopped"),
            Self::RouterAwaited(finding) => message!("check-router-awaited", finding = finding),
            Self::RouterAnswers(port) => message!("check-router-answers", port = port),
            Self::RouterAnswersWith(status) => {
                message!("check-router-answers-with", status = status)
            }
            Self::RouterSilent(error) => message!("check-router-silent", error = error),
            Self::Guards => message!("check-guards"),
            Self::GuardsNot(status) => message!("check-guards-not", status = status),
            Self::Reaches => message!("check-reaches"),
            Self::ReachesNot(error) => message!("check-reaches-not", error = error),
            Self::NoLayers => message!("check-no-layers"),
            Self::Layer { file, profile } => {
                message!("check-layer", file = file, profile = profile)
            }
            Self::OwnSignIn => message!("check-own-sign-in"),
            Self::OwnEnded(date) => message!("check-own-ended", date = date),
            Self::OwnInKeychain => message!("check-own-in-keychain"),
            Self::OwnUnread => message!("check-own-unread"),
            Self::OwnInMemory => message!("check-own-in-memory"),
            Self::OwnEncrypted(file) => message!("check-own-encrypted", file = file),
            Self::OwnAbsent => message!("check-own-absent"),
            Self::OwnNotShared(kind) => message!("check-own-not-shared", kind = kind.message()),
            Self::OwnOfVariable { variable, kind } => {
                message!("check-own-of-variable", variable = variable, kind = kind.message())
            }
            Self::OwnUnreadable(error) => message!("check-own-unreadable", error = error),
            Self::AuthoritiesUnusable(variable) => {
                message!("check-authorities-unusable", variable = variable)
            }
            Self::UpstreamAway => message!("check-upstream-away"),
            Self::UpstreamThere => message!("check-upstream-there"),
            Self::ClockRight => message!("check-clock-right"),
            Self::ClockFast(seconds) => message!("check-clock-fast", seconds = seconds),
            Self::ClockSlow(seconds) => message!("check-clock-slow", seconds = seconds),
            Self::ClockByCertificate(date) => {
                message!("check-clock-by-certificate", date = date)
            }
            Self::NoProfile => message!("check-no-profile"),
            Self::NobodyYet(headline) => message!("check-none-ready-yet", headline = headline),
            Self::NobodyReady => message!("check-none-ready"),
            Self::SignedOut { ready, all, out } => {
                message!("check-signed-out", ready = ready, all = all, out = out)
            }
            Self::Ready { ready, all } => message!("check-ready", ready = ready, all = all),
            Self::Orphans(count) => message!("check-orphans", count = count),
            Self::OwnAccountOut(profile) => {
                message!("check-own-account-out", profile = profile)
            }
            Self::MissedProfiles(count) => message!("check-missed-profiles", count = count),
            Self::VaultUnchecked => message!("check-vault-unchecked"),
            Self::VaultSilent => message!("check-vault-silent"),
            Self::VaultEmpty => message!("check-vault-empty"),
            Self::VaultKeychain { provider, encrypted } => keychain(*provider, *encrypted),
            Self::VaultFile => message!("check-vault-file"),
            Self::VaultNotSaving(error) => message!("check-vault-not-saving", error = error),
            Self::VaultRefused(error) => message!("check-vault-refused", error = error),
            Self::SettingsBad(error) => message!("check-settings-bad", error = error),
            Self::SettingsWarn(warning) => message!("check-settings-warn", warning = warning),
            Self::SettingsRead => message!("check-settings-read"),
            Self::NothingWritten => message!("check-nothing-written"),
            Self::Writable(folder) => message!("check-writable", folder = folder),
            Self::Log(path) => message!("check-log", path = path),
            Self::NoLog(path) => message!("check-no-log", path = path),
            Self::NotWritable(folder, error) => {
                message!("check-not-writable", folder = folder, error = error)
            }
            Self::LoginUnchecked => message!("check-login-unchecked"),
            Self::LoginOff => message!("check-login-off"),
            Self::LoginApp(program) => message!("check-login-app", program = program),
            Self::LoginRouter(program) => message!("check-login-router", program = program),
            Self::LoginInactive { entry, line: "" } => {
                message!("check-login-no-command", entry = entry)
            }
            Self::LoginInactive { entry, line } => {
                message!("check-login-inactive", entry = entry, line = line)
            }
            Self::LoginUnit => message!("check-login-unit"),
            Self::LoginGone { entry, program } => {
                message!("check-login-gone", entry = entry, program = program)
            }
            Self::WslWindows { folders, shared: true } => {
                message!("check-wsl-windows-shared", folders = folders)
            }
            Self::WslWindows { folders, shared: false } => {
                message!("check-wsl-windows-apart", folders = folders)
            }
            Self::WslLinux { names, shared: true } => {
                message!("check-wsl-linux-shared", names = names)
            }
            Self::WslLinux { names, shared: false } => {
                message!("check-wsl-linux-apart", names = names)
            }
            Self::TrayAlways => message!("check-tray-always"),
            Self::TrayNoSession => message!("check-tray-no-session"),
            Self::TrayThere => message!("check-tray-there"),
            Self::TrayMissing => message!("check-tray-missing"),
            Self::TrayHangs => message!("check-tray-hangs"),
            Self::TraySilent => message!("check-tray-silent"),
        }
    }
}

impl Proof {
    fn added_to(&self, finding: Message) -> Message {
        match self {
            Self::None => finding,
            Self::Went(place) => message!("check-proxy-proof", finding = finding, place = place),
            Self::Unanswered => message!("check-proxy-unanswered", finding = finding),
        }
    }
}

fn keychain(provider: Option<&str>, encrypted: bool) -> Message {
    let finding = if let Some(provider) = provider {
        message!("check-vault-keychain-named", provider = provider)
    } else {
        message!("check-vault-keychain")
    };
    if encrypted {
        return finding;
    }
    message!("check-vault-plain-sessions", finding = finding)
}

impl Localize for AuthKind {
    fn message(&self) -> Message {
        let kind = match self {
            Self::ChatGpt => "chat_gpt",
            Self::ApiKey => "api_key",
            Self::AgentIdentity => "agent_identity",
            Self::PersonalAccessToken => "personal_access_token",
            Self::Bedrock => "bedrock",
            Self::HostTokens => "host_tokens",
            Self::WorkloadIdentity => "workload_identity",
            Self::AccessToken => "access_token",
            Self::Other(name) => return message!("auth-kind-other", name = name),
        };
        message!("auth-kind", kind = kind)
    }
}

impl Localize for Fix<'_> {
    fn message(&self) -> Message {
        match self {
            Self::NamePath(variable) => message!("fix-name-path", variable = variable),
            Self::InstallCodex => message!("fix-install-codex"),
            Self::InstallApp => message!("fix-install-app"),
            Self::ExceptLoopback => message!("fix-except-loopback"),
            Self::NameAuthorities => message!("fix-name-authorities"),
            Self::Switch => message!("fix-switch"),
            Self::Bind => message!("fix-bind"),
            Self::BindAfresh => message!("fix-bind-afresh"),
            Self::BindOrUnbind => message!("fix-bind-or-unbind"),
            Self::CorrectFile => message!("fix-correct-file"),
            Self::Start => message!("fix-start"),
            Self::StartOrUnbind => message!("fix-start-or-unbind"),
            Self::RestartAndSee => message!("fix-restart-and-see"),
            Self::RestartForPort(port) => message!("fix-restart-for-port", port = port),
            Self::Restart => message!("fix-restart"),
            Self::AskCodex => message!("fix-ask-codex"),
            Self::TakeOut => message!("fix-take-out"),
            Self::SignInInApp => message!("fix-sign-in-in-app"),
            Self::SignInCodex => message!("fix-sign-in-codex"),
            Self::Network => message!("fix-network"),
            Self::SetClock => message!("fix-set-clock"),
            Self::AddProfile => message!("fix-add-profile"),
            Self::Wait => message!("fix-wait"),
            Self::SeeProfiles => message!("fix-see-profiles"),
            Self::TakeBack => message!("fix-take-back"),
            Self::OwnAccountOut => message!("fix-own-account-out"),
            Self::SecondLineDead => message!("fix-second-line-dead"),
            Self::SecondLineForeign => message!("fix-second-line-foreign"),
            Self::ReportDefect => message!("fix-report-defect"),
            Self::SignInEach => message!("fix-sign-in-each"),
            Self::SignInTo(profile) => message!("fix-sign-in-to", profile = in_shell(profile)),
            Self::NewKey(profile) => message!("fix-new-key", profile = in_shell(profile)),
            Self::SettingsFirst => message!("fix-settings-first"),
            Self::Unlock => message!("fix-unlock"),
            Self::UnlockKeychain => message!("fix-unlock-keychain"),
            Self::SignInAgain => message!("fix-sign-in-again"),
            Self::MoveToKeychain => message!("fix-move-to-keychain"),
            Self::DoOne => message!("fix-do-one"),
            Self::Allow => message!("fix-allow"),
            Self::CorrectLine => message!("fix-correct-line"),
            Self::CorrectSetting => message!("fix-correct-setting"),
            Self::MakeRoom => message!("fix-make-room"),
            Self::LoginAgain => message!("fix-login-again"),
            Self::AppIndicator => message!("fix-app-indicator"),
            Self::SignOut => message!("fix-sign-out"),
        }
    }
}
