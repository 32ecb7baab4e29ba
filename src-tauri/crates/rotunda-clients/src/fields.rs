//! What the backend of a plan does not take, as lists that the documentation is held to.

/// Fields that ask for something stored at the service, with the sentence for a client
/// that sets one. `false` and `null` set nothing.
///
/// Source: the backend answers `Store must be set to false`, and `Unsupported parameter` for the
/// others (public threads named in `docs/decisions/090-other-clients.md`).
pub const REFUSED: [(&str, &str); 5] = [
    (
        "store",
        "The backend of a ChatGPT plan stores no responses. Leave `store` out, or set it to false.",
    ),
    (
        "background",
        "The backend of a ChatGPT plan runs no responses in the background. Leave `background` out, or set it to false.",
    ),
    (
        "previous_response_id",
        "The backend of a ChatGPT plan stores no responses, so none can be continued by its id. Send the whole \
         conversation in `input`.",
    ),
    (
        "conversation",
        "The backend of a ChatGPT plan stores no conversations. Send the whole conversation in `input`.",
    ),
    (
        "prompt",
        "The backend of a ChatGPT plan has no stored prompts. Send the text in `instructions` and `input`.",
    ),
];

/// Fields that the backend refuses although a request means nearly the same without them.
/// They are left out, and the answer's header names them.
///
/// Source: public threads about `Unsupported parameter` of that backend, as above.
pub const LEFT_OUT: [&str; 15] = [
    "frequency_penalty",
    "max_completion_tokens",
    "max_output_tokens",
    "max_tokens",
    "max_tool_calls",
    "metadata",
    "presence_penalty",
    "prompt_cache_retention",
    "safety_identifier",
    "stream_options",
    "temperature",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
];
