//! The icon in the tray and the one menu below it.
//!
//! The menu lives as long as the app: its rows are changed in place, because
//! replacing an open menu closes it, and on some systems kills its rows. All of
//! this happens on the main thread, which owns menus; so nothing here waits.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rotunda_host::home::Env;

use rotunda_daemon::view::Snapshot;
use tauri::{
    App, AppHandle, Wry,
    image::Image,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use crate::{
    events::{Event, Events},
    icon::{self, Face, Ink},
    menu::{self, Action, Row, WebView, WindowRoute},
    platform,
};

const ID: &str = "rotunda";
/// A desktop that has no tray yet is checked again after this, then ever rarer.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// The menu, and the icon once there is somewhere to put it.
#[derive(Clone)]
pub(crate) struct Tray(Arc<Inner>);

struct Inner {
    events: Events,
    menu: Menu<Wry>,
    lines: Mutex<Lines>,
    icon: Mutex<Option<TrayIcon<Wry>>>,
    /// Read outside the main thread.
    placed: AtomicBool,
    /// The window was wanted, and the system has no web view for it.
    lacks_web_view: AtomicBool,
}

/// The rows as they are now.
#[derive(Default)]
struct Lines {
    rows: Vec<(Row, Item)>,
    /// What a click on an item does, by the item's own name.
    actions: HashMap<String, Action>,
    /// Items made so far: their names never come back.
    made: u64,
    drawn: Option<(Face, Ink)>,
    tooltip: String,
}

#[derive(Clone)]
enum Item {
    Separator(PredefinedMenuItem<Wry>),
    Plain(MenuItem<Wry>),
    Check(CheckMenuItem<Wry>),
}

impl Tray {
    /// Builds the menu for what is true now. Must run on the main thread: menus
    /// belong to it.
    pub(crate) fn new(app: &App<Wry>, snapshot: &Snapshot, events: Events) -> tauri::Result<Self> {
        let inner = Inner {
            events,
            menu: Menu::new(app)?,
            lines: Mutex::default(),
            icon: Mutex::default(),
            placed: AtomicBool::new(false),
            lacks_web_view: AtomicBool::new(false),
        };
        inner.apply(app.handle(), snapshot)?;
        Ok(Self(Arc::new(inner)))
    }

    /// Puts the icon into the tray; when there is none, or it does not answer, keeps
    /// looking for one. Must run on the main thread, which a tray that does not
    /// answer would hold. True when the icon is there.
    pub(crate) fn place(&self, app: &AppHandle, env: &Env, answers: bool) -> bool {
        let placed = if answers {
            self.0.place(app).map_err(|error| error.to_string())
        } else {
            Err("it does not answer".to_owned())
        };
        if let Err(reason) = &placed {
            tracing::warn!(reason, "no tray to put the icon in yet");
            tauri::async_runtime::spawn(self.clone().keep_looking(app.clone(), env.clone()));
        }
        placed.is_ok()
    }

    /// Whether the user can reach us through the tray.
    pub(crate) fn is_placed(&self) -> bool {
        self.0.placed.load(Ordering::Relaxed)
    }

    async fn keep_looking(self, app: AppHandle, env: Env) {
        let mut pause = FIRST_RETRY;
        while !self.is_placed() {
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_RETRY);
            if !platform::tray_answers(&env).await {
                continue;
            }
            let (tray, handle) = (self.clone(), app.clone());
            let scheduled = app.run_on_main_thread(move || {
                // Refused again: the next round comes later.
                let _ = tray.0.place(&handle);
            });
            if scheduled.is_err() {
                return;
            }
        }
    }

    /// Shows a snapshot in the tray, soon. A mark that a click turned goes back to
    /// what is true.
    pub(crate) fn show(&self, app: &AppHandle, snapshot: Arc<Snapshot>) {
        let (tray, handle) = (self.clone(), app.clone());
        // Fails only when the event loop is gone, and the tray with it.
        let _ = app.run_on_main_thread(move || {
            if let Err(error) = tray.0.apply(&handle, &snapshot) {
                tracing::warn!(%error, "the tray shows something old");
            }
        });
    }

    /// Says from now on, beside the row that opens the window, that it needs a web view.
    pub(crate) fn lacks_web_view(&self, app: &AppHandle, snapshot: Arc<Snapshot>) {
        self.0.lacks_web_view.store(true, Ordering::Relaxed);
        self.show(app, snapshot);
    }

    /// The window could be seen: it needs nothing more.
    pub(crate) fn has_web_view(&self) {
        self.0.lacks_web_view.store(false, Ordering::Relaxed);
    }

    /// What a click on a row asks for, by the name of its item.
    pub(crate) fn action_of(&self, name: &str) -> Option<Action> {
        self.0.lines().actions.get(name).cloned()
    }
}

