"""The licences of what is built into the programs, as one text: notices.py ROOT prints it.

Read from the sources that cargo has fetched and from the interface's node packages, offline. Texts that are the same
in many packages appear once, with the names above them.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense)([-_.].*)?$", re.I)
HEAD = "Rotunda is under the MIT licence. These parts of others are built into its programs, each under its own licence.\n"


def crates(root):
    """Name with version, licence and folder of each crate that is built for this system, without tests' own."""
    command = ["cargo", "metadata", "--offline", "--locked", "--format-version", "1"]
    host = next(
        line.split()[1]
        for line in subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines()
        if line.startswith("host:")
    )
    done = subprocess.run([*command, "--filter-platform", host], cwd=root, check=True, capture_output=True, text=True)
    metadata = json.loads(done.stdout)
    packages = {p["id"]: p for p in metadata["packages"]}
    needs = {
        n["id"]: [d["pkg"] for d in n["deps"] if any(k["kind"] is None for k in d["dep_kinds"])]
        for n in metadata["resolve"]["nodes"]
    }
    queue = [i for i in needs if packages[i]["name"] in ("rotunda-desktop", "rotunda-cli")]
    seen = set()
    while queue:
        current = queue.pop()
        if current not in seen:
            seen.add(current)
            queue += needs[current]
    for p in sorted((packages[i] for i in seen), key=lambda p: (p["name"], p["version"])):
        if not p["name"].startswith("rotunda-"):
            yield f"{p['name']} {p['version']}", p["license"] or "", Path(p["manifest_path"]).parent


def node_packages(root):
    """The interface's own dependencies; its tools are not in what we ship."""
    for name in sorted(json.loads((root / "ui/package.json").read_text()).get("dependencies", {})):
        folder = root / "ui/node_modules" / name
        package = json.loads((folder / "package.json").read_text())
        yield f"{name} {package['version']}", package["license"], folder


def texts_of(folder):
    found = [p for p in sorted(folder.iterdir()) if p.is_file() and NAMES.match(p.name)]
    return [p.read_text(encoding="utf-8", errors="replace").strip() for p in found]


def notices(parts):
    """`parts`: name, licence, list of texts. One section per different text, in the order of the first name."""
    by_text, bare = {}, []
    for name, licence, texts in parts:
        if not texts:
            bare.append(f"  {name}: {licence}")
        for text in texts:
            # Only lines that differ in blanks are the same text to a reader.
            by_text.setdefault(" ".join(text.split()), (text, []))[1].append(name)
    sections = ["\n".join([", ".join(names), "", text]) for text, names in by_text.values()]
    if bare:
        sections.append("Parts that carry no text of their licence:\n\n" + "\n".join(bare))
    return ("\n" + "-" * 80 + "\n").join([HEAD, *(f"{s}\n" for s in sections)])


def main():
    root = Path(sys.argv[1])
    parts = [*crates(root), *node_packages(root)]
    print(notices([(name, licence, texts_of(folder)) for name, licence, folder in parts]), end="")


if __name__ == "__main__":
    main()
