//! Where a request says that it works, for the rules per project.
//!
//! Codex states the root of a Git repository and its remotes in `x-codex-turn-metadata`
//! (`workspaces`), but not in the first request of a turn when `git status` takes long. The
//! folder also stands in the environment context, a message of Codex's own at the beginning
//! of each conversation. Both are read, and each can only add a place: text of another author
//! in this form can put a request under a rule and never out of it. See
//! `docs/decisions/086-where-a-turn-works.md`.

use std::{borrow::Cow, collections::BTreeSet};

use http::HeaderMap;
use memchr::memmem;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{headers::TURN_METADATA, project::plain_address, vault::BoxFuture};

/// A longer folder is none, in bytes; the longest path of Linux.
const LONGEST_FOLDER: usize = 4096;
/// More places of one request are not looked at: real ones name one to three.
const MOST_PLACES: usize = 32;
/// How the environment context of Codex begins.
const CONTEXT: &str = "<environment_context>";
/// The same in JSON text, also where the writer escapes `<`.
const CONTEXT_IN_JSON: [&[u8]; 3] =
    [b"<environment_context>", b"\\u003cenvironment_context", b"\\u003Cenvironment_context"];
/// Elements of the environment context that hold a folder.
const FOLDERS: [&str; 2] = ["cwd", "root"];

/// Where a request works, as far as it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Folders that it names, as they stand there. Not for a log.
    pub folders: BTreeSet<String>,
    /// Addresses of the repositories that it names, as [`repository_of`] gives them.
    pub repositories: BTreeSet<String>,
    /// What the request does not say.
    pub gap: Gap,
    /// An environment context names the folder itself, and not only its repository.
    pub has_context: bool,
    /// It prepares a socket and asks for no answer.
    pub is_prewarm: bool,
}

/// What a request does not say of the place where it works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: it names a place, it carries nothing of a project, or it is not Codex's.
    #[default]
    None,
    /// Codex's own, with content, and it names no place.
    Unstated,
    /// Codex's memory: content of any earlier conversation, under the ids of the current one.
    AnyProject,
    /// It names a place in a form that cannot be read.
    Unreadable,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    client_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
    #[serde(borrow)]
    instructions: Option<&'a RawValue>,
    #[serde(borrow)]
    tools: Option<&'a RawValue>,
    generate: Option<Value>,
}

#[derive(Deserialize)]
struct Item<'a> {
    role: Option<Value>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Part<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

/// Reads where a request works, from its headers and its decoded body.
pub fn whereabouts_of(headers: &HeaderMap, body: &[u8]) -> Whereabouts {
    let mut found = Whereabouts::default();
    let parsed: Option<Body<'_>> = serde_json::from_slice(body).ok();
    let in_frame = parsed.as_ref().and_then(|body| metadata_in(body.client_metadata?));
    let in_header = headers.get(TURN_METADATA).map(|value| value.to_str().unwrap_or_default());
    // The handshake of a socket is older than its frames.
    let stated = in_frame.as_deref().or(in_header);
    found.read_metadata(stated);
    if let Some(input) = parsed.as_ref().and_then(|body| body.input) {
        found.read_contexts(input.get());
    }
    found.is_prewarm =
        parsed.as_ref().is_some_and(|body| body.generate == Some(Value::Bool(false)));
    if headers.contains_key("x-openai-memgen-request") && found.gap == Gap::None {
        found.gap = Gap::AnyProject;
    }
    let is_silent = found.folders.is_empty() && found.repositories.is_empty();
    if found.gap == Gap::None
        && is_silent
        && carries_content(parsed.as_ref(), body)
        && (stated.is_some() || is_of_codex(headers))
    {
        found.gap = Gap::Unstated;
    }
    found
}

/// Over a socket the metadata of a turn comes with its frame, as a text.
fn metadata_in(client_metadata: &RawValue) -> Option<String> {
    let metadata: Value = serde_json::from_str(client_metadata.get()).ok()?;
    match metadata.get(TURN_METADATA)? {
        Value::String(text) => Some(text.clone()),
        // In no form that is known: read as what cannot be read.
        other => Some(format!("[{other}]")),
    }
}

/// Whether the client calls itself Codex: `codex_exec`, `Codex Desktop`.
fn is_of_codex(headers: &HeaderMap) -> bool {
    let name = headers.get("originator").and_then(|value| value.to_str().ok());
    let begins = name.and_then(|name| name.get(..5));
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case("codex"))
}

/// Whether a request holds more than its ids. The prewarm of the newest models holds neither
/// input, nor instructions, nor tools.
fn carries_content(parsed: Option<&Body<'_>>, body: &[u8]) -> bool {
    let Some(parsed) = parsed else { return !body.is_empty() };
    if parsed.generate != Some(Value::Bool(false)) {
        return true;
    }
    let is_filled = |part: &&RawValue| !matches!(part.get().trim(), "[]" | "\"\"" | "null");
    [parsed.input, parsed.instructions, parsed.tools].iter().flatten().any(is_filled)
}

/// What this computer knows of a folder that a request names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderFacts {
    /// Other paths of it: without links, and of the working tree that its repository has
    /// beside it.
    pub folders: Vec<String>,
    /// Addresses of its remotes, as they stand there.
    pub addresses: Vec<String>,
}