impl Inner {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn icon(&self) -> MutexGuard<'_, Option<TrayIcon<Wry>>> {
        self.icon.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, app: &AppHandle, snapshot: &Snapshot) -> tauri::Result<()> {
        let lacks_web_view = self.lacks_web_view.load(Ordering::Relaxed);
        let web_view = if lacks_web_view { WebView::Missing } else { WebView::Usable };
        let mut lines = self.lines();
        lines.set_rows(app, &self.menu, menu::menu_of(snapshot, web_view))?;
        let (drawn, tooltip) =
            ((icon::face_of(snapshot), platform::ink()), menu::tooltip_of(snapshot));
        if let Some(icon) = &*self.icon() {
            if lines.drawn != Some(drawn) {
                platform::set_icon(icon, picture(drawn))?;
            }
            if lines.tooltip != tooltip {
                icon.set_tooltip(Some(&tooltip))?;
            }
        }
        lines.drawn = Some(drawn);
        lines.tooltip = tooltip;
        Ok(())
    }

    fn place(&self, app: &AppHandle) -> tauri::Result<()> {
        let (lines, events) = (self.lines(), self.events.clone());
        let drawn = lines.drawn.unwrap_or((Face::NotBound, platform::ink()));
        let builder = TrayIconBuilder::with_id(ID)
            .menu(&self.menu)
            .icon(picture(drawn))
            .tooltip(&lines.tooltip)
            .show_menu_on_left_click(false)
            .on_tray_icon_event(move |_, event| pointed(&event, &events));
        let icon = platform::dress(builder).build(app)?;
        *self.icon() = Some(icon);
        self.placed.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Lines {
    /// Changes what differs: texts in place; rows come and go only where their
    /// kind changed, between the first and the last such row.
    fn set_rows(&mut self, app: &AppHandle, menu: &Menu<Wry>, rows: Vec<Row>) -> tauri::Result<()> {
        let same = |old: &(Row, Item), new: &Row| old.0.kind() == new.kind();
        let head = self.rows.iter().zip(&rows).take_while(|(old, new)| same(old, new)).count();
        let tails = self.rows[head..].iter().rev().zip(rows[head..].iter().rev());
        let tail = tails.take_while(|(old, new)| same(old, new)).count();
        let (old_end, new_end) = (self.rows.len() - tail, rows.len() - tail);

        let mut kept = std::mem::take(&mut self.rows);
        let end = kept.split_off(old_end);
        for (_, item) in kept.drain(head..) {
            menu.remove(item.as_menu_item())?;
        }
        let mut next = kept.into_iter().map(|(_, item)| item).collect::<Vec<_>>();
        for (place, row) in rows.iter().enumerate().take(new_end).skip(head) {
            let item = self.make(app, row)?;
            menu.insert(item.as_menu_item(), place)?;
            next.push(item);
        }
        next.extend(end.into_iter().map(|(_, item)| item));

        self.actions.clear();
        for (row, item) in rows.iter().zip(&next) {
            item.write(row)?;
            if let (Some(name), Some(action)) = (item.name(), row.action()) {
                self.actions.insert(name, action.clone());
            }
        }
        self.rows = rows.into_iter().zip(next).collect();
        Ok(())
    }

    fn make(&mut self, app: &AppHandle, row: &Row) -> tauri::Result<Item> {
        self.made += 1;
        let name = format!("row-{}", self.made);
        match row {
            Row::Separator => PredefinedMenuItem::separator(app).map(Item::Separator),
            Row::Item { .. } | Row::Disabled { .. } => {
                MenuItem::with_id(app, name, "", true, None::<&str>).map(Item::Plain)
            }
            Row::Check { .. } => {
                CheckMenuItem::with_id(app, name, "", true, false, None::<&str>).map(Item::Check)
            }
        }
    }
}

impl Item {
    fn as_menu_item(&self) -> &dyn IsMenuItem<Wry> {
        match self {
            Self::Separator(item) => item,
            Self::Plain(item) => item,
            Self::Check(item) => item,
        }
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Separator(_) => None,
            Self::Plain(item) => Some(item.id().as_ref().to_owned()),
            Self::Check(item) => Some(item.id().as_ref().to_owned()),
        }
    }

    /// Writes what differs; the menu itself is what it is compared with, because
    /// a click on a check item changes its mark without asking us.
    fn write(&self, row: &Row) -> tauri::Result<()> {
        let text = row.text().replace('&', "&&");
        match self {
            Self::Separator(_) => {}
            Self::Plain(item) => {
                let enabled = !matches!(row, Row::Disabled { .. });
                if item.text()? != text {
                    item.set_text(&text)?;
                }
                if item.is_enabled()? != enabled {
                    item.set_enabled(enabled)?;
                }
            }
            Self::Check(item) => {
                let checked = matches!(row, Row::Check { checked: true, .. });
                if item.text()? != text {
                    item.set_text(&text)?;
                }
                if item.is_checked()? != checked {
                    item.set_checked(checked)?;
                }
            }
        }
        Ok(())
    }
}

fn picture((face, ink): (Face, Ink)) -> Image<'static> {
    let side = platform::ICON_SIDE;
    let rgba = icon::draw(face, ink, side);
    Image::new_owned(rgba, side.into(), side.into())
}

/// The icon itself was clicked.
fn pointed(event: &TrayIconEvent, events: &Events) {
    let TrayIconEvent::Click { button, button_state, .. } = event else { return };
    if (*button, *button_state) == (MouseButton::Left, MouseButtonState::Up) {
        events.emit(Event::open(WindowRoute::Anywhere));
    }
}
