//! First bytes of a router that reaches upstream over TLS: in use, and after a pause in which its connections grew too
//! old.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    Result,
    client::Client,
    figures::{Aim, Figure, SHORT, Table, median},
    subject::Subject,
};

pub(crate) const NAME: &str = "after a pause";

/// Longer than a connection that was used is trusted (90 s).
const PAUSE: Duration = Duration::from_secs(100);
const TURNS: u32 = 200;

/// The pauses of all subjects are one: they wait at the same time.
pub(crate) async fn table(plain: &Subject, secured: &Subject, rounds: u32) -> Result<Table> {
    let subjects = [plain, secured];
    let mut clients = Vec::new();
    let mut first_of_all = Vec::new();
    for subject in subjects {
        let mut client = subject.client().await?;
        first_of_all.push(Some(first_byte(&mut client).await?));
        clients.push(client);
    }
    let mut in_use = [Vec::new(), Vec::new()];
    let mut after_pause = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (client, seen) in clients.iter_mut().zip(&mut in_use) {
            for _ in 0..TURNS {
                seen.push(first_byte(client).await?);
            }
        }
        sleep(PAUSE).await;
        for (client, seen) in clients.iter_mut().zip(&mut after_pause) {
            seen.push(first_byte(client).await?);
        }
    }
    let time = |name, values| Figure { name, unit: "µs", values, aim: Aim::None };
    let medians = |seen: &mut [Vec<f64>; 2]| seen.iter_mut().map(|it| Some(median(it))).collect();
    let figures = vec![
        time("time to first byte, in use", medians(&mut in_use)),
        time("after a pause of 100 s", medians(&mut after_pause)),
        time("the first request of that router", first_of_all),
    ];
    let names = subjects.map(|subject| subject.name).to_vec();
    Ok(Table { names, base: plain.name, figures })
}

async fn first_byte(client: &mut Client) -> Result<f64> {
    Ok(client.turn(SHORT, "pause").await?.first_byte.as_secs_f64() * 1e6)
}
