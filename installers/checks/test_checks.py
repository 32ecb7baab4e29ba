"""Shows that every check of this folder can fail: each violation is planted and must be caught.

Run by `python3 -m unittest`; the trees it looks at are made up here or in a temporary folder.
"""

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import clone  # noqa: E402
import contract  # noqa: E402
import count  # noqa: E402
import dependencies  # noqa: E402
import docs  # noqa: E402
import hermetic  # noqa: E402
import readme  # noqa: E402
import rules  # noqa: E402


class Contract(unittest.TestCase):
    def setUp(self):
        self.kept = {test: "ok" for _, tests in contract.PROMISES for test in tests}
        self.cells = len(contract.PROMISES) + 1
        self.known = [{"test": "direct::known", "from": "0.150.0", "through": "0.160.1", "reason": "it is old"}]

    def failing(self, *tests):
        return self.kept | dict.fromkeys(tests, "FAILED")

    def test_all_kept(self):
        table, kept, broken = contract.table_of({"1.0.0": self.kept, "2.0.0": self.kept})
        self.assertEqual((kept, broken), (2 * self.cells, 0))
        self.assertIn("| promise | 1.0.0 | 2.0.0 |", table)

    def test_a_broken_promise_names_its_test_and_version(self):
        promise, tests = contract.PROMISES[3]
        log = "".join(f"test {test} ... {'FAILED' if test == tests[0] else 'ok'}\n" for test in self.kept)
        table, _, broken = contract.table_of({"1": self.kept, "2": contract.results_of(log)})
        self.assertEqual(broken, 1)
        self.assertIn(f"| {promise} | kept | **broken**: `{tests[0].split('::')[1]}` |", table)

    def test_what_did_not_run_is_not_kept(self):
        table, kept, broken = contract.table_of({"1": {}})
        self.assertEqual((kept, broken), (1, len(contract.PROMISES)))
        self.assertIn("not run", table)

    def test_a_failure_outside_every_promise_is_reported(self):
        table, _, broken = contract.table_of({"1": self.failing("direct::else")})
        self.assertEqual(broken, 1)
        self.assertIn(f"| {contract.REST} | **broken**: `else` |", table)

    def test_a_listed_difference_is_reported_with_its_reason_and_is_no_failure(self):
        old, new = self.failing("direct::known"), self.kept | {"direct::known": "ok"}
        table, _, broken = contract.table_of({"0.169.0": new, "0.160.1": old, "0.150.0": old}, self.known)
        self.assertEqual(broken, 0)
        self.assertIn(f"| {contract.REST} | kept | not kept by this client | not kept by this client |", table)
        self.assertIn("- Not kept by 0.160.1 and 0.150.0: it is old (`known`).", table)

    def test_tests_with_one_reason_share_a_line_and_versions_are_those_of_the_reason(self):
        self.known.append(self.known[0] | {"test": "direct::beside"})
        self.known.append({"test": "direct::known", "from": "0.128.0", "through": "0.128.0", "reason": "it is older"})
        old, older = self.failing("direct::known", "direct::beside"), self.failing("direct::known")
        table, _, broken = contract.table_of({"0.150.0": old, "0.128.0": older}, self.known)
        self.assertEqual(broken, 0)
        self.assertIn("- Not kept by 0.150.0: it is old (`known`, `beside`).", table)
        self.assertIn("- Not kept by 0.128.0: it is older (`known`).", table)

    def test_a_difference_holds_for_its_versions_only(self):
        for version in ("0.149.9", "0.160.2", "0.169.0"):
            table, _, broken = contract.table_of({version: self.failing("direct::known")}, self.known)
            self.assertEqual(broken, 1, version)
            self.assertIn("**broken**: `known`", table)

    def test_a_difference_that_is_gone_is_a_failure(self):
        table, _, broken = contract.table_of({"0.160.1": self.kept | {"direct::known": "ok"}}, self.known)
        self.assertEqual(broken, 1)
        self.assertIn("**kept, though written down as a difference**: `known`", table)

    def test_a_known_difference_hides_no_other_failure(self):
        self.known[0]["test"], beside = contract.PROMISES[1][1][:2]
        table, _, broken = contract.table_of({"0.160.1": self.failing(*contract.PROMISES[1][1][:2])}, self.known)
        self.assertEqual(broken, 1)
        self.assertIn(f"**broken**: `{beside.split('::')[1]}` |", table)

    def test_what_is_written_down_is_whole_and_about_tests_that_exist(self):
        written = contract.differences_of(contract.DIFFERENCES.read_text(encoding="utf-8"))
        self.assertTrue(written)
        for difference in written:
            self.assertIn(difference["test"], self.kept)
        self.assertRaises(SystemExit, contract.differences_of, '[[difference]]\ntest = "a::b"\nthrough = "1"\nreason = " "')

    def test_the_table_replaces_the_former_and_nothing_else(self):
        document = f"before\n{contract.BEGIN}\nold\n{contract.END}\nafter\n"
        put = contract.put(document, "new")
        self.assertEqual(put, f"before\n{contract.BEGIN}\n\nnew\n\n{contract.END}\nafter\n")
        self.assertRaises(SystemExit, contract.put, "no marks", "new")

    def test_every_named_test_exists(self):
        for _, tests in contract.PROMISES:
            for test in tests:
                module, name = test.split("::")
                text = (HERE.parents[1] / f"tests/codex/{module}.rs").read_text(encoding="utf-8")
                self.assertIn(f"async fn {name}()", text)


