//! What a desktop session starts at login, by the Desktop Application Autostart
//! Specification: entries in the user's folder, then those of the system, of
//! which the first one of each name counts.
//!
//! An entry can be there and not be in force; Codex may stay bound over a
//! logout only for one that is, and with a program that can be started.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    super::{AtLogin, EntryFiles, Env, is_program},
    entry::{self, Entry},
    program::Started,
    units,
};
/// The entry that Rotunda writes itself.
const OURS: &str = "Rotunda.desktop";
/// Without this variable the system's entries are below this folder.
const CONFIG_DIRS: (&str, &str) = ("XDG_CONFIG_DIRS", "/etc/xdg");
/// Larger files are no desktop entries.
const MOST_BYTES: u64 = 256 << 10;
/// Where programs without a path are looked for besides `PATH`, which may be
/// another one in the session.
const PROGRAMS: [&str; 3] = ["/usr/local/bin", "/usr/bin", "/bin"];
/// Keys that name a condition under which an entry is in force.
const CONDITIONS: [&str; 3] =
    ["AutostartCondition", "X-GNOME-AutostartCondition", "X-KDE-autostart-condition"];

/// What starts Rotunda at login: an entry of the session, else a systemd unit.
pub fn at_login(env: &Env) -> AtLogin {
    let Some(places) = Places::of(env) else { return AtLogin::Off };
    let found: Vec<_> = places
        .entries()
        .into_iter()
        .filter_map(|path| classify_entry(path, env, &places))
        .collect();
    let first = |wanted: fn(&AtLogin) -> bool| found.iter().position(wanted);
    let in_force = first(|one| matches!(one, AtLogin::App(_) | AtLogin::Router(_)));
    if in_force.is_none() && units::is_enabled(env, &places.config) {
        return AtLogin::Unit;
    }
    let gone = || first(|one| matches!(one, AtLogin::Gone { .. }));
    let chosen = in_force.or_else(gone).unwrap_or(0);
    found.into_iter().nth(chosen).unwrap_or(AtLogin::Off)
}

/// Writes the entry that starts `program` in the tray at login.
pub(crate) fn start_at_login<F: EntryFiles>(
    env: &Env,
    program: &Path,
    files: &F,
) -> Result<(), F::Error> {
    let places = Places::needed(env, files)?;
    let path = places.own.join(OURS);
    let failed = |source| files.failed(path.clone(), "write", source);
    let Some(program) = program.to_str() else {
        let why = "the path of Rotunda's program is no text";
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, why)));
    };
    fs::create_dir_all(&places.own).map_err(failed)?;
    let exec = entry::exec(&[program, "--hidden"]);
    let text = format!(
        "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Rotunda\n\
         Comment=Rotunda startup script\nExec={exec}\nStartupNotify=false\nTerminal=false\n"
    );
    files.write(&path, &text)?;
    places.remove_misplaced(files);
    Ok(())
}

/// Takes away or switches off every entry that starts Rotunda in this session.
pub(crate) fn stay_away_at_login<F: EntryFiles>(env: &Env, files: &F) -> Result<(), F::Error> {
    let Some(places) = Places::of(env) else { return Ok(()) };
    places.remove_misplaced(files);
    files.remove(&places.own.join(OURS))?;
    for path in places.entries() {
        let at_login = classify_entry(path.clone(), env, &places);
        if matches!(at_login, Some(AtLogin::App(_) | AtLogin::Router(_) | AtLogin::Gone { .. })) {
            places.switch_off(&path, files)?;
        }
    }
    Ok(())
}

/// The folders that the session looks into.
struct Places {
    /// The user's settings.
    config: PathBuf,
    /// The user's entries.
    own: PathBuf,
    /// The user's and then the system's entries.
    all: Vec<PathBuf>,
    /// Where Rotunda 0.1 wrote its entry, when the session does not look there.
    misplaced: Option<PathBuf>,
}

