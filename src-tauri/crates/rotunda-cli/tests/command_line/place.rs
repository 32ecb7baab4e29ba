//! A sandbox for one test: temporary homes, and the command in them.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A home, a Codex home and nothing else of this machine.
pub(crate) struct Sandbox {
    pub(crate) root: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let sandbox = Self { root: tempfile::tempdir().unwrap() };
        for folder in ["codex", "tmp"] {
            fs::create_dir(sandbox.path(folder)).unwrap();
        }
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("codex/config.toml")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_rotunda")), arguments)
    }

    /// The command from a folder that holds no other program: the build folder may hold the tray app.
    #[cfg(target_os = "linux")]
    pub(crate) fn alone(&self, arguments: &[&str]) -> Command {
        let program = self.path("alone/rotunda");
        if !program.exists() {
            fs::create_dir(self.path("alone")).unwrap();
            let built = env!("CARGO_BIN_EXE_rotunda");
            fs::hard_link(built, &program)
                .or_else(|_| fs::copy(built, &program).map(drop))
                .unwrap();
        }
        self.command_of(&program, arguments)
    }

    fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("USERPROFILE", self.path("home"));
        command.env("ROTUNDA_HOME", self.path("ours")).env("CODEX_HOME", self.path("codex"));
        command.env("TMPDIR", self.path("tmp")).env("TMP", self.path("tmp")).env("TZ", "UTC");
        command.env("ROTUNDA_VAULT", "file").env("ROTUNDA_PORT", "0").env("ROTUNDA_LOG", "trace");
        for upstream in ["CHATGPT", "API", "AUTH"] {
            // The discard port has no listener: nothing leaves this test.
            command.env(format!("ROTUNDA_UPSTREAM_{upstream}"), "http://127.0.0.1:9");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that has to work; its output.
    #[track_caller]
    pub(crate) fn works(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?} said {out:?} and {error:?}");
        out
    }

    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.works(arguments)).unwrap()
    }

    /// Runs a command that has to be refused; the sentence.
    #[track_caller]
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} said {error:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
        let sentence = error.trim_end().strip_prefix("rotunda: ").unwrap();
        assert!(sentence.ends_with('.'), "{sentence}");
        sentence.to_owned()
    }

    /// Writes a sign-in with a token that can be searched for.
    pub(crate) fn sign_in(&self, name: &str) -> PathBuf {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({
            "email": format!("{name}@example.com"),
            "exp": 4_000_000_000_u64,
            "https://api.openai.com/auth": {
                "chatgpt_account_id": format!("account-{name}"), "chatgpt_plan_type": "plus",
            },
        });
        let token = format!("{}.{}.{}", part(json!({ "alg": "none" })), part(claims), SIGNATURE);
        let file = json!({ "auth_mode": "chatgpt", "tokens": {
            "id_token": token, "access_token": token,
            "refresh_token": format!("{REFRESH}{name}"), "account_id": format!("account-{name}"),
        }});
        let folder = self.path(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("auth.json"), file.to_string()).unwrap();
        folder
    }

    pub(crate) fn import(&self, name: &str) {
        let folder = self.sign_in(name);
        self.works(&["import", folder.to_str().unwrap(), "--name", name]);
    }

    pub(crate) fn import_all(&self, names: &[&str]) {
        for name in names {
            self.import(name);
        }
    }

    /// Starts a router and waits until it says that it is ready.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        self.serve_with(&[], arguments)
    }

    /// The same with further variables.
    pub(crate) fn serve_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Serving {
        let mut command = self.command(&[&["serve", "--json"], arguments].concat());
        command.envs(variables.iter().copied());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut error = String::new();
            process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("serve ended: {error}");
        }
        Serving { process, ready: serde_json::from_str(&line).unwrap() }
    }
}

pub(crate) const SIGNATURE: &str = "c2VjcmV0LXNpZ25hdHVyZQ";
pub(crate) const REFRESH: &str = "refresh-secret-";

pub(crate) struct Serving {
    process: Child,
    pub(crate) ready: Value,
}

impl Serving {
    pub(crate) fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap()
    }

    /// As `kill` does; the exit code.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }

    /// Such as `-STOP`.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    pub(crate) fn crash(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
