//! Asks a running Rotunda.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::{Buf, Bytes, BytesMut};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use rotunda_core::Secret;
use rotunda_host::{
    files::FileError,
    home::Home,
    instance::{ControlFile, InstanceLock},
    loopback::{self, LoopbackError},
    platform,
};
use rotunda_text::Language;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::{
    ActivityLine, Command, DedicatedRouterReply, DedicatedRouterRequest, Done, ImportRequest,
    PreviewRequest, RecordRequest, Refused, Report, RunRequest, SecretText, UsageRequest, Wanted,
};
use crate::{
    trace::TraceView,
    view::{ForecastView, ImportItem, ImportResult},
};

/// A line longer than this is not one of ours.
const LONGEST_LINE: usize = 64 << 10;
/// A recorded request holds a whole conversation.
const LONGEST_RECORDED: usize = 64 << 20;

/// A router for one program starts well within this.
const STARTING: Duration = Duration::from_secs(60);

/// Why a running Rotunda gave no answer, or refused.
#[derive(Debug, Error)]
pub enum ControlError {
    /// It refused; the sentence is its own.
    #[error("{0}")]
    Refused(String),
    /// The file that says where it listens cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It did not answer.
    #[error("Rotunda runs but did not answer: {0}. Wait a moment, then try again.")]
    Silent(#[from] LoopbackError),
    /// It holds its port and says nothing.
    #[error(
        "Rotunda runs as process {pid} but did not answer within {} seconds. Wait a moment, then \
         try again; if it stays so, end process {pid} and start Rotunda again.",
        loopback::PATIENCE.as_secs()
    )]
    Hangs {
        /// Its process.
        pid: u32,
    },
    /// It looks after another folder of Codex's than the command line means.
    #[error(
        "Codex was not bound: the running Rotunda binds {theirs}, but CODEX_HOME is {ours} here. \
         Set CODEX_HOME to the first, or restart Rotunda with the second."
    )]
    OtherCodexHome {
        /// The folder that it binds.
        theirs: String,
        /// The folder that was meant.
        ours: String,
    },
    /// It broke off, or it is of another version.
    #[error("Rotunda runs but its answer makes no sense. Restart it after an update.")]
    Strange,
}

/// A running Rotunda.
#[derive(Debug)]
pub struct Client {
    file: ControlFile,
    /// Of the texts in answers.
    language: Language,
}

impl Client {
    /// Finds the running instance; none when nothing runs. What a crash left
    /// behind counts as nothing.
    pub async fn find(home: &Home) -> Result<Option<Self>, ControlError> {
        let Some(file) = ControlFile::read(home)? else { return Ok(None) };
        // The file of a crashed one is not used: another program may have its port by now, and
        // a connection could start a socket unit.
        if !platform::runs(file.pid) && is_free(home) {
            return Ok(None);
        }
        let client = Self { file, language: Language::ENGLISH };
        match client.report().await {
            Ok(report) if report.instance == client.file.nonce => Ok(Some(client)),
            Err(ControlError::Silent(LoopbackError::Nobody(..))) => Ok(None),
            // Another program may have the port of an instance that crashed.
            _ if is_free(home) => Ok(None),
            Ok(_) => Err(ControlError::Strange),
            Err(error) => Err(client.named(error)),
        }
    }

