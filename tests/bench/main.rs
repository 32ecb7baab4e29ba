//! What Rotunda costs on the way, beside nginx and beside nothing at all, measured in one run on one machine.
//!
//! Absolute numbers of a shared machine mean little, so every figure is taken from all subjects in turn, several
//! rounds, and read as a ratio. A figure is one function in `figures.rs`; a new kind of load is one more of them.
#![expect(clippy::print_stdout, reason = "a program whose output is a table")]

mod client;
mod figures;
mod machine;
mod process;
mod report;
mod socket;
mod subject;
mod upstream;

use std::{error::Error, path::PathBuf};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What the command line asks for.
struct Options {
    rotunda: Option<PathBuf>,
    nginx: Option<PathBuf>,
    write: Option<PathBuf>,
    rounds: u32,
    /// Only figures whose name holds this.
    only: String,
}

const USAGE: &str =
    "usage: bench [--rotunda PROGRAM] [--nginx PROGRAM] [--write FILE] [--rounds N] [--only WORD]";

impl Options {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options =
            Self { rotunda: None, nginx: None, write: None, rounds: 5, only: String::new() };
        while let Some(flag) = args.next() {
            let value = args.next().ok_or(USAGE)?;
            match flag.as_str() {
                "--rotunda" => options.rotunda = Some(value.into()),
                "--nginx" => options.nginx = Some(value.into()),
                "--write" => options.write = Some(value.into()),
                "--rounds" => options.rounds = value.parse::<u32>()?.max(1),
                "--only" => options.only = value,
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if let [flag, upstream] = &arguments.by_ref().collect::<Vec<_>>()[..]
        && flag == "--relay"
    {
        return socket::relay(upstream.parse()?).await;
    }
    let options = Options::from_args(std::env::args().skip(1))?;
    let folder = tempfile::tempdir()?;
    let server = upstream::start().await?;
    let upstream = server.address();
    let mut subjects = vec![subject::direct(upstream)];
    if let Some(program) = &options.nginx {
        subjects.push(subject::nginx::start(program, upstream, folder.path()).await?);
    }
    if let Some(program) = &options.rotunda {
        subjects.push(subject::rotunda::start(program, upstream, folder.path(), 0).await?);
    }
    let mut tables = vec![figures::over_http(&subjects, &options.only, options.rounds).await?];
    if let (Some(program), Some(empty)) = (&options.rotunda, subjects.pop()) {
        let relay = subject::relay::start(upstream).await?;
        subjects.extend([relay, empty]);
        let sockets = &subjects[subjects.len() - 2..];
        tables.push(figures::over_sockets(sockets, &options.only, options.rounds).await?);
        if figures::LEDGER.contains(&options.only) {
            let full = subject::rotunda::start(program, upstream, folder.path(), figures::CHAINS);
            subjects.push(full.await?);
            let ledgers = &subjects[subjects.len() - 2..];
            tables.push(figures::of_ledgers(ledgers, options.rounds).await?);
        }
    }
    let tables: Vec<String> = tables.iter().map(report::table).collect();
    println!("{}", tables.join("\n\n"));
    if let Some(path) = &options.write {
        std::fs::write(path, report::page(&machine::describe(), options.rounds, &tables))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("written to {}", path.display());
    }
    for subject in subjects {
        subject.stop().await;
    }
    Ok(())
}
