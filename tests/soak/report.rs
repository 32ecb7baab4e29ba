//! What was found, as lines that are right or wrong, and their count.

use std::fmt::Write as _;

/// Lines so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
    passed: u32,
    failed: u32,
}

impl Report {
    /// One thing that is right or wrong, and what was seen.
    pub(crate) fn line(&mut self, what: &str, is_right: bool, seen: &str) {
        let verdict = if is_right { "ok" } else { "FAILED" };
        if is_right {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "  {verdict:6} {what}");
        for line in seen.lines().filter(|line| !line.is_empty()) {
            let _ = writeln!(self.text, "           {line}");
        }
    }

    /// Something worth knowing.
    pub(crate) fn remark(&mut self, text: &str) {
        let _ = writeln!(self.text, "         {text}");
    }

    /// Prints it all; true when nothing is wrong.
    pub(crate) fn print(&self) -> bool {
        println!("{}{} passed, {} failed", self.text, self.passed, self.failed);
        self.failed == 0 && self.passed > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_line_fails_the_whole_and_none_is_no_success() {
        let mut report = Report::default();
        assert!(!report.print());
        report.line("fine", true, "");
        assert!(report.print());
        report.line("not fine", false, "this\nand that");
        assert!(!report.print());
        assert!(report.text.contains("FAILED not fine"));
    }
}
