//! What is known of newer versions.

use rotunda_text::{Locale, Localize, MenuText, UpdateNews};
use serde::{Deserialize, Serialize};

/// A newer version, or why it is not known whether there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UpdateView {
    /// The newer version; none when the answer was not used, or there was none.
    pub version: Option<String>,
    /// Where it is to be had.
    pub page: Option<String>,
    /// A sentence.
    pub text: String,
    /// The row of the tray's menu that opens the page.
    pub menu: Option<String>,
}

impl UpdateView {
    pub(crate) fn of(news: &UpdateNews, locale: Locale) -> Self {
        let release = match news {
            UpdateNews::Newer(release) => Some(release),
            UpdateNews::Refused(_) | UpdateNews::NotReached | UpdateNews::NoKey => None,
        };
        let version = release.map(|release| release.version.to_string());
        Self {
            menu: version.as_deref().map(|version| MenuText::Update(version).to(locale)),
            version,
            page: release.map(|release| release.page.clone()),
            text: news.to(locale),
        }
    }
}
