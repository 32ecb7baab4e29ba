//! Notifications over the session bus, by the Desktop Notifications
//! Specification 1.2.
//!
//! One task sends them one after the other. A service that does not answer costs
//! its time only to that task: the queue is bounded, and no caller waits for it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt as _;
use rotunda_text::{Locale, Localize};
use tauri::AppHandle;
use tokio::{sync::mpsc, time::timeout};
use zbus::{
    Connection, MatchRule, MessageStream, connection::Builder, message::Type, zvariant::Value,
};

use super::super::ALERT;
use crate::{
    events::{Event, Events},
    notice::Notice,
};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The specification's name for a click on the notification itself.
const CLICK: &str = "default";
/// Our name for a click on its button.
const BUTTON: &str = "offer";
/// Starting the service may take a while; one that is silent for longer is not
/// waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// What may wait for a slow service; more would be old news.
const MOST_WAITING: usize = 16;
/// Notifications with known clicks.
const MOST_SHOWN: usize = 64;

/// What is to be shown.
#[derive(Debug)]
struct Toast {
    notice: Notice,
    /// What stands on its button.
    button: Option<String>,
}

/// What a click on a shown notification was.
#[derive(Debug, PartialEq, Eq)]
struct Click {
    notice: Notice,
    /// On the button, not on the notification.
    button: bool,
}

/// Shows notifications; returns at once, whatever the service does.
pub(crate) struct Notifier {
    queue: mpsc::Sender<Toast>,
    /// Until [`Notifier::listen`] takes it.
    waiting: Mutex<Option<mpsc::Receiver<Toast>>>,
}

impl Notifier {
    /// Nothing is shown yet.
    pub(crate) fn new() -> Self {
        let (queue, waiting) = mpsc::channel(MOST_WAITING);
        Self { queue, waiting: Mutex::new(Some(waiting)) }
    }

    /// Shows notifications and receives clicks on them from now on.
    pub(crate) fn listen(&self, _: &AppHandle, events: Events) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(waiting) = waiting else { return };
        tauri::async_runtime::spawn(serve(waiting, None, move |click| {
            let Notice { tap, offer, .. } = click.notice;
            if let Some(event) = Event::of_notification(tap, offer, click.button) {
                events.emit(event);
            }
        }));
    }

    /// Shows one, soon.
    pub(crate) fn show(&self, _: &AppHandle, notice: Notice, locale: Locale) {
        let button = notice.offer.as_ref().map(|offer| offer.label().to(locale));
        if self.queue.try_send(Toast { notice, button }).is_err() {
            tracing::warn!("a notification was left out: the service does not answer");
        }
    }
}

/// Shows what is queued, and hands on clicks.
async fn serve(
    mut queue: mpsc::Receiver<Toast>,
    address: Option<String>,
    clicked: impl Fn(Click) + Send,
) {
    let mut service = None;
    loop {
        tokio::select! {
            toast = queue.recv() => match toast {
                Some(toast) => deliver(&mut service, address.as_deref(), toast).await,
                None => return,
            },
            signal = next_signal(service.as_mut()) => match (signal, &mut service) {
                (Some(signal), Some(service)) => {
                    if let Some(click) = service.click_of(&signal) {
                        clicked(click);
                    }
                }
                // The bus is gone; the next notification looks for it again.
                _ => service = None,
            },
        }
    }
}

async fn next_signal(service: Option<&mut Service>) -> Option<zbus::Message> {
    let Some(service) = service else { return std::future::pending().await };
    loop {
        if let Ok(signal) = service.signals.next().await? {
            return Some(signal);
        }
    }
}

async fn deliver(service: &mut Option<Service>, address: Option<&str>, toast: Toast) {
    let shown = timeout(PATIENCE, async {
        let service = match service {
            Some(service) => service,
            None => service.insert(Service::connect(address).await?),
        };
        service.show(toast).await
    });
    match shown.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "a notification was not shown");
            *service = None;
        }
        Err(_) => tracing::warn!("the notification service does not answer"),
    }
}

/// A connection to the service, which closes on some desktops what a connection
/// showed when that ends.
struct Service {
    connection: Connection,
    signals: MessageStream,
    /// Whether it takes `<` in a body for markup.
    reads_markup: Option<bool>,
    /// By the service's number; oldest first.
    shown: VecDeque<(u32, Notice)>,
}

impl Service {
    async fn connect(address: Option<&str>) -> zbus::Result<Self> {
        let builder = match address {
            Some(address) => Builder::address(address)?,
            None => Builder::session()?,
        };
        let connection = builder.build().await?;
        let rule = MatchRule::builder().msg_type(Type::Signal).path(PATH)?.interface(SERVICE)?;
        let signals =
            MessageStream::for_match_rule(rule.build(), &connection, Some(MOST_SHOWN)).await?;
        Ok(Self { connection, signals, reads_markup: None, shown: VecDeque::new() })
    }

    async fn show(&mut self, toast: Toast) -> zbus::Result<()> {
        let Toast { notice, button } = toast;
        let mut actions = vec![CLICK, ""];
        if let Some(button) = &button {
            actions.splice(0..0, [BUTTON, button.as_str()]);
        }
        let mut hints = HashMap::from([("desktop-entry", Value::from("rotunda-desktop"))]);
        if notice.alerts() {
            hints.insert("sound-name", Value::from(ALERT));
        }
        let body =
            if self.reads_markup().await { escaped(&notice.body) } else { notice.body.clone() };
        let fields = (
            "Rotunda",
            0_u32,
            "rotunda",
            notice.title.as_str(),
            body.as_str(),
            actions,
            hints,
            -1_i32,
        );
        let shown = self.call("Notify", &fields).await?.body().deserialize()?;
        if self.shown.len() == MOST_SHOWN {
            self.shown.pop_front();
        }
        self.shown.push_back((shown, notice));
        Ok(())
    }

    /// Read once; a service that does not answer has none.
    async fn reads_markup(&mut self) -> bool {
        if let Some(known) = self.reads_markup {
            return known;
        }
        let answer = self.call("GetCapabilities", &()).await;
        let capabilities = answer.and_then(|answer| answer.body().deserialize::<Vec<String>>());
        let reads = capabilities.is_ok_and(|all| all.iter().any(|one| one == "body-markup"));
        self.reads_markup = Some(reads);
        reads
    }

    async fn call<B>(&self, method: &str, body: &B) -> zbus::Result<zbus::Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType + Sync,
    {
        self.connection.call_method(Some(SERVICE), PATH, Some(SERVICE), method, body).await
    }

    /// The click in a signal, when it is on one of ours.
    fn click_of(&mut self, signal: &zbus::Message) -> Option<Click> {
        let (header, body) = (signal.header(), signal.body());
        match header.member()?.as_str() {
            "ActionInvoked" => {
                let (number, action) = body.deserialize::<(u32, String)>().ok()?;
                let (_, notice) = self.shown.iter().find(|(shown, _)| *shown == number)?;
                Some(Click { notice: notice.clone(), button: action == BUTTON })
            }
            "NotificationClosed" => {
                let (number, _) = body.deserialize::<(u32, u32)>().ok()?;
                self.shown.retain(|(shown, _)| *shown != number);
                None
            }
            _ => None,
        }
    }
}

/// A text that a service shows as it stands, although it reads markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
#[path = "notify_tests.rs"]
pub(super) mod tests;
