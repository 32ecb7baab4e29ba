"""Shows that each check of the workflows and of the packages' property lists can fail."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import release  # noqa: E402


class Release(unittest.TestCase):
    def workflow(self, job=None, **step):
        steps = [{"uses": "a/b@" + "0" * 40}, {"run": "bash installers/x.sh", **step}]
        return {"permissions": {"contents": "read"}, "jobs": {"one": {"runs-on": "x", "timeout-minutes": 1, "steps": steps, **(job or {})}}}

    def faults(self, workflow):
        tree = {"installers/x.sh"}
        rules = [release.words, release.pins, release.rights, release.schedules, release.commands]
        return [f for rule in rules for f in rule(workflow)] + release.references(workflow, tree)

    def test_what_is_right(self):
        self.assertEqual(self.faults(self.workflow()), [])

    def test_each_planted_fault_is_seen(self):
        checkout = "actions/checkout@" + "0" * 40
        for bad in [
            self.workflow(runs="x"),
            self.workflow(run="if then"),
            self.workflow(run="bash installers/none.sh"),
            self.workflow(run="echo ${{ github.ref_name }}"),
            self.workflow({"steps": [{"uses": "a/b@v4"}]}),
            self.workflow({"steps": [{"uses": checkout}]}),
            self.workflow({"permissions": {"contents": "write"}, "steps": [{"uses": checkout, "with": {"persist-credentials": False}}]}),
            self.workflow({"needs": "none"}),
            self.workflow(env={"A": "${{ matrix.none }}"}),
            {**self.workflow(), "permissions": {}},
            {**self.workflow(), True: {"schedule": [{"cron": "17 24 * * 0"}]}},
            {**self.workflow(), "on": {"schedule": [{"cron": "17 3 * *"}]}},
            self.workflow({"strategy": {"matrix": {"include": [{"group": "none"}]}}}),
            self.workflow({"strategy": {"matrix": {"include": [{"a": 1}, {"b": 1}]}}}, env={"A": "${{ matrix.a }}"}),
        ]:
            self.assertEqual(len(self.faults(bad)), 1, bad)

    def test_a_schedule_and_a_matrix_of_groups(self):
        matrix = {"strategy": {"matrix": {"include": [{"group": "soak"}]}}}
        workflow = {**self.workflow(matrix, env={"A": "${{ matrix.group }}"}), True: {"schedule": [{"cron": "17 3 * * 0"}]}}
        self.assertEqual(release.schedules(workflow) + release.references(workflow, {"installers/x.sh", "installers/groups/soak.sh"}), [])

    def test_a_step_that_a_script_does_not_know(self):
        scripts = {"installers/x.sh": "case $1 in\n  tests | more) one ;;\n  codex) two ;;\nesac\n"}
        for word, number in [("codex", 0), ("codecs", 1)]:
            workflow = self.workflow(run=f"bash installers/x.sh {word} 2>&1")
            self.assertEqual(len(release.script_steps(workflow, scripts)), number, word)

    def test_property_lists(self):
        head, tail = b'<plist version="1.0">', b"</plist>"
        self.assertEqual(release.property_lists({"a": head + b"<dict/>" + tail}, {"a": {}}), [])
        weak = b"<dict><key>com.apple.security.cs.allow-jit</key><true/></dict>"
        for bad in [head + b"<dict>" + tail, head + b"<array/>" + tail]:
            self.assertEqual(len(release.property_lists({"a": bad}, {"a": {}})), 1, bad)
        # A right that is given up, and a value that is meant to be another one.
        self.assertEqual(len(release.property_lists({"a": head + weak + tail}, {"a": {}})), 2)
        self.assertEqual(len(release.property_lists({"a": head + b"<dict/>" + tail}, {"a": {"LSUIElement": True}})), 1)
        # One that is not listed, and one that is gone.
        self.assertEqual(len(release.property_lists({"b": head + b"<dict/>" + tail}, {})), 1)
        self.assertEqual(len(release.property_lists({}, {"a": {}})), 1)
