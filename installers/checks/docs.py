"""Holds the documents to the tree: files and tests that they name exist, every link inside leads somewhere.

docs.py [ROOT]: prints one line per fault, then `N passed, N failed`. Sentences that a page quotes as the program's own
are looked for in the source, and commands in the reference that the program makes. Also looks through every tracked text file for
what must never be in it: paths of the machine it was written on, hosts of package registries, secrets by their shape.
"""

import re

import rules

TOP = ("src-tauri/", "ui/", "icons/", "installers/", "tests/", "docs/", ".ci/")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"(?<!!)\[[^]\n]*\]\(([^)\s]+)\)|!\[[^]\n]*\]\(([^)\s]+)\)")
# Elsewhere, a file of ours is recognized by its ending; files of Codex and of the user's home have no such endings.
SOURCE = re.compile(r"^[A-Za-z0-9_.{},*-][A-Za-z0-9_./{},*-]*\.(rs|sh|py|md|tsx?|css)$")

# Written in pieces, because this file is looked through as well.
FORBIDDEN = [
    ("a path of the machine it was written on", re.compile(r"(?<![\w.$}~-])/(?:root|wo" + r"rk|farm)/[\w.]")),
    ("a host of a package registry", re.compile(r"(?:crates\." + r"io|npmjs\." + r"(?:org|com)|pypi\." + r"org|yarnpkg\." + r"com)")),
    ("something in the shape of a secret", re.compile(r"\bsk-(?:proj-)?[A-Za-z0-9]{32,}|-----BEGIN [A-Z ]*PRIVATE KEY")),
]
# Where a match is meant; each with its reason.
EXEMPT = {
    "Cargo.lock": "cargo writes the registry's index into it",
}


def named_files(text):
    """What a document claims to be in the tree: paths below a top folder, and names or endings of source files' paths."""
    for token in CODE.findall(FENCE.sub("", text)):
        token = token.strip().split("#")[0].split(":")[0].rstrip("/.,")
        if re.search(r"[<>$…\s]", token):
            continue
        if token.startswith(TOP) or SOURCE.match(token):
            yield token


def expand(token):
    """`a/{b,c}.rs` names two files."""
    found = re.search(r"\{([^}]*)\}", token)
    if not found:
        return [token]
    return [e for part in found.group(1).split(",") for e in expand(token[: found.start()] + part + token[found.end() :])]


def exists(token, tree):
    """A file or folder from the top, or the end of a file's path; `*` stands for anything within one part."""
    wanted = re.escape(token).replace(r"\*", "[^/]*")
    from_top, ending = re.compile(wanted + r"(/.*)?$"), re.compile(r"(.*/)?" + wanted + "$")
    return any(from_top.match(path) or (not token.startswith(TOP) and ending.match(path)) for path in tree)


def missing_files(documents, tree):
    return [
        f"{name}: names {token}, which is not in the tree"
        for name, text in documents.items()
        for named in sorted(set(named_files(text)))
        for token in expand(named)
        if not exists(token, tree)
    ]


# The column of a table that says which tests hold a promise.
GUARD = "guarded by"
TEST = re.compile(r"#\[(?:tokio::)?test\b[^]]*\]\s*(?:#\[[^]]*\]\s*)*(?:async\s+)?fn\s+(\w+)")
NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


def guards(text):
    """The last cell of each row of a table whose last heading is `guarded by`."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[-1] == GUARD:
            inside = True
        elif inside and not set(cells[-1]) <= set("-: "):
            yield number, cells[-1]


def missing_tests(documents, texts):
    """Each promise names a test, in the file it names just before or anywhere; each test named is there."""
    tests = {name: set(TEST.findall(text)) for name, text in texts.items() if name.endswith(".rs")}
    everywhere = set().union(*tests.values())
    faults = []
    for document, text in documents.items():
        for number, cell in guards(text):
            found, place = 0, everywhere
            for token in CODE.findall(cell):
                if token.endswith(".rs"):
                    place = tests.get(token, set())
                elif NAME.fullmatch(token):
                    found += 1
                    if token not in place:
                        faults.append(f"{document}:{number}: names the test {token}, which is not there")
            if not found:
                faults.append(f"{document}:{number}: names no test")
    return faults


def anchors(text):
    """The ids that a reader's software makes of the headings."""
    made = set()
    for heading in re.findall(r"^#+\s+(.*?)\s*#*$", FENCE.sub("", text), re.M):
        plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()
        made.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return made


