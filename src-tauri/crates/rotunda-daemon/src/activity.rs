//! What happened, as sentences: each with its cause and, where it ends, when.
//!
//! Pure: names and times come in. Successful requests are counted
//! elsewhere and not listed; a list of them would hide what matters.

use std::collections::BTreeMap;

use rotunda_core::{
    Event, ProfileId,
    event::{Finished, Late, Reached},
};
use rotunda_host::clock::unix;
use rotunda_text::{ActivityMessage, Chose, LateNews, Signed, Went};

pub use rotunda_host::store::{ActivityKind, ActivitySort};

/// What a line needs to know besides the event.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The users' words for the profiles.
    pub names: &'a BTreeMap<ProfileId, String>,
}

/// A client that left is no failure.
const CLIENT_LEFT: u16 = 499;

impl Teller<'_> {
    /// The line of an event; none for an event without a line.
    pub fn message_of(self, event: &Event) -> Option<ActivityMessage> {
        let name = |profile: &ProfileId| self.name(*profile);
        Some(match event {
            Event::Rotated { from, to, cause, until } => {
                let (from, to, until) = (name(from), name(to), until.map(unix));
                match cause {
                    Some(cause) => Went::Rotated { from, to, cause: (*cause).into(), until }.into(),
                    None => Went::Reordered { from, to }.into(),
                }
            }
            Event::Rested { profile, rest } => {
                let (cause, until) = (rest.cause.into(), unix(rest.until));
                Went::Rested { profile: name(profile), cause, until }.into()
            }
            Event::LimitReached { profile, limit, until } => {
                let (limit, until) = (limit.clone(), unix(*until));
                Went::LimitReached { profile: name(profile), limit, until }.into()
            }
            Event::LimitReset { profile, limit } => {
                Went::LimitReset { profile: name(profile), limit: limit.clone() }.into()
            }
            Event::Recovered { profile } => Went::Recovered { profile: name(profile) }.into(),
            Event::Refreshed { profile } => Signed::Refreshed { profile: name(profile) }.into(),
            Event::Adopted { profile } => Signed::Adopted { profile: name(profile) }.into(),
            Event::HandedOver { profile } => Signed::HandedOver { profile: name(profile) }.into(),
            Event::NotSaved { profile, error } => {
                Signed::NotSaved { profile: name(profile), error: error.clone() }.into()
            }
            Event::Saved { profile } => Signed::Saved { profile: name(profile) }.into(),
            Event::RenewalRefused { profile, why } => {
                Signed::RenewalRefused { profile: name(profile), why: (*why).to_owned() }.into()
            }
            Event::NeedsSignIn { profile, code } => {
                Signed::NeedsSignIn { profile: name(profile), code: (*code).to_owned() }.into()
            }
            Event::NotEntitled { profile } => Signed::NotEntitled { profile: name(profile) }.into(),
            Event::ChainLost { profile } => {
                Went::ChainLost { profile: profile.as_ref().map(name) }.into()
            }
            Event::CreditsSpent { profile, cause, balance } => {
                let (cause, balance) = ((*cause).into(), balance.clone());
                Went::CreditsSpent { profile: name(profile), cause, balance }.into()
            }
            Event::RuleExhausted { profiles, until } => {
                let profiles = profiles.iter().map(name).collect();
                Went::RuleExhausted { profiles, until: until.map(unix) }.into()
            }
            Event::Exhausted { until } => Went::Exhausted { until: until.map(unix) }.into(),
            Event::Waiting { until, .. } => Went::Waiting { until: unix(*until) }.into(),
            Event::Late(late) => self.late(late).into(),
            Event::Finished(finished) => return self.finished(finished),
            // The failed turn has its own line; the log and doctor name the defect.
            Event::Missed(_) => return None,
            Event::Chosen { profile } => Chose::Chosen { profile: name(profile) }.into(),
        })
    }

    fn late(self, late: &Late) -> LateNews {
        let (profile, waited) = (self.name(late.profile), late.waited.as_secs());
        match late.reached {
            // The next whole second: an answer within 0 s is none.
            Reached::Whole => {
                LateNews::Late { profile, waited, usual: late.usual.map(|it| it.as_secs() + 1) }
            }
            Reached::InPart => LateNews::Stuck { profile, waited },
        }
    }

    fn finished(self, finished: &Finished) -> Option<ActivityMessage> {
        let Finished { profile, status, attempts, route, unasked, .. } = finished;
        if *status < 500 || *status == CLIENT_LEFT || *route != "responses" {
            return None;
        }
        if let Some(reason) = *unasked {
            return Some(Went::NotAsked { reason, status: *status }.into());
        }
        let profile = profile.map(|profile| self.name(profile));
        Some(Went::Failed { profile, attempts: *attempts, status: *status }.into())
    }

    /// Empty for a profile that is gone.
    fn name(self, profile: ProfileId) -> String {
        self.names.get(&profile).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use rotunda_core::{
        event::Unasked,
        profile::{Cooldown, CooldownCause, WindowKind},
    };
    use rotunda_host::clock::from_unix;
    use rotunda_text::{Language, Locale, Localize};

    use super::*;

    const WORK: ProfileId = ProfileId(1);
    const HOME: ProfileId = ProfileId(2);

    fn now() -> SystemTime {
        // 09:50 UTC.
        from_unix(1_795_254_600)
    }

    fn text_of(event: &Event) -> Option<String> {
        text_in(Language::ENGLISH, event)
    }

    fn text_in(language: Language, event: &Event) -> Option<String> {
        let names = [(WORK, "work".to_owned()), (HOME, "home".to_owned())].into();
        let locale = Locale { language, ..Locale::english(now(), 0) };
        Some(Teller { names: &names }.message_of(event)?.to(locale))
    }

    #[track_caller]
    fn check(event: &Event, expected: &str) {
        assert_eq!(text_of(event).as_deref(), Some(expected));
    }

    #[track_caller]
    fn in_chinese(event: &Event, expected: &str) {
        assert_eq!(text_in(Language::find("zh-CN").unwrap(), event).as_deref(), Some(expected));
    }

    #[test]
    fn the_same_in_chinese() {
        let until = now() + Duration::from_secs(15_300);
        let cause = CooldownCause::Quota(Some(WindowKind::FiveHours));
        in_chinese(
            &Event::Rotated { from: WORK, to: HOME, cause: Some(cause), until: Some(until) },
            "从 work 换到 home：work 的 5 小时额度已用完，14:05 恢复。",
        );
        in_chinese(
            &Event::Rotated { from: WORK, to: HOME, cause: None, until: None },
            "从 work 换到 home：现在按顺序 home 排在最前，work 仍然可用。",
        );
        let rest = Cooldown {
            until: now() + Duration::from_secs(24 * 3600),
            cause: CooldownCause::Trouble,
        };
        in_chinese(
            &Event::Rested { profile: WORK, rest },
            "work 在上游出了故障，休息到 明天 09:50。",
        );
        in_chinese(
            &Event::NeedsSignIn { profile: WORK, code: "refresh_token_expired" },
            "work 需要重新登录：登录已过期。在此之前不会使用它。",
        );
        in_chinese(
            &finished(502),
            "work 的一个请求在尝试 2 次后失败：已向 Codex 返回 502，它会自动重试。",
        );
        in_chinese(
            &Event::LimitReached { profile: WORK, limit: "Quick model".to_owned(), until },
            "work 的限额 Quick model 已用完，14:05 恢复。它的其他模型照常使用。",
        );
        in_chinese(&Event::Recovered { profile: ProfileId(9) }, "已移除的配置 重新可用。");
    }

    #[test]
    fn a_rotation_names_its_cause_and_its_end() {
        let until = Some(now() + Duration::from_secs(15_300));
        let cause = Some(CooldownCause::Quota(Some(WindowKind::FiveHours)));
        check(
            &Event::Rotated { from: WORK, to: HOME, cause, until },
            "Moved from work to home: work ran out of its 5-hour limit and is back at 14:05.",
        );
        check(
            &Event::Rotated { from: WORK, to: HOME, cause: None, until: None },
            "Moved from work to home: home is first in the order now. work stays ready.",
        );
    }

    #[test]
    fn a_cooldown_line_has_its_end() {
        let rest = |cause| Cooldown { until: now() + Duration::from_secs(24 * 3600), cause };
        check(
            &Event::Rested {
                profile: WORK,
                rest: rest(CooldownCause::Quota(Some(WindowKind::Week))),
            },
            "work ran out of its weekly limit and rests until tomorrow at 09:50.",
        );
        check(
            &Event::Rested { profile: WORK, rest: rest(CooldownCause::Trouble) },
            "work had trouble upstream and rests until tomorrow at 09:50.",
        );
    }

    #[test]
    fn a_limit_of_one_model_is_not_reported_as_one_of_the_profile() {
        let (limit, until) = ("Quick model".to_owned(), now() + Duration::from_secs(600));
        check(
            &Event::LimitReached { profile: WORK, limit: limit.clone(), until },
            "work has used up its limit Quick model until 10:00. Its other models stay.",
        );
        check(
            &Event::LimitReset { profile: WORK, limit },
            "work has quota of its limit Quick model again.",
        );
    }

    #[test]
    fn a_lost_sign_in_line_has_its_reason() {
        let code = "refresh_token_reused";
        check(
            &Event::NeedsSignIn { profile: WORK, code },
            "work needs a new sign-in: another program renewed the same sign-in, which ended this \
             one. It is left out until then.",
        );
    }

    #[test]
    fn an_exhausted_pool_line_has_the_next_reset() {
        let until = Some(now() + Duration::from_secs(60));
        check(&Event::Exhausted { until }, "All profiles are out. Codex can go on at 09:51.");
        assert!(text_of(&Event::Exhausted { until: None }).unwrap().contains("sign in"));
    }

    fn finished(status: u16) -> Event {
        Event::Finished(Finished {
            request: 1,
            profile: Some(WORK),
            route: "responses",
            model: None,
            status,
            attempts: 2,
            unasked: None,
            first_byte: None,
            total: Duration::ZERO,
            tokens: None,
            work: rotunda_core::event::Work::default(),
        })
    }

    #[test]
    fn only_failures_of_turns_are_recorded() {
        assert_eq!(text_of(&finished(200)), None);
        assert_eq!(text_of(&finished(499)), None);
        check(
            &finished(502),
            "A request with work failed after 2 tries: Codex got the status 502 and tries again by itself.",
        );
    }

    #[test]
    fn a_request_sent_to_no_profile_is_not_recorded_as_an_attempt() {
        let unasked = |unasked| {
            let Event::Finished(finished) = finished(503) else { unreachable!() };
            Event::Finished(Finished { profile: None, attempts: 0, unasked, ..finished })
        };
        check(
            &unasked(Some(Unasked::Busy)),
            "A request was sent to no profile, because no profile had a free place for it. Codex \
             got the status 503 and tries again by itself.",
        );
        check(
            &unasked(Some(Unasked::Resting)),
            "A request was sent to no profile, because every profile rests after trouble upstream. \
             Codex got the status 503 and tries again by itself.",
        );
        in_chinese(
            &unasked(Some(Unasked::Busy)),
            "一个请求没有发给任何配置：没有配置有空闲名额。已向 Codex 返回 503，它会自动重试。",
        );
    }

    #[test]
    fn a_late_answer_has_its_time_and_what_is_done() {
        let seconds = Duration::from_secs;
        let (profile, route) = (WORK, "responses");
        let late = |reached, usual| {
            Event::Late(Late { profile, route, waited: seconds(61), usual, reached })
        };
        check(
            &late(Reached::Whole, None),
            "OpenAI has not begun to answer a request with work for 61 s. Rotunda goes on waiting, \
             because the request may be at work.",
        );
        check(
            &late(Reached::Whole, Some(Duration::from_millis(11_200))),
            "OpenAI has not begun to answer a request with work for 61 s, and usually begins within \
             12 s. Rotunda goes on waiting, because the request may be at work.",
        );
        check(
            &late(Reached::InPart, Some(seconds(1))),
            "OpenAI did not take all of a request with work within 61 s. Nothing of it can have \
             run, so Rotunda sends it anew.",
        );
    }

    #[test]
    fn a_profile_that_is_gone_has_no_name() {
        let recovered = Event::Recovered { profile: ProfileId(9) };
        check(&recovered, "A removed profile is ready again.");
    }
}
