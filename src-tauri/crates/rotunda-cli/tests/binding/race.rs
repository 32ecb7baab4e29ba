//! Two processes bind and unbind while a third one saves the file at random
//! moments: nothing that was saved is lost.
//!
//! It failed now and then beside other work on the disk: between the read of the
//! file and its exchange stood up to seven steps that wait for the disk (copy,
//! journal, new text), each longer than the pause between two saves, so that 200
//! attempts in a row met another text and binding gave up. Since then those steps
//! come after the exchange from the fourth attempt on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, UNIX_EPOCH},
};

use rotunda_core::Secret;
use rotunda_daemon::bind;
use rotunda_host::home::{CODEX_HOME, Env, Home, ROTUNDA_HOME};

use crate::place::wait;

/// Set in the processes of this test: what each is to do.
const ROLE: &str = "ROTUNDA_RACE_ROLE";
/// So often two processes bind and unbind together. A sample by default; the
/// soak group asks for 500.
const ROUNDS: &str = "ROTUNDA_RACE_ROUNDS";
const BASE: &str = "model = \"m\"\n\n[features]\nplugins = false\n";

fn url() -> Secret<String> {
    bind::client_url(4517, &Secret::new("0123456789abcdef0123456789abcdef".to_owned()))
}

fn rounds() -> u32 {
    std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(100)
}

fn home(root: &Path) -> Home {
    let env = Env::of([(ROTUNDA_HOME, root.join("ours")), (CODEX_HOME, root.join("codex"))]);
    Home::from_env(&env).unwrap()
}

/// This test's own program again, as a process of its own.
fn process(root: &Path, role: &str) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "race::one_of_the_processes", "--nocapture"]);
    command.env(ROLE, role).env(ROTUNDA_HOME, root).spawn().unwrap()
}

/// Not a test by itself: what the processes do.
#[test]
fn one_of_the_processes() {
    let Some(role) = std::env::var_os(ROLE) else { return };
    let root = PathBuf::from(std::env::var_os(ROTUNDA_HOME).unwrap());
    if role == "editor" { edit(&root) } else { bind_and_unbind(&root) }
}

fn bind_and_unbind(root: &Path) {
    let home = home(root);
    let mut chance = Chance(u64::from(std::process::id()) | 1);
    for _ in 0..rounds() / 2 {
        bind::bind(&home, &url(), false, UNIX_EPOCH).unwrap();
        bind::unbind(&home, &url()).unwrap();
        // The other one has its turn: the lock knows no queue.
        thread::sleep(Duration::from_micros(chance.below(20_000)));
    }
}

/// A number that is different each time, without a clock: good enough for
/// moments.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Saves at random moments, and looks after each save whether it is still there.
fn edit(root: &Path) {
    let path = home(root).codex_config();
    let mut chance = Chance(u64::from(std::process::id()) | 1);
    let mut saves = 0_u32;
    while !root.join("stop").exists() {
        thread::sleep(Duration::from_micros(chance.below(30_000)));
        saves += 1;
        let line = format!("edit = {saves}\n");
        // Half of the time as Codex does it, from what is there; else from a
        // buffer that knows nothing of us.
        let text = if chance.below(2) == 0 {
            fs::read_to_string(&path).unwrap()
        } else {
            format!("edit = 0\n{BASE}")
        };
        let rest = text.split_inclusive('\n').filter(|line| !line.starts_with("edit = "));
        let text = line.clone() + &rest.collect::<String>();
        let beside = path.with_extension("editor");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, &path).unwrap();
        // For moments the text from before may show; a lost save would never be back.
        wait(|| fs::read_to_string(&path).is_ok_and(|text| text.contains(&line)).then_some(()));
    }
    fs::write(root.join("saves"), saves.to_string()).unwrap();
}

#[test]
fn nothing_that_an_editor_saves_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let home = home(root.path());
    home.create().unwrap();
    fs::create_dir(&home.codex_home).unwrap();
    fs::write(home.codex_config(), format!("edit = 0\n{BASE}")).unwrap();
    let mut editor = process(root.path(), "editor");
    let binders = [process(root.path(), "binder"), process(root.path(), "binder")];
    for mut binder in binders {
        assert!(binder.wait().unwrap().success());
    }
    fs::write(root.path().join("stop"), "").unwrap();
    assert!(editor.wait().unwrap().success());
    bind::unbind(&home, &url()).unwrap();
    let saves = fs::read_to_string(root.path().join("saves")).unwrap();
    assert!(saves.parse::<u32>().unwrap() >= 20, "only {saves} saves were raced");
    let text = fs::read_to_string(home.codex_config()).unwrap();
    assert_eq!(text, format!("edit = {saves}\n{BASE}"));
    assert_eq!(crate::place::names(&home.codex_home), ["config.toml"]);
}
