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

use rotunda_daemon::view::Snapshot;
use tauri::{
    App, AppHandle, Manager, Wry,
    image::Image,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use crate::{
    icon::{self, Face, Ink},
    menu::{self, Action, Place, Row},
    platform,
    shell::{self, Shell},
    window,
};

const ID: &str = "rotunda";
/// A desktop that has no tray yet is asked again after this, then ever rarer.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// The menu, and the icon once there is somewhere to put it.
pub(crate) struct Tray {
    menu: Menu<Wry>,
    lines: Mutex<Lines>,
    icon: Mutex<Option<TrayIcon<Wry>>>,
    /// Read outside the main thread.
    placed: AtomicBool,
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
    /// Builds the menu for what is true now.
    pub(crate) fn new(app: &App<Wry>, snapshot: &Snapshot) -> tauri::Result<Self> {
        let menu = Menu::new(app)?;
        let tray = Self {
            menu,
            lines: Mutex::default(),
            icon: Mutex::default(),
            placed: AtomicBool::new(false),
        };
        tray.apply(app.handle(), snapshot)?;
        Ok(tray)
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn icon(&self) -> MutexGuard<'_, Option<TrayIcon<Wry>>> {
        self.icon.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, app: &AppHandle, snapshot: &Snapshot) -> tauri::Result<()> {
        let mut lines = self.lines();
        lines.set_rows(app, &self.menu, menu::menu_of(snapshot))?;
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
        let lines = self.lines();
        let drawn = lines.drawn.unwrap_or((Face::NotBound, platform::ink()));
        let builder = TrayIconBuilder::with_id(ID)
            .menu(&self.menu)
            .icon(picture(drawn))
            .tooltip(&lines.tooltip)
            .show_menu_on_left_click(false)
            .on_tray_icon_event(|icon, event| pointed(icon.app_handle(), &event));
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

/// Puts the icon into the tray; when there is none, keeps looking for one.
/// Must run on the main thread. True when it is there.
pub(crate) fn place(app: &AppHandle) -> bool {
    match app.state::<Shell>().tray.place(app) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(%error, "no tray to put the icon in yet");
            tauri::async_runtime::spawn(keep_looking(app.clone()));
            false
        }
    }
}

/// Whether the user can reach us through the tray.
pub(crate) fn is_placed(app: &AppHandle) -> bool {
    app.try_state::<Shell>().is_some_and(|shell| shell.tray.placed.load(Ordering::Relaxed))
}

async fn keep_looking(app: AppHandle) {
    let mut pause = FIRST_RETRY;
    while !is_placed(&app) {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST_RETRY);
        let handle = app.clone();
        let asked = app.run_on_main_thread(move || {
            // Refused again: the next round comes later.
            let _ = handle.state::<Shell>().tray.place(&handle);
        });
        if asked.is_err() {
            return;
        }
    }
}

/// Shows a snapshot in the tray, soon.
pub(crate) fn show(app: &AppHandle, snapshot: Arc<Snapshot>) {
    let handle = app.clone();
    // Fails only when the event loop is gone, and the tray with it.
    let _ = app.run_on_main_thread(move || {
        if let Err(error) = handle.state::<Shell>().tray.apply(&handle, &snapshot) {
            tracing::warn!(%error, "the tray shows something old");
        }
    });
}

/// A row of the menu was clicked.
pub(crate) fn clicked(app: &AppHandle, name: &str) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    let action = shell.tray.lines().actions.get(name).cloned();
    // The click may have turned a mark: it goes back to what is true.
    show(app, Arc::clone(&shell.daemon.watch().borrow()));
    if let Some(action) = action {
        shell::act(app, action);
    }
}

/// The icon itself was clicked.
fn pointed(app: &AppHandle, event: &TrayIconEvent) {
    let TrayIconEvent::Click { button, button_state, .. } = event else { return };
    if (*button, *button_state) == (MouseButton::Left, MouseButtonState::Up) {
        window::show(app, Place::Anywhere);
    }
}
