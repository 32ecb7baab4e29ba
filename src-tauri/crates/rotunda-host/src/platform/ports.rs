//! The listener of a port, and the user of a connection: from `/proc/net/tcp`, which
//! lists the sockets of every user (`proc_pid_net(5)`).

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use super::{IsSameUser, PortOwner, linux::is_numbered};

/// State of a socket that listens, as the table writes it.
const LISTENS: &str = "0A";
/// Programs that hold the port for this user: our own, and the user's service
/// manager for a socket unit.
const OURS: [&str; 3] = ["rotunda", "rotunda-desktop", "systemd"];
/// Root may everything anyway.
const ROOT: u32 = 0;

/// One socket of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    local: String,
    remote: String,
    listens: bool,
    uid: u32,
    inode: String,
}

/// Who listens on a port, such as `node (4242)`. Only the user's own programs
/// can be named.
pub fn port_holder(port: u16) -> Option<String> {
    let process = holder_of(&listening(&rows(), port)?.inode)?;
    named(&process)
}

/// The same, with its user.
pub fn port_owner(port: u16) -> PortOwner {
    let rows = rows();
    let Some(row) = listening(&rows, port) else { return PortOwner::Unknown };
    let holder = holder_of(&row.inode);
    let program = holder.as_deref().and_then(named);
    if row.uid != own_uid() {
        return PortOwner::Stranger { program, user: Some(user_name(row.uid)) };
    }
    let is_ours = |program: &String| {
        OURS.iter().any(|name| program.strip_prefix(name).is_some_and(|it| it.starts_with(" (")))
    };
    let is_this = holder.is_some_and(|it| it.ends_with(std::process::id().to_string()));
    match program {
        None => PortOwner::Unknown,
        Some(program) if is_this || is_ours(&program) => PortOwner::Ours(program),
        program => PortOwner::Stranger { program, user: None },
    }
}

/// Tells whether the other end of a connection belongs to this user, or to
/// root. One that is not in the table is closed already.
pub fn same_user() -> Option<IsSameUser> {
    Some(is_same_user)
}

fn is_same_user(from: SocketAddr, to: SocketAddr) -> bool {
    let (own, rows) = (own_uid(), rows());
    let (from, to) = (written(from), written(to));
    let ends = |row: &&Row| from.contains(&row.local) && to.contains(&row.remote);
    rows.iter().find(ends).is_none_or(|row| row.uid == own || row.uid == ROOT)
}

fn own_uid() -> u32 {
    rustix::process::getuid().as_raw()
}

fn rows() -> Vec<Row> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].into_iter();
    let tables = tables.filter_map(|table| fs::read_to_string(table).ok());
    tables.flat_map(|table| table.lines().skip(1).filter_map(row_of).collect::<Vec<_>>()).collect()
}

/// `sl local remote st tx:rx tr:when retrnsmt uid timeout inode …`
fn row_of(line: &str) -> Option<Row> {
    let mut columns = line.split_whitespace().skip(1).map(str::to_owned);
    let (local, remote, state) = (columns.next()?, columns.next()?, columns.next()?);
    let uid = columns.nth(3)?.parse().ok()?;
    let inode = columns.nth(1)?;
    Some(Row { local, remote, listens: state == LISTENS, uid, inode })
}

/// The socket that keeps others from listening on the loopback at this port.
fn listening(rows: &[Row], port: u16) -> Option<&Row> {
    let any = [[0, 0, 0, 0].into(), [127, 0, 0, 1].into()];
    let mut places: Vec<_> =
        any.into_iter().flat_map(|ip: IpAddr| written((ip, port).into())).collect();
    places.push(format!("{}:{port:04X}", "0".repeat(32)));
    rows.iter().find(|row| row.listens && places.contains(&row.local))
}

/// An address as the tables write it, also as one of IPv6.
fn written(address: SocketAddr) -> Vec<String> {
    let IpAddr::V4(ip) = address.ip() else { return Vec::new() };
    let word = |bytes: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(bytes));
    let (ip, port) = (word(ip.octets()), address.port());
    let mapped = format!("{}{}{ip}", "0".repeat(16), word([0, 0, 0xff, 0xff]));
    [ip, mapped].map(|ip| format!("{ip}:{port:04X}")).to_vec()
}

fn holder_of(inode: &str) -> Option<PathBuf> {
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    processes.filter(|process| is_numbered(process)).find(|process| holds(process, &socket))
}

fn named(process: &Path) -> Option<String> {
    let name = fs::read_to_string(process.join("comm")).ok()?;
    Some(format!("{} ({})", name.trim(), process.file_name()?.to_str()?))
}

fn holds(process: &Path, socket: &str) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
    let mut links = files.filter_map(Result::ok).filter_map(|file| fs::read_link(file.path()).ok());
    links.any(|link| link.as_os_str() == socket)
}

/// The name of a user, or the number where there is none.
fn user_name(uid: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| uid.to_string())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_listener_of_our_own_is_named() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let holder = port_holder(port).unwrap();
        assert!(holder.ends_with(&format!("({})", std::process::id())), "{holder}");
        assert_eq!(port_owner(port), PortOwner::Ours(holder));
        drop(listener);
        assert_eq!(port_owner(port), PortOwner::Unknown);
    }

    #[test]
    fn a_listener_of_another_user_is_found_by_its_user_id() {
        let line = "  61: 0100007F:11A5 00000000:0000 0A 00000000:00000000 00:00000000 00000000 \
                    65533        0 37164 1 0 100 0 0 10 0";
        let row = row_of(line).unwrap();
        assert_eq!((row.uid, row.inode.as_str(), row.listens), (65_533, "37164", true));
        assert!(listening(&[row], 4517).is_some());
        let elsewhere = line.replace("0100007F", "0500A8C0");
        assert!(listening(&[row_of(&elsewhere).unwrap()], 4517).is_none());
    }

    #[test]
    fn a_connection_of_this_user_is_known() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (from, to) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
        let rows = rows();
        let is_found = rows.iter().any(|row| written(from).contains(&row.local));
        assert!(is_found && same_user().unwrap()(from, to));
    }
}
