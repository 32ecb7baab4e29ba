//! Rotunda beside prodex, another router for Codex: the same upstream, the same client, the same counts, two profiles
//! each. The upstream is one of their own, because it also says what is left of the quota.

use std::{net::SocketAddr, path::Path};

use crate::{
    Result,
    figures::{
        Aim, Figure, PACED_CPU, SHORT, Table, big_answer, cpu, first_byte, held_by, idle, names,
        paced, resident, start, unpaced_side_by_side,
    },
    subject::{
        self, Subject,
        prodex::{self, Threads},
        rotunda::{self, Wanted},
    },
};

pub(crate) const NAME: &str = "beside prodex";

/// Of one connection alone, prodex takes minutes for as many turns as the processor time of Rotunda can be read from.
const UNPACED: &str = "CPU per unpaced turn of 100 events, 8 at a time";
/// Below the 256 that prodex can carry at a time.
const HELD: u32 = 200;

/// What is compared, and where.
pub(crate) struct Programs<'a> {
    pub(crate) rotunda: &'a Path,
    pub(crate) prodex: &'a Path,
    pub(crate) upstream: SocketAddr,
    pub(crate) folder: &'a Path,
}

impl Programs<'_> {
    pub(crate) async fn table(&self, rounds: u32) -> Result<Table> {
        let subjects = self.start(Threads::Default, "Rotunda, 2 profiles").await?;
        let none = Aim::None;
        let mut figures = vec![start(&subjects)];
        figures.extend(idle(&subjects).await);
        figures.push(first_byte(&subjects, rounds).await?);
        figures.push(cpu(&subjects, rounds, PACED_CPU, none, paced).await?);
        figures.push(cpu(&subjects, rounds, UNPACED, none, unpaced_side_by_side).await?);
        figures.push(whole_rates(big_answer(&subjects, rounds, 1).await?));
        figures.push(resident(&subjects, "memory after all of it", none));
        figures.extend(self.held().await?);
        for figure in &mut figures {
            figure.aim = none;
        }
        let table = Table { names: names(&subjects), base: "prodex", figures };
        stop(subjects).await;
        Ok(table)
    }

    /// New routers of both kinds: prodex with as many threads as it takes, which the other figures are not to pay for.
    async fn held(&self) -> Result<[Figure; 2]> {
        let subjects = self.start(Threads::All, "Rotunda, held streams").await?;
        let mut ready = Vec::new();
        let mut each = Vec::new();
        for subject in &subjects {
            let Some(process) = subject.process() else {
                ready.push(None);
                each.push(None);
                continue;
            };
            subject.client().await?.turn(SHORT, "before").await?;
            ready.push(Some(process.resident()));
            each.push(Some(held_by(subject, process, HELD).await?));
        }
        stop(subjects).await;
        let figure = |name, unit, values| Figure { name, unit, values, aim: Aim::None };
        Ok([
            figure("memory, ready for 200 streams", "MiB", ready),
            figure("memory per held stream, 200 of them", "KiB", each),
        ])
    }

    async fn start(&self, threads: Threads, rotunda: &'static str) -> Result<Vec<Subject>> {
        let Self { upstream, folder, .. } = *self;
        let wanted = Wanted { name: rotunda, profiles: 2, ..Wanted::fresh(upstream) };
        Ok(vec![
            subject::direct(upstream),
            prodex::start(self.prodex, upstream, folder, threads).await?,
            rotunda::start(self.rotunda, folder, wanted).await?,
        ])
    }
}

/// Of a rate, the direct one is no part of what each adds.
fn whole_rates(figure: Figure) -> Figure {
    let values = figure.values.into_iter().enumerate();
    Figure { values: values.map(|(at, value)| value.filter(|_| at > 0)).collect(), ..figure }
}

async fn stop(subjects: Vec<Subject>) {
    for subject in subjects {
        subject.stop().await;
    }
}
