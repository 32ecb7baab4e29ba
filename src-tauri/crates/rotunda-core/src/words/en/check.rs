//! What is found between Codex and upstream, and what mends it.

use super::super::{English, Fix, Found, Proof, Reader};

impl English for Found<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each finding, and nothing to decide")]
    fn english(&self, _: Reader) -> String {
        let fixed = match self {
            Self::CodexMissing => {
                "The Codex command was not found. The desktop app works without it."
            }
            Self::CodexAt { version, path } => return format!("{version} is at {path}."),
            Self::CodexSilent(path) => return format!("{path} does not tell its version."),
            Self::AppNone => "No Codex of the desktop app was found; the command needs none.",
            Self::AppAt { version, path } => {
                return format!("The desktop app has {version}, at {path}.");
            }
            Self::AppSilent(path) => {
                return format!("The desktop app's {path} does not tell its version.");
            }
            Self::ProxyNamed(variable, proof) => {
                let proof = self::proof(proof);
                return format!(
                    "{variable} sends even what is meant for this computer to a proxy.{proof}"
                );
            }
            Self::ProxyOfSystem(proof) => {
                let proof = self::proof(proof);
                return format!(
                    "The system sends even what is meant for this computer to a proxy.{proof}"
                );
            }
            Self::WayStraight => "A request to the router goes straight there, past every proxy.",
            Self::NoProxy => {
                "No proxy of this environment catches what is meant for this computer."
            }
            Self::Bound(file) => return format!("Codex is bound by one line in {file}."),
            Self::NotBound => "Codex is not bound and uses its own sign-in.",
            Self::Foreign(said) => return format!("{said} Another program or you set that."),
            Self::Unreadable(file, said) => return format!("{file} cannot be read. {said}"),
            Self::RouterStopped => "The router is not running.",
            Self::RouterAwaited(said) => return format!("{said} Codex is bound and waits for it."),
            Self::RouterAnswers(port) => return format!("The router answers on 127.0.0.1:{port}."),
            Self::RouterAnswersWith(status) => {
                return format!("The router answers Codex's own address with {status}.");
            }
            Self::RouterSilent(error) => return format!("The router does not answer: {error}."),
            Self::Guards => "The router turns away programs that do not know its key.",
            Self::GuardsNot(status) => {
                return format!("The router answered a program without its key with {status}.");
            }
            Self::Reaches => "Codex's own doctor reaches the router.",
            Self::ReachesNot(said) => {
                return format!("Codex's own doctor does not reach the router: {said}.");
            }
            Self::NoLayers => "No profile file of Codex leads elsewhere.",
            Self::Layer { file, profile } => {
                return format!(
                    "{file} names an address or a provider of its own: with \
                     `codex --profile {profile}` Codex does not come here."
                );
            }
            Self::OwnSignIn => "Codex has a sign-in of its own, which its app needs.",
            Self::OwnEnded(date) => {
                return format!(
                    "Codex's own access ended on {date}; it renews it when it needs it."
                );
            }
            Self::OwnElsewhere => {
                "Codex keeps its own sign-in elsewhere, or has none; turns do not need it."
            }
            Self::OwnUnreadable(error) => {
                return format!("Codex's own sign-in cannot be read: {error}.");
            }
            Self::UpstreamAway => "OpenAI cannot be reached from here now.",
            Self::UpstreamThere => "OpenAI can be reached.",
            Self::ClockRight => "OpenAI can be reached, and this computer's clock is right.",
            Self::ClockFast(seconds) => return clock(*seconds, "fast"),
            Self::ClockSlow(seconds) => return clock(*seconds, "slow"),
            Self::NoProfile => "There is no profile, so Rotunda has nothing to serve Codex with.",
            Self::NobodyYet(headline) => return format!("{headline}."),
            Self::NobodyReady => "No profile can serve Codex, and none comes back by itself.",
            Self::SignedOut { ready, all, out } => {
                return format!(
                    "{ready} of {all} profiles can serve Codex; {out} must sign in again."
                );
            }
            Self::Ready { ready, all } => {
                return format!("{ready} of {all} profiles can serve Codex now.");
            }
            Self::VaultUnchecked => "Not checked, as the settings cannot be read.",
            Self::VaultSilent => "The keychain does not answer.",
            Self::VaultEmpty => "The keychain answers, but holds no sign-in for the first profile.",
            Self::VaultKeychain => "Sign-ins are in the system's keychain, which answers.",
            Self::VaultFile => "Sign-ins are in a private file instead of the keychain.",
            Self::VaultRefused(error) => return format!("Sign-ins cannot be read: {error}."),
            Self::SettingsBad(error) => return format!("The settings cannot be used: {error}."),
            Self::SettingsWarn(warning) => return format!("{warning}."),
            Self::SettingsRead => "The settings can be read.",
            Self::NothingWritten => "Rotunda has written nothing yet.",
            Self::Writable(folder) => return format!("{folder} can be written."),
            Self::NotWritable(folder, error) => {
                return format!("{folder} cannot be written: {error}.");
            }
            Self::LoginUnchecked => {
                "Start at login is not checked here; the window's settings show it."
            }
            Self::LoginOff => "Rotunda does not start at login.",
            Self::LoginApp(program) => {
                return format!("The tray app starts at login, from {program}.");
            }
            Self::LoginUnit => "The router starts at login, by its systemd unit rotunda.service.",
            Self::LoginGone { entry, program } => {
                return format!("{entry} starts {program} at login, which is not there.");
            }
            Self::TrayAlways => "This system always shows tray icons.",
            Self::TrayNoSession => {
                "There is no session bus here, so no tray; the router needs none."
            }
            Self::TrayThere => "This desktop shows tray icons.",
            Self::TrayMissing => "Nothing on this desktop shows tray icons.",
            Self::TraySilent => {
                "The session bus does not answer, so whether there is a tray is not known."
            }
        };
        fixed.to_owned()
    }
}

