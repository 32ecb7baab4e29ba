//! A user at a browser: opens the page, allows or denies, and reads what
//! is shown in the end.

use reqwest::Client;
use url::Url;

/// A browser without a screen.
#[derive(Debug)]
pub struct Person {
    http: Client,
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}

impl Person {
    /// One who has not been anywhere yet.
    ///
    /// # Panics
    /// When there is no browser for them.
    pub fn new() -> Self {
        let here = "http://127.0.0.1".parse().expect("an address");
        Self { http: rotunda_router::http_client_to(&here).expect("a client") }
    }

    /// Opens the page and allows; the page they land on.
    ///
    /// # Panics
    /// When the page does not open.
    pub async fn allows(&self, page: &str) -> String {
        let back = self.answer(page, "allow").await;
        self.visits(&back).await
    }

    /// Opens the page and denies; the page they land on.
    ///
    /// # Panics
    /// When the page does not open.
    pub async fn denies(&self, page: &str) -> String {
        let back = self.answer(page, "deny").await;
        self.visits(&back).await
    }

    /// Opens the page and follows a link of it, up to where the browser is sent.
    ///
    /// # Panics
    /// When the page does not open, or does not redirect.
    pub async fn answer(&self, page: &str, link: &str) -> Url {
        let html = self.visits(&page.parse().expect("a page to open")).await;
        let mark = format!("id=\"{link}\" href=\"");
        let (_, rest) = html.split_once(&mark).unwrap_or_else(|| panic!("no {link} in {html}"));
        let (href, _) = rest.split_once('"').expect("a link that ends");
        let base: Url = page.parse().expect("a page to open");
        let link = base.join(&href.replace("&amp;", "&")).expect("a link");
        let sent = self.http.get(link).send().await.expect("an issuer that answers");
        let location = sent.headers()["location"].to_str().expect("a readable address");
        location.parse().expect("an address to go back to")
    }

    /// What an address shows, or the one it leads to.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn visits(&self, address: &Url) -> String {
        let mut at = address.clone();
        loop {
            let shown = self.http.get(at.clone()).send().await.expect("somebody who answers");
            let onwards =
                shown.headers().get("location").filter(|_| shown.status().is_redirection());
            let Some(onwards) = onwards else { return shown.text().await.expect("a page") };
            at = at.join(onwards.to_str().expect("a readable address")).expect("an address");
        }
    }
}
