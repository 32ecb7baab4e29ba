//! The fields of the protocol that a recording may show, and what of each.
//!
//! A list of what stays. A field that is not listed is the user's, a tool's or
//! too new to be known: neither its name nor its value is kept. Names and shapes
//! are those of the Responses API and of Codex's own events (`docs/contract.md`).

/// What is kept of one field.
#[derive(Debug)]
pub(super) enum Rule {
    /// A word of this list; any other word is hidden.
    Word(&'static [&'static str]),
    /// A name that the service or the client gives, such as a model's: kept when
    /// it has the shape of one.
    Name,
    /// The same without digits: codes of errors, plans.
    Code,
    /// The type of an event.
    Event,
    /// A number that stands for it, the same wherever the same id stands.
    Id,
    /// A number.
    Count,
    /// A moment, in seconds or as text: a constant.
    Moment,
    /// A length of time: 0.
    Span,
    /// Yes or no.
    Flag,
    /// That there is a text.
    Text,
    /// That there is something, and whether it is a list or an object.
    Foreign,
    /// An object of these fields.
    Object(&'static Shape),
    /// A list of objects of these fields.
    Objects(&'static Shape),
    /// A list of words.
    Words(&'static [&'static str]),
    /// A text that is JSON with these fields.
    Json(&'static Shape),
    /// Names and values of headers.
    Headers,
    /// The first that fits.
    Any(&'static [Self]),
}

/// Fields by their names.
#[derive(Debug)]
pub(super) struct Shape(pub(super) &'static [(&'static str, Rule)]);

impl Shape {
    pub(super) fn rule(&self, key: &str) -> Option<&Rule> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, rule)| rule)
    }
}

use Rule::{
    Any, Code, Count, Event, Flag, Foreign, Headers, Id, Json, Moment, Name, Object, Objects, Span,
    Text, Word, Words,
};

const STATUSES: &[&str] = &[
    "cancelled",
    "completed",
    "failed",
    "in_progress",
    "incomplete",
    "none",
    "queued",
    "searching",
];
const EFFORTS: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra"];
const TIERS: &[&str] =
    &["auto", "default", "fast", "flex", "priority", "scale", "standard", "ultrafast"];
const ITEMS: &[&str] = &[
    "additional_tools",
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "compaction",
    "compaction_summary",
    "compaction_trigger",
    "computer_call",
    "computer_call_output",
    "context_compaction",
    "custom_tool_call",
    "custom_tool_call_output",
    "file_search_call",
    "function_call",
    "function_call_output",
    "ghost_snapshot",
    "image_generation_call",
    "item_reference",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "message",
    "reasoning",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
];
const PARTS: &[&str] = &[
    "encrypted_content",
    "image_url",
    "input_audio",
    "input_file",
    "input_image",
    "input_text",
    "output_text",
    "reasoning_text",
    "refusal",
    "summary_text",
    "text",
];
const ROLES: &[&str] = &["assistant", "developer", "system", "tool", "user"];
const INCLUDES: &[&str] = &[
    "code_interpreter_call.outputs",
    "computer_call_output.output.image_url",
    "file_search_call.results",
    "message.input_image.image_url",
    "message.output_text.logprobs",
    "reasoning.encrypted_content",
    "web_search_call.action.sources",
];

/// Whatever is sent or answered as a whole: a request, an answer, a frame, an
/// event. Their fields do not contradict each other.
pub(super) static TOP: Shape = Shape(&[
    ("background", Flag),
    ("client_metadata", Object(&METADATA)),
    ("completed_at", Moment),
    ("content_index", Count),
    ("created_at", Moment),
    ("credits", Object(&CREDITS)),
    ("delta", Text),
    ("detail", Any(&[Object(&ERROR), Text])),
    ("end_turn", Flag),
    ("error", Any(&[Object(&ERROR), Text])),
    ("event_id", Id),
    ("generate", Flag),
    ("headers", Headers),
    ("id", Id),
    ("include", Words(INCLUDES)),
    ("incomplete_details", Object(&INCOMPLETE)),
    ("input", Any(&[Objects(&ITEM), Text])),
    ("instructions", Text),
    ("item", Object(&ITEM)),
    ("item_id", Id),
    ("limit_name", Name),
    ("max_output_tokens", Count),
    ("max_tool_calls", Count),
    ("message", Text),
    ("metadata", Foreign),
    ("metered_limit_name", Name),
    ("model", Name),
    ("object", Word(&["list", "response", "response.compaction"])),
    ("output", Any(&[Objects(&ITEM), Text])),
    ("output_index", Count),
    ("parallel_tool_calls", Flag),
    ("part", Object(&PART)),
    ("plan_type", Code),
    ("previous_response_id", Id),
    ("prompt_cache_key", Id),
    ("rate_limits", Object(&LIMITS)),
    ("reasoning", Object(&REASONING)),
    ("response", Object(&TOP)),
    ("response_id", Id),
    ("safety_identifier", Id),
    ("sequence_number", Count),
    ("service_tier", Word(TIERS)),
    ("status", Any(&[Count, Word(STATUSES)])),
    ("status_code", Count),
    ("store", Flag),
    ("stream", Flag),
    ("stream_options", Object(&STREAM_OPTIONS)),
    ("summary_index", Count),
    ("temperature", Count),
    ("text", Any(&[Object(&FORMAT), Text])),
    ("tool_choice", Any(&[Word(&["auto", "none", "required"]), Object(&TOOL_CHOICE)])),
    ("tools", Foreign),
    ("top_logprobs", Count),
    ("top_p", Count),
    ("truncation", Word(&["auto", "disabled"])),
    ("turn_id", Id),
    ("type", Event),
    ("usage", Object(&USAGE)),
    ("user", Id),
]);

