"""Shows that the check of structure can fail: each violation is planted and must be caught.

Run by `python3 -m unittest`; the trees it looks at are made up here.
"""

import sys
import tomllib
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import modules  # noqa: E402
import structure  # noqa: E402

CORE = "src-tauri/crates/core/src/"


def crate(**files):
    """A crate of files, by their module: `a__b` is `a/b.rs`."""
    return {CORE + name.replace("__", "/") + ".rs": text for name, text in files.items()}


class Cycles(unittest.TestCase):
    def check(self, files, *expected):
        self.assertEqual(modules.cycles_of(files), [("core", list(group)) for group in expected])

    def test_a_straight_line_has_no_cycle(self):
        self.check(crate(lib="mod a; mod b; mod c;", a="use crate::b::B;", b="use crate::c::{self, C};", c="pub struct C;"))

    def test_two_modules_that_use_each_other(self):
        self.check(crate(lib="mod a; mod b;", a="use crate::b::B;", b="use super::a::A;"), ("a", "b"))

    def test_three_in_a_circle_through_nested_braces(self):
        a, b, c = "use crate::{x::Y, b::{C, d::E as F}};", "fn f() { crate::c::g(); }", "use crate::a;"
        self.check(crate(lib="mod a; mod b; mod c;", a=a, b=b, c=c), ("a", "b", "c"))

    def test_a_folder_counts_as_one_module(self):
        files = crate(lib="mod a; mod b;", a="mod inner;", a__inner="use crate::b::B;", b="use crate::a::A;")
        self.check(files, ("a", "b"))

    def test_a_child_may_use_its_parent(self):
        self.check(crate(lib="mod a;", a="mod inner; use inner::I; pub struct A;", a__inner="use super::A;"))

    def test_children_of_one_parent_in_a_circle(self):
        files = crate(lib="mod a;", a="mod x; mod y;", a__x="use super::y::Y;", a__y="use super::x::X;")
        self.check(files, ("a::x", "a::y"))

    def test_a_name_that_the_parent_passes_on_leads_to_where_it_comes_from(self):
        files = crate(lib="mod a; mod b; pub use a::A;", a="use crate::b::B;", b="use crate::A;")
        self.check(files, ("a", "b"))
        nested = crate(lib="mod a;", a="mod x; mod y; use x::X;", a__x="use super::y;", a__y="use super::X;")
        self.check(nested, ("a::x", "a::y"))

    def test_tests_comments_and_strings_do_not_count(self):
        tests = "#[cfg(test)]\nmod tests { use crate::a::A; fn f() { g(\"}\"); } }"
        hidden = '#[cfg(test)] #[path = "b_tests.rs"] mod more;'
        noise = "// use crate::a::A;\n/* crate::a::B */ const T: &str = \"crate::a::C\"; const R: &str = r#\"crate::a::D\"#;"
        files = crate(lib="mod a; mod b;", a="use crate::b::B;", b=tests + hidden + noise, b__more="use crate::a;")
        self.check(files)
        self.check(crate(lib="mod a; mod b;", a="use crate::b::B;", b=tests + "use crate::a::A;"), ("a", "b"))

    def test_another_crate_with_a_module_of_the_same_name_does_not_count(self):
        self.check(crate(lib="mod a; mod b;", a="use other::b::B;", b="use other::a::A;"))

    def test_files_of_the_window(self):
        one, two = "ui/src/one.ts", "ui/src/parts/Two.tsx"
        files = {one: 'import { Two } from "./parts/Two";', two: 'import type { One } from "../one";'}
        self.assertEqual(modules.cycles_of(files), [("ui", [one, two])])
        self.assertEqual(modules.cycles_of(files | {two: 'import { h } from "preact";'}), [])


class CycleList(unittest.TestCase):
    files = crate(lib="mod a; mod b;", a="use crate::b::B;", b="use crate::a::A;")

    def check(self, listed, *faults):
        entries = [{"in": "core", "modules": group} for group in listed]
        found = structure.cycles(self.files, entries)
        self.assertEqual(len(found), len(faults), found)
        for one, words in zip(found, faults):
            self.assertIn(words, one)

    def test_a_listed_cycle_is_no_fault(self):
        self.check([["a", "b"]])

    def test_a_new_cycle_fails(self):
        self.check([], "a cycle of modules: a, b")

    def test_a_listed_cycle_that_is_gone_fails(self):
        self.check([["a", "b"], ["x", "y"]], "gone: x, y")

    def test_a_cycle_that_grew_is_a_new_one(self):
        self.check([["a"]], "a cycle of modules: a, b", "gone: a")

    def test_a_cycle_that_shrank_has_to_be_written_down(self):
        self.check([["a", "b", "c"]], "may now say: a, b")


