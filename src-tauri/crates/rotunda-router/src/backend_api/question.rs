//! What a request below `backend-api` is about.

use http::Method;

/// Kinds of requests that are answered in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether the router is there.
    Alive,
    /// What the account has left.
    Usage,
    /// Which accounts the sign-in has, and where they want to be served.
    Accounts,
    /// The user's settings, which each turn waits for.
    Settings,
    /// The connectors of the account, as an MCP server.
    Connectors,
    /// Not there, without asking.
    Nothing,
    /// Anything that is only read, and what Codex itself sends in passing.
    Read,
    /// Anything that may change something.
    Change,
}

/// Writes that Codex makes by itself, in a turn or at its start.
const IN_PASSING: [&str; 3] =
    ["codex/analytics-events/events", "ps/apps/batch", "wham/usage/thread_usage/query"];

/// The question of a path behind the key; none for a path that is not below
/// `backend-api`, or that is a base for turns.
pub(crate) fn question_of(method: &Method, path: &str) -> Option<Question> {
    if path.split('/').any(|part| part == ".well-known") {
        return is_below(path, "backend-api").then_some(Question::Nothing);
    }
    let path = path.trim_end_matches('/');
    if path == "backend-api" {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        return Some(if reads { Question::Alive } else { Question::Nothing });
    }
    let path = path.strip_prefix("backend-api/")?;
    // An answer to TRACE repeats the request, and with it the token.
    if matches!(*method, Method::TRACE | Method::CONNECT) {
        return Some(Question::Nothing);
    }
    if IN_PASSING.contains(&path) {
        return Some(Question::Read);
    }
    if is_below(path, "codex") || is_below(path, "prodex") {
        return None;
    }
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    Some(match (method, path) {
        (&Method::GET, "wham/usage") => Question::Usage,
        (&Method::GET, "wham/accounts/check") => Question::Accounts,
        (&Method::GET, "wham/settings/user") => Question::Settings,
        (_, "ps/mcp") => Question::Connectors,
        _ if is_below(path, "ps/mcp") => Question::Connectors,
        _ if reads => Question::Read,
        _ => Question::Change,
    })
}

fn is_below(path: &str, base: &str) -> bool {
    path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, path: &str, expected: Option<Question>) {
        let method = method.parse().unwrap();
        assert_eq!(question_of(&method, path), expected, "{method} {path}");
    }

    #[test]
    fn each_path_of_codex_has_its_question() {
        for (method, path, expected) in [
            ("GET", "backend-api", Question::Alive),
            ("POST", "backend-api", Question::Nothing),
            ("GET", "backend-api/wham/usage", Question::Usage),
            ("GET", "backend-api/wham/accounts/check", Question::Accounts),
            ("GET", "backend-api/wham/settings/user", Question::Settings),
            ("POST", "backend-api/wham/settings/user", Question::Change),
            ("POST", "backend-api/ps/mcp", Question::Connectors),
            ("GET", "backend-api/ps/mcp", Question::Connectors),
            ("DELETE", "backend-api/ps/mcp", Question::Connectors),
            ("GET", "backend-api/ps/mcp/.well-known/oauth-protected-resource", Question::Nothing),
            ("GET", "backend-api/.well-known/oauth-authorization-server", Question::Nothing),
            ("GET", "backend-api/wham/rate-limit-reset-credits", Question::Read),
            ("POST", "backend-api/wham/rate-limit-reset-credits/consume", Question::Change),
            ("POST", "backend-api/wham/accounts/send_add_credits_nudge_email", Question::Change),
            ("GET", "backend-api/wham/config/bundle", Question::Read),
            ("GET", "backend-api/ps/plugins/installed", Question::Read),
            ("POST", "backend-api/ps/plugins/share", Question::Change),
            ("POST", "backend-api/ps/apps/batch", Question::Read),
            ("GET", "backend-api/connectors/directory/list", Question::Read),
            ("POST", "backend-api/codex/analytics-events/events", Question::Read),
            ("POST", "backend-api/wham/remote/control/server/enroll", Question::Change),
            ("GET", "backend-api/wham/remote/control/server", Question::Read),
            ("POST", "backend-api/wham/usage/thread_usage/query", Question::Read),
            ("GET", "backend-api/wham/tasks/task_1", Question::Read),
            ("GET", "backend-api/wham/not/known/yet", Question::Read),
            ("TRACE", "backend-api/wham/usage", Question::Nothing),
        ] {
            check(method, path, Some(expected));
        }
    }

    #[test]
    fn bases_for_turns_and_other_paths_have_none() {
        for path in [
            "",
            "codex",
            "codex/responses",
            "v1/models",
            "health",
            "backend-api/codex",
            "backend-api/codex/responses",
            "backend-api/codex/.well-known",
            "backend-api/prodex/models",
            "backend-apix/wham/usage",
            "api/codex/usage",
        ] {
            let expected = path.contains(".well-known").then_some(Question::Nothing);
            check("GET", path, expected);
        }
    }
}
