use super::*;
use crate::{
    home::Env,
    settings::{SettingsPatch, SettingsView, change, load},
    testing,
};

fn loaded(text: &str) -> Result<Settings, SettingsError> {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), text).unwrap();
    load(&home, &Env::default())
}

#[test]
fn thresholds_and_hours_are_read_and_bounded() {
    let settings = loaded(
        "[alerts]\nfive_hours_left = [5, 50, 20, 5]\nweek_left = []\nquiet_hours = '22:00-7:00'\n\
         [forecast]\nwork_days = 'mon-fri'\nwork_hours = '09:00-18:00'\n",
    )
    .unwrap();
    assert_eq!(settings.alerts.thresholds.five_hours, [50, 20, 5]);
    assert!(settings.alerts.thresholds.week.is_empty());
    assert_eq!(settings.alerts.quiet, Hours::of("22:00-07:00"));
    assert_eq!(settings.schedule.days, Days::of("mon-fri"));
    assert_eq!(settings.schedule.hours, Hours::of("09:00-18:00"));
    assert!(settings.warnings.is_empty(), "{:?}", settings.warnings);
    let none = loaded("").unwrap();
    assert_eq!(none.alerts, Alerts::default());
    assert_eq!(none.alerts.thresholds.week, [20, 5]);
    assert_eq!(none.schedule, Schedule::default());
}

#[test]
fn what_cannot_be_names_its_line() {
    for (text, expected) in [
        ("[alerts]\nweek_left = [0]\n", "settings.toml, line 2: week_left: the thresholds are"),
        ("[alerts]\nweek_left = [100]\n", "settings.toml, line 2: week_left: the thresholds are"),
        (
            "[alerts]\nfive_hours_left = [1, 2, 3, 4, 5, 6]\n",
            "settings.toml, line 2: five_hours_left: the thresholds are",
        ),
        ("[alerts]\nquiet_hours = 'night'\n", "settings.toml, line 2: quiet_hours: quiet hours"),
        ("[forecast]\nwork_days = 'x'\n", "settings.toml, line 2: work_days: working days are"),
        ("[forecast]\nwork_hours = '9'\n", "settings.toml, line 2: work_hours: working hours are"),
        ("[alerts]\nweek_left = 20\n", "settings.toml, line 2: "),
    ] {
        let error = loaded(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn the_window_changes_them_and_what_it_shows_can_come_back() {
    let (_root, home) = testing::home();
    std::fs::write(home.settings_file(), "# mine\n[alerts]\n# how loud\nweek_left = [30]\n")
        .unwrap();
    let env = Env::default();
    let patch = SettingsPatch {
        five_hours_left: Some(vec![60, 10]),
        quiet_hours: Some("21:30-06:00".to_owned()),
        work_days: Some("sat".to_owned()),
        ..SettingsPatch::default()
    };
    let settings = change(&home, &env, &patch).unwrap();
    let text = std::fs::read_to_string(home.settings_file()).unwrap();
    assert!(text.starts_with("# mine\n[alerts]\n# how loud\nweek_left = [30]\n"), "{text}");
    let view = SettingsView::of(&settings, true, None);
    assert_eq!((&*view.five_hours_left, &*view.week_left), (&[60, 10][..], &[30][..]));
    let hours = (view.quiet_hours.as_str(), view.work_days.as_str(), view.work_hours.as_str());
    assert_eq!(hours, ("21:30-06:00", "sat", "learned"));
    let back: SettingsPatch = serde_json::from_value(serde_json::to_value(&view).unwrap()).unwrap();
    let again = change(&home, &env, &back).unwrap();
    assert_eq!(SettingsView::of(&again, true, None), view);
    let bad = SettingsPatch { week_left: Some(vec![0]), ..SettingsPatch::default() };
    assert!(change(&home, &env, &bad).is_err());
    let off = SettingsPatch { quiet_hours: Some("off".to_owned()), ..SettingsPatch::default() };
    assert_eq!(change(&home, &env, &off).unwrap().alerts.quiet, None);
}