/// An `error` frame or event carries code and parameter itself; elsewhere a
/// `code` may be source code.
pub(super) static ERROR_EVENT: Shape = Shape(&[("code", Code), ("param", Code)]);

/// One item of a conversation. What it holds is the user's, a tool's or the
/// model's.
static ITEM: Shape = Shape(&[
    ("action", Foreign),
    ("arguments", Text),
    ("call_id", Id),
    ("content", Any(&[Objects(&PART), Text])),
    ("encrypted_content", Text),
    ("end_turn", Flag),
    ("id", Id),
    ("input", Text),
    ("internal_chat_message_metadata_passthrough", Object(&PASSTHROUGH)),
    ("name", Text),
    ("namespace", Text),
    ("output", Any(&[Objects(&PART), Text])),
    ("phase", Word(&["commentary", "final_answer", "final"])),
    ("result", Text),
    ("role", Word(ROLES)),
    ("status", Word(STATUSES)),
    ("summary", Any(&[Objects(&PART), Text])),
    ("tools", Foreign),
    ("type", Word(ITEMS)),
]);

static PART: Shape = Shape(&[
    ("annotations", Foreign),
    ("detail", Word(&["auto", "high", "low", "original"])),
    ("encrypted_content", Text),
    ("file_data", Text),
    ("file_id", Id),
    ("filename", Text),
    ("image_url", Text),
    ("logprobs", Foreign),
    ("refusal", Text),
    ("text", Text),
    ("type", Word(PARTS)),
]);

static PASSTHROUGH: Shape = Shape(&[
    ("content_item_kinds", Foreign),
    ("content_item_metadata", Objects(&ITEM_METADATA)),
    ("create_time", Moment),
    ("turn_id", Id),
]);
static ITEM_METADATA: Shape = Shape(&[("provenance", Object(&PROVENANCE))]);
static PROVENANCE: Shape = Shape(&[
    ("hook", Flag),
    ("namespace", Text),
    ("type", Word(&["harness", "skills", "tool", "user"])),
]);

/// An error as the service states it.
static ERROR: Shape = Shape(&[
    ("code", Code),
    ("headers", Headers),
    ("limit_name", Name),
    ("message", Text),
    ("param", Code),
    ("plan_type", Code),
    ("rate_limits", Object(&LIMITS)),
    ("resets_at", Moment),
    ("resets_in_seconds", Span),
    ("status", Any(&[Count, Word(STATUSES)])),
    ("type", Code),
]);
static INCOMPLETE: Shape = Shape(&[("reason", Code)]);

static USAGE: Shape = Shape(&[
    ("input_tokens", Count),
    ("input_tokens_details", Object(&DETAILS)),
    ("output_tokens", Count),
    ("output_tokens_details", Object(&DETAILS)),
    ("total_tokens", Count),
]);
static DETAILS: Shape = Shape(&[("cached_tokens", Count), ("reasoning_tokens", Count)]);

static LIMITS: Shape = Shape(&[
    ("allowed", Flag),
    ("limit_reached", Flag),
    ("primary", Object(&WINDOW)),
    ("primary_window", Object(&WINDOW)),
    ("secondary", Object(&WINDOW)),
    ("secondary_window", Object(&WINDOW)),
]);
static WINDOW: Shape = Shape(&[
    ("limit_window_seconds", Count),
    ("reset_after_seconds", Span),
    ("reset_at", Moment),
    ("used_percent", Count),
    ("window_minutes", Count),
]);
static CREDITS: Shape = Shape(&[("balance", Text), ("has_credits", Flag), ("unlimited", Flag)]);

static REASONING: Shape = Shape(&[
    ("context", Word(&["all_turns", "auto", "current_turn", "none"])),
    ("effort", Word(EFFORTS)),
    ("generate_summary", Word(&["auto", "concise", "detailed", "none"])),
    ("summary", Word(&["auto", "concise", "detailed", "none"])),
]);
static FORMAT: Shape =
    Shape(&[("format", Object(&OUTPUT_FORMAT)), ("verbosity", Word(&["high", "low", "medium"]))]);
static OUTPUT_FORMAT: Shape = Shape(&[
    ("name", Text),
    ("schema", Foreign),
    ("strict", Flag),
    ("type", Word(&["json_object", "json_schema", "text"])),
]);
static STREAM_OPTIONS: Shape = Shape(&[("include_obfuscation", Flag), ("include_usage", Flag)]);
static TOOL_CHOICE: Shape = Shape(&[
    ("mode", Word(&["auto", "none", "required"])),
    ("name", Text),
    ("tools", Foreign),
    ("type", Word(&["allowed_tools", "custom", "function", "web_search"])),
]);