class Counting(unittest.TestCase):
    def check(self, kind, text, wanted):
        self.assertEqual(count.count(kind, text), wanted)

    def test_cargo_sums_its_binaries(self):
        line = "test result: {}. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"
        self.check("cargo", line.format("ok", 3, 0) + line.format("FAILED", 4, 2), (7, 2))

    def test_nextest_counts_a_timeout_as_a_failure(self):
        self.check("cargo", "     Summary [   1.2s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 3 skipped\n", (6, 3))
        self.check("cargo", "\x1b[32;1m     Summary\x1b[0m [   0.5s] \x1b[1m2\x1b[0m tests run: \x1b[1m2\x1b[0m passed, 0 skipped\n", (2, 0))
        self.check("cargo", "     Summary [   1.2s] 4/9 tests run: 3 passed, 1 failed, 0 skipped\n", (3, 1))

    def test_vitest_playwright_and_node(self):
        self.check("vitest", " Test Files  1 passed (1)\n      Tests  2 failed | 12 passed | 1 skipped (15)\n", (12, 2))
        self.check("playwright", "  2 failed\n    [chromium] a.spec.ts\n  1 flaky\n  14 passed (3.4s)\n", (15, 2))
        self.check("node", "# tests 4\n# pass 3\n# fail 1\n", (3, 1))

    def test_ours_is_the_last_total(self):
        self.check("ours", "3 passed, 0 failed\n4 passed, 1 failed\n7 passed, 1 failed\n", (7, 1))

    def test_silence_is_no_count(self):
        for kind in count.FORMATS:
            self.check(kind, "error: could not compile\n", None)
            self.check(kind, "0 passed, 0 failed\ntest result: ok. 0 passed; 0 failed; 0 ignored\n", None)


def config(**more):
    return dependencies.Config({"licences": ["MIT", "Apache-2.0"], **more})


def metadata(*packages):
    """(name, version, licence, [names it needs])"""
    ids = {name: f"{name}@{version}" for name, version, *_ in packages}
    return {
        "packages": [{"id": f"{n}@{v}", "name": n, "version": v, "license": licence} for n, v, licence, _ in packages],
        "resolve": {
            "nodes": [
                {"id": f"{n}@{v}", "deps": [{"pkg": ids[d], "dep_kinds": [{"kind": None}]} for d in needs]}
                for n, v, _, needs in packages
            ]
        },
    }


