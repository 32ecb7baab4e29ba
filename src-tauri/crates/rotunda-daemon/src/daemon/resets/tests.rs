//! Redeeming against a scripted upstream: how often it is asked, with which number, and
//! what the store and Activity know afterwards.

use std::time::Duration;

use rotunda_core::{
    Event, Standing,
    pool::{Kept, Memory},
    profile::{Cooldown, CooldownCause},
    redemption::Named,
};
use rotunda_host::{
    clock::{Clocks, from_unix, unix},
    home::{CODEX_HOME, Env, Home, ROTUNDA_HOME},
    settings::Settings,
    store::RedemptionCause,
    testing,
};
use rotunda_simulator::{
    Account, Received, Reply, ResetCredit, Route, ScriptedUpstream, Window, eventually, jwt,
};
use rotunda_text::{Language, Locale};
use serde_json::{Value, json};

use super::*;
use crate::{activity::ActivityKind, daemon::Services};

#[path = "credits_tests.rs"]
mod credits;
#[path = "once_tests.rs"]
mod once;

const NOW: i64 = 1_800_000_000;
const HOUR: u64 = 3600;
const SOON: &str = "2027-01-17T08:00:00Z";
const LATE: &str = "2027-02-01T08:00:00Z";

/// How upstream answers the request that redeems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// As it is, and the quota shows it at once.
    Well,
    /// The same, and the quota does not show it.
    Late,
    /// Carries it out, and the answer is lost.
    LostAfter,
    /// Does nothing, and the answer is lost.
    LostBefore,
    /// As it is, and the details of resets are not to be had.
    CountOnly,
    /// With this status and nothing done.
    Refuses(u16, &'static str),
}

type Sees = Box<dyn Fn(&Value) + Send>;

/// What upstream knows.
struct Accounts {
    account: Account,
    answers: Answers,
    /// Sees each request that redeems, before it does anything.
    on_redeem: Option<Sees>,
}

struct Scene {
    _root: tempfile::TempDir,
    upstream: ScriptedUpstream,
    known: Arc<Mutex<Accounts>>,
    now: Arc<Mutex<SystemTime>>,
    services: Arc<Services>,
    id: ProfileId,
}

/// An account that has used most of its five hours and has two resets.
fn account() -> Account {
    let window = |used_percent, hours| Window {
        used_percent,
        resets_at: NOW.cast_unsigned() + hours * HOUR,
    };
    let mut account = Account::named("account-work", window(88.0, 5), window(40.0, 90));
    account.reset_credits.available =
        vec![ResetCredit::named("late", LATE), ResetCredit::named("soon", SOON)];
    account
}

fn answer(known: &Mutex<Accounts>, seen: &Received) -> Option<Reply> {
    let mut known = known.lock().unwrap();
    let Accounts { account, answers, on_redeem } = &mut *known;
    match seen.route {
        Route::Usage => Some(Reply::json(200, account.usage(NOW.cast_unsigned()))),
        Route::ResetCredits if *answers == Answers::CountOnly => {
            Some(Reply::json(404, Value::Null))
        }
        Route::ResetCredits => Some(account.reset_credits.answer()),
        Route::Redeem => {
            if let Some(sees) = on_redeem {
                sees(&seen.json());
            }
            if let Answers::Refuses(status, detail) = *answers {
                return Some(Reply::json(status, json!({ "detail": detail, "code": detail })));
            }
            if *answers == Answers::LostBefore {
                return Some(Reply::json(503, Value::Null));
            }
            let before = account.reset_credits.redeemed_by.len();
            let reply = account.reset_credits.consume(&seen.json());
            if account.reset_credits.redeemed_by.len() > before && *answers != Answers::Late {
                account.five_hours.used_percent = 0.0;
                account.week.used_percent = 0.0;
            }
            Some(if *answers == Answers::LostAfter { Reply::json(502, Value::Null) } else { reply })
        }
        _ => None,
    }
}

impl Scene {
    async fn new() -> Self {
        Self::answering(Answers::Well).await
    }