    /// The same, with texts in a language; as it is found it has English, for
    /// scripts.
    #[must_use]
    pub fn speaking(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// Of the texts in answers.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Says which process does not answer.
    fn named(&self, error: ControlError) -> ControlError {
        match error {
            ControlError::Silent(LoopbackError::Slow(_)) => {
                ControlError::Hangs { pid: self.file.pid }
            }
            other => other,
        }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.file.pid
    }

    /// Everything there is to show.
    pub async fn report(&self) -> Result<Report, ControlError> {
        self.ask(Method::GET, "/control/status", Bytes::new()).await
    }

    /// It binds the same folder of Codex's as `home` names, by whatever path;
    /// else [`ControlError::OtherCodexHome`].
    pub async fn binds_for(&self, home: &Home) -> Result<(), ControlError> {
        let theirs = self.report().await?.snapshot.binding.codex_home;
        let ours = rotunda_host::files::shown(&home.codex_home);
        if ours == theirs || real(Path::new(&ours)) == real(Path::new(&theirs)) {
            return Ok(());
        }
        Err(ControlError::OtherCodexHome { theirs, ours })
    }

    /// Has something done.
    pub async fn perform(&self, command: &Command) -> Result<Done, ControlError> {
        let body = serde_json::to_vec(command).map_err(|_| ControlError::Strange)?;
        self.ask(Method::POST, "/control/command", body.into()).await
    }

    /// The sign-ins that it finds where Codex and other programs keep theirs.
    pub async fn found(&self) -> Result<Vec<ImportItem>, ControlError> {
        self.ask(Method::GET, "/control/found", Bytes::new()).await
    }

    /// The sign-ins that it finds at a path.
    pub async fn preview(&self, path: &Path) -> Result<Vec<ImportItem>, ControlError> {
        let wanted = PreviewRequest { path: path.to_owned() };
        let body = serde_json::to_vec(&wanted).map_err(|_| ControlError::Strange)?;
        self.ask(Method::POST, "/control/preview", body.into()).await
    }

    /// Has some of them imported.
    pub async fn import(&self, wanted: &ImportRequest) -> Result<Vec<ImportResult>, ControlError> {
        let body = serde_json::to_vec(wanted).map_err(|_| ControlError::Strange)?;
        self.ask(Method::POST, "/control/import", body.into()).await
    }

    /// How long the quota of all profiles lasts.
    pub async fn forecast(&self) -> Result<ForecastView, ControlError> {
        self.ask(Method::GET, "/control/forecast", Bytes::new()).await
    }

    /// The latest requests step by step, oldest first.
    pub async fn requests(&self) -> Result<Vec<TraceView>, ControlError> {
        self.ask(Method::GET, "/control/requests", Bytes::new()).await
    }

    /// The lines after number `after`, and with `follow` later ones.
    pub async fn activity(&self, after: i64, follow: bool) -> Result<Lines, ControlError> {
        let path = format!("/control/activity?after={after}&follow={follow}");
        let response =
            loopback::open(self.file.port, self.request(Method::GET, &path, Bytes::new())).await?;
        match response.status() {
            StatusCode::OK => {
                let patience = (!follow).then_some(loopback::PATIENCE);
                Ok(Lines { patience, ..Lines::of(response) })
            }
            _ => Err(ControlError::Strange),
        }
    }

    /// A router for one program, with one profile; it ends with the lease.
    pub async fn dedicated_router(&self, profile: &str) -> Result<Lease, ControlError> {
        let wanted = DedicatedRouterRequest { profile: profile.to_owned() };
        let body = serde_json::to_vec(&wanted).map_err(|_| ControlError::Strange)?;
        let lines = self.lines("/control/aside", body.into()).await?;
        let mut lines = Lines { patience: Some(STARTING), ..lines };
        let Some(reply) = lines.next_as::<DedicatedRouterReply>().await else {
            return Err(lines.failure(self.file.pid).unwrap_or(ControlError::Strange));
        };
        Ok(Lease { url: reply.url, _lines: lines })
    }

    /// Makes `key` valid for as long as the answer is held. New conversations of its
    /// program prefer a profile, if one is named.
    pub async fn lend_key(
        &self,
        key: &Secret<String>,
        profile: Option<&str>,
    ) -> Result<LentKey, ControlError> {
        let key = SecretText::new(key.expose().clone());
        self.lend(RunRequest { key, profile: profile.map(str::to_owned), client: None }).await
    }

    /// The same for a further key of another program than Codex.
    pub async fn lend_key_to_client(
        &self,
        key: &Secret<String>,
        client: &str,
    ) -> Result<LentKey, ControlError> {
        let key = SecretText::new(key.expose().clone());
        self.lend(RunRequest { key, profile: None, client: Some(client.to_owned()) }).await
    }

    async fn lend(&self, wanted: RunRequest) -> Result<LentKey, ControlError> {
        let body = serde_json::to_vec(&wanted).map_err(|_| ControlError::Strange)?;
        let mut lines = self.lines("/control/run", body.into()).await?;
        let Some(serde_json::Value::Object(_)) = lines.next_as().await else {
            return Err(lines.failure(self.file.pid).unwrap_or(ControlError::Strange));
        };
        Ok(LentKey { lines })
    }

    /// Has a test turn made, and follows it; it is stopped when this is dropped.
    pub async fn check(&self, wanted: &Wanted) -> Result<Lines, ControlError> {
        let body = serde_json::to_vec(wanted).map_err(|_| ControlError::Strange)?;
        self.lines("/control/check", body.into()).await
    }

    /// How every profile is found without a turn, a line for each.
    pub async fn quick_checks(&self, profile: Option<&str>) -> Result<Lines, ControlError> {
        self.of_profiles("/control/quick", profile).await
    }

    /// What the provider itself says of the quota of one profile or of each, a line of
    /// JSON for each of them.
    pub async fn raw_usage(&self, profile: Option<&str>) -> Result<Lines, ControlError> {
        self.of_profiles("/control/usage", profile).await
    }

    async fn of_profiles(&self, path: &str, profile: Option<&str>) -> Result<Lines, ControlError> {
        let wanted = UsageRequest { profile: profile.map(str::to_owned) };
        let body = serde_json::to_vec(&wanted).map_err(|_| ControlError::Strange)?;
        self.lines(path, body.into()).await
    }

    /// Has what passes recorded, and reads it; `name` is shown meanwhile.
    pub async fn record(&self, name: &str) -> Result<Lines, ControlError> {
        let wanted = RecordRequest { name: name.to_owned() };
        let body = serde_json::to_vec(&wanted).map_err(|_| ControlError::Strange)?;
        let lines = self.lines("/control/record", body.into()).await?;
        Ok(Lines { longest: LONGEST_RECORDED, ..lines })
    }

    /// A request that is answered line by line, or refused.
    async fn lines(&self, path: &str, body: Bytes) -> Result<Lines, ControlError> {
        let response =
            loopback::open(self.file.port, self.request(Method::POST, path, body)).await?;
        if response.status() == StatusCode::CONFLICT {
            let body = tokio::time::timeout(loopback::PATIENCE, response.into_body().collect());
            let body = body.await.map_err(|_| ControlError::Hangs { pid: self.file.pid })?;
            let body = body.map_err(|_| ControlError::Strange)?;
            let refused = serde_json::from_slice::<Refused>(&body.to_bytes());
            return Err(refused.map_or(ControlError::Strange, |it| ControlError::Refused(it.error)));
        }
        Ok(Lines::of(response))
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<T, ControlError> {
        let answer = loopback::ask(self.file.port, self.request(method, path, body)).await?;
        let strange = |_| ControlError::Strange;
        match answer.status() {
            StatusCode::OK => serde_json::from_slice(answer.body()).map_err(strange),
            StatusCode::CONFLICT => {
                let refused: Refused = serde_json::from_slice(answer.body()).map_err(strange)?;
                Err(ControlError::Refused(refused.error))
            }
            _ => Err(ControlError::Strange),
        }
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Request<Full<Bytes>> {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.file.key.expose()))
            .header(header::ACCEPT_LANGUAGE, self.language.tag())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .expect("our own paths and hexadecimal keys make a request")
    }
}

/// A router that listens for as long as this is held.
pub struct Lease {
    /// What the program's `openai_base_url` has to be; holds a key.
    pub url: String,
    _lines: Lines,
}

impl std::fmt::Debug for Lease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lease")
    }
}