class Dependencies(unittest.TestCase):
    def test_licence_expressions(self):
        allowed = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"}
        for good in ["MIT", "GPL-3.0 OR MIT", "MIT/GPL-3.0", "(MIT OR X) AND Apache-2.0", "Apache-2.0 WITH LLVM-exception"]:
            self.assertTrue(dependencies.satisfied(good, allowed), good)
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR X) AND GPL-3.0", "MIT WITH Surprise", "(MIT", "MIT MIT", ""]:
            self.assertFalse(dependencies.satisfied(bad, allowed), bad)

    def test_a_crate_with_another_licence_or_none(self):
        for licence in ["AGPL-3.0", None]:
            self.assertEqual(len(dependencies.crate_licences(metadata(("a", "1", licence, [])), config())), 1)
        self.assertEqual(dependencies.crate_licences(metadata(("a", "1", "MIT", [])), config()), [])

    def test_an_exception_is_for_the_named_licence_only(self):
        entry = {"names": ["a"], "licence": "MPL-2.0", "reason": "a reason long enough to read"}
        self.assertEqual(dependencies.crate_licences(metadata(("a", "1", "MPL-2.0", [])), config(licence_exceptions=[entry])), [])
        self.assertEqual(len(dependencies.crate_licences(metadata(("a", "1", "AGPL-3.0", [])), config(licence_exceptions=[entry]))), 1)

    def test_two_versions_without_a_reason(self):
        twice = metadata(("a", "1", "MIT", []), ("a", "2", "MIT", []))
        self.assertEqual(len(dependencies.crate_duplicates(twice, config())), 1)
        entry = {"names": ["a"], "reason": "a reason long enough to read"}
        self.assertEqual(dependencies.crate_duplicates(twice, config(duplicates=[entry])), [])

    def test_a_reason_nobody_needs_any_more_or_an_empty_one(self):
        entry = {"names": ["gone"], "reason": ""}
        self.assertEqual(len(dependencies.crate_duplicates(metadata(("a", "1", "MIT", [])), config(duplicates=[entry]))), 1)
        self.assertEqual(len(config(duplicates=[entry]).faults()), 1)

    def test_a_crate_from_elsewhere(self):
        good = {"name": "a", "source": "registry+one", "checksum": "1"}
        self.assertEqual(dependencies.crate_sources({"package": [good, {"name": "rotunda-core"}]}), [])
        for bad in [{"source": "git+there"}, {"source": "registry+two", "checksum": "1"}, {}, {"source": "registry+one"}]:
            self.assertEqual(len(dependencies.crate_sources({"package": [good, {"name": "b", **bad}]})), 1, bad)

    def test_a_layer_that_points_up_at_any_depth(self):
        down = metadata(("core", "1", "MIT", []), ("router", "1", "MIT", ["core"]))
        rule = config(layers={"core": ["router", "tokio"]})
        self.assertEqual(dependencies.layers(down, rule), [])
        up = metadata(("tokio", "1", "MIT", []), ("between", "1", "MIT", ["tokio"]), ("core", "1", "MIT", ["between"]))
        self.assertEqual(len(dependencies.layers(up, rule)), 1)
        self.assertEqual(len(dependencies.layers(metadata(("other", "1", "MIT", [])), rule)), 1)

    def test_node_packages(self):
        def lock(**package):
            return {"packages": {"": {"name": "ui"}, "node_modules/a": {"integrity": "sha512-x", **package}}}

        self.assertEqual(dependencies.node_licences(lock(license="MIT"), config()), [])
        self.assertEqual(len(dependencies.node_licences(lock(license="AGPL-3.0"), config())), 1)
        self.assertEqual(len(dependencies.node_licences(lock(), config())), 1)
        self.assertEqual(dependencies.node_sources(json.dumps(lock())), [])
        self.assertEqual(len(dependencies.node_sources(json.dumps(lock(resolved="https://mirror.example/a.tgz")))), 1)
        self.assertEqual(len(dependencies.node_sources(json.dumps(lock(integrity="")))), 1)


class Documents(unittest.TestCase):
    tree = ["docs/here.md", "src-tauri/src/main.rs", "ui/a.ts", "ui/b.ts"]

    def test_a_file_that_is_not_there(self):
        good = "`src-tauri/src/main.rs`, `main.rs`, `src/main.rs`, `ui/{a,b}.ts`, `ui/*.ts`, `docs/`, `auth.json`, `GET /x`\n```\n`ui/none.ts`\n```\n"
        self.assertEqual(docs.missing_files({"r.md": good}, self.tree), [])
        for bad in ["`ui/none.ts`", "`none.rs`", "`rc/main.rs`", "`ui/{a,c}.ts`", "`docs/none/`", "`installers/run.sh demo`, `ui/none.ts`"]:
            self.assertEqual(len(docs.missing_files({"r.md": bad}, self.tree)), 1, bad)

    def test_a_test_that_is_not_there_or_not_named(self):
        texts = {
            "tests/a.rs": "#[tokio::test]\nasync fn it_is_so() {}\n#[test]\n#[cfg(unix)]\nfn and_so() {}\nfn no_test() {}\n",
            "tests/b.rs": "#[tokio::test(start_paused = true)]\nasync fn later_too() {}\n",
        }
        table = "| what | guarded by |\n|---|---|\n| x | {} |\n\n| other | column |\n|---|---|\n| x | `no_test` |\n"
        for good in ["`it_is_so`", "`tests/a.rs`: `and_so`, `tests/b.rs`: `later_too`", "`it_is_so`, `later_too`"]:
            self.assertEqual(docs.missing_tests({"r.md": table.format(good)}, texts), [], good)
        for bad in ["`gone_by_now`", "`no_test`", "`tests/b.rs`: `it_is_so`", "`tests/a.rs`", "by hand"]:
            self.assertEqual(len(docs.missing_tests({"r.md": table.format(bad)}, texts)), 1, bad)

    def test_a_link_that_leads_nowhere(self):
        documents = {"docs/here.md": "# One `two` three\n[a](../ui/a.ts) [b](#one-two-three) [c](../ui) [d](https://elsewhere.example)"}
        self.assertEqual(docs.broken_links(documents, self.tree), [])
        for bad in ["none.md", "../../etc/passwd", "here.md#nothing", "../ui/none"]:
            self.assertEqual(len(docs.broken_links({"docs/here.md": f"# One\n[a]({bad})"}, self.tree)), 1, bad)

    def test_a_command_that_is_not_there(self):
        reference = "# Commands\n## rotunda\n## rotunda bind\n| `--dry-run` | x |\n## rotunda run\n| `--profile <P>` | x |\n## rotunda project\n## rotunda project add\n| `--profiles <P>` | x |\n"
        good = "`rotunda bind --dry-run` `rotunda project add A --profiles B` `rotunda run --profile A -- exec --json` `rotunda help` `rotunda.db`\n```sh\nx && rotunda bind # --odd\n```\n"
        self.assertEqual(docs.unknown_commands({"docs/commands.md": reference, "a.md": good}), [])
        for bad in ["`rotunda bond`", "`rotunda bind --dry`", "`rotunda project --profiles B`", "`rotunda project drop --profiles B`", "```sh\na/rotunda bind --json\n```\n"]:
            self.assertEqual(len(docs.unknown_commands({"docs/commands.md": reference, "a.md": bad})), 1, bad)

    def test_a_sentence_that_nobody_says(self):
        source = 'error("Port {port} is used by {by}. \\\n        End that program.") "Say \\"please\\" once more."'
        texts = {"src-tauri/a.rs": source, "tests/b.rs": "Only a test says this sentence."}
        good = '### "Port … is used by …. End that program."\n## "Say \\"please\\" once more."\n### no sentence'
        self.assertEqual(docs.unsaid({"d.md": good}, texts), [])
        for bad in ["Port … was used by ….", "Only a test says this sentence.", "… is …", "Say please once more."]:
            self.assertEqual(len(docs.unsaid({"d.md": f'### "{bad}"'}, texts)), 1, bad)

    def test_words_that_must_not_be_in_it(self):
        for bad in ["see /ro" + "ot/.cache/x", "in /wo" + "rk/main", "https://crates." + "io/x", "registry.npmjs." + "org", "sk-" + "a1" * 20]:
            self.assertEqual(len(docs.forbidden_words({"a.rs": f"one\n{bad}\n"})), 1, bad)
        self.assertEqual(docs.forbidden_words({"a.rs": "~/work/x $HOME/work/y the work/rest sk-short"}), [])


class Rules(unittest.TestCase):
    def result_of(self, found):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), self.assertRaises(SystemExit) as end:
            rules.tell(found)
        return out.getvalue().splitlines()[-1], end.exception.code

    def test_it_ends_well_only_when_something_was_looked_at_and_nothing_found(self):
        self.assertEqual(self.result_of([("a", []), ("b", [])]), ("2 passed, 0 failed", 0))
        self.assertEqual(self.result_of([("a", ["fault", "fault"]), ("b", [])]), ("1 passed, 1 failed", 1))
        self.assertEqual(self.result_of([]), ("0 passed, 0 failed", 1))


