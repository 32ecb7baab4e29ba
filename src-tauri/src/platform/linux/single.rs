//! One tray app for one set of folders, found over the session bus
//! (decision 035).
//!
//! The lock in the data folder is what counts; this is how a second start makes
//! the first one show its window. The first may hang, so it is given a time.

use std::{fs, path::Path, time::Duration};

use rotunda_core::fnv::fnv1a;
use rotunda_host::home::Home;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout},
};
use zbus::{Connection, connection::Builder, fdo::DBusProxy, interface, names::BusName};

use super::super::Claim;
use crate::{
    events::{Event, Events},
    launch::Failure,
};

/// The start of our names on the bus.
const NAME: &str = "dev.rotunda.desktop.SingleInstance";
const PATH: &str = "/dev/rotunda/desktop/SingleInstance";
const INTERFACE: &str = "dev.rotunda.SingleInstance";
/// A bus, and an app that runs well, answer at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// One that is just starting or ending is waited for at most so long.
const CHANGE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);
/// Starts that wait for their answer.
const MOST_WAKES: usize = 8;

/// A second start asks for the window; true goes back when it was shown.
type Wake = oneshot::Sender<bool>;

/// The name on the bus, for as long as this is held.
pub(crate) struct Only {
    wakes: mpsc::Receiver<Wake>,
    connection: Option<Connection>,
}

impl Only {
    /// Shows the window whenever another start asks for it, from now on.
    pub(crate) fn listen(mut self, events: &Events) {
        let events = events.clone();
        tauri::async_runtime::spawn(async move {
            while let Some(wake) = self.wakes.recv().await {
                events.emit(Event::OtherStart(wake));
            }
            drop(self.connection);
        });
    }
}

/// What answers on the bus.
struct Instance {
    wakes: mpsc::Sender<Wake>,
}

#[interface(name = "dev.rotunda.SingleInstance")]
impl Instance {
    /// Shows the window. False when this app is just ending.
    async fn show(&self) -> bool {
        let (wake, answer) = oneshot::channel();
        self.wakes.send(wake).await.is_ok() && answer.await.unwrap_or(false)
    }
}

/// Finds out whether another tray app runs with these folders, and has it show
/// its window.
pub(crate) async fn claim(home: &Home) -> Claim {
    claim_on(None, &home.data).await
}

async fn claim_on(address: Option<&str>, data: &Path) -> Claim {
    let name = name_for(data);
    let deadline = Instant::now() + CHANGE;
    loop {
        let Ok(first) = timeout(PATIENCE, request(address, &name)).await else {
            return Claim::Refused(bus_is_silent());
        };
        match first {
            Ok(only) => return Claim::First(only),
            Err(zbus::Error::NameTaken) => {}
            Err(error) => {
                tracing::warn!(%error, "other instances cannot be found without a session bus");
                let (_, wakes) = mpsc::channel(1);
                return Claim::First(Only { wakes, connection: None });
            }
        }
        match timeout(PATIENCE, wake(address, &name)).await {
            Ok(Ok(true)) => return Claim::Shown,
            // It ends, or it is not listening yet.
            Ok(_) if Instant::now() < deadline => sleep(PAUSE).await,
            Ok(_) | Err(_) => {
                let pid = timeout(PATIENCE, process_of(address, &name)).await;
                return Claim::Refused(is_silent(pid.ok().and_then(Result::ok)));
            }
        }
    }
}

/// Takes the name; [`zbus::Error::NameTaken`] when another one has it.
async fn request(address: Option<&str>, name: &str) -> zbus::Result<Only> {
    let (sender, wakes) = mpsc::channel(MOST_WAKES);
    let builder = on(address)?.serve_at(PATH, Instance { wakes: sender })?.name(name)?;
    let builder = builder.replace_existing_names(false).allow_name_replacements(false);
    let connection = builder.build().await?;
    Ok(Only { wakes, connection: Some(connection) })
}

async fn wake(address: Option<&str>, name: &str) -> zbus::Result<bool> {
    let connection = on(address)?.build().await?;
    let answer = connection.call_method(Some(name), PATH, Some(INTERFACE), "Show", &()).await?;
    answer.body().deserialize()
}

async fn process_of(address: Option<&str>, name: &str) -> zbus::Result<u32> {
    let connection = on(address)?.build().await?;
    let bus = DBusProxy::new(&connection).await?;
    Ok(bus.get_connection_unix_process_id(BusName::try_from(name)?).await?)
}

fn on(address: Option<&str>) -> zbus::Result<Builder<'_>> {
    match address {
        Some(address) => Builder::address(address),
        None => Builder::session(),
    }
}

/// A name for each data folder, so that a Rotunda with folders moved by a variable
/// runs beside the usual one.
fn name_for(data: &Path) -> String {
    let folder = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let bytes = folder.as_os_str().as_encoded_bytes();
    let hash = fnv1a(bytes.iter().copied());
    format!("{NAME}.h{hash:016x}")
}

fn is_silent(process: Option<u32>) -> Failure {
    let seconds = PATIENCE.as_secs();
    let (which, end) = match process {
        Some(pid) => (format!(" as process {pid}"), format!("end process {pid} (`kill -9 {pid}`)")),
        None => (String::new(), "end it".to_owned()),
    };
    Failure::new(&format!(
        "Rotunda already runs{which} but did not answer within {seconds} seconds. Wait a moment; \
         if it stays so, {end} and start Rotunda again."
    ))
}

fn bus_is_silent() -> Failure {
    let seconds = PATIENCE.as_secs();
    Failure::new(&format!(
        "The session bus did not answer within {seconds} seconds, so there can be no tray icon. \
         Sign out of the desktop and in again, or run `rotunda serve` for the router without a \
         tray."
    ))
}

#[cfg(test)]
#[path = "single_tests.rs"]
mod tests;