class Lengths(unittest.TestCase):
    def test_every_kind_of_source_is_counted_and_nothing_else(self):
        lines = "\n" * 501
        names = ["a.rs", "b_tests.rs", "c.tsx", "d.css", "e.py"]
        files = {name: lines for name in [*names, "ui/src/generated/types.ts", "f.lock", "g.md"]}
        files["h.rs"] = "\n" * 500
        self.assertEqual(sorted(structure.lengths(files)), names)

    def test_a_new_one_one_that_grew_and_one_that_shrank_fail(self):
        self.assertEqual(structure.measured({"a": 501}, {"a": 501}, "lines"), [])
        for found, listed in [({"a": 501}, {}), ({"a": 502}, {"a": 501}), ({"a": 501}, {"a": 502}), ({}, {"a": 501})]:
            self.assertEqual(len(structure.measured(found, listed, "lines")), 1, (found, listed))


class Map(unittest.TestCase):
    def check(self, text, *missing):
        names = ["src/lib.rs", "src/a.rs", "src/a/b.rs", "src/a_tests.rs", "src/c/d.rs", "ui/src/x.ts", "notes.md"]
        found = structure.unnamed({**dict.fromkeys(names, ""), structure.MAP: text})
        self.assertEqual([fault.split(":")[0] for fault in found], list(missing))

    def test_a_file_by_its_name_or_by_its_folder(self):
        self.check("`src`: all. `lib.rs` first.\n- `a.rs` and `a/`, `c/{d,e}.rs`.\n\n`ui/`: the window.\n")

    def test_a_file_that_is_not_named_fails(self):
        self.check("`src`: all. `lib.rs`.\n- `a.rs`, `c/`.\n`ui/`: the window.\n", "src/a/b.rs")

    def test_the_folder_of_a_section_does_not_name_what_is_in_it(self):
        self.check("`src`: `a/`, `c/`.\n`ui/`: the window.\n", "src/lib.rs", "src/a.rs")

    def test_a_name_of_another_section_does_not_count(self):
        self.check("`src`: `lib.rs`, `a/`, `c/`.\n`other`: `a.rs`.\n`ui/`: the window.\n", "src/a.rs")


class Commands(unittest.TestCase):
    names = ["bind", "use_profile", "pin"]

    def check(self, expected, **more):
        files = {
            structure.COMMANDS: "commands! {\n    Bind {} => (),\n    UseProfile { id: String } => (),\n    Pin {} => (),\n}\n",
            "ui/src/backend.ts": "".join(f'call("{name}")\n' for name in self.names),
            "ui/src/generated/commands.ts": "".join(f'  "{name}",\n' for name in self.names),
            **{name.replace("__", "/").replace("_ts", ".ts"): text for name, text in more.items()},
        }
        found = structure.commands(files)
        self.assertEqual(len(found), bool(expected), found)
        if expected:
            self.assertIn(expected, found[0])

    def test_one_list_and_one_call_each(self):
        self.check("")

    def test_a_second_list(self):
        self.check("a second list", ui__src__list_ts='[\n  "bind",\n  "use_profile",\n]')

    def test_a_second_call(self):
        self.check("bind is called at 2 places", ui__src__view_ts='call("bind")')

    def test_a_command_that_is_listed_twice(self):
        twice = {structure.COMMANDS: "    Bind {} => (),\n    Bind {} => (),\n", "ui/src/a.ts": 'call("bind")'}
        self.assertIn("bind is listed twice", structure.commands(twice)[0])

    def test_an_empty_list_is_a_fault(self):
        self.assertEqual(len(structure.commands({})), 1)


