//! What every scenario must keep, looked at when its rig is put away.

use super::{CONTROL_KEY, KEY, Rig};
use crate::{Received, Route, jwt};

impl Rig {
    /// Lessons 6 to 11: nothing private is logged, at any level.
    pub(super) fn check_secrecy(&self) {
        let logs = self.logs.text();
        let mut secrets =
            vec!["@".to_owned(), KEY.to_owned(), CONTROL_KEY.to_owned(), "rt-account".to_owned()];
        let held = self.names.iter().filter(|name| self.vault.peek(self.id(name)).is_some());
        secrets.extend(held.map(|name| self.bearer(name)));
        for secret in secrets {
            let line = logs.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "the log tells {secret:?}");
        }
    }

    /// Lesson 10: each request came with the bearer that belongs to its account.
    pub(super) fn check_bearers(&self) {
        let ours = |seen: &&Received| seen.route != Route::Token;
        for seen in self.upstream.received().iter().filter(ours) {
            if seen.account().is_empty() {
                assert!(seen.bearer().starts_with("sk-"), "a request of nobody: {}", seen.path);
            } else {
                let auth = "https://api.openai.com/auth";
                let claims = jwt::claims(seen.bearer()).unwrap_or_default();
                assert_eq!(claims[auth]["chatgpt_account_id"], seen.account(), "a foreign bearer");
            }
        }
    }
}