class Readme(unittest.TestCase):
    page = "<!-- runs -->\n```sh\nrotunda bind\n```\n<!-- runs -->\n```sh\n{}\n```\n"
    # A program that binds, and unbinds only on SIGTERM.
    program = """#!/bin/sh
case $1 in
  serve) echo ready; exec sleep 600 ;;
  bind) cp .codex/config.toml before; echo openai_base_url >>.codex/config.toml ;;
  unbind) cp before .codex/config.toml ;;
  *) exit 2 ;;
esac
"""

    def follow(self, text):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "rotunda"
            program.write_text(self.program)
            program.chmod(0o755)
            return readme.follow(readme.blocks(text), folder)

    def test_a_page_that_works(self):
        self.assertEqual(self.follow(self.page.format("rotunda unbind   # as it was")), (2, []))

    def test_each_planted_fault_is_seen(self):
        for bad, faults in [("rotunda unbnd", 2), ("true", 1), ("rotunda unbind; rotunda odd; true", 1)]:
            self.assertEqual(len(self.follow(self.page.format(bad))[1]), faults, bad)
        self.assertEqual(len(self.follow("<!-- runs -->\n```sh\ntrue\n```\n")[1]), 1)

    def test_the_commands_of_a_table_are_typed_with_names(self):
        rows = "| rename | `rotunda rename OLD NEW`, `rotunda use NAME` |\n| look | `rotunda check`, `rotunda status` |\n"
        found = readme.tables(f"a\n<!-- typed, except: check: it needs Codex -->\n{rows}b `rotunda bind`\n")
        typed = [command.strip() for _, _, command in found]
        self.assertEqual(typed, ["rotunda rename mine other", "rotunda use other", "rotunda status"])

    def test_every_block_runs_or_says_why_not(self):
        text = "```sh\nx\n```\n<!-- runs not: because -->\n```sh\nx\n```\n<!-- runs not: it opens a browser -->\n```sh\nx\n```\n"
        self.assertEqual(len(readme.unmarked(readme.blocks(text))), 2)