class Tour(unittest.TestCase):
    def check(self, expected, last="1. `src/a.rs`: this.\n2. `text/*.ftl`: that.\n"):
        tasks = ["## Task\n\n1. `src/a.rs`: this.\n"] * 4 + (["## Last\n\n" + last] if last else [])
        found = structure.tour({structure.TOUR: "# Tour\n" + "\n".join(tasks), "src/a.rs": "", "text/en.ftl": ""})
        self.assertEqual(len(found), bool(expected), found)
        if expected:
            self.assertIn(expected, found[0])

    def test_files_that_are_there(self):
        self.check("")

    def test_a_file_that_is_not_there(self):
        self.check("there is no src/b.rs", "1. `src/b.rs`: this.\n")

    def test_more_than_five_files(self):
        self.check("names 6 files", "".join(f"{number}. `src/a.rs`: this.\n" for number in range(1, 7)))

    def test_a_task_without_files_and_a_missing_task(self):
        self.check("names 0 files", "Nothing.\n")
        self.check("has 4 tasks", "")


class Words(unittest.TestCase):
    words = tomllib.loads('told = { listed = 1 }\nlook = { whole = true, listed = 1 }\nRest = { forms = ["Rest"], whole = true }')

    def check(self, text, **expected):
        counts = structure.word_counts({"src/some.rs": text}, self.words)
        self.assertEqual({word: count for word, count in counts.items() if count}, expected)

    def test_names_that_are_defined(self):
        self.check("fn was_just_told() {} struct ToldTwice; let told = 1; told();", told=2)
        self.check("mod look; fn look_around() {} fn look() {}", look=2)
        self.check("enum Rest {} fn rest() {}", Rest=1)

    def test_a_file_is_a_name(self):
        counts = structure.word_counts({"src/look.rs": "", "docs/look.md": ""}, self.words)
        self.assertEqual(counts["look"], 1)

    def test_the_list_shrinks_and_never_grows(self):
        text = '[long_files]\n"a.rs" = 600\n"b.rs" = 700\n[words]\ntold = { write = "x", listed = 9 }\nlook = { listed = 1 }\n'
        smaller = structure.shrunk(text, {"a.rs": 550}, {"told": 4, "look": 3})
        known = tomllib.loads(smaller)
        self.assertEqual(known["long_files"], {"a.rs": 550})
        self.assertEqual((known["words"]["told"]["listed"], known["words"]["look"]["listed"]), (4, 1))
        self.assertEqual(known["words"]["told"]["write"], "x")


class Programs(unittest.TestCase):
    def check(self, path, text, faults):
        self.assertEqual(len(structure.programs({path: text})), faults, path)

    def test_a_program_is_started_without_a_window(self):
        plain = "let mut command = tokio::process::Command::new(codex);"
        self.check("src-tauri/crates/rotunda-host/src/codex.rs", plain, 1)
        self.check("src-tauri/src/at_login.rs", plain, 1)
        self.check("src-tauri/crates/rotunda-host/src/codex.rs", "platform::program(codex)", 0)
        self.check("src-tauri/crates/rotunda-cli/src/run.rs", plain, 0)
        self.check("src-tauri/crates/rotunda-host/src/platform/windows.rs", plain, 0)
        self.check("src-tauri/crates/rotunda-host/src/codex.rs", "#[cfg(test)]\nmod tests {\n" + plain, 0)
        self.check("src-tauri/crates/rotunda-cli/src/guide.rs", 'clap::Command::new("rotunda")', 0)
        self.check("src-tauri/crates/rotunda-cli/tests/place.rs", plain, 0)


class ThisTree(unittest.TestCase):
    def test_a_fault_planted_in_the_real_tree_is_found(self):
        texts = structure.read_tree(HERE.parents[1])
        known = tomllib.loads(texts[structure.LIST])
        core = "src-tauri/crates/rotunda-core/src/"
        texts[core + "secret.rs"] += "use crate::profile::ProfileId;\n"
        texts[core + "profile.rs"] += "use crate::secret::Secret;\nfn was_told() {}\n" + "\n" * 500
        texts[core + "brand_new.rs"] = ""
        texts["ui/src/order.ts"] += 'call("bind");\n'
        texts["src-tauri/crates/rotunda-host/src/browser.rs"] = 'Command::new("browser");'
        texts[structure.TOUR] += "## Another\n"
        faults = dict(structure.found_in(texts, known))
        for rule, of_rule in faults.items():
            self.assertTrue(of_rule, rule)


if __name__ == "__main__":
    unittest.main()