/// A key that is valid for as long as this is held and the instance runs.
#[derive(Debug)]
#[must_use = "the key ends when this is dropped"]
pub struct LentKey {
    lines: Lines,
}

impl LentKey {
    /// Ready when the instance has ended.
    pub async fn ended(&mut self) {
        while self.lines.next_as::<serde_json::Value>().await.is_some() {}
    }
}

/// The path with its links resolved; a folder that does not exist stays as named.
fn real(folder: &Path) -> PathBuf {
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

/// The lock is free, so nothing runs, even with a control file.
fn is_free(home: &Home) -> bool {
    InstanceLock::try_acquire(home).is_ok()
}

/// Lines of activity as they come.
#[derive(Debug)]
pub struct Lines {
    response: Response<Incoming>,
    unread: BytesMut,
    longest: usize,
    /// How long the next piece may take; none for lines that come when something
    /// happens.
    patience: Option<Duration>,
    /// It took longer.
    fell_silent: bool,
}

impl Lines {
    fn of(response: Response<Incoming>) -> Self {
        let (unread, longest) = (BytesMut::new(), LONGEST_LINE);
        Self { response, unread, longest, patience: None, fell_silent: false }
    }

    /// Why there were no more lines, when that is not because all were sent.
    pub fn failure(&self, pid: u32) -> Option<ControlError> {
        self.fell_silent.then_some(ControlError::Hangs { pid })
    }

    /// The next one; none when the instance has ended or sent all.
    pub async fn next(&mut self) -> Option<ActivityLine> {
        self.next_as().await
    }

    /// The same for lines of any other sort.
    pub async fn next_as<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line = self.unread.split_to(end);
                self.unread.advance(1);
                return serde_json::from_slice(&line).ok();
            }
            if self.unread.len() > self.longest {
                return None;
            }
            let frame = self.response.body_mut().frame();
            let frame = match self.patience {
                Some(patience) => {
                    let Ok(frame) = tokio::time::timeout(patience, frame).await else {
                        self.fell_silent = true;
                        return None;
                    };
                    frame?.ok()?
                }
                None => frame.await?.ok()?,
            };
            if let Ok(data) = frame.into_data() {
                self.unread.extend_from_slice(&data);
            }
        }
    }
}
