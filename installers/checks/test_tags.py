"""Shows that the check of the tags can fail, and what it gives to runners."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tags  # noqa: E402


class Tags(unittest.TestCase):
    entry = {"signs": ['"setpriv"'], "means": "root", "files": ["a.rs"], "groups": []}
    needy = '#[test]\nfn one() {\n    other();\n}\n\nfn other() {\n    Command::new("setpriv");\n}\n\n#[test]\nfn two() {}\n'

    def test_a_test_needs_what_its_helpers_need(self):
        self.assertEqual(tags.needy(self.needy, self.entry["signs"]), ["one"])

    def test_what_is_right_and_each_planted_fault(self):
        plain = "#[test]\nfn three() {}\n"
        texts = {"a.rs": self.needy, "b.rs": plain}
        self.assertEqual(tags.faults_of("root", self.entry, texts, set()), [])
        for entry, files in [
            (self.entry, {**texts, "b.rs": self.needy}),
            (self.entry, {**texts, "a.rs": plain}),
            (self.entry, {"b.rs": plain}),
            ({**self.entry, "groups": ["none"]}, texts),
        ]:
            self.assertEqual(len(tags.faults_of("root", entry, files, set())), 1, files)

    def test_how_runners_leave_tests_out(self):
        run = lambda *words: subprocess.run([sys.executable, tags.__file__, *words], capture_output=True, text=True, check=False)
        self.assertEqual(run("nextest").stdout, "all()\n")
        self.assertIn("::)the_key_of_a_run_is_no_key_of_another_user$/)", run("nextest", "root").stdout)
        self.assertIn("--skip the_key_of_a_run_is_no_key_of_another_user", run("cargo", "root").stdout)
        self.assertEqual(run("groups", "display").stdout, "desktop ui\n")
        self.assertIn("there are root, bus, display", run("nextest", "moon").stderr)
