//! What the browser shows in the end. Self-contained: nothing is loaded from
//! anywhere, no script runs, and nothing is kept.

use std::fmt::Write as _;

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The profile of this name is signed in.
    Done(String),
    /// The rest is done in Rotunda.
    Choose,
    /// Another page opens, for the workspace that is meant.
    Again,
    /// A sentence says why not.
    Failed(String),
}

/// Nothing may be loaded, run, framed or sent on from the page.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;\
font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}\
main{max-width:26rem;padding:2rem}\
p.mark{margin:0;font-size:.875rem;letter-spacing:.04em;opacity:.7}\
h1{margin:.5rem 0;font-size:1.5rem;line-height:1.25}\
p{margin:.5rem 0}";

impl Page {
    /// A page that says why not.
    pub(crate) fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    pub(super) fn html(&self) -> String {
        let (title, text) = match self {
            Self::Done(name) => (
                format!("{name} is signed in"),
                "You can close this page. Rotunda has what it needs.".to_owned(),
            ),
            Self::Choose => (
                "One more step".to_owned(),
                "Your account has several workspaces. Choose one in Rotunda.".to_owned(),
            ),
            Self::Again => (
                "One more step".to_owned(),
                "Rotunda opens another page, for the workspace that is meant.".to_owned(),
            ),
            Self::Failed(why) => ("Not signed in".to_owned(), why.clone()),
        };
        let (title, text) = (escaped(&title), escaped(&text));
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>{title} · Rotunda</title><style>{STYLE}</style></head>\
             <body><main><p class=\"mark\">Rotunda</p><h1>{title}</h1><p>{text}</p></main></body></html>\n"
        )
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\'' => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_nothing_and_runs_nothing() {
        for page in [
            Page::Done("work".to_owned()),
            Page::Choose,
            Page::Again,
            Page::failed(super::super::LoginError::Denied),
        ] {
            let html = page.html();
            for outside in ["http:", "https:", "src=", "href=", "<script", "url(", "@import"] {
                assert!(!html.contains(outside), "{outside} in {html}");
            }
        }
    }

    #[test]
    fn a_name_is_text_whatever_it_holds() {
        let html = Page::Done("<img onerror=x> & \"co\"".to_owned()).html();
        assert!(!html.contains("<img"), "{html}");
        assert!(html.contains("&#60;img onerror=x&#62; &#38; &#34;co&#34; is signed in"), "{html}");
    }
}
