//! Reads requests; what is wrong is an error with the name of the field.

use rotunda_clients::{
    PublicError,
    json_text::{Object, text_of},
};
use serde_json::value::RawValue;

/// A field of an object that is neither absent nor `null`.
pub(crate) fn field<'a>(object: &'a Object, name: &str) -> Option<&'a RawValue> {
    object.get(name).map(Box::as_ref).filter(|value| value.get() != "null")
}

/// A field that asks for something: an empty list or a `false` does not.
pub(crate) fn asks_for(object: &Object, name: &str) -> bool {
    field(object, name).is_some_and(|value| {
        let is_empty =
            serde_json::from_str::<Vec<&RawValue>>(value.get()).is_ok_and(|list| list.is_empty());
        value.get() != "false" && !is_empty
    })
}

/// A field that is a text.
pub(crate) fn text_field(object: &Object, name: &str) -> Option<String> {
    field(object, name).and_then(text_of)
}

/// A field that is an object.
pub(crate) fn object_field(object: &Object, name: &str) -> Option<Object> {
    field(object, name).and_then(|value| serde_json::from_str(value.get()).ok())
}

/// Whether a field is `true`.
pub(crate) fn is_true(object: &Object, name: &str) -> bool {
    field(object, name).is_some_and(|value| value.get() == "true")
}

/// A field that is a list of objects; an absent one is empty.
pub(crate) fn list_field(object: &Object, name: &'static str) -> Result<Vec<Object>, PublicError> {
    let Some(value) = field(object, name) else { return Ok(Vec::new()) };
    serde_json::from_str(value.get())
        .map_err(|_| PublicError::invalid(name, &format!("`{name}` is a list of objects.")))
}

/// The `type` of an object; empty without one.
pub(crate) fn kind_of(object: &Object) -> String {
    text_field(object, "type").unwrap_or_default()
}

/// A request as an object with a model.
pub(crate) fn request_of(body: &[u8]) -> Result<(Object, String), PublicError> {
    let request: Object = serde_json::from_slice(body).map_err(|_| PublicError::not_json())?;
    let model = text_field(&request, "model").filter(|model| !model.is_empty());
    let model = model.ok_or_else(|| PublicError::missing("model"))?;
    Ok((request, model))
}
