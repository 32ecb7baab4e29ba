//! What is shown of limits: of one model, of Codex's own account, and of a
//! router that missed a ready profile.

use super::*;

/// Refused, or by a reading alone: it is tried last, so it may never be refused.
#[test]
fn the_account_of_codex_out_of_quota_is_explained() {
    let full = || vec![window(5, 100.0, Some(3600))];
    let cases = [
        (out_until(3600, WindowKind::FiveHours), full(), true),
        (Standing::Ready, full(), true),
        (Standing::Ready, vec![window(5, 99.0, Some(3600))], false),
        (Standing::Ready, vec![], false),
        (Standing::Paused, full(), false),
    ];
    for (standing, windows, is_out) in cases {
        for is_own in [true, false] {
            let stored = stored(1, "own", None, None);
            let mut status = status_of(&stored, standing, windows.clone());
            status.profile.own_sign_in = is_own;
            let shown = profile(&stored, &status, locale());
            assert_eq!(shown.own_account_out, is_out && is_own, "{standing:?}");
            let reason = shown.reason.unwrap_or_default();
            assert_eq!(reason.contains("gpt-reserve"), is_out && is_own, "{standing:?}: {reason}");
        }
    }
}

#[test]
fn turns_that_missed_a_ready_profile_are_counted_with_the_router() {
    let (profiles, mut pool) = household();
    pool.missed = 3;
    let snapshot = compose(facts_of(&profiles, &pool), locale());
    assert_eq!(snapshot.router.missed_profiles, 3);
    let status = serde_json::to_value(crate::view::Status::of(&snapshot, None)).unwrap();
    assert_eq!(status["router"]["missed_profiles"], 3);
}

#[test]
fn a_limit_of_one_model_is_shown_by_its_name() {
    let stored = stored(1, "work", None, None);
    let mut status = status_of(&stored, Standing::Ready, vec![window(5, 38.0, None)]);
    status.model_limits = vec![Arc::new(rotunda_core::quota::ModelLimit {
        name: "Quick model".into(),
        feature: "codex_quick".into(),
        model: Some("quick".into()),
        windows: vec![window(5, 100.0, Some(HOUR))],
        limit_reached: true,
    })];
    let shown = windows(&status, locale());
    let labels: Vec<_> = shown.iter().map(|it| (it.label, it.name.as_deref())).collect();
    let expected = [(WindowKind::FiveHours, None), (WindowKind::Other, Some("Quick model"))];
    assert_eq!(labels, expected);
}

#[test]
fn a_late_answer_is_shown_beside_what_its_profile_has_left() {
    let stored = stored(1, "work", None, None);
    let mut status = status_of(&stored, Standing::Ready, vec![window(5, 38.0, Some(3600))]);
    assert_eq!(profile(&stored, &status, locale()).late, 0);
    let summary = profile(&stored, &status, locale()).summary;
    status.late = 2;
    let shown = profile(&stored, &status, locale());
    assert_eq!((shown.late, shown.summary), (2, format!("{summary} · no answer yet")));
    let json = |late| {
        let view = crate::view::ProfileView { late, ..profile(&stored, &status, locale()) };
        serde_json::to_value(crate::view::ProfileStatus::of(&view)).unwrap()["late"].clone()
    };
    assert_eq!((json(0), json(2)), (serde_json::Value::Null, serde_json::json!(2)));
}
