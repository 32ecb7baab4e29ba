//! What Rotunda costs on the way, beside nginx and beside nothing at all, measured in one run on one machine.
//!
//! Absolute numbers of a shared machine mean little, so every figure is taken from all subjects in turn, several
//! rounds, and read as a ratio. A figure is one function in `figures.rs`; a new kind of load is one more of them.
#![expect(clippy::print_stdout, reason = "a program whose output is a table")]

mod client;
mod figures;
mod machine;
mod many;
mod pause;
mod peers;
mod process;
mod report;
mod socket;
mod subject;
mod upstream;

use std::{
    error::Error,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use rotunda_tests::{AUTHORITY, TlsFront};

use self::{
    report::{Page, table},
    subject::{
        Subject,
        rotunda::{History, Wanted, start},
    },
};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What the command line asks for.
struct Options {
    rotunda: Option<PathBuf>,
    nginx: Option<PathBuf>,
    /// Another router to measure beside; absent by default.
    prodex: Option<PathBuf>,
    write: Option<PathBuf>,
    rounds: u32,
    /// Only figures whose name holds this.
    only: String,
}

const USAGE: &str = "usage: bench [--rotunda PROGRAM [--prodex PROGRAM]] [--nginx PROGRAM] [--write FILE] \
                     [--rounds N] [--only WORD]";

impl Options {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            rotunda: None,
            nginx: None,
            prodex: None,
            write: None,
            rounds: 5,
            only: String::new(),
        };
        while let Some(flag) = args.next() {
            let value = args.next().ok_or(USAGE)?;
            match flag.as_str() {
                "--rotunda" => options.rotunda = Some(value.into()),
                "--nginx" => options.nginx = Some(value.into()),
                "--prodex" => options.prodex = Some(value.into()),
                "--write" => options.write = Some(value.into()),
                "--rounds" => options.rounds = value.parse::<u32>()?.max(1),
                "--only" => options.only = value,
                _ => return Err(USAGE.into()),
            }
        }
        if options.prodex.is_some() && options.rotunda.is_none() {
            return Err(USAGE.into());
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
    let bench = Bench { options, folder: folder.path().to_owned(), upstream: server.address() };
    let page = bench.run().await?;
    if let Some(path) = &bench.options.write {
        std::fs::write(path, page.text(&machine::describe(), bench.options.rounds))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        println!("written to {}", path.display());
    }
    Ok(())
}

/// One run.
struct Bench {
    options: Options,
    folder: PathBuf,
    upstream: SocketAddr,
}

impl Bench {
    async fn run(&self) -> Result<Page> {
        let Options { rotunda, nginx, rounds, only, .. } = &self.options;
        let mut page = Page::default();
        let mut subjects = vec![subject::direct(self.upstream)];
        if let Some(program) = nginx {
            subjects.push(subject::nginx::start(program, self.upstream, &self.folder).await?);
        }
        let Some(program) = rotunda else {
            page.http = table(&figures::over_http(&subjects, only, *rounds).await?);
            return stopped(subjects, page).await;
        };
        let fresh = Wanted::fresh(self.upstream);
        subjects.push(start(program, &self.folder, fresh.clone()).await?);
        page.http = table(&figures::over_http(&subjects, only, *rounds).await?);
        let nginx = nginx.is_some().then(|| subjects.swap_remove(1));
        // Rotunda is where nginx was.
        let empty = subjects.swap_remove(1);
        let relay = subject::relay::start(self.upstream).await?;
        let sockets = [relay, empty];
        page.sockets = table(&figures::over_sockets(&sockets, only, *rounds).await?);
        let [relay, empty] = sockets;
        let mut beside = vec![empty];
        if figures::LEDGER.contains(only.as_str()) {
            let history = History::Chains(figures::CHAINS);
            let full = Wanted { name: "full ledger", history, ..fresh.clone() };
            beside.push(start(program, &self.folder, full).await?);
            page.ledgers = table(&figures::of_ledgers(&beside, *rounds).await?);
            subjects.extend(beside.pop());
        }
        if figures::YEAR.contains(only.as_str()) {
            let old = Wanted { name: "after a year", history: History::Year, ..fresh.clone() };
            beside.push(start(program, &self.folder, old).await?);
            page.year = table(&figures::of_years(&beside, *rounds).await?);
            subjects.extend(beside.pop());
        }
        if many::NAME.contains(only.as_str()) {
            let eight = Wanted { name: "Rotunda, 8 profiles", profiles: 8, ..fresh.clone() };
            let many = start(program, &self.folder, eight).await?;
            page.many = table(&many::table(nginx.as_ref(), &many).await?);
            subjects.push(many);
        }
        if pause::NAME.contains(only.as_str()) {
            let front = TlsFront::start(self.upstream).await;
            let upstream = format!("https://{}", front.address());
            let authority = Some(AUTHORITY);
            let secured = Wanted { name: "Rotunda over TLS", upstream, authority, ..fresh.clone() };
            let secured = start(program, &self.folder, secured).await?;
            let plain = Wanted { name: "Rotunda without TLS", ..fresh.clone() };
            let plain = start(program, &self.folder, plain).await?;
            page.pause = table(&pause::table(&plain, &secured, *rounds).await?);
            subjects.extend([plain, secured]);
        }
        page.prodex = self.beside_prodex(program).await?;
        subjects.extend(beside);
        subjects.push(relay);
        subjects.extend(nginx);
        stopped(subjects, page).await
    }

    /// Nothing where no prodex is named.
    async fn beside_prodex(&self, rotunda: &Path) -> Result<String> {
        let Options { prodex, rounds, only, .. } = &self.options;
        let Some(program) = prodex.as_ref().filter(|_| peers::NAME.contains(only.as_str())) else {
            return Ok(String::new());
        };
        let server = upstream::start_with_quota().await?;
        let (upstream, folder) = (server.address(), self.folder.as_path());
        let peers = peers::Programs { rotunda, prodex: program, upstream, folder };
        Ok(table(&peers.table(*rounds).await?))
    }
}

async fn stopped(subjects: Vec<Subject>, page: Page) -> Result<Page> {
    for subject in subjects {
        subject.stop().await;
    }
    Ok(page)
}