/// What the client says of itself with a request.
static METADATA: Shape = Shape(&[
    ("guardian_credits_requested", Text),
    ("mcp_attribution", Json(&ATTRIBUTION)),
    ("root_turn_id", Id),
    ("session_id", Id),
    ("thread_id", Id),
    ("turn_id", Id),
    ("ws_request_header_x_openai_internal_codex_responses_lite", Text),
    ("x-codex-installation-id", Id),
    ("x-codex-parent-thread-id", Id),
    ("x-codex-turn-metadata", Json(&TURN_METADATA)),
    ("x-codex-turn-state", Id),
    ("x-codex-window-id", Id),
    ("x-codex-ws-stream-request-start-ms", Text),
    ("x-openai-subagent", Text),
]);
static ATTRIBUTION: Shape = Shape(&[("status", Word(STATUSES))]);

/// The same of a turn, in a header and in the metadata.
pub(super) static TURN_METADATA: Shape = Shape(&[
    ("agent_name", Text),
    ("analytics_enabled", Flag),
    ("auto_review_enabled", Flag),
    ("compaction", Object(&COMPACTION)),
    ("context_window_id", Id),
    ("history_initialization", Text),
    ("installation_id", Id),
    ("model", Name),
    ("node_repl_auto_review_required", Flag),
    ("node_repl_disabled", Flag),
    ("parent_thread_id", Id),
    ("reasoning_effort", Word(EFFORTS)),
    ("request_kind", Word(&["compaction", "prewarm", "review", "turn"])),
    ("root_turn_id", Id),
    ("sandbox", Text),
    ("sandbox_mode", Text),
    ("session_id", Id),
    ("subagent_kind", Text),
    ("thread_id", Id),
    ("thread_source", Text),
    ("turn_id", Id),
    ("turn_started_at_unix_ms", Span),
    ("turn_trigger", Text),
    ("window_id", Id),
    ("window_number", Count),
]);
static COMPACTION: Shape = Shape(&[
    ("implementation", Text),
    ("phase", Word(&["mid_turn", "pre_turn", "standalone_turn"])),
    ("reason", Word(&["context_limit", "context_window", "user_requested"])),
    ("strategy", Text),
    ("trigger", Text),
]);

/// What is kept of a header's value; of one that is not listed, not even the
/// name.
#[derive(Clone, Copy)]
pub(super) enum Header {
    /// Words and numbers of the protocol.
    Plain,
    /// A number.
    Number,
    /// A moment.
    Moment,
    /// An id.
    Id,
    /// [`TURN_METADATA`].
    Turn,
    /// That it is there.
    There,
}

const PLAIN: &[&str] = &[
    "accept",
    "content-encoding",
    "content-type",
    "openai-beta",
    "openai-model",
    "retry-after",
    "upgrade",
    "version",
    "x-codex-active-limit",
    "x-codex-beta-features",
    "x-codex-credits-has-credits",
    "x-codex-credits-unlimited",
    "x-codex-rate-limit-reached-type",
    "x-openai-internal-codex-responses-lite",
    "x-openai-subagent",
    "x-reasoning-included",
];
const NUMBERS: &[&str] = &[
    "x-codex-primary-reset-after-seconds",
    "x-codex-primary-used-percent",
    "x-codex-primary-window-minutes",
    "x-codex-protocol-version",
    "x-codex-secondary-reset-after-seconds",
    "x-codex-secondary-used-percent",
    "x-codex-secondary-window-minutes",
];
const MOMENTS: &[&str] = &["x-codex-primary-reset-at", "x-codex-secondary-reset-at"];
const IDS: &[&str] = &[
    "session-id",
    "session_id",
    "thread-id",
    "x-client-request-id",
    "x-codex-installation-id",
    "x-codex-parent-thread-id",
    "x-codex-turn-state",
    "x-codex-window-id",
    "x-request-id",
];
const TURN: &[&str] = &["x-codex-turn-metadata"];
const THERE: &[&str] = &[
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "chatgpt-account-id",
    "connection",
    "content-length",
    "cookie",
    "date",
    "host",
    "openai-organization",
    "openai-project",
    "originator",
    "server",
    "set-cookie",
    "transfer-encoding",
    "user-agent",
    "x-api-key",
    "x-codex-credits-balance",
    "x-codex-promo-message",
    "x-codex-routing-hint",
    "x-codex-server-id",
    "x-models-etag",
    "x-openai-account-routing-override",
    "x-openai-fedramp",
    "x-session-id",
];
const HEADERS: [(Header, &[&str]); 6] = [
    (Header::Plain, PLAIN),
    (Header::Number, NUMBERS),
    (Header::Moment, MOMENTS),
    (Header::Id, IDS),
    (Header::Turn, TURN),
    (Header::There, THERE),
];

/// Headers by the names that Codex, the service and HTTP give them.
pub(super) fn header(name: &str) -> Option<Header> {
    HEADERS.iter().find(|(_, names)| names.contains(&name)).map(|(header, _)| *header)
}