class Clone(unittest.TestCase):
    """Two stand-ins take the place of the demo and of the app."""

    story = "codex-cli 1, the real one. a ran out of its x limit (until 1), then b served it. Codex saw one completed turn and no error."
    lasts = "config.toml is what it was before, byte for byte."

    def faults(self, step, body):
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "installers").mkdir()
            (place / "installers/codex-version").write_text("1\n")
            (place / "x.sh").write_text(body)
            with contextlib.redirect_stdout(io.StringIO()):
                return step("bash x.sh", place, dict(os.environ))

    def test_a_demo_has_to_tell_its_whole_story_and_end_well(self):
        self.assertEqual(self.faults(clone.demo, f"echo '{self.story} {self.lasts}'"), [])
        self.assertEqual(len(self.faults(clone.demo, f"echo '{self.story}'")), 1)
        self.assertEqual(len(self.faults(clone.demo, f"echo '{self.story} {self.lasts}'; exit 1")), 1)

    def test_an_app_has_to_listen_and_to_end_on_sigterm(self):
        listens = "echo 'The router listens on 127.0.0.1:1.'; "
        self.assertEqual(self.faults(clone.app, f"trap 'exit 0' TERM; {listens} while :; do sleep 0.1; done"), [])
        self.assertEqual(len(self.faults(clone.app, "echo no")), 1)
        self.assertEqual(len(self.faults(clone.app, f"trap 'exit 3' TERM; {listens} while :; do sleep 0.1; done")), 1)

    def test_the_two_commands_are_those_of_the_page(self):
        page = "```sh\nls\n```\n```sh\nbash installers/run.sh demo   # look\n\nbash installers/run.sh\n```\n"
        self.assertEqual(clone.typed(page), ["bash installers/run.sh demo", "bash installers/run.sh"])

    def test_ages_are_given_to_what_is_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            root, copy = Path(folder, "root"), Path(folder, "copy")
            root.mkdir()
            for name, text in [("a", "1"), ("b", "2")]:
                (root / name).write_text(text)
                os.utime(root / name, (1, 1))
            git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost", "-C", str(root)]
            for command in [["init", "-q"], ["add", "."], ["commit", "-qm", "x"]]:
                subprocess.run([*git, *command], check=True)
            subprocess.run(["git", "clone", "-q", str(root), str(copy)], check=True)
            self.assertTrue(clone.same_ages(copy, root))
            self.assertEqual((copy / "a").stat().st_mtime, 1)
            (root / "b").write_text("3")
            self.assertFalse(clone.same_ages(copy, root))


