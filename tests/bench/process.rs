//! What the kernel says about a process and its children.

use std::{fs, time::Duration};

/// Ticks per second in /proc: part of Linux's interface to programs, the same on every machine.
const TICKS: u64 = 100;

/// A process and its children: nginx works in a child.
#[derive(Clone, Copy)]
pub(crate) struct Tree(pub(crate) u32);

impl Tree {
    fn pids(self) -> Vec<u32> {
        let mut pids = vec![self.0];
        let mut next = 0;
        while let Some(pid) = pids.get(next).copied() {
            let children =
                fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            pids.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
            next += 1;
        }
        pids
    }

    /// User and system time so far.
    pub(crate) fn cpu(self) -> Duration {
        let ticks: u64 = self.pids().into_iter().filter_map(ticks_of).sum();
        Duration::from_millis(ticks * 1_000 / TICKS)
    }

    /// Resident memory in MiB.
    pub(crate) fn resident(self) -> f64 {
        self.pids()
            .into_iter()
            .filter_map(|pid| status_of(pid, pid, "VmRSS:"))
            .map(|kib| f64::from(kib) / 1_024.0)
            .sum()
    }

    /// How often its threads went to sleep so far: each was a wake-up before.
    pub(crate) fn wakeups(self) -> u32 {
        let of_pid = |pid: u32| {
            let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
            threads
                .filter_map(|thread| thread.file_name().to_str()?.parse().ok())
                .filter_map(|thread| status_of(pid, thread, "voluntary_ctxt_switches:"))
                .sum::<u32>()
        };
        self.pids().into_iter().map(of_pid).sum()
    }
}

fn ticks_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold spaces; the numbers begin behind its bracket, user time being the 12th of them.
    let numbers: Vec<&str> = stat.get(stat.rfind(')')? + 2..)?.split(' ').collect();
    Some(numbers.get(11)?.parse::<u64>().ok()? + numbers.get(12)?.parse::<u64>().ok()?)
}

fn status_of(pid: u32, thread: u32, name: &str) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{pid}/task/{thread}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
