//! The project that a request is work on, as its own metadata names it.
//!
//! Codex sends the root folder of a Git repository and the addresses of its remotes in
//! `x-codex-turn-metadata`. Outside a repository it sends neither. Nothing is read from the
//! conversation.

use serde_json::Value;

use crate::display_text::{self, clean};

/// A longer address or path is none.
const LONGEST: usize = 1024;
/// The remote that a repository is known by when it has several.
const FIRST_REMOTE: &str = "origin";

/// A project: what tells it apart, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The address of its repository without user and scheme, else its folder. Never stored.
    pub key: String,
    /// The last part of that.
    pub name: String,
}

/// The project of a turn's metadata, when it names exactly one or its first one is clear.
pub fn project_of(metadata: &Value) -> Option<Project> {
    let workspaces = metadata.get("workspaces")?.as_object()?;
    // Several are in the order of their paths: the same turn has the same project.
    let (folder, workspace) = workspaces.iter().min_by_key(|(folder, _)| folder.as_str())?;
    let key = remote_of(workspace).or_else(|| folder_of(folder))?;
    let name = clean(last_part(&key)?, display_text::NAME);
    (!name.is_empty()).then_some(Project { key, name })
}

fn remote_of(workspace: &Value) -> Option<String> {
    let remotes = workspace.get("associated_remote_urls")?.as_object()?;
    let address = remotes.get(FIRST_REMOTE).or_else(|| remotes.values().next())?.as_str()?;
    plain_address(address)
}

/// `host/owner/name` of an address in any of the forms that Git takes: no scheme, no user,
/// no password, no `.git`.
pub(crate) fn plain_address(address: &str) -> Option<String> {
    let address = address.trim().trim_end_matches('/');
    if address.len() > LONGEST {
        return None;
    }
    let is_url = address.contains("://");
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    // The user stands before the host, and may hold an @ of its own.
    let end_of_host = place.find('/').unwrap_or(place.len());
    let start = place[..end_of_host].rfind('@').map_or(0, |at| at + 1);
    let place = &place[start..];
    // `git@host:owner/name` is the short form of ssh.
    let place = if is_url { place.to_owned() } else { place.replacen(':', "/", 1) };
    let place = place.trim_end_matches('/');
    let place = place.strip_suffix(".git").unwrap_or(place);
    let (host, path) = place.split_once('/')?;
    let is_whole = !path.trim_matches('/').is_empty() && (!host.is_empty() || !is_url);
    is_whole.then(|| format!("{}/{path}", host.to_ascii_lowercase()))
}

fn folder_of(folder: &str) -> Option<String> {
    let folder = folder.trim_end_matches(['/', '\\']);
    let fits = (1..=LONGEST).contains(&folder.len());
    fits.then(|| folder.to_owned())
}

fn last_part(key: &str) -> Option<&str> {
    key.rsplit(['/', '\\']).find(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn project(workspaces: &Value) -> Option<(String, String)> {
        project_of(&json!({ "workspaces": workspaces })).map(|it| (it.key, it.name))
    }

    fn of_remote(address: &str) -> Option<(String, String)> {
        project(&json!({ "/home/ada/engine": { "associated_remote_urls": { "origin": address } } }))
    }

    /// A project as its key and its name.
    fn pair(key: &str, name: &str) -> (String, String) {
        (key.to_owned(), name.to_owned())
    }

    #[test]
    fn a_repository_is_the_same_by_every_form_of_its_address() {
        let expected = Some(pair("example.com/ada/engine", "engine"));
        for address in [
            "https://example.com/ada/engine.git",
            "https://Example.com/ada/engine",
            "https://ada:s3cr3t@example.com/ada/engine.git/",
            "https://token@example.com/ada/engine.git?x=1",
            "ssh://git@example.com/ada/engine.git",
            "git@example.com:ada/engine.git",
            "example.com:ada/engine",
        ] {
            assert_eq!(of_remote(address), expected, "{address}");
        }
    }

    #[test]
    fn no_user_and_no_password_is_in_a_key() {
        for address in ["https://u:p%40ss@h/x/y", "https://u:p@ss@h/x/y", "u@h:x/y"] {
            assert_eq!(of_remote(address), Some(pair("h/x/y", "y")), "{address}");
        }
    }

    #[test]
    fn without_a_usable_remote_it_is_the_folder() {
        let folder = Some(pair("/home/ada/engine", "engine"));
        for odd in ["", "nonsense", "https://", "https:///x", "https://host"] {
            assert_eq!(of_remote(odd), folder, "{odd}");
        }
        assert_eq!(project(&json!({ "/home/ada/engine/": {} })), folder);
        let windows = Some(pair("D:\\work\\engine", "engine"));
        assert_eq!(project(&json!({ "D:\\work\\engine": { "has_changes": true } })), windows);
        assert_eq!(of_remote(&"x/".repeat(2000)), folder);
    }

    #[test]
    fn another_remote_serves_when_there_is_no_origin_and_several_folders_have_an_order() {
        let remotes = json!({ "/w": { "associated_remote_urls": { "fork": "git@h:a/b.git" } } });
        assert_eq!(project(&remotes), Some(pair("h/a/b", "b")));
        let one = project(&json!({ "/b": {}, "/a": {} }));
        assert_eq!(one, Some(pair("/a", "a")));
    }

    #[test]
    fn odd_metadata_names_no_project() {
        for odd in [json!(null), json!([]), json!({}), json!({ "": {} }), json!({ "/": {} })] {
            assert_eq!(project(&odd), None, "{odd}");
        }
        assert_eq!(project_of(&json!({ "turn_id": "t" })), None);
        let hidden = project(&json!({ "/home/ada/\u{202e}\n": {} }));
        assert!(hidden.is_none_or(|(_, name)| !name.contains(['\n', '\u{202e}'])));
    }
}
