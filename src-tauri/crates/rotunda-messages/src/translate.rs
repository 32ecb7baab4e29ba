//! From a request in a form to one of the Responses API.

use rotunda_clients::PublicError;
use rotunda_core::model_rule::ModelChoice;

use crate::{chat, form::Form, messages, reading::request_of, translated::Translated};

impl Form {
    /// The model that a request names.
    ///
    /// # Errors
    /// When it is no JSON object or names none.
    pub fn model_of(self, body: &[u8]) -> Result<String, PublicError> {
        request_of(body).map(|(_, model)| model)
    }

    /// Makes a request of the Responses API, to this model. `session` names the conversation
    /// where a header did.
    ///
    /// # Errors
    /// Says which field is wrong, or cannot be served.
    pub fn translate(
        self,
        body: &[u8],
        choice: &ModelChoice,
        session: Option<&str>,
    ) -> Result<Translated, PublicError> {
        match self {
            Self::Messages => messages::translate(body, choice, session),
            Self::Chat => chat::translate(body, choice, session),
        }
    }
}