def resolve(name, path):
    """Where a relative link of the document `name` leads, from the top; None when it leaves the repository."""
    parts = []
    for part in name.split("/")[:-1] + path.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def broken_links(documents, tree):
    faults = []
    for name, text in documents.items():
        for pair in LINK.findall(FENCE.sub("", text)):
            target = pair[0] or pair[1]
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            where = resolve(name, path) if path else name
            if where is None:
                faults.append(f"{name}: the link {target} leaves the repository")
            elif not any(p == where or p.startswith(where + "/") for p in tree):
                faults.append(f"{name}: the link {target} leads nowhere")
            elif anchor and where in documents and anchor not in anchors(documents[where]):
                faults.append(f"{name}: the link {target} names a heading that is not there")
    return faults


def commands_of(reference):
    """Each command of the reference with its options; the reference is made from the program."""
    found = {}
    for section in re.split(r"^## rotunda", reference, flags=re.M)[1:]:
        found[section.split("\n", 1)[0].strip()] = set(re.findall(r"^\| `(--[a-z-]+)", section, re.M))
    return found


def unknown_commands(documents):
    """Commands in code that the program does not have. What comes after `--` belongs to Codex."""
    known = commands_of(documents.get("docs/commands.md", ""))
    faults = []
    for name, text in documents.items():
        if name == "docs/commands.md" or "/decisions/" in name or name == "CHANGELOG.md":
            continue
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
        lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
        for command in [*CODE.findall(FENCE.sub("", text)), *lines]:
            call = re.match(r"\s*(?:.*(?:&&|/)\s*)?rotunda ([a-z][a-z-]*)(.*)", command)
            if not call:
                continue
            if call[1] not in known and call[1] != "help":
                faults.append(f"{name}: there is no command rotunda {call[1]}")
                continue
            options = re.findall(r"(?<!\S)--[a-z-]+", re.split(r"\s--\s", call[2])[0])
            below = re.match(r"\s+([a-z][a-z-]*)", call[2])
            understood = known.get(call[1], set()) | known.get(f"{call[1]} {below[1]}" if below else "", set()) | {"--help"}
            faults += [f"{name}: rotunda {call[1]} has no {o}" for o in options if o not in understood]
    return faults


def said_in(source):
    """The text of Rust, TypeScript and catalogs with strings as they are printed: continued lines joined, quotes unescaped."""
    return re.sub(r"\\\n\s*", "", source).replace('\\"', '"')


def unsaid(documents, texts):
    """Headings in quotes that no program says. `…` stands for something that differs, such as a name."""
    sources = [said_in(t) for n, t in texts.items() if n.endswith((".rs", ".ts", ".tsx", ".ftl")) and n.startswith(("src-tauri/", "ui/src/"))]
    faults = []
    for name, text in documents.items():
        for quoted in re.findall(r'^#+ "(.*)"$', FENCE.sub("", text), re.M):
            parts = [re.escape(p) for p in quoted.replace('\\"', '"').split("…")]
            # What differs is a word in braces in the source, or made by another function.
            wanted = re.compile(r"[^\n]{0,60}".join(parts))
            if sum(len(p) for p in quoted.split("…")) < 12:
                faults.append(f"{name}: {quoted} would be found anywhere")
            elif not any(wanted.search(source) for source in sources):
                faults.append(f"{name}: nothing says: {quoted}")
    return faults


def forbidden_words(texts):
    return [
        f"{name}:{number}: {what}: {found.group(0)}"
        for name, text in texts.items()
        if name not in EXEMPT
        for what, pattern in FORBIDDEN
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def read_tree(root):
    texts = {}
    tree = rules.tracked(root)
    for path in tree:
        try:
            texts[path] = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return tree, texts


def main():
    root = rules.root()
    tree, texts = read_tree(root)
    documents = {n: t for n, t in texts.items() if n.endswith(".md")}
    found = [
        ("files that documents name", missing_files(documents, tree)),
        ("tests that documents name", missing_tests(documents, texts)),
        ("links inside the repository", broken_links(documents, tree)),
        ("commands that documents name", unknown_commands(documents)),
        ("sentences that documents quote", unsaid(documents, texts)),
        ("words that must not be in it", forbidden_words(texts)),
    ]
    rules.tell(found)


if __name__ == "__main__":
    main()
