//! Every bound and every patience of the router, with its reason.

use std::time::Duration;

use url::Url;

/// Where requests go.
#[derive(Debug, Clone)]
pub struct Upstreams {
    /// The ChatGPT backend, `https://chatgpt.com/backend-api`.
    pub chatgpt: Url,
    /// The API, `https://api.openai.com/v1`.
    pub api: Url,
    /// The issuer of tokens, `https://auth.openai.com`.
    pub auth: Url,
    /// The way there.
    pub proxy: Proxy,
}

/// How upstream is reached. What is on this machine is always reached directly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// As the system says.
    #[default]
    System,
    /// Directly, whatever the system says.
    None,
    /// Through this one.
    Custom(Url),
}

impl Upstreams {
    /// Joins a base and a path below it, keeping the base's own path.
    pub fn below(base: &Url, path: &str) -> Url {
        let mut url = base.clone();
        let joined =
            format!("{}/{}", base.path().trim_end_matches('/'), path.trim_start_matches('/'));
        let (path, query) = joined
            .split_once('?')
            .map_or((joined.as_str(), None), |(path, query)| (path, Some(query)));
        url.set_path(path);
        url.set_query(query);
        url
    }
}

/// Bounds and timeouts. The defaults are the design's.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest request body, in bytes as received; beyond it 413.
    pub body: usize,
    /// Largest request body after decompression, in bytes: what routing reads.
    pub decoded: usize,
    /// Client connections at once, and sockets at once; more connections wait
    /// in the system's queue, more sockets go over HTTP.
    pub connections: usize,
    /// For a client's request line and headers: a slow writer is cut off.
    pub client_head: Duration,
    /// For a client's body, from its first byte to its last.
    pub client_body: Duration,
    /// To reach upstream.
    pub connect: Duration,
    /// For upstream's answer to a socket's handshake.
    pub handshake: Duration,
    /// From the request's last byte to upstream's status line.
    pub head: Duration,
    /// Between two chunks of an answer.
    pub chunk: Duration,
    /// How long an answer's first events are held back for judgement.
    pub hold_time: Duration,
    /// How many bytes of them.
    pub hold_bytes: usize,
    /// How many bytes of an error body are read.
    pub error_body: usize,
    /// How long an error body may take.
    pub error_time: Duration,
    /// Profiles tried for one request.
    pub attempts: usize,
    /// For the list of models when none is at hand: Codex waits for it.
    pub models: Duration,
    /// How long a list of models is fresh.
    pub models_age: Duration,
    /// Hold a request until a profile is back instead of refusing it, when
    /// that is at most this far away; zero never holds.
    pub wait_for_reset: Duration,
    /// Between keep-alives to a client whose socket waits that way.
    pub keepalive: Duration,
    /// Requests held that way at once.
    pub waiting: usize,
    /// For requests in flight when the router stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            body: 64 << 20,
            decoded: 256 << 20,
            connections: 4096,
            client_head: seconds(30),
            client_body: seconds(120),
            connect: seconds(10),
            handshake: seconds(15),
            head: seconds(300),
            chunk: seconds(600),
            hold_time: seconds(5),
            hold_bytes: 256 << 10,
            error_body: 256 << 10,
            error_time: seconds(5),
            attempts: 4,
            models: seconds(3),
            models_age: seconds(300),
            wait_for_reset: Duration::ZERO,
            keepalive: seconds(60),
            waiting: 64,
            drain: seconds(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn joins(base: &str, path: &str, expected: &str) {
        let base: Url = base.parse().unwrap();
        assert_eq!(Upstreams::below(&base, path).as_str(), expected);
    }

    #[test]
    fn a_base_keeps_its_own_path() {
        joins(
            "https://chatgpt.com/backend-api",
            "codex/responses",
            "https://chatgpt.com/backend-api/codex/responses",
        );
        joins(
            "http://127.0.0.1:9/x/",
            "/models?client_version=1",
            "http://127.0.0.1:9/x/models?client_version=1",
        );
        joins("http://127.0.0.1:9", "a", "http://127.0.0.1:9/a");
    }
}
