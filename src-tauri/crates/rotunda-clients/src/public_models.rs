//! Models in the form of the public API.

use serde_json::{Value, json};

/// `GET /v1/models`: a list of models by their ids.
pub fn models(ids: &[String]) -> Value {
    let data: Vec<_> = ids.iter().map(|id| model(id)).collect();
    json!({"object": "list", "data": data})
}

/// `GET /v1/models/{id}`. When a model was made is not known: `created` is 0.
pub fn model(id: &str) -> Value {
    json!({"id": id, "object": "model", "created": 0, "owned_by": "openai"})
}
