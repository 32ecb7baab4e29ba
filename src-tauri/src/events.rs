//! What the parts of the app report. All of it goes up over one channel to the
//! shell, which decides; calls go down. So no part has to know another one above
//! it.

use tokio::sync::{mpsc, oneshot};

use crate::{
    menu::{Action, WindowRoute},
    notice::Offer,
};

/// Something that a part of the app reports.
#[derive(Debug)]
pub(crate) enum Event {
    /// A row of the menu was clicked; the name of its item.
    Row(String),
    /// The user asks for something in another way than by a row.
    Act(Action),
    /// Another start of the app asks for the window, and waits to learn whether it
    /// is shown.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "elsewhere a plugin of Tauri reports another start")
    )]
    OtherStart(oneshot::Sender<bool>),
    /// The window's process ended without being closed.
    WindowBroke {
        /// Whether it could ever be seen.
        was_shown: bool,
    },
    /// There is no window, because the system has no web view.
    WebViewMissing,
    /// The window was closed, and without a tray nothing else could open it again.
    LastWindowClosed,
}

impl Event {
    /// What a click on a notification, or on its button, asks for.
    pub(crate) fn of_notification(
        tap: Option<WindowRoute>,
        offer: Option<Offer>,
        button: bool,
    ) -> Option<Self> {
        match offer {
            Some(Offer::Bind) if button => Some(Self::Act(Action::Bind)),
            Some(Offer::SignIn(id)) if button => Some(Self::Act(Action::SignIn(id))),
            _ => tap.map(Self::open),
        }
    }

    /// The window is to be shown.
    pub(crate) fn open(place: WindowRoute) -> Self {
        Self::Act(Action::Open(place))
    }
}

/// The way up. Sending never waits: events come from hands and from other
/// programs, each of which is bounded where it is received.
#[derive(Debug, Clone)]
pub(crate) struct Events(mpsc::UnboundedSender<Event>);

impl Events {
    /// The way up, and its end in the shell.
    pub(crate) fn channel() -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Reports something to the shell.
    pub(crate) fn emit(&self, event: Event) {
        // Fails only when the shell has ended, and with it everything to be done.
        let _ = self.0.send(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(tap: Option<WindowRoute>, offer: Option<Offer>, button: bool) -> Option<Action> {
        match Event::of_notification(tap, offer, button) {
            Some(Event::Act(action)) => Some(action),
            None => None,
            Some(other) => panic!("{other:?} is no click"),
        }
    }

    #[test]
    fn a_click_on_a_button_does_what_it_offers_and_any_other_opens_the_window() {
        let tap = Some(WindowRoute::Activity);
        assert_eq!(action(tap, Some(Offer::Bind), true), Some(Action::Bind));
        assert_eq!(
            action(tap, Some(Offer::Bind), false),
            Some(Action::Open(WindowRoute::Activity))
        );
        let sign_in = Offer::SignIn("p-1".to_owned());
        assert_eq!(action(None, Some(sign_in), true), Some(Action::SignIn("p-1".to_owned())));
        assert_eq!(action(tap, None, true), Some(Action::Open(WindowRoute::Activity)));
        assert_eq!(action(None, None, false), None);
    }

    #[tokio::test]
    async fn events_arrive_in_order_and_are_not_missed_after_the_end() {
        let (events, mut inbox) = Events::channel();
        events.emit(Event::Row("row-1".to_owned()));
        events.clone().emit(Event::open(WindowRoute::Anywhere));
        assert!(matches!(inbox.recv().await, Some(Event::Row(name)) if name == "row-1"));
        assert!(matches!(
            inbox.recv().await,
            Some(Event::Act(Action::Open(WindowRoute::Anywhere)))
        ));
        drop(inbox);
        events.emit(Event::LastWindowClosed);
    }
}