    async fn answering(answers: Answers) -> Self {
        let root = tempfile::tempdir().unwrap();
        let upstream = ScriptedUpstream::start().await;
        let known = Arc::new(Mutex::new(Accounts { account: account(), answers, on_redeem: None }));
        let told = known.clone();
        upstream.when(move |seen| answer(&told, seen));
        let now = Arc::new(Mutex::new(from_unix(NOW)));
        let (ours, codex) = (root.path().join("rotunda"), root.path().join("codex"));
        std::fs::create_dir(&codex).unwrap();
        let base = |url: url::Url| url.to_string().trim_end_matches('/').to_owned();
        let env = Env::of([
            (ROTUNDA_HOME, ours.to_string_lossy().into_owned()),
            (CODEX_HOME, codex.to_string_lossy().into_owned()),
            ("ROTUNDA_VAULT", "file".to_owned()),
            ("ROTUNDA_PORT", "0".to_owned()),
            ("ROTUNDA_UPSTREAM_CHATGPT", base(upstream.chatgpt())),
            ("ROTUNDA_UPSTREAM_API", base(upstream.api())),
            ("ROTUNDA_UPSTREAM_AUTH", base(upstream.auth())),
        ]);
        let home = Home::from_env(&env).unwrap();
        home.create().unwrap();
        let wall = now.clone();
        let clocks = Clocks {
            wall: Arc::new(move || *wall.lock().unwrap()),
            uptime: rotunda_host::clock::uptime(),
        };
        let services = Services::open_with(home, env, clocks).unwrap();
        let tokens = upstream.issuer().sign_in("account-work", jwt::FAR);
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
            "tokens": {"id_token": jwt::identity("account-work"), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": "account-work"},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        let file = root.path().join("auth.json");
        std::fs::write(&file, auth.to_string()).unwrap();
        let added = services.imports.import(file, Some("work".to_owned())).await.unwrap();
        let scene = Self { _root: root, upstream, known, now, services, id: added.id };
        scene.services.start_for_one_program().await.unwrap();
        scene
    }

    fn resets(&self) -> &Arc<Resets> {
        &self.services.resets
    }

    /// One was redeemed, and its effect does not show yet; with the number of the decision.
    async fn accepted_late() -> (Self, String) {
        let scene = Self::new().await;
        scene.upstream_answers(Answers::Late);
        let question = scene.ask().await;
        scene.resets().redeem(&question.decision).await.unwrap();
        eventually("it is accepted", || scene.lines().len() == 1).await;
        (scene, question.decision)
    }

    fn upstream_answers(&self, answers: Answers) {
        self.known.lock().unwrap().answers = answers;
    }

    fn advance(&self, seconds: u64) {
        *self.now.lock().unwrap() += Duration::from_secs(seconds);
    }

    async fn ask(&self) -> RedeemQuestion {
        let locale = Locale { now: from_unix(NOW), ..Locale::of(Language::ENGLISH) };
        self.resets().question(self.id, locale).await.unwrap()
    }

    /// The bodies of the requests that redeem.
    fn sent(&self) -> Vec<Value> {
        self.upstream.received_on(Route::Redeem).iter().map(Received::json).collect()
    }

    fn state(&self, number: &str) -> RedemptionState {
        self.resets().store.redemption(number).unwrap().expect("it is written down").state
    }

    fn lines(&self) -> Vec<String> {
        let snapshot = self.services.snapshots.current();
        let used = snapshot.activity.iter().filter(|line| line.kind == ActivityKind::ResetUsed);
        used.map(|line| line.text.clone()).collect()
    }

    async fn end(self) {
        self.services.clone().stop(false).await.unwrap();
    }
}

#[tokio::test]
async fn one_question_redeems_the_reset_that_expires_first_and_only_once() {
    let scene = Scene::new().await;
    let question = scene.ask().await;
    assert!(scene.sent().is_empty(), "a question redeems nothing");
    for part in ["reset of work?", "5-hour and weekly", "12% left", "One more stays", "undone"] {
        assert!(question.text.contains(part), "{part}: {}", question.text);
    }
    assert_eq!(question.notes, Vec::<String>::new());
    let readings = scene.upstream.received_on(Route::Usage).len();
    // Two clicks at once.
    let (first, second) = tokio::join!(
        scene.resets().redeem(&question.decision),
        scene.resets().redeem(&question.decision),
    );
    assert!(first.unwrap().is_redeemed && second.unwrap().is_redeemed);
    let number = question.decision.as_str();
    eventually("it is done", || scene.state(number) == RedemptionState::Done).await;
    let expected = json!({ "redeem_request_id": number, "credit_id": "soon" });
    assert_eq!(scene.sent(), [expected]);
    assert!(scene.upstream.received_on(Route::Usage).len() > readings, "read again after it");
    let again = scene.resets().redeem(number).await.unwrap();
    assert!(again.is_redeemed, "{again:?}");
    assert_eq!(scene.sent().len(), 1, "the same decision sends nothing again");
    eventually("it is told", || !scene.lines().is_empty()).await;
    assert_eq!(
        scene.lines(),
        ["A banked reset of work was used: its counters are empty. One more is left."]
    );
    let view = &scene.services.snapshots.in_language(Language::ENGLISH).profiles[0];
    assert_eq!(view.resets.as_ref().map(|it| (it.count, it.state)), Some((1, ResetsState::Idle)));
    assert!(number.len() == 36 && number.as_bytes()[14] == b'4', "{number}");
    scene.end().await;
}

/// A profile that rests is back with the reading that shows the reset.
#[tokio::test]
async fn a_reset_ends_the_rest_of_its_profile() {
    let scene = Scene::new().await;
    scene.known.lock().unwrap().account.five_hours.used_percent = 100.0;
    let rest = Cooldown { until: from_unix(NOW + 9000), cause: CooldownCause::Quota(None) };
    let standing = Standing::Resting(rest);
    let kept = Kept { standing, usage: None, spending: None, paid: None };
    scene.services.handles.pool.restore(vec![Memory::Profile(scene.id, kept)]);
    let question = scene.ask().await;
    scene.resets().redeem(&question.decision).await.unwrap();
    eventually("the profile is back", || {
        scene.services.handles.pool.view().profiles[0].standing == Standing::Ready
    })
    .await;
    scene.end().await;
}

#[tokio::test]
async fn an_effect_that_is_late_is_waited_for_and_reported() {
    let (scene, number) = Scene::accepted_late().await;
    let number = number.as_str();
    assert_eq!(scene.state(number), RedemptionState::Accepted);
    assert!(scene.lines()[0].contains("does not show that yet"), "{:?}", scene.lines());
    let locale = Locale::of(Language::ENGLISH);
    let refused = scene.resets().question(scene.id, locale).await.unwrap_err();
    assert!(matches!(refused, CommandError::Redeem(RedeemError::UnderWay(_))), "{refused:?}");
    let view = &scene.services.snapshots.in_language(Language::ENGLISH).profiles[0];
    let shown = view.resets.as_ref().unwrap();
    assert_eq!(shown.state, ResetsState::Awaited);
    assert!(shown.text.contains("is being used"), "{shown:?}");
    assert!(scene.resets().settle().await, "it is still open");
    scene.known.lock().unwrap().account.five_hours.used_percent = 0.0;
    scene.known.lock().unwrap().account.week.used_percent = 0.0;
    scene.resets().settle().await;
    eventually("it is done", || scene.state(number) == RedemptionState::Done).await;
    eventually("it is told", || scene.lines()[0].contains("counters are empty")).await;
    assert_eq!(scene.sent().len(), 1);
    scene.end().await;
}

#[tokio::test]
async fn an_effect_that_never_shows_is_reported_as_missing() {
    let (scene, number) = Scene::accepted_late().await;
    let number = number.as_str();
    scene.advance(31 * 60);
    scene.resets().settle().await;
    eventually("it is closed", || scene.state(number) == RedemptionState::Done).await;
    eventually("it is told", || scene.lines()[0].contains("still does not show")).await;
    scene.end().await;
}

/// Whatever became of the first request, the next one is the same to upstream.
#[tokio::test]
async fn an_answer_that_is_lost_never_costs_a_second_reset() {
    for (answers, left) in [(Answers::LostAfter, 1), (Answers::LostBefore, 1)] {
        let scene = Scene::new().await;
        scene.upstream_answers(answers);
        let question = scene.ask().await;
        let number = question.decision.clone();
        let outcome = scene.resets().redeem(&number).await.unwrap();
        let text = outcome.text.to(Locale::of(Language::ENGLISH));
        assert!(text.contains("is not known"), "{answers:?} {text}");
        scene.upstream_answers(Answers::Well);
        if scene.state(&number) == RedemptionState::Sent && answers == Answers::LostBefore {
            let again = scene.ask().await;
            assert_eq!(again.decision, number, "the same decision has the same number");
            assert!(again.notes.iter().any(|note| note.contains("its number")), "{again:?}");
            scene.resets().redeem(&number).await.unwrap();
        } else {
            scene.resets().settle().await;
        }
        eventually("it is done", || scene.state(&number) == RedemptionState::Done).await;
        let numbers: Vec<_> =
            scene.sent().iter().map(|it| it["redeem_request_id"].clone()).collect();
        assert!(numbers.iter().all(|it| *it == number.as_str()), "{numbers:?}");
        let redeemed = scene.known.lock().unwrap().account.reset_credits.clone();
        assert_eq!(redeemed.available.len(), left, "{answers:?}");
        assert_eq!(redeemed.redeemed_by, [number], "{answers:?}");
        scene.end().await;
    }
}

#[tokio::test]
async fn a_refusal_uses_nothing_and_says_why() {
    for (status, detail, expected) in [
        (200, "nothing_to_reset", "nothing is used up"),
        (200, "no_credit", "it has none banked"),
        (403, "Not for this plan.", "OpenAI says: Not for this plan."),
    ] {
        let scene = Scene::new().await;
        scene.upstream_answers(Answers::Refuses(status, detail));
        let question = scene.ask().await;
        let outcome = scene.resets().redeem(&question.decision).await.unwrap();
        let text = outcome.text.to(Locale::of(Language::ENGLISH));
        assert!(text.contains(expected) && !outcome.is_redeemed, "{detail}: {text}");
        assert_eq!(scene.state(&question.decision), RedemptionState::Untouched);
        assert_eq!(scene.sent().len(), 1, "it is not repeated");
        scene.end().await;
    }
}

/// Stopped between the writing and the request, or between the request and its answer.
#[tokio::test]
async fn what_a_crash_left_is_looked_at_and_not_sent_again() {
    for (is_gone, expected) in [(true, RedemptionState::Done), (false, RedemptionState::Untouched)]
    {
        let scene = Scene::new().await;
        let question = scene.ask().await;
        let named = scene.resets().questions().name(&question.decision);
        let Named::Now(decision) = named else {
            panic!("it was asked about");
        };
        let redemption = Redemption {
            number: question.decision.clone(),
            profile: scene.id,
            reset: decision.reset,
            expires_at: None,
            count_before: decision.banked.count,
            usage_before: Some(decision.usage),
            cause: RedemptionCause::Asked,
            decided_at: from_unix(NOW),
            state: RedemptionState::Sent,
        };
        scene.resets().store.begin_redemption(&redemption).unwrap();
        if is_gone {
            let request = json!({ "redeem_request_id": question.decision, "credit_id": "soon" });
            let mut known = scene.known.lock().unwrap();
            known.account.reset_credits.consume(&request);
            known.account.five_hours.used_percent = 0.0;
            known.account.week.used_percent = 0.0;
        } else {
            assert!(scene.resets().settle().await, "it may still arrive");
            assert_eq!(scene.state(&question.decision), RedemptionState::Sent);
            scene.advance(11 * 60);
        }
        scene.resets().settle().await;
        eventually("it is settled", || scene.state(&question.decision) == expected).await;
        assert!(scene.sent().is_empty(), "nothing is sent without a decision");
        scene.end().await;
    }
}

#[tokio::test]
async fn a_question_that_is_old_or_of_another_state_redeems_nothing() {
    let scene = Scene::new().await;
    let unknown = scene.resets().redeem("0123").await.unwrap_err();
    assert!(matches!(unknown, CommandError::Redeem(RedeemError::Expired)));
    let question = scene.ask().await;
    scene.advance(11 * 60);
    let old = scene.resets().redeem(&question.decision).await.unwrap_err();
    assert!(matches!(old, CommandError::Redeem(RedeemError::Expired)));
    let question = scene.ask().await;
    scene.known.lock().unwrap().account.reset_credits.available.pop();
    scene.advance(61);
    let changed = scene.resets().redeem(&question.decision).await.unwrap_err();
    assert!(matches!(changed, CommandError::Redeem(RedeemError::Changed(_))), "{changed:?}");
    scene.known.lock().unwrap().account.reset_credits.available.clear();
    let locale = Locale::of(Language::ENGLISH);
    let none = scene.resets().question(scene.id, locale).await.unwrap_err();
    assert!(matches!(none, CommandError::Redeem(RedeemError::NoReset(_))), "{none:?}");
    assert!(scene.sent().is_empty());
    scene.end().await;
}

fn out_for(scene: &Scene, hours: i64) {
    let until = from_unix(unix(*scene.now.lock().unwrap()) + hours * 3600);
    let rest = Cooldown { until, cause: CooldownCause::Quota(None) };
    let kept = Kept { standing: Standing::Resting(rest), usage: None, spending: None, paid: None };
    scene.services.handles.pool.restore(vec![Memory::Profile(scene.id, kept)]);
}

#[tokio::test]
async fn a_rule_redeems_one_only_while_work_waits_and_not_twice_an_hour() {
    let scene = Scene::new().await;
    scene.known.lock().unwrap().account.five_hours.used_percent = 100.0;
    scene.ask().await;
    let unasked = || scene.resets().redeem_unasked();
    let exhausted = || scene.resets().observe(&Event::Exhausted { until: None });
    out_for(&scene, 5);
    exhausted();
    unasked().await;
    assert!(scene.sent().is_empty(), "off by default");
    let settings = &scene.services.handles.settings;
    let redeem_when_out = Some(Duration::from_secs(4 * HOUR));
    settings.set(Settings { redeem_when_out, ..settings.get() });
    scene.advance(11 * 60);
    unasked().await;
    assert!(scene.sent().is_empty(), "no turn needs it");
    out_for(&scene, 3);
    exhausted();
    unasked().await;
    assert!(scene.sent().is_empty(), "one is back soon");
    out_for(&scene, 5);
    unasked().await;
    assert_eq!(scene.sent().len(), 1);
    assert_eq!(scene.sent()[0]["credit_id"], "soon");
    eventually("it is told", || !scene.lines().is_empty()).await;
    assert!(scene.lines()[0].contains("as you set"), "{:?}", scene.lines());
    scene.known.lock().unwrap().account.five_hours.used_percent = 100.0;
    out_for(&scene, 5);
    exhausted();
    unasked().await;
    assert_eq!(scene.sent().len(), 1, "one an hour");
    scene.advance(HOUR + 1);
    out_for(&scene, 5);
    exhausted();
    unasked().await;
    assert_eq!(scene.sent().len(), 2);
    scene.end().await;
}

/// The store cannot be written when a redemption ends: that is told once, and written later.
#[tokio::test]
async fn what_the_store_does_not_take_is_reported_once_and_saved_later() {
    let scene = Scene::new().await;
    let question = scene.ask().await;
    let named = scene.resets().questions().name(&question.decision);
    let Named::Now(decision) = named else { panic!("it was asked about") };
    let cause = RedemptionCause::Asked;
    let redemption = decision.redemption(question.decision.clone(), cause, from_unix(NOW));
    let store = &scene.resets().store;
    store.begin_redemption(&redemption).unwrap();
    scene.advance(11 * 60);
    let file = scene.services.handles.machine.home.store_file();
    testing::refuse_updates(&file, "redemptions");
    for _ in 0..3 {
        scene.resets().settle().await;
    }
    assert_eq!(scene.state(&question.decision), RedemptionState::Sent);
    let known = scene.resets().redemptions().await.unwrap();
    assert_eq!(known[0].state, RedemptionState::Untouched);
    testing::allow_updates(&file);
    scene.resets().settle().await;
    assert_eq!(scene.state(&question.decision), RedemptionState::Untouched);
    eventually("it is told", || !scene.lines().is_empty()).await;
    assert_eq!(scene.lines().len(), 1, "{:?}", scene.lines());
    assert!(scene.resets().unsaved().is_empty() && scene.sent().is_empty());
    scene.end().await;
}
