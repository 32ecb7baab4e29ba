"""Which tests need the administrator, a session bus or a display (tags.toml), and how a runner leaves them out.

tags.py [ROOT]: holds the lists to the tree, and prints `N passed, N failed`.
tags.py nextest TAG...: a filter for cargo nextest. tags.py cargo TAG...: arguments for cargo test.
tags.py groups TAG...: the groups of test.sh that need one of them. tags.py list: the tags, a line each.
"""

import re
import sys
import tomllib
from pathlib import Path

import rules

TEST = re.compile(r"#\[(?:tokio::)?test(?:\([^]]*\))?\]\s*(?:#\[[^]]*\]\s*)*(?:pub(?:\([^)]*\))? )?(?:async )?fn (\w+)")
FUNCTION = re.compile(r"^(?:    )*(?:pub(?:\([^)]*\))? )?(?:async )?fn (\w+)", re.M)


def read(folder):
    return tomllib.loads((folder / "installers/checks/tags.toml").read_text(encoding="utf-8"))


def bodies(text):
    """Each function of a file and its text, up to the next one: close enough for what is looked for."""
    found = list(FUNCTION.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {match.group(1): text[match.start() : end] for match, end in zip(found, ends)}


def needy(text, signs):
    """Tests of a file that reach a sign, themselves or through functions and types of the file."""
    sign = re.compile("|".join(signs))
    tests, functions = set(TEST.findall(text)), bodies(text)
    # A type whose constructor has the sign is named where it is made: `Scene::new(`, `Bus::start(`.
    reached = {name for name, body in functions.items() if sign.search(body)}
    while True:
        calls = re.compile(r"\b(?:" + "|".join(sorted(reached)) + r")\(") if reached else None
        more = {name for name, body in functions.items() if calls and calls.search(body.split("{", 1)[-1])} - reached
        if not more:
            return sorted(tests & reached)
        reached |= more


def tests_of(tags, texts, wanted):
    return sorted({name for tag in wanted for path in tags[tag]["files"] for name in needy(texts[path], tags[tag]["signs"])})


def faults_of(tag, entry, texts, groups):
    faults = [f"{path} is not in the tree" for path in entry["files"] if path not in texts]
    faults += [f"{name} is no group" for name in entry["groups"] if name not in groups]
    sign = re.compile("|".join(entry["signs"]))
    for path, text in texts.items():
        has = bool(needy(text, entry["signs"])) if sign.search(text) else False
        if has and path not in entry["files"]:
            faults.append(f"{path} has tests that need {entry['means']}, and is not listed under {tag}")
        if not has and path in entry["files"]:
            faults.append(f"{path} is listed under {tag}, and no test of it needs {entry['means']}")
    return faults


def main():
    folder = Path(__file__).parents[2]
    if len(sys.argv) > 1 and sys.argv[1] in {"nextest", "cargo", "groups", "list"}:
        form, wanted, tags = sys.argv[1], sys.argv[2:], read(folder)
        unknown = [tag for tag in wanted if tag not in tags]
        if unknown:
            sys.exit(f"no tag is called {unknown[0]}: there are {', '.join(tags)}")
        texts = {path: (folder / path).read_text(encoding="utf-8") for tag in tags for path in tags[tag]["files"]}
        if form == "list":
            print("\n".join(f"{tag}: {entry['means']}" for tag, entry in tags.items()))
        elif form == "groups":
            print(" ".join(sorted({group for tag in wanted for group in tags[tag]["groups"]})))
        elif form == "cargo":
            print(" ".join(f"--skip {name}" for name in tests_of(tags, texts, wanted)))
        else:
            named = " | ".join(f"test(/(^|::){name}$/)" for name in tests_of(tags, texts, wanted))
            print(f"not ({named})" if named else "all()")
        return
    folder = rules.root()
    tree = rules.tracked(folder)
    texts = {path: (folder / path).read_text(encoding="utf-8") for path in tree if path.endswith(".rs")}
    groups = {Path(path).stem for path in tree if path.startswith("installers/groups/")}
    rules.tell([(f"tests that need {tag}", faults_of(tag, entry, texts, groups)) for tag, entry in read(folder).items()])


if __name__ == "__main__":
    main()
