//! Whether many streams and sockets that are held open slow a short turn down.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    Result,
    client::{Client, Running},
    figures::{Aim, Figure, SHORT, Table, most_of, script},
    socket::Socket,
    subject::Subject,
    upstream::Script,
};

pub(crate) const NAME: &str = "held streams and sockets";

const FEW: Held = Held { streams: 100, sockets: 0, time: Duration::from_secs(15) };
const STREAMS: Held = Held { streams: 5_000, sockets: 0, time: Duration::from_secs(60) };
const BOTH: Held = Held { streams: 5_000, sockets: 2_000, time: Duration::from_secs(75) };
const TURNS: u32 = 1_000;

#[derive(Clone, Copy)]
struct Held {
    streams: u32,
    sockets: u32,
    /// Between the first word of each and its next one: all are opened and the short turns measured by then.
    time: Duration,
}

impl Held {
    fn script(self) -> Script {
        script(2, self.time)
    }
}

/// What is held open at a subject.
#[derive(Default)]
struct Open {
    streams: Vec<(Client, Running)>,
    sockets: Vec<Socket>,
}

/// First bytes of short turns while so many are held, over those while few are.
pub(crate) async fn table(nginx: Option<&Subject>, rotunda: &Subject) -> Result<Table> {
    let mut few = Vec::new();
    let mut streams = Vec::new();
    let mut both = Vec::new();
    let mut names = Vec::new();
    if let Some(nginx) = nginx {
        names.push(nginx.name);
        few.push(Some(while_held(nginx, FEW).await?));
        streams.push(Some(while_held(nginx, STREAMS).await?));
        both.push(None);
    }
    names.push(rotunda.name);
    few.push(Some(while_held(rotunda, FEW).await?));
    streams.push(Some(while_held(rotunda, STREAMS).await?));
    both.push(Some(while_held(rotunda, BOTH).await?));
    let ratios = |values: &[Option<f64>]| {
        values.iter().zip(&few).map(|(many, few)| Some((*many)? / (*few)?)).collect::<Vec<_>>()
    };
    let of_streams = ratios(&streams);
    let of_both = ratios(&both);
    let times = |name, values| Figure { name, unit: "µs", values, aim: Aim::None };
    let ratio = |name, values| Figure { name, unit: "×", values, aim: Aim::AtMost(2.0) };
    let figures = vec![
        times("first byte, 99 of 100, 100 streams held", few.clone()),
        times("first byte, 99 of 100, 5,000 streams held", streams),
        ratio("5,000 streams over 100", of_streams),
        times("first byte, 99 of 100, 5,000 streams and 2,000 sockets held", both),
        ratio("5,000 streams and 2,000 sockets over 100 streams", of_both),
    ];
    Ok(Table { names, base: "nginx", figures })
}

/// Every one that is held must be served to its end.
async fn while_held(subject: &Subject, held: Held) -> Result<f64> {
    let opened = Instant::now();
    let mut open = open(subject, held).await?;
    let mut client = subject.client().await?;
    let mut times = Vec::new();
    for _ in 0..TURNS {
        times.push(client.turn(SHORT, "beside-many").await?.first_byte.as_secs_f64() * 1e6);
    }
    if opened.elapsed() > held.time {
        return Err(format!("{}: measuring took longer than they stay open", subject.name).into());
    }
    for (_, stream) in open.streams {
        stream.finish().await?;
    }
    for socket in &mut open.sockets {
        socket.finish(held.script()).await?;
    }
    Ok(most_of(&mut times))
}

async fn open(subject: &Subject, held: Held) -> Result<Open> {
    let mut open = Open::default();
    for number in 0..held.streams {
        let mut client = subject.client().await?;
        let stream =
            client.begin(held.script(), &format!("held-{}-{number}", held.streams)).await?;
        open.streams.push((client, stream));
    }
    for _ in 0..held.sockets {
        let mut socket = subject.socket().await?;
        socket.begin(held.script()).await?;
        open.sockets.push(socket);
    }
    Ok(open)
}