class Hermetic(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.env = {"HOME": folder.name}
        (self.home / ".codex").mkdir()
        (self.home / ".codex/config.toml").write_text("a = 1\n")
        (self.home / ".cache/rotunda-dev").mkdir(parents=True)

    def faults_after(self, act):
        before = hermetic.snapshot(self.env)
        act()
        return hermetic.compare(before, hermetic.snapshot(self.env))

    def test_a_quiet_home(self):
        self.assertEqual(self.faults_after(lambda: (self.home / ".cache/rotunda-dev/x").write_text("")), [])
        self.assertEqual(self.faults_after(lambda: (self.home / ".codex/config.toml").read_text()), [])

    def test_each_planted_trace_is_seen(self):
        def rewrite():
            # Same length and the same modification time: only the change time shows it.
            config_file = self.home / ".codex/config.toml"
            was = config_file.stat()
            config_file.write_text("a = 2\n")
            os.utime(config_file, ns=(was.st_atime_ns, was.st_mtime_ns))

        def make(path):
            def act():
                (self.home / path).parent.mkdir(parents=True, exist_ok=True)
                (self.home / path).write_text("x")

            return act

        self.assertTrue(self.faults_after(rewrite))
        for path in [".config/rotunda/settings.toml", ".local/share/Rotunda/rotunda.db", ".local/share/keyrings/login.keyring"]:
            self.assertTrue(self.faults_after(make(path)), path)
        for path in [".local/state/dev.rotunda.desktop/x", ".config/autostart/r.desktop", ".codex/auth.json", ".rotunda/x"]:
            self.assertTrue(self.faults_after(make(path)), path)
        self.assertTrue(self.faults_after((self.home / ".codex/config.toml").unlink))

    def test_a_call_to_the_session_bus_is_written_down(self):
        bus, log = str(self.home / "bus"), str(self.home / "calls")
        wire = subprocess.Popen([sys.executable, str(HERE / "hermetic.py"), "tripwire", bus, log])
        self.addCleanup(wire.wait)
        self.addCleanup(wire.kill)
        for _ in range(600):
            if os.path.exists(bus):
                break
            time.sleep(0.05)
        calls = [sys.executable, str(HERE / "hermetic.py"), "calls", log]
        self.assertEqual(subprocess.run(calls, capture_output=True, check=False).returncode, 0)
        for _ in range(600):
            try:
                caller = socket.socket(socket.AF_UNIX)
                caller.connect(bus)
                break
            except OSError:
                time.sleep(0.05)
        caller.recv(1)
        caller.close()
        done = subprocess.run(calls, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(os.getpid()), done.stdout)


class Steps(unittest.TestCase):
    """A group made up of planted steps: what it prints at the end is what test.sh adds up."""

    def run_group(self, body):
        with tempfile.TemporaryDirectory() as folder:
            group = Path(folder) / "planted.sh"
            group.write_text(f". '{HERE.parent}/steps.sh'\n{body}\nfinish\n")
            env = {**os.environ, "ROTUNDA_DEV_CACHE": f"{folder}/cache"}
            done = subprocess.run(["bash", str(group)], capture_output=True, text=True, env=env, check=False)
        return done.stdout.splitlines()[-1], done.returncode

    def test_what_passes(self):
        body = "check one true\ncounted two ours echo '3 passed, 0 failed'"
        self.assertEqual(self.run_group(body), ("4 passed, 0 failed", 0))

    def test_what_fails(self):
        for body, total in [
            ("check one false", "0 passed, 1 failed"),
            ("stops() ( set -e; false; true )\ncheck one stops", "0 passed, 1 failed"),
            ("missing one 'is not there'", "0 passed, 1 failed"),
            ("counted silent ours true", "0 passed, 1 failed"),
            ("counted nothing ours echo '0 passed, 0 failed'", "0 passed, 1 failed"),
            ("counted some ours echo '3 passed, 2 failed'", "3 passed, 2 failed"),
            ("counted died ours bash -c 'echo 3 passed, 0 failed; exit 3'", "3 passed, 1 failed"),
            ("true", "0 passed, 0 failed"),
        ]:
            self.assertEqual(self.run_group(body), (total, 1), body)


if __name__ == "__main__":
    unittest.main()