impl Places {
    /// None without a home folder.
    fn of(env: &Env) -> Option<Self> {
        // The specification ignores paths that are not absolute.
        let absolute = |path: &PathBuf| path.is_absolute();
        let usual = env.user_home().map(|home| home.join(".config"));
        let config = env.path("XDG_CONFIG_HOME").filter(absolute).or_else(|| usual.clone())?;
        let own = config.join("autostart");
        let (variable, default) = CONFIG_DIRS;
        let system = env.path(variable).or_else(|| env.asks_system().then(|| default.into()));
        let system = system.map(PathBuf::into_os_string).unwrap_or_default();
        let system = std::env::split_paths(&system).filter(absolute);
        let system = system.map(|folder| folder.join("autostart"));
        let all = std::iter::once(own.clone()).chain(system).collect();
        let misplaced = usual.map(|usual| usual.join("autostart").join(OURS));
        let misplaced = misplaced.filter(|path| path.parent() != Some(own.as_path()));
        Some(Self { config, own, all, misplaced })
    }

    fn needed<F: EntryFiles>(env: &Env, files: &F) -> Result<Self, F::Error> {
        Self::of(env).ok_or_else(|| {
            let source = io::Error::new(io::ErrorKind::NotFound, "no home folder is known");
            files.failed("autostart".into(), "find", source)
        })
    }

    /// The entries that count, by name: of two with the same name the first.
    fn entries(&self) -> Vec<PathBuf> {
        let mut found = BTreeMap::<OsString, PathBuf>::new();
        for folder in &self.all {
            for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
                if Path::new(&entry.file_name()).extension() == Some(OsStr::new("desktop")) {
                    found.entry(entry.file_name()).or_insert_with(|| entry.path());
                }
            }
        }
        found.into_values().collect()
    }

    /// One of the user's own is marked as hidden; one of the system's is hidden
    /// by an entry of the same name.
    fn switch_off<F: EntryFiles>(&self, path: &Path, files: &F) -> Result<(), F::Error> {
        let name = path.file_name().unwrap_or(OsStr::new(OURS));
        let text = read(path).unwrap_or_default();
        let hidden = if path.parent() == Some(self.own.as_path()) {
            hidden(&text)
        } else {
            "[Desktop Entry]\nType=Application\nName=Rotunda\nHidden=true\n".to_owned()
        };
        let path = self.own.join(name);
        let made = fs::create_dir_all(&self.own);
        made.map_err(|source| files.failed(path.clone(), "write", source))?;
        files.write(&path, &hidden)
    }

    /// What an earlier version wrote where this session does not look.
    fn remove_misplaced(&self, files: &impl EntryFiles) {
        let Some(path) = self.misplaced.as_ref().filter(|path| is_of_ours(path)) else { return };
        if let Err(error) = files.remove(path) {
            tracing::warn!(%error, "a login entry that no session reads stays");
        }
    }
}

/// Whether Rotunda 0.1 wrote an entry where this session does not look: start at
/// login was switched on and has never worked.
pub(crate) fn has_misplaced_entry(env: &Env) -> bool {
    let misplaced = Places::of(env).and_then(|places| places.misplaced);
    misplaced.is_some_and(|path| is_of_ours(&path))
}

/// Whether a file is an entry that starts the tray app.
fn is_of_ours(path: &Path) -> bool {
    let command = read(path).and_then(|text| Entry::parse(&text)).and_then(|it| it.command());
    command.is_some_and(|command| matches!(Started::by(&command), Some(Started::App(_))))
}

