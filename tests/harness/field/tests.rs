//! What a checker relies on.

use std::collections::BTreeSet;

use super::*;

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const LANES: [Lane; 4] = [Lane::Http, Lane::Compact, Lane::Upgrade, Lane::Frame];

fn field(seed: u64) -> Field {
    Field::of(seed, NAMES.map(str::to_owned))
}

fn ask(account: &str, lane: Lane) -> Ask<'_> {
    Ask { account, lane, model: "gpt-test", output: &[] }
}

#[tokio::test]
async fn two_accounts_are_healthy_at_any_time_and_others_are_not() {
    let field = field(1);
    for slot in 0..PERIOD * 9 {
        let healthy: Vec<_> = (0..NAMES.len()).filter(|it| field.is_healthy(*it, slot)).collect();
        assert!((HEALTHY..=2 * HEALTHY).contains(&healthy.len()), "{slot}: {healthy:?}");
        assert!(!healthy.contains(&(NAMES.len() - 1)), "the last one is never kept healthy");
    }
    // Before its period an account is kept healthy longer than a router may let it rest.
    assert!(SLOT * u32::try_from(BEFORE).unwrap() >= TROUBLE_REST);
}

#[tokio::test(start_paused = true)]
async fn an_account_is_ready_only_where_it_has_no_fault() {
    let field = field(2);
    let mut faults = 0;
    for _ in 0..400 {
        let now = Instant::now();
        for name in NAMES {
            for lane in LANES {
                let was_ready = field.ready(&[lane], "gpt-test", now, now).contains(&name);
                let Some(fault) = field.deal(ask(name, lane)) else { continue };
                faults += 1;
                let is_blip = fault.shape == Shape::Blip;
                assert!(!was_ready || is_blip, "{name} {lane:?} {}", fault.name);
            }
        }
        time::advance(Duration::from_millis(700)).await;
    }
    assert!(faults > 1_000, "{faults}");
}

#[tokio::test(start_paused = true)]
async fn a_rest_that_a_fault_allows_keeps_its_account_from_being_ready() {
    let field = field(3);
    let mut rested = 0;
    for _ in 0..200 {
        for name in NAMES {
            let Some(fault) = field.deal(ask(name, Lane::Http)) else { continue };
            if fault.cooldown != Cooldown::None {
                rested += 1;
                let now = Instant::now();
                let later = now + Duration::from_secs(1);
                assert!(!field.ready(&[], "gpt-test", later, later).contains(&name));
            }
        }
        time::advance(SLOT).await;
    }
    assert!(rested > 50, "{rested}");
}

/// The same status and code from two accounts would mean the request.
#[tokio::test(start_paused = true)]
async fn two_accounts_never_refuse_alike() {
    let field = field(4);
    let mut statuses = vec![BTreeSet::new(); NAMES.len()];
    for _ in 0..500 {
        for (place, name) in NAMES.iter().enumerate() {
            let fault = field.deal(ask(name, Lane::Http));
            if let Some(fault) = fault.filter(|fault| fault.shape == Shape::Error) {
                statuses[place].insert(fault.reply.status);
            }
        }
        time::advance(SLOT).await;
    }
    for (place, own) in statuses.iter().enumerate() {
        assert!(own.len() > 5, "{place}: {own:?}");
        let others = statuses.iter().enumerate().filter(|(other, _)| *other != place);
        assert!(others.into_iter().all(|(_, theirs)| own.is_disjoint(theirs)), "{own:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_shape_is_dealt_and_the_same_for_the_same_seed() {
    let dealt = async |seed: u64| {
        let field = field(seed);
        for _ in 0..300 {
            for lane in LANES {
                for name in NAMES {
                    field.deal(ask(name, lane));
                }
                field.deal(Ask { model: REFUSED_MODEL, ..ask("h", lane) });
            }
            time::advance(SLOT).await;
        }
        field.dealt()
    };
    let first = dealt(5).await;
    let missing: Vec<_> = Shape::ALL.iter().filter(|it| !first.contains_key(it)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(dealt(5).await, first);
    assert_ne!(dealt(6).await, first);
}
