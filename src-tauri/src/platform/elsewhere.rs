//! Systems other than Linux, where plugins do what depends on the system.

use std::path::PathBuf;

use rotunda_host::home::{Env, Home, ROTUNDA_HOME};
use rotunda_text::{Locale, Localize};
use tauri::{AppHandle, Builder, Wry};
use tauri_plugin_notification::{
    Action as Button, ActionPerformed, ActionType, ActiveNotification, NotificationExt,
};

use super::{ALERT, Claim};
use crate::{
    events::{Event, Events},
    launch::Failure,
    menu::WindowRoute,
    notice::{Notice, Offer},
};

/// Under these names a notification carries what a click on it does.
const TAP: &str = "tap";
const OFFER: &str = "offer";

/// Taskbars are dark unless the user made them light, and do not say so.
pub(super) fn panel_is_dark() -> bool {
    true
}

/// There is always a display.
#[expect(clippy::unnecessary_wraps, reason = "the same face as where it can fail")]
pub(crate) fn check_display(_: &Env) -> Result<(), Failure> {
    Ok(())
}

/// The plugin for one instance knows one name per user, so it is left out where
/// a variable moves the folders: such a Rotunda runs beside the usual one.
pub(crate) fn with_plugins(builder: Builder<Wry>, env: &Env, events: &Events) -> Builder<Wry> {
    let builder = builder.plugin(tauri_plugin_notification::init());
    if env.path(ROTUNDA_HOME).is_some() {
        return builder;
    }
    let events = events.clone();
    builder.plugin(tauri_plugin_single_instance::init(move |_, _, _| {
        events.emit(Event::open(WindowRoute::Anywhere));
    }))
}

/// Held while this one runs; the plugin keeps what there is to keep.
pub(crate) struct Only;

impl Only {
    /// The plugin listens.
    pub(crate) fn listen(self, _: &Events) {}
}

/// The plugin finds the others, once the app is built.
pub(crate) async fn claim(_: &Home) -> Claim {
    std::future::ready(Claim::First(Only)).await
}

/// Where this program is for the next start.
pub(crate) fn program(_: &Env) -> std::io::Result<PathBuf> {
    std::env::current_exe()
}

/// No process stays after the app here.
pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn start() -> Self {
        Self
    }

    pub(crate) fn dismiss(&self) {}
}

/// Tray icons are part of these systems.
pub(crate) async fn tray_answers(_: &Env) -> bool {
    std::future::ready(true).await
}

/// Shows notifications through the plugin.
pub(crate) struct Notifier;

impl Notifier {
    pub(crate) fn new() -> Self {
        Self
    }

    /// Receives clicks from now on.
    pub(crate) fn listen(&self, app: &AppHandle, events: Events) {
        let registered = app.notification().on_action(move |performed| clicked(&events, performed));
        if let Err(error) = registered {
            tracing::warn!(%error, "clicks on notifications are not received");
        }
    }

    /// Shows one, soon.
    pub(crate) fn show(&self, app: &AppHandle, notice: Notice, locale: Locale) {
        let mut toast = app.notification().builder().title(&notice.title).body(&notice.body);
        if let Some(place) = notice.tap {
            toast = toast.extra(TAP, place);
        }
        if let Some(offer) = &notice.offer {
            let button = Button::builder(OFFER, offer.label().to(locale)).build();
            let kind = ActionType::builder(kind_of(offer)).actions(vec![button]).build();
            if let Err(error) = app.notification().register_action_types(vec![kind]) {
                tracing::warn!(%error, "a notification has no button");
            }
            toast = toast.action_type_id(kind_of(offer)).extra(OFFER, offer);
        }
        if notice.alerts() {
            toast = toast.sound(ALERT);
        }
        if let Err(error) = toast.show() {
            tracing::warn!(%error, "a notification was not shown");
        }
    }
}

/// What sort of button it is, in no language.
fn kind_of(offer: &Offer) -> &'static str {
    match offer {
        Offer::SignIn(_) => "sign in",
        Offer::Bind => "bind",
    }
}

fn clicked(events: &Events, performed: &ActionPerformed) {
    let Some(extra) = performed.notification().map(ActiveNotification::extra) else { return };
    let offer = extra.get(OFFER).cloned();
    let offer = offer.and_then(|offer| serde_json::from_value::<Offer>(offer).ok());
    let tap =
        extra.get(TAP).cloned().and_then(|place| serde_json::from_value::<WindowRoute>(place).ok());
    if let Some(event) = Event::of_notification(tap, offer, performed.action_id() == OFFER) {
        events.emit(event);
    }
}