/// Looks folders up on this computer.
pub trait Folders: Send + Sync + 'static {
    /// What is known of a folder, also when it is not there: then nothing is.
    fn look_up(&self, folder: String) -> BoxFuture<'static, FolderFacts>;
}

impl Whereabouts {
    /// Adds what this computer knows of a folder that the request names.
    pub fn add_facts(&mut self, facts: FolderFacts) {
        for folder in facts.folders {
            self.add_folder(&folder);
        }
        self.repositories.extend(facts.addresses.iter().filter_map(|it| repository_of(it)));
    }

    fn read_metadata(&mut self, text: Option<&str>) {
        let Some(text) = text else { return };
        let Ok(Value::Object(metadata)) = serde_json::from_str(text) else {
            self.gap = Gap::Unreadable;
            return;
        };
        let is_of_memory = |key: &str| {
            let word = metadata.get(key).and_then(Value::as_str);
            word.is_some_and(|word| word.starts_with("memory"))
        };
        if ["request_kind", "thread_source", "subagent_kind"].into_iter().any(is_of_memory) {
            self.gap = Gap::AnyProject;
        }
        match metadata.get("workspaces") {
            None | Some(Value::Null) => {}
            Some(Value::Object(workspaces)) => {
                for (folder, workspace) in workspaces {
                    self.add_folder(folder);
                    self.read_remotes(workspace);
                }
            }
            Some(_) => self.gap = Gap::Unreadable,
        }
    }

    fn read_remotes(&mut self, workspace: &Value) {
        match workspace.get("associated_remote_urls") {
            None | Some(Value::Null) => {}
            Some(Value::Object(remotes)) => {
                // A remote that is a folder of this computer has no address; its repository
                // is known by its own folder.
                let addresses = remotes.values().filter_map(Value::as_str);
                self.repositories.extend(addresses.take(MOST_PLACES).filter_map(repository_of));
            }
            Some(_) => self.gap = Gap::Unreadable,
        }
    }

    /// Adds a folder; one that cannot be a path makes the request unreadable.
    pub fn add_folder(&mut self, folder: &str) {
        let is_path = folder.starts_with(['/', '\\']) || has_drive(folder);
        let fits = is_path && folder.len() <= LONGEST_FOLDER && !folder.contains('\0');
        if fits && (self.folders.len() < MOST_PLACES || self.folders.contains(folder)) {
            self.folders.insert(folder.to_owned());
        } else {
            self.gap = Gap::Unreadable;
        }
    }

    /// Reads the environment contexts among the messages of an input.
    fn read_contexts(&mut self, input: &str) {
        if !CONTEXT_IN_JSON.iter().any(|begin| memmem::find(input.as_bytes(), begin).is_some()) {
            return;
        }
        let items: Vec<Item<'_>> = serde_json::from_str(input).unwrap_or_default();
        let of_user = |item: &&Item<'_>| item.role.as_ref().is_some_and(|role| role == "user");
        for content in items.iter().filter(of_user).filter_map(|item| item.content) {
            if let Ok(text) = serde_json::from_str::<String>(content.get()) {
                self.read_context(&text);
                continue;
            }
            let parts: Vec<Part<'_>> = serde_json::from_str(content.get()).unwrap_or_default();
            for text in parts.iter().filter_map(|part| part.text.as_deref()) {
                self.read_context(text);
            }
        }
    }

    fn read_context(&mut self, text: &str) {
        let text = text.trim_start();
        if !text.starts_with(CONTEXT) {
            return;
        }
        for name in FOLDERS {
            let (begin, end) = (format!("<{name}>"), format!("</{name}>"));
            for rest in text.split(begin.as_str()).skip(1) {
                let folder = rest.split(end.as_str()).next().unwrap_or_default().trim();
                // It writes a folder that it does not know as nothing.
                if !folder.is_empty() {
                    self.has_context = true;
                    self.add_folder(&unescaped(folder));
                }
            }
        }
    }
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

/// Whether a path begins with a drive of Windows, such as `C:\` or `c:/`.
pub(crate) fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic())
}

/// Hosts that serve the repositories of another host, so that SSH passes firewalls.
/// Sources: the documentation of GitHub, GitLab and Bitbucket on SSH over port 443.
const SSH_HOSTS: [(&str, &str); 3] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
];

/// A repository by its address, in the one form in which two addresses are compared:
/// `host/owner/name` in small letters, without scheme, user, port and `.git`. None when the
/// text is no address.
pub fn repository_of(address: &str) -> Option<String> {
    let plain = plain_address(address)?.to_lowercase();
    let (host, path) = plain.split_once('/')?;
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let host = SSH_HOSTS.iter().find(|(ssh, _)| *ssh == host).map_or(host, |(_, plain)| *plain);
    // `ssh://host:22/path` and `host:22/path` are one; `host:/path` begins with a slash.
    let path = path.trim_matches('/');
    (!host.is_empty() && !path.is_empty()).then(|| format!("{host}/{path}"))
}

#[cfg(test)]
#[path = "whereabouts_tests.rs"]
mod tests;
