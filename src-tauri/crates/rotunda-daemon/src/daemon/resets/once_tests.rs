//! One decision is one reset, wherever it was made and whatever happens meanwhile.

use super::*;
use crate::{control::Command, daemon};

impl Scene {
    /// The question as the command line asks it: its number.
    async fn ask_by_command(&self) -> String {
        let command = Command::AskRedeem { profile: "work".to_owned() };
        let done = daemon::perform(&self.services, command, Language::ENGLISH).await.unwrap();
        done.decision.expect("a question has a number")
    }

    async fn redeem_by_command(&self, decision: String) -> Result<String, CommandError> {
        let command = Command::Redeem { decision };
        Ok(daemon::perform(&self.services, command, Language::ENGLISH).await?.text)
    }

    fn redeemed(&self) -> usize {
        self.known.lock().unwrap().account.reset_credits.redeemed_by.len()
    }
}

fn is_changed<T: std::fmt::Debug>(result: &Result<T, CommandError>) -> bool {
    matches!(result, Err(CommandError::Redeem(RedeemError::Changed(_))))
}

/// A window and a terminal, each with its question: one is used, the other is told.
#[tokio::test]
async fn a_window_and_the_command_line_at_once_use_one() {
    for waits in [false, true] {
        let scene = Scene::new().await;
        let (window, terminal) = (scene.ask().await, scene.ask_by_command().await);
        assert_ne!(window.decision, terminal, "two questions");
        let (first, second) = if waits {
            let first = scene.resets().redeem(&window.decision).await;
            (first, scene.redeem_by_command(terminal).await)
        } else {
            tokio::join!(scene.resets().redeem(&window.decision), scene.redeem_by_command(terminal))
        };
        assert!(first.unwrap().is_redeemed);
        assert!(is_changed(&second), "{second:?}");
        assert_eq!((scene.sent().len(), scene.redeemed()), (1, 1), "waits: {waits}");
        scene.end().await;
    }
}

/// Two windows: also when upstream names no reset, and could take another one.
#[tokio::test]
async fn two_windows_use_one_also_where_only_the_number_of_resets_is_known() {
    let scene = Scene::answering(Answers::CountOnly).await;
    let (first, second) = (scene.ask().await, scene.ask().await);
    scene.resets().redeem(&first.decision).await.unwrap();
    let second = scene.resets().redeem(&second.decision).await;
    assert!(is_changed(&second), "{second:?}");
    assert_eq!(scene.sent(), [json!({ "redeem_request_id": first.decision })]);
    scene.end().await;
}

/// Each click of one question, in whatever order they arrive.
#[tokio::test]
async fn many_clicks_are_one_request() {
    let scene = Scene::new().await;
    let question = scene.ask().await;
    let click = || scene.resets().redeem(&question.decision);
    let clicks = tokio::join!(click(), click(), click(), click());
    for clicked in [clicks.0, clicks.1, clicks.2, clicks.3] {
        assert!(clicked.unwrap().is_redeemed);
    }
    // A later question forgets none of that.
    scene.advance(60);
    scene.known.lock().unwrap().account.five_hours.used_percent = 70.0;
    scene.ask().await;
    assert!(click().await.unwrap().is_redeemed);
    assert_eq!(scene.sent().len(), 1);
    scene.end().await;
}

/// The answer to the first click was not clear.
#[tokio::test]
async fn a_second_click_after_an_unclear_answer_sends_nothing() {
    let scene = Scene::answering(Answers::LostBefore).await;
    let question = scene.ask().await;
    for _ in 0..2 {
        assert!(scene.resets().redeem(&question.decision).await.unwrap().is_redeemed);
    }
    assert_eq!(scene.sent().len(), 1);
    scene.end().await;
}

/// The user's own click, while the rule is about to use one.
#[tokio::test]
async fn the_rule_and_a_click_at_once_use_one() {
    let scene = Scene::new().await;
    scene.known.lock().unwrap().account.five_hours.used_percent = 100.0;
    let settings = &scene.services.handles.settings;
    let redeem_when_out = Some(Duration::from_secs(4 * HOUR));
    settings.set(Settings { redeem_when_out, ..settings.get() });
    let question = scene.ask().await;
    out_for(&scene, 5);
    scene.resets().observe(&Event::Exhausted { until: None });
    let (clicked, ()) =
        tokio::join!(scene.resets().redeem(&question.decision), scene.resets().redeem_unasked());
    assert!(clicked.is_ok() || is_changed(&clicked), "{clicked:?}");
    eventually("one is used", || scene.redeemed() == 1).await;
    scene.resets().redeem_unasked().await;
    assert_eq!((scene.sent().len(), scene.redeemed()), (1, 1));
    scene.end().await;
}

/// When upstream gets the request, its number is on the disk.
#[tokio::test]
async fn the_number_is_stored_before_the_request_goes_out() {
    let scene = Scene::new().await;
    let (store, seen) = (scene.resets().store.clone(), Arc::new(Mutex::new(Vec::new())));
    let noted = seen.clone();
    scene.known.lock().unwrap().on_redeem = Some(Box::new(move |body| {
        let number = body["redeem_request_id"].as_str().unwrap_or_default();
        let stored = store.redemption(number).unwrap();
        noted.lock().unwrap().push(stored.map(|it| (it.state, it.reset, it.count_before)));
    }));
    let question = scene.ask().await;
    scene.resets().redeem(&question.decision).await.unwrap();
    let expected = Some((RedemptionState::Sent, Some("soon".to_owned()), 2));
    assert_eq!(*seen.lock().unwrap(), [expected]);
    scene.end().await;
}

/// The question is asked again while the request is on its way.
#[tokio::test]
async fn no_question_comes_while_one_is_being_used() {
    let scene = Scene::new().await;
    let (resets, id) = (scene.resets().clone(), scene.id);
    let question = scene.ask().await;
    resets.show(id, Some(ResetsState::Redeeming));
    let locale = Locale::of(Language::ENGLISH);
    let refused = resets.question(id, locale).await.unwrap_err();
    assert!(matches!(refused, CommandError::Redeem(RedeemError::UnderWay(_))), "{refused:?}");
    resets.show(id, None);
    // A question about an unclear request that is settled when it is answered.
    scene.upstream_answers(Answers::LostBefore);
    resets.redeem(&question.decision).await.unwrap();
    let again = scene.ask().await;
    assert_eq!(again.decision, question.decision);
    {
        let mut known = scene.known.lock().unwrap();
        let late = json!({ "redeem_request_id": question.decision, "credit_id": "soon" });
        known.account.reset_credits.consume(&late);
        known.account.five_hours.used_percent = 0.0;
        known.account.week.used_percent = 0.0;
    }
    resets.settle().await;
    eventually("it is settled", || scene.state(&again.decision) == RedemptionState::Done).await;
    let outcome = resets.redeem(&again.decision).await.unwrap();
    assert!(outcome.is_redeemed, "{outcome:?}");
    assert_eq!(scene.sent().len(), 1, "what is settled is not sent again");
    scene.end().await;
}
