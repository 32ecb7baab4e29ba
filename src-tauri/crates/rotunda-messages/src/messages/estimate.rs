//! How many tokens a request has, about.

use rotunda_clients::PublicError;
use serde_json::Value;

use crate::reading::{list_field, request_of};

/// Bytes of ASCII text that are a token on average (`OpenAI`, "What are tokens").
const BYTES_OF_A_TOKEN: usize = 4;
/// An image of usual size; how large it is stands in its bytes only.
const IMAGE: usize = 1_200;
/// What a message has around its text.
const AROUND_MESSAGE: usize = 4;

/// An estimate of the tokens of a request for `POST /v1/messages/count_tokens`. The backend
/// of a plan counts nothing ahead, and its tokens are not those of Anthropic's models.
///
/// # Errors
/// When it is no request.
pub fn estimate_tokens(body: &[u8]) -> Result<u64, PublicError> {
    let (request, _) = request_of(body)?;
    let messages = list_field(&request, "messages")?.len();
    let mut tokens = messages * AROUND_MESSAGE;
    for name in ["system", "messages", "tools"] {
        let value = request.get(name).and_then(|it| serde_json::from_str(it.get()).ok());
        tokens += tokens_of(&value.unwrap_or(Value::Null));
    }
    Ok(u64::try_from(tokens.max(1)).unwrap_or(u64::MAX))
}

fn tokens_of(value: &Value) -> usize {
    match value {
        Value::String(text) => tokens_of_text(text),
        Value::Array(values) => values.iter().map(tokens_of).sum(),
        Value::Object(members) => {
            if members.get("type").is_some_and(|kind| kind == "image") {
                return IMAGE;
            }
            let is_about =
                |name: &str| matches!(name, "cache_control" | "signature" | "type" | "id");
            let members = members.iter().filter(|(name, _)| !is_about(name));
            members.map(|(name, value)| tokens_of_text(name) + tokens_of(value)).sum()
        }
        Value::Number(_) | Value::Bool(_) => 1,
        Value::Null => 0,
    }
}

/// A character beyond ASCII is about a token of its own.
fn tokens_of_text(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let others = text.chars().filter(|char| !char.is_ascii()).count();
    ascii.div_ceil(BYTES_OF_A_TOKEN) + others
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn estimate(request: &Value) -> u64 {
        estimate_tokens(request.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn more_text_is_more_tokens_and_an_image_is_not_its_bytes() {
        let with = |content: Value| {
            estimate(&json!({"model": "m", "messages": [{"role": "user", "content": content}]}))
        };
        let (short, long) = (with(json!("hi")), with(json!("hello world ".repeat(1000))));
        assert!(short < 20, "{short}");
        assert!((2_000..4_000).contains(&long), "{long}");
        let data = "A".repeat(1_000_000);
        let source = json!({"type": "base64", "media_type": "image/png", "data": data});
        let image = with(json!([{"type": "image", "source": source}]));
        assert!(image < 2_000, "{image}");
        assert!(with(json!("日本語のテキスト")) > with(json!("nihongo")));
    }

    #[test]
    fn tools_and_system_count() {
        let request = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
        let mut more = request.clone();
        more["system"] = json!([{"type": "text", "text": "be brief ".repeat(100)}]);
        let with_system = estimate(&more);
        assert!(with_system > estimate(&request) + 150, "{with_system}");
        more["tools"] = json!([{"name": "a", "description": "x".repeat(400), "input_schema": {}}]);
        assert!(estimate(&more) >= with_system + 100);
    }
}
