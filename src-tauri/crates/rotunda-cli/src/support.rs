//! `rotunda report`: one document for support, without anything private.

use rotunda_daemon::{control::Client, doctor};
use rotunda_host::home::{Env, Home};
use rotunda_text::Language;

use super::{Failure, print, recover};

/// A document is in English whatever the language of the user: others read it.
pub(super) async fn support(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let shown = recover::read_state(home, env, Language::ENGLISH).await;
    let traces = match Client::find(home).await {
        Ok(Some(client)) => client.requests().await.unwrap_or_default(),
        Ok(None) | Err(_) => Vec::new(),
    };
    let document = doctor::support(home, env, &shown.report, traces).await;
    if json {
        print::json(&document);
        return Ok(());
    }
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.lines().all(print::line);
    Ok(())
}