/// The text of a small regular file. An entry that is a pipe would hold us.
fn read(path: &Path) -> Option<String> {
    let data = fs::metadata(path).ok()?;
    if !data.is_file() || data.len() > MOST_BYTES {
        return None;
    }
    fs::read(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// The same text, switched off.
fn hidden(text: &str) -> String {
    let mut lines: Vec<_> = text.lines().collect();
    lines.retain(|line| line.split_once('=').is_none_or(|(key, _)| key.trim() != "Hidden"));
    let group = lines.iter().position(|line| line.trim() == "[Desktop Entry]");
    lines.insert(group.map_or(0, |group| group + 1), "Hidden=true");
    lines.join("\n") + "\n"
}

/// What an entry does for Rotunda; none when it is about another program.
fn classify_entry(path: PathBuf, env: &Env, places: &Places) -> Option<AtLogin> {
    let entry = Entry::parse(&read(&path)?)?;
    let is_named_so = path.file_name() == Some(OsStr::new(OURS));
    let started = entry.command().and_then(|command| Started::by(&command));
    let (program, router) = match started {
        Some(Started::App(program)) => (program, false),
        Some(Started::Router(program)) => (program, true),
        Some(Started::Other(program)) if is_named_so => (program, false),
        None if is_named_so => {
            return Some(AtLogin::Inactive { entry: path, line: String::new() });
        }
        Some(Started::Other(_)) | None => return None,
    };
    if let Some(line) = switched_off_by(&entry, env, &places.config) {
        return Some(AtLogin::Inactive { entry: path, line });
    }
    Some(match (can_start(&program, env), router) {
        (false, _) => AtLogin::Gone { entry: path, program },
        (true, false) => AtLogin::App(program),
        (true, true) => AtLogin::Router(program),
    })
}

/// The line because of which an entry is not in force in this session.
fn switched_off_by(entry: &Entry, env: &Env, config: &Path) -> Option<String> {
    let line = |key: &str| Some(format!("{key}={}", entry.raw(key).unwrap_or_default()));
    if entry.is_true("Hidden") {
        return line("Hidden");
    }
    if entry.raw("Type").is_some_and(|kind| kind != "Application") {
        return line("Type");
    }
    let disabled = |(key, value): &(&str, &str)| {
        let key = key.to_ascii_lowercase();
        key.starts_with("x-") && key.ends_with("-autostart-enabled") && *value == "false"
    };
    if let Some((key, _)) = entry.keys().find(disabled) {
        return line(key);
    }
    let desktops = env.get("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let names_ours = |key| {
        entry.list(key).map(|names| desktops.split(':').any(|one| names.iter().any(|it| it == one)))
    };
    if names_ours("OnlyShowIn") == Some(false) {
        return line("OnlyShowIn");
    }
    if names_ours("NotShowIn") == Some(true) {
        return line("NotShowIn");
    }
    let tried = entry.text("TryExec").filter(|program| !program.is_empty());
    if tried.is_some_and(|program| !can_start(Path::new(&program), env)) {
        return line("TryExec");
    }
    let unmet = |key: &&str| entry.text(key).is_some_and(|condition| !is_met(&condition, config));
    CONDITIONS.iter().find(|key| unmet(key)).and_then(|key| line(key))
}

/// Of a condition that only the session itself can judge nothing is known, so
/// the entry does not count.
fn is_met(condition: &str, config: &Path) -> bool {
    match condition.split_once(' ') {
        Some(("if-exists", file)) => config.join(file.trim()).exists(),
        Some(("unless-exists", file)) => !config.join(file.trim()).exists(),
        _ => condition.is_empty(),
    }
}

/// Whether there is such a program: by its path, or by its name in `PATH`.
fn can_start(program: &Path, env: &Env) -> bool {
    if program.is_absolute() {
        return is_program(program);
    }
    if program.components().count() > 1 {
        return false;
    }
    let path = env.path("PATH").map(PathBuf::into_os_string).unwrap_or_default();
    let usual = PROGRAMS.iter().map(PathBuf::from).filter(|_| env.asks_system());
    std::env::split_paths(&path).chain(usual).any(|folder| is_program(&folder.join(program)))
}

#[cfg(test)]
#[path = "autostart_tests.rs"]
mod tests;
