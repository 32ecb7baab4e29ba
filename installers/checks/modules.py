"""The modules of each Rust crate and of the window, and the cycles among them.

Within a crate, the modules of one parent are compared: A leads to B when anything in A or below it names something in B
or below it. A child may use its parent. What only tests see is left out.
"""

import posixpath
import re

NAME = re.compile(r"[A-Za-z_]\w*")
# A module that only tests see: its declaration, or its whole block.
TEST_ITEM = re.compile(r"#\[cfg\((?:test|all\(test\b[^]]*)\)\]\s*(?:#\[[^]]*\]\s*)*(?:pub(?:\([^)]*\))?\s+)?")
USE = re.compile(r"\b(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);")
PATH = re.compile(r"(?<![\w:])((?:crate|super|self)(?:::\w+)+)")


def plain(text):
    """Rust without comments, and without what stands in strings."""
    pattern = re.compile(
        r"//[^\n]*|/\*.*?\*/|r(#*)\".*?\"\1|b?\"(?:\\.|[^\"\\])*\"|'(?:\\.[^']*|[^\\'\n])'", re.S
    )
    return pattern.sub(lambda found: " " if found[0].startswith("/") else '""', text)


def without_tests(text):
    """`text` without its items for tests, and the names of the modules that only tests see."""
    kept, hidden, at = [], set(), 0
    while found := TEST_ITEM.search(text, at):
        kept.append(text[at : found.start()])
        declared = re.match(r"mod\s+(\w+)", text[found.end() :])
        if declared:
            hidden.add(declared[1])
        at = end_of_item(text, found.end())
    kept.append(text[at:])
    return "".join(kept), hidden


def end_of_item(text, at):
    """Behind the first semicolon or block."""
    depth = 0
    for place in range(at, len(text)):
        sign = text[place]
        if sign == ";" and depth == 0:
            return place + 1
        if sign in "{([":
            depth += 1
        elif sign in "})]":
            depth -= 1
            if depth == 0 and sign == "}":
                return place + 1
    return len(text)


def paths_of_use(tree):
    """Every path of a `use`, with the name that it gets: `a::{b, c as d}`."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        path, _, alias = tree.partition(" as ")
        parts = [part.strip() for part in path.split("::") if part.strip()]
        if parts:
            yield parts, alias.strip() or (parts[-2] if parts[-1] == "self" and len(parts) > 1 else parts[-1])
        return
    start = [part.strip() for part in tree[:brace].split("::") if part.strip()]
    for inner in split_top(tree[brace + 1 : tree.rfind("}")]):
        for parts, name in paths_of_use(inner):
            if parts == ["self"] and start:
                yield start, start[-1] if name == "self" else name
            else:
                yield start + parts, name


def split_top(text):
    """At the commas outside of braces."""
    depth, begin = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            yield text[begin:at]
            begin = at + 1
    if text[begin:].strip():
        yield text[begin:]


class Crate:
    """One crate: its modules by path, such as `("daemon", "binding")`; the root is `()`."""

    def __init__(self, name, files):
        self.name = name
        self.texts = {}
        hidden = set()
        for path, text in files.items():
            module = self.module_of(path)
            if module is None:
                continue
            kept, tests = without_tests(plain(text))
            self.texts[module] = kept
            hidden |= {(*module, test) for test in tests}
        for module in list(self.texts):
            if any(module[: len(test)] == test for test in hidden):
                del self.texts[module]
        self.imports = {module: dict(self.imported(module)) for module in self.texts}

    @staticmethod
    def module_of(path):
        parts = path.removesuffix(".rs").split("/")
        if parts[0] == "bin" or parts[-1].endswith("_tests") or "tests" in parts:
            return None
        if parts[-1] == "mod":
            parts.pop()
        return () if parts in (["lib"], ["main"]) else tuple(parts)

    def imported(self, module):
        """What a module's `use` lines bring in: name and path."""
        for tree in USE.findall(self.texts[module]):
            for parts, name in paths_of_use(tree):
                path = self.absolute(module, parts)
                if path is not None:
                    yield name, path

    def absolute(self, module, parts):
        """A path from the root of this crate; None for one of another crate."""
        parts = list(parts)
        if parts[0] == "crate":
            return tuple(parts[1:])
        at = module
        if parts[0] == "self":
            return (*at, *parts[1:])
        if parts[0] == "super":
            while parts and parts[0] == "super":
                at, parts = at[:-1], parts[1:]
            return (*at, *parts)
        return (*at, *parts) if (*at, parts[0]) in self.texts else None

    def owner(self, path, depth=0):
        """The module that defines what a path names. A name that a module imports leads on to where it comes from."""
        for length in range(len(path), -1, -1):
            module = path[:length]
            if module not in self.texts:
                continue
            rest = path[length:]
            if rest and depth < 5 and rest[0] in self.imports.get(module, {}):
                onward = (*self.imports[module][rest[0]], *rest[1:])
                if onward != path:
                    return self.owner(onward, depth + 1)
            return module
        return ()

    def references(self):
        """Pairs of modules: the one that names something, and the one that defines it."""
        for module, text in self.texts.items():
            named = [path for path in self.imports[module].values()]
            named += [self.absolute(module, found.split("::")) for found in PATH.findall(USE.sub("", text))]
            for path in named:
                yield module, self.owner(path)

    def cycles(self):
        edges = {}
        for source, target in self.references():
            shared = 0
            while shared < min(len(source), len(target)) and source[shared] == target[shared]:
                shared += 1
            if shared < len(source) and shared < len(target):
                edges.setdefault(source[: shared + 1], set()).add(target[: shared + 1])
        return [sorted("::".join(module) for module in group) for group in groups(edges)]


def groups(edges):
    """The strongly connected groups of more than one node (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(edges.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = []
            while not group or group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(group)

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def crates_of(texts):
    """The files of each crate, relative to its `src`."""
    found = {}
    for path, text in texts.items():
        inside = re.match(r"src-tauri/crates/([\w-]+)/src/(.+\.rs)$", path)
        if inside:
            found.setdefault(inside[1], {})[inside[2]] = text
        elif path.startswith("src-tauri/src/") and path.endswith(".rs"):
            found.setdefault("rotunda-desktop", {})[path.removeprefix("src-tauri/src/")] = text
    return found


def window_edges(texts):
    """Which file of the window imports which."""
    edges = {}
    for path, text in texts.items():
        if not path.startswith("ui/src/") or not path.endswith((".ts", ".tsx")):
            continue
        for name in re.findall(r'\bfrom "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)', text):
            base = posixpath.normpath(posixpath.join(posixpath.dirname(path), name[0] or name[1]))
            target = next((base + ending for ending in (".ts", ".tsx") if base + ending in texts), None)
            if target:
                edges.setdefault(path, set()).add(target)
    return edges


def cycles_of(texts):
    """Every cycle: where it is, and its modules."""
    found = []
    for name, files in sorted(crates_of(texts).items()):
        found += [(name, group) for group in Crate(name, files).cycles()]
    found += [("ui", sorted(group)) for group in groups(window_edges(texts))]
    return found
