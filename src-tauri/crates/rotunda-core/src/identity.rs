//! Who a ChatGPT sign-in belongs to, and whether two of them are the same.
//!
//! A sign-in belongs to one user in one workspace. Members of a Team share the
//! workspace id, and one user may belong to several workspaces, so neither id
//! is enough alone. The user id is in the claims of id and access tokens
//! (`chatgpt_user_id` or `user_id` below `https://api.openai.com/auth`).

use std::fmt;

use crate::Claims;

/// A user in a workspace, as far as both are known.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The workspace, sent as `chatgpt-account-id`.
    pub workspace: Option<String>,
    /// The user. Stays the same when the e-mail address changes.
    pub user: Option<String>,
    /// The user's address. Compared only where a user id is missing.
    pub email: Option<String>,
}

/// Whether two identities are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// The same user in the same workspace.
    Same,
    /// Another user, or another workspace.
    Other,
    /// Not enough is known. Reason enough neither to overwrite nor to refuse.
    Unknown,
}

impl fmt::Debug for Identity {
    /// Only which fields are known, never their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("workspace", &self.workspace.is_some())
            .field("user", &self.user.is_some())
            .field("email", &self.email.is_some())
            .finish()
    }
}

impl Identity {
    /// The identity that a token names.
    pub fn of(claims: &Claims) -> Self {
        Self {
            workspace: claims.account_id.clone(),
            user: claims.user_id.clone(),
            email: claims.email.clone(),
        }
    }

    /// Fills what is missing from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            workspace: self.workspace.or(other.workspace),
            user: self.user.or(other.user),
            email: self.email.or(other.email),
        }
    }

    /// Compares workspace and user; the e-mail decides only where one of the
    /// user ids is missing.
    pub fn compare(&self, other: &Self) -> Match {
        let workspace = compare(self.workspace.as_deref(), other.workspace.as_deref());
        let user = match compare(self.user.as_deref(), other.user.as_deref()) {
            Match::Unknown => self.compare_email(other),
            known => known,
        };
        match (workspace, user) {
            (Match::Other, _) | (_, Match::Other) => Match::Other,
            (Match::Same, Match::Same) => Match::Same,
            _ => Match::Unknown,
        }
    }

    /// Whether both are known to be the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.compare(other) == Match::Same
    }

    /// Whether they are known to differ.
    pub fn is_other(&self, other: &Self) -> bool {
        self.compare(other) == Match::Other
    }

    fn compare_email(&self, other: &Self) -> Match {
        let folded = |email: &Option<String>| email.as_deref().map(fold_email);
        compare(folded(&self.email).as_deref(), folded(&other.email).as_deref())
    }
}

/// The same address may be written in capitals.
fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn compare(a: Option<&str>, b: Option<&str>) -> Match {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Match::Same,
        (Some(_), Some(_)) => Match::Other,
        (None, _) | (_, None) => Match::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(workspace: &str, user: &str, email: &str) -> Identity {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Identity { workspace: known(workspace), user: known(user), email: known(email) }
    }

    #[track_caller]
    fn check(a: (&str, &str, &str), b: (&str, &str, &str), expected: Match) {
        let (a, b) = (identity(a.0, a.1, a.2), identity(b.0, b.1, b.2));
        assert_eq!(a.compare(&b), expected);
        assert_eq!(b.compare(&a), expected, "the order does not matter");
    }

    #[test]
    fn members_of_one_workspace_are_distinguished_by_user_id() {
        check(("team", "ada", ""), ("team", "bob", ""), Match::Other);
        check(("team", "ada", "x@y"), ("team", "bob", "x@y"), Match::Other);
        check(("team", "ada", ""), ("team", "ada", ""), Match::Same);
        check(("team", "ada", ""), ("own", "ada", ""), Match::Other);
    }

    #[test]
    fn a_changed_address_is_still_the_same_user() {
        check(("team", "ada", "old@y"), ("team", "ada", "new@y"), Match::Same);
    }

    #[test]
    fn without_a_user_id_the_address_decides() {
        check(("team", "", "ada@y"), ("team", "ada", "ADA@y"), Match::Same);
        check(("team", "", "ada@y"), ("team", "bob", "bob@y"), Match::Other);
        check(("team", "", "ada@y"), ("team", "", "bob@y"), Match::Other);
    }

    #[test]
    fn what_is_not_known_is_neither_the_same_nor_another() {
        check(("team", "", ""), ("team", "", ""), Match::Unknown);
        check(("team", "ada", ""), ("team", "", "ada@y"), Match::Unknown);
        check(("", "ada", "ada@y"), ("team", "ada", "ada@y"), Match::Unknown);
        check(("", "", ""), ("", "", ""), Match::Unknown);
        check(("team", "", ""), ("own", "", ""), Match::Other);
    }

    #[test]
    fn debug_names_neither_user_nor_workspace() {
        let shown = format!("{:?}", identity("acc-1", "user-1", "who@example.test"));
        assert!(!shown.contains('@') && !shown.contains("-1"), "{shown}");
    }
}
