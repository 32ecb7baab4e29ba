"""Holds crates and node packages to dependencies.toml: licences, sources, duplicates, layers. Offline, in a second.

dependencies.py [ROOT]: prints one line per fault, then `N passed, N failed` (one check per rule).
Every rule is a pure function from parsed files to faults, so that test_checks.py can plant each violation.
"""

import fnmatch
import json
import re
import subprocess
import tomllib
from collections import defaultdict

import rules

TOKEN = re.compile(r"\s*(\(|\)|[A-Za-z0-9.+-]+)")


def satisfied(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences alone. `/` is the old way to write OR."""
    tokens = TOKEN.findall(expression.replace("/", " OR "))

    def primary():
        token = tokens.pop(0) if tokens else ""
        if token == "(":
            inner = choice()
            return inner if tokens and tokens.pop(0) == ")" else False
        if tokens[:1] == ["WITH"]:
            tokens.pop(0)
            token = f"{token} WITH {tokens.pop(0) if tokens else ''}"
        return token in allowed

    def every():
        result = primary()
        while tokens[:1] == ["AND"]:
            tokens.pop(0)
            result = primary() and result
        return result

    def choice():
        result = every()
        while tokens[:1] == ["OR"]:
            tokens.pop(0)
            result = every() or result
        return result

    return choice() and not tokens


class Config:
    """dependencies.toml, and which of its exceptions were needed."""

    def __init__(self, raw):
        self.raw = raw
        self.allowed = set(raw["licences"])
        self.used = set()

    def _exception(self, section, name):
        for entry in self.raw.get(section, []):
            for pattern in entry["names"]:
                if fnmatch.fnmatch(name, pattern):
                    self.used.add((section, pattern))
                    return entry
        return None

    def licence_fault(self, name, licence):
        if licence and satisfied(licence, self.allowed):
            return None
        entry = self._exception("licence_exceptions", name)
        if entry and licence and satisfied(licence, self.allowed | {entry["licence"]}):
            return None
        return f"{name}: the licence {licence or '(none given)'} is not on the list"

    def duplicate_fault(self, name, versions):
        if self._exception("duplicates", name):
            return None
        return f"{name}: built in {len(versions)} versions ({', '.join(sorted(versions))}) without a stated reason"

    def faults(self):
        """Reasons that are missing."""
        return [
            f"{section}: {', '.join(entry['names'])} has no reason"
            for section in ("duplicates", "licence_exceptions")
            for entry in self.raw.get(section, [])
            if len(entry.get("reason", "")) < 20
        ]

    def stale(self, section):
        """Exceptions that are not needed any more: each would hide the next real fault."""
        return [
            f"{section}: {pattern} needs no exception any more"
            for entry in self.raw.get(section, [])
            for pattern in entry["names"]
            if (section, pattern) not in self.used
        ]


def crates(metadata):
    """The packages that are really built for the given targets."""
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    return [p for p in metadata["packages"] if p["id"] in used]


def crate_licences(metadata, config):
    return [f for p in crates(metadata) if (f := config.licence_fault(p["name"], p["license"]))]


def crate_duplicates(metadata, config):
    versions = defaultdict(set)
    for package in crates(metadata):
        versions[package["name"]].add(package["version"])
    faults = [f for n, v in sorted(versions.items()) if len(v) > 1 and (f := config.duplicate_fault(n, v))]
    return faults + config.stale("duplicates")


def crate_sources(lock):
    """One registry, a checksum for each package, nothing from git or from a folder outside the workspace."""
    faults, registries = [], set()
    for package in lock["package"]:
        source = package.get("source")
        if source is None:
            if not package["name"].startswith("rotunda-"):
                faults.append(f"{package['name']}: comes from a folder, not from the registry")
        elif not source.startswith("registry+"):
            faults.append(f"{package['name']}: comes from {source.split('+')[0]}, not from the registry")
        else:
            registries.add(source)
            if not package.get("checksum"):
                faults.append(f"{package['name']}: has no checksum")
    if len(registries) > 1:
        faults.append(f"{len(registries)} registries are used; one is allowed")
    return faults


def layers(metadata, config):
    """What each of our crates reaches, at any depth but without its tests, against what it must not reach."""
    by_id = {p["id"]: p["name"] for p in metadata["packages"]}
    needs = {
        node["id"]: [d["pkg"] for d in node["deps"] if any(k["kind"] is None for k in d["dep_kinds"])]
        for node in metadata["resolve"]["nodes"]
    }
    faults = []
    for name, forbidden in config.raw.get("layers", {}).items():
        start = next((i for i in needs if by_id[i] == name), None)
        if start is None:
            faults.append(f"layers: there is no crate {name}")
            continue
        seen, queue = set(), [start]
        while queue:
            current = queue.pop()
            if current not in seen:
                seen.add(current)
                queue += needs.get(current, [])
        reached = {by_id[i] for i in seen} & set(forbidden)
        faults += [f"{name}: must not reach {other}" for other in sorted(reached)]
    return faults


def node_licences(lock, config):
    faults = []
    for path, package in lock.get("packages", {}).items():
        if path and not package.get("link"):
            name = path.rsplit("node_modules/", 1)[-1]
            if fault := config.licence_fault(name, package.get("license")):
                faults.append(fault)
    return faults


def node_sources(text):
    """No address in the lock file: it would pin one mirror, and a package from elsewhere than the registry needs one."""
    faults = [f"package-lock.json names an address: {u}" for u in sorted(set(re.findall(r'"resolved": "([^"]{0,80})', text)))[:5]]
    for path, package in json.loads(text).get("packages", {}).items():
        if path and not package.get("link") and not package.get("integrity") and not package.get("inBundle"):
            faults.append(f"{path}: has no integrity hash")
    return faults


def read_metadata(root, targets):
    command = ["cargo", "metadata", "--offline", "--locked", "--format-version", "1"]
    for target in targets:
        command += ["--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout)


def main():
    root = rules.root()
    config = Config(tomllib.loads((root / "dependencies.toml").read_text(encoding="utf-8")))
    metadata = read_metadata(root, config.raw["targets"])
    found = [
        ("reasons", config.faults()),
        ("crate licences", crate_licences(metadata, config)),
        ("crate duplicates", crate_duplicates(metadata, config)),
        ("crate sources", crate_sources(tomllib.loads((root / "Cargo.lock").read_text(encoding="utf-8")))),
        ("layers", layers(metadata, config)),
    ]
    node_lock = root / "ui/package-lock.json"
    if node_lock.exists():
        text = node_lock.read_text(encoding="utf-8")
        found.append(("node licences", node_licences(json.loads(text), config)))
        found.append(("node sources", node_sources(text)))
        found.append(("licence exceptions", config.stale("licence_exceptions")))
    rules.tell(found)


if __name__ == "__main__":
    main()