fn proof(proof: &Proof) -> String {
    match proof {
        Proof::None => String::new(),
        Proof::Went(place) => format!(" A request to the router went to {place}."),
        Proof::Unanswered => " A request to the router was not answered.".to_owned(),
    }
}

fn clock(seconds: u64, way: &str) -> String {
    format!("This computer's clock is {seconds} seconds {way}: sign-ins end at the wrong time.")
}

impl English for Fix {
    fn english(&self, _: Reader) -> String {
        let fixed = match self {
            Self::NamePath(variable) => {
                return format!("Put `codex` on PATH, or set {variable} to its place.");
            }
            Self::InstallCodex => "Install Codex again.",
            Self::InstallApp => "Install the desktop app again.",
            Self::ExceptLoopback => "Set NO_PROXY=127.0.0.1,localhost where Codex starts.",
            Self::Switch => {
                "`rotunda bind --switch` switches to the built-in provider until you unbind."
            }
            Self::Bind => "`rotunda bind` points it here.",
            Self::BindAfresh => "`rotunda bind` brings the line up to date.",
            Self::BindOrUnbind => {
                "`rotunda bind` points it here; `rotunda unbind` gives back what is there now."
            }
            Self::CorrectFile => {
                "Correct the file. Rotunda does not touch it while it does not parse."
            }
            Self::Start => "Start the app or `rotunda serve`.",
            Self::StartOrUnbind => "Start the app or `rotunda serve`, or `rotunda unbind`.",
            Self::RestartAndSee => "Restart Rotunda; `rotunda activity` and the log tell more.",
            Self::RestartForPort(port) => {
                return format!("Something else may listen on port {port}: restart Rotunda.");
            }
            Self::Restart => "Restart Rotunda.",
            Self::AskCodex => {
                "`codex doctor` tells more; a proxy or a changed config.toml is the usual cause."
            }
            Self::TakeOut => "Take that line out of it, or leave it on purpose.",
            Self::SignInInApp => "If its app shows that it is signed out, sign in there again.",
            Self::SignInCodex => "Sign in again with `codex login`.",
            Self::Network => "Check this computer's network, and the proxy in Rotunda's settings.",
            Self::SetClock => "Set the clock, or turn on that the system does it.",
            Self::AddProfile => "`rotunda login` adds one.",
            Self::Wait => {
                "Wait, or add another profile. `rotunda profiles` shows when each is back."
            }
            Self::SeeProfiles => "`rotunda profiles` says why: sign in again or resume one.",
            Self::ImportEach => "`rotunda profiles` names them; import a new sign-in for each.",
            Self::SettingsFirst => "Correct the settings first.",
            Self::Unlock => "Unlock it, then try again.",
            Self::UnlockKeychain => "Unlock the keychain, then try again.",
            Self::ImportAgain => "Import that profile again.",
            Self::MoveToKeychain => "Where there is a keychain, run `rotunda vault move keychain`.",
            Self::DoOne => "Do one of these, then try again.",
            Self::Allow => "Allow Rotunda its own items, then try again.",
            Self::CorrectLine => "Correct that line.",
            Self::CorrectSetting => "Correct or remove it in settings.toml.",
            Self::MakeRoom => "Make room, or give the folder back to your user.",
            Self::LoginAgain => "Turn start at login off and on again in the window's settings.",
            Self::AppIndicator => {
                "On GNOME, add the AppIndicator extension, or start Rotunda once more to open its \
                 window."
            }
            Self::SignOut => "Sign out of the desktop and in again.",
        };
        fixed.to_owned()
    }
}
