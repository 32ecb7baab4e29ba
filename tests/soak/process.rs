//! What the kernel says of Rotunda's process.

use std::fs;

/// Its size at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vitals {
    /// Resident memory in KiB.
    pub(crate) resident: u64,
    /// Open files and sockets.
    pub(crate) files: usize,
    pub(crate) threads: u64,
}

impl Vitals {
    /// Those of a process; none when it is gone.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        let files = fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count();
        Some(Self { resident: field("VmRSS:")?, files, threads: field("Threads:")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_stays_open_is_seen() {
        let own = || Vitals::of(std::process::id()).unwrap();
        let before = own();
        // More than other tests open meanwhile.
        let held: Vec<_> = (0..64).map(|_| fs::File::open("/proc/self/status").unwrap()).collect();
        assert!(own().files >= before.files + 32);
        assert!(own().resident > 0 && own().threads > 0);
        drop(held);
    }
}
