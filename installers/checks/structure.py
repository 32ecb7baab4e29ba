"""Holds the source to its structure: modules without cycles, files of a readable size, a complete map, one list of
window commands, and the words of the table in structure.toml.

structure.py [ROOT]: prints one line per fault, then `N passed, N failed`. What does not keep a rule yet is listed in
structure.toml with its measure. The lists only shrink: a new case fails, and a listed case that is gone or smaller
fails until the list says so (`structure.py --shrink [ROOT]` writes the smaller measures).
"""

import re
import sys
import tomllib
from pathlib import Path

import modules
import rules

LIST = "installers/checks/structure.toml"
MAP = "docs/architecture.md"
COMMANDS = "src-tauri/src/commands/list.rs"
GENERATED = ("ui/src/generated/",)
SOURCE = (".rs", ".ts", ".tsx", ".css", ".py", ".mjs", ".sh")
LONGEST = 500


def sources(texts):
    """Every source file, without what a program writes."""
    return {n: t for n, t in texts.items() if n.endswith(SOURCE) and not n.startswith(GENERATED)}


# --- cycles -----------------------------------------------------------------------------------


def cycles(texts, listed):
    """Groups of modules that lead to each other, compared with the list."""
    found = modules.cycles_of(texts)
    faults = []
    matched = []
    for place, group in found:
        entry = next((e for e in listed if e["in"] == place and set(group) <= set(e["modules"])), None)
        if entry is None:
            faults.append(f"{place}: a cycle of modules: {', '.join(group)}")
            continue
        matched.append(entry)
        if set(group) != set(entry["modules"]):
            faults.append(f"{place}: the cycle is smaller than its entry, which may now say: {', '.join(group)}")
    for entry in listed:
        if entry not in matched:
            faults.append(f"{entry['in']}: this listed cycle is gone: {', '.join(entry['modules'])}")
    return faults


# --- length -----------------------------------------------------------------------------------


def lengths(texts):
    counted = {name: text.count("\n") for name, text in sources(texts).items()}
    return {name: lines for name, lines in counted.items() if lines > LONGEST}


# --- the map ----------------------------------------------------------------------------------


def named_places(text):
    """The files and folders of the map, from the top. A line that begins with a folder in code opens a section: names
    below it are relative to that folder."""
    base = ""
    for line in text.splitlines():
        opened = re.match(r"`([\w./-]+)`[:,]", line)
        if opened and not opened[1].endswith("/"):
            base = opened[1] + "/"
        elif opened or line.startswith("#"):
            base = ""
        for token in re.findall(r"`([^`\n]+)`", line):
            for name in expand(token):
                yield name
                yield base + name


def expand(token):
    found = re.search(r"\{([^}]*)\}", token)
    if not found:
        return [token]
    return [e for part in found[1].split(",") for e in expand(token[: found.start()] + part.strip() + token[found.end() :])]


def unnamed(texts):
    """Source files that the map names neither by themselves nor by their folder, written with a slash at its end. Tests
    stand beside the file that they test."""
    named = set(named_places(texts.get(MAP, "")))
    faults = []
    for name in sources(texts):
        if re.search(r"_tests(\.rs|/)", name):
            continue
        parts = name.split("/")
        folders = ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]
        if name not in named and not any(folder in named for folder in folders):
            faults.append(f"{name}: {MAP} does not name it")
    return faults


# --- window commands --------------------------------------------------------------------------


def command_names(text):
    """The names in the list of commands, as the window writes them."""
    found = re.findall(r"^    (\w+) \{.*\} => ", text, re.M)
    return [re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in found]


def commands(texts):
    names = command_names(texts.get(COMMANDS, ""))
    if not names:
        return [f"{COMMANDS}: holds no command"]
    faults = [f"{COMMANDS}: {name} is listed twice" for name in sorted(set(names)) if names.count(name) > 1]
    window = [text for name, text in texts.items() if name.startswith("ui/src/") and not name.startswith(GENERATED)]
    for name in names:
        calls = sum(len(re.findall(rf'\bcall\("{name}"', text)) for text in window)
        if calls != 1:
            faults.append(f"ui/src: {name} is called at {calls} places, not at one")
    # Made from the list, and compared with it by a test.
    copies = ("src-tauri/capabilities/main.json", *GENERATED)
    for path, text in texts.items():
        alone = set(re.findall(r'^\s*"([\w-]+)",?$', text, re.M))
        if not path.startswith(copies) and len(alone & set(names)) * 2 > len(names):
            faults.append(f"{path}: a second list of the window's commands")
    return faults


# --- programs ----------------------------------------------------------------------------------

# What differs by system, and the programs that a person sees: those of `rotunda run`, and the window.
STARTS = ("src-tauri/src/platform/", "src-tauri/crates/rotunda-host/src/platform/")
SEEN = (
    "src-tauri/crates/rotunda-cli/src/client_run.rs",
    "src-tauri/crates/rotunda-cli/src/run.rs",
    "src-tauri/src/window.rs",
)
PLAIN_START = re.compile(r"(?<!clap::)\bCommand::new\(")


