//! How far forecasts are from what happened, in generated lives: the table of
//! `docs/forecast.md`.

use std::fmt::Write as _;

use super::{
    Ending, Facts, HORIZON, Schedule, forecast,
    life_tests::{DAY, HOUR, Habit, Life, MONDAY, kept, live},
};
use crate::choice::Rules;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/forecast.md");
const BEGIN: &str = "<!-- accuracy: begin -->\n";
const END: &str = "<!-- accuracy: end -->\n";
/// Each life is as long.
const DAYS: i64 = 28;
/// The first forecast is made after so many days.
const FIRST: i64 = 10;
const SEEDS: [u64; 4] = [1, 2, 3, 4];

/// Forecasts of one kind of life against what happened.
#[derive(Debug, Default)]
struct Score {
    made: usize,
    /// All were out within a day, and within the horizon.
    out: usize,
    foreseen: usize,
    /// It said out, and that did not happen within the horizon.
    false_alarms: usize,
    /// Hours between the time that was said and the true one, for the next day and for all.
    errors_of_day: Vec<f64>,
    errors: Vec<f64>,
}

impl Score {
    fn add(&mut self, life: &Life, at: i64) {
        let place = usize::try_from((at - MONDAY) / HOUR).unwrap();
        let moment = &life.moments[place];
        if life.outages.iter().any(|(from, to)| (*from..*to).contains(&at)) {
            return;
        }
        let history = kept(&life.readings, at);
        let made = forecast(&Facts {
            now: moment.at,
            utc_offset: 0,
            rules: Rules::default(),
            profiles: &moment.profiles,
            history: &history,
            tokens: &[],
            schedule: Schedule::default(),
        });
        let named = match made.ending {
            Ending::Out { at, .. } => Some(at),
            Ending::Enough => None,
            other => panic!("{other:?}"),
        };
        let is_coming = |from: &&(i64, i64)| (at..at + HORIZON).contains(&from.0);
        let truth = life.outages.iter().find(is_coming).map(|(from, _)| *from);
        self.made += 1;
        match (named, truth) {
            (Some(named), Some(truth)) => {
                let error = f64::from(i32::try_from((named - truth).abs()).unwrap()) / 3600.0;
                self.out += 1;
                self.foreseen += 1;
                self.errors.push(error);
                if truth < at + DAY {
                    self.errors_of_day.push(error);
                }
            }
            (None, Some(_)) => self.out += 1,
            (Some(_), None) => self.false_alarms += 1,
            (None, None) => {}
        }
    }

    fn line(&self, name: &str, profiles: u32) -> String {
        let hours = |errors: &[f64], share: usize| {
            let mut sorted = errors.to_vec();
            sorted.sort_by(f64::total_cmp);
            let place = (sorted.len() * share / 100).min(sorted.len().saturating_sub(1));
            sorted.get(place).map_or("–".to_owned(), |error| format!("{error:.1} h"))
        };
        format!(
            "| {name} | {profiles} | {} | {} | {} | {} | {} | {} | {} |\n",
            self.made,
            self.out,
            self.foreseen,
            self.false_alarms,
            hours(&self.errors_of_day, 50),
            hours(&self.errors, 50),
            hours(&self.errors, 90),
        )
    }
}

fn scores() -> Vec<(Habit, u32, Score)> {
    let mut all = Vec::new();
    for habit in Habit::ALL {
        for profiles in [1, 2, 7] {
            let mut score = Score::default();
            for seed in SEEDS {
                let life = live(habit, profiles, DAYS, seed);
                let mut at = MONDAY + FIRST * DAY;
                while at + HORIZON <= MONDAY + DAYS * DAY {
                    score.add(&life, at);
                    at += 7 * HOUR;
                }
            }
            all.push((habit, profiles, score));
        }
    }
    all
}

fn table(scores: &[(Habit, u32, Score)]) -> String {
    let mut text = String::from(
        "| use | profiles | forecasts | all out within 5 days | of these foreseen | false alarms | \
         half of the errors, out within a day | half of the errors | 90 % of the errors |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (habit, profiles, score) in scores {
        let _ = write!(text, "{}", score.line(habit.name(), *profiles));
    }
    text
}

#[test]
fn the_measured_error_stands_in_the_document() {
    let scores = scores();
    let made = table(&scores);
    // The file has other line ends where Git writes them so.
    let document = std::fs::read_to_string(DOCUMENT).unwrap().replace("\r\n", "\n");
    let (before, rest) = document.split_once(BEGIN).expect("the document has a place for it");
    let (table, after) = rest.split_once(END).expect("the place has an end");
    if std::env::var_os("ROTUNDA_BLESS").is_some() {
        std::fs::write(DOCUMENT, format!("{before}{BEGIN}{made}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(table, made, "run this test with ROTUNDA_BLESS=1");
    let sum = |count: fn(&Score) -> usize| scores.iter().map(|it| count(&it.2)).sum::<usize>();
    let (out, foreseen) = (sum(|it| it.out), sum(|it| it.foreseen));
    let (made, alarms) = (sum(|it| it.made), sum(|it| it.false_alarms));
    assert!(out > 100 && made - out > 100, "the lives have both ends: {out} of {made}");
    assert!(foreseen * 100 >= out * 85, "{foreseen} of {out} were foreseen");
    assert!(alarms * 100 <= (foreseen + alarms) * 6, "{alarms} false alarms");
}
