//! When a field is left out of JSON.

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it like this")]
pub(super) fn is_none(count: &usize) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it like this")]
pub(super) fn is_zero(count: &u64) -> bool {
    *count == 0
}