def programs(texts):
    """Programs of the background are made by `platform::program`: on Windows any other opens a console window."""
    faults = []
    for name, text in texts.items():
        shipped = re.match(r"src-tauri/(crates/[\w-]+/)?src/.*\.rs$", name) and "_tests" not in name
        if not shipped or "tests.rs" in name or "testing" in name or name.startswith(STARTS) or name in SEEN:
            continue
        if PLAIN_START.search(text.split("#[cfg(test)]\nmod tests {")[0]):
            faults.append(f"{name}: starts a program without platform::program")
    return faults


# --- the tour ----------------------------------------------------------------------------------

TOUR = "docs/tour.md"
TASKS = 5
MOST_FILES = 5


def tour(texts):
    """Each task of the tour names its files, one in each numbered line: at most five, and each is there."""
    sections = re.split(r"^## ", texts.get(TOUR, ""), flags=re.M)[1:]
    faults = [] if len(sections) == TASKS else [f"{TOUR}: has {len(sections)} tasks, not {TASKS}"]
    for section in sections:
        title = section.splitlines()[0]
        files = re.findall(r"^\d+\. `([^`]+)`:", section, re.M)
        if not 1 <= len(files) <= MOST_FILES:
            faults.append(f"{TOUR}: {title}: names {len(files)} files, not one to {MOST_FILES}")
        for name in files:
            wanted = re.compile(re.escape(name).replace(r"\*", "[^/]*"))
            if not any(wanted.fullmatch(path) for path in texts):
                faults.append(f"{TOUR}: {title}: there is no {name}")
    return faults


# --- words ------------------------------------------------------------------------------------

DEFINED = re.compile(r"\b(?:fn|struct|enum|trait|type|mod|const|static|union|function|class|interface)\s+(\w+)")


def parts_of(name):
    """The words of an identifier: `was_just_told`, `WasJustTold`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def word_counts(texts, words):
    """How many names are defined with each word. A word that is common English counts only where it is the whole name."""
    names = []
    for path, text in sources(texts).items():
        if path.endswith((".rs", ".ts", ".tsx")):
            names += DEFINED.findall(text)
            names.append(Path(path).stem)
    counts = {}
    for word, entry in words.items():
        forms = entry.get("forms", [word])
        if entry.get("whole"):
            counts[word] = sum(name in forms for name in names)
        else:
            counts[word] = sum(any(form.lower() in parts_of(name) for form in forms) for name in names)
    return counts


# --- the lists --------------------------------------------------------------------------------


def measured(found, listed, what):
    """Compares what was found with the list of what is known."""
    faults = []
    for name in sorted(found | listed):
        now, then = found.get(name, 0), listed.get(name, 0)
        if now > then:
            faults.append(f"{name}: {now} {what}, and {then} are listed")
        elif now < then:
            faults.append(f"{name}: {now} {what}, fewer than the {then} that are listed: run structure.py --shrink")
    return faults


def shrunk(text, found_lengths, found_words):
    """The list with every measure that became smaller; an entry without any left goes."""
    lines = []
    for line in text.splitlines():
        entry = re.match(r'"?([^"=]+?)"? = (?:(\d+)|\{(.*)listed = (\d+)(.*)\})$', line)
        if entry and entry[2]:
            now = min(found_lengths.get(entry[1], 0), int(entry[2]))
            if now:
                lines.append(f'"{entry[1]}" = {now}')
            continue
        if entry:
            now = min(found_words.get(entry[1], 0), int(entry[4]))
            line = f"{entry[1]} = {{{entry[3]}listed = {now}{entry[5]}}}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def read_tree(root):
    texts = {}
    for path in rules.tracked(root):
        try:
            texts[path] = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return texts


def found_in(texts, known):
    words = known["words"]
    listed_words = {word: entry["listed"] for word, entry in words.items()}
    return [
        ("modules without cycles", cycles(texts, known.get("cycles", []))),
        (f"files of at most {LONGEST} lines", measured(lengths(texts), known["long_files"], "lines")),
        ("source files on the map", unnamed(texts)),
        ("one list of window commands", commands(texts)),
        ("programs without a console window", programs(texts)),
        ("files of the tour", tour(texts)),
        ("words of the table", measured(word_counts(texts, words), listed_words, "names")),
    ]


def main():
    shrink = "--shrink" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--shrink"]
    root = rules.root()
    texts = read_tree(root)
    known = tomllib.loads(texts[LIST])
    if shrink:
        smaller = shrunk(texts[LIST], lengths(texts), word_counts(texts, known["words"]))
        (root / LIST).write_text(smaller, encoding="utf-8")
        return
    rules.tell(found_in(texts, known))


if __name__ == "__main__":
    main()
