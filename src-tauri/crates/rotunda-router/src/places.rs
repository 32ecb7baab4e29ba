//! Where requests work, for the rules per project: what they say, and what this computer
//! knows of the folders that they name.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use rotunda_core::whereabouts::{Folders, Gap, Whereabouts, whereabouts_of};
use tokio::time::timeout;

use crate::{limits::FOLDER_LOOK_UP, long_work, pool::Pool};

/// Looks folders up, when a caller of the router provides that.
#[derive(Default)]
pub(crate) struct Places {
    folders: Mutex<Option<Arc<dyn Folders>>>,
}

impl Places {
    pub(crate) fn set(&self, folders: Arc<dyn Folders>) {
        *self.folders.lock().unwrap_or_else(PoisonError::into_inner) = Some(folders);
    }

    /// Where a request works; none while there is no rule.
    pub(crate) async fn of(
        &self,
        pool: &Pool,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Option<Arc<Whereabouts>> {
        if !pool.read(|pool, _| pool.has_project_rules()) {
            return None;
        }
        let mut places = long_work::read_of(body.len(), || whereabouts_of(headers, body));
        let folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(folders) = folders {
            for folder in places.folders.clone() {
                let Ok(facts) = timeout(FOLDER_LOOK_UP, folders.look_up(folder)).await else {
                    // A disk of another computer that does not answer: what it is, is not known.
                    places.gap = Gap::Unreadable;
                    break;
                };
                places.add_facts(facts);
            }
        }
        Some(Arc::new(places))
    }
}
