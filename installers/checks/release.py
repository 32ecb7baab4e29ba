"""Holds what only runs elsewhere to what can be seen from here: the workflows, and the packages' property lists.

release.py [ROOT]: prints one line per fault, then `N passed, N failed`. The configuration of the bundler itself is
read by a test of the shell, with the bundler's own types.
"""

import plistlib
import re
import subprocess

import rules
import yaml

PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
# Only what a job or a step may have; a word with a slip of the pen is ignored by the service without a word.
JOB = {"name", "needs", "if", "runs-on", "timeout-minutes", "container", "permissions", "env", "strategy", "steps"}
STEP = {"name", "id", "if", "uses", "with", "env", "run", "shell", "working-directory", "timeout-minutes"}
OURS = re.compile(r"(?<![\w/.])((?:installers|src-tauri|docs|\.ci)/[\w./-]+)")


def steps(workflow):
    for name, job in workflow["jobs"].items():
        for number, step in enumerate(job.get("steps", []), 1):
            yield f"{name}, step {number}", job, step


def words(workflow):
    faults = []
    for name, job in workflow["jobs"].items():
        faults += [f"{name}: unknown word {word}" for word in sorted(set(job) - JOB)]
        faults += [f"{name}: no time limit" for _ in [0] if "timeout-minutes" not in job]
    for where, _, step in steps(workflow):
        faults += [f"{where}: unknown word {word}" for word in sorted(set(step) - STEP)]
        if ("run" in step) == ("uses" in step):
            faults.append(f"{where}: runs and uses, or neither")
    return faults


def pins(workflow):
    """Only what a commit's hash names, and never the keys of the checkout left behind."""
    faults = []
    for where, _, step in steps(workflow):
        used = step.get("uses")
        if used and not PINNED.match(used):
            faults.append(f"{where}: {used} is not pinned by a hash")
        if used and used.startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
            faults.append(f"{where}: the checkout keeps its credentials")
    return faults


def schedules(workflow):
    """Five fields that a minute of some week meets. YAML reads the word `on` as true."""
    faults = []
    ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)]
    triggers = workflow.get("on", workflow.get(True)) or {}
    for entry in triggers.get("schedule", []) if isinstance(triggers, dict) else []:
        fields = str(entry.get("cron", "")).split()
        in_range = [f == "*" or (f.isdigit() and low <= int(f) <= high) for f, (low, high) in zip(fields, ranges)]
        if len(fields) != len(ranges) or not all(in_range):
            faults.append(f"the schedule {entry} is none of five numbers or stars")
    return faults


def rights(workflow):
    """Reading is all that is given to everyone; one job that makes the draft may write."""
    faults = [] if workflow.get("permissions") == {"contents": "read"} else ["the rights of all jobs are not read-only"]
    for name, job in workflow["jobs"].items():
        if job.get("permissions", {"contents": "read"}) != {"contents": "read"} and any("checkout" in s.get("uses", "") for s in job["steps"]):
            faults.append(f"{name}: may write, and runs what is in the repository")
    return faults


def references(workflow, tree):
    """Jobs, matrix keys and environment that are named, and files of ours in commands."""
    faults = []
    for name, job in workflow["jobs"].items():
        needs = job.get("needs", [])
        faults += [f"{name}: needs {n}, which is no job" for n in ([needs] if isinstance(needs, str) else needs) if n not in workflow["jobs"]]
        text = yaml.safe_dump(job)
        matrix = job.get("strategy", {}).get("matrix", {})
        included = [set(entry) for entry in matrix.get("include", [])]
        keys = set(matrix) - {"include"} | (set.intersection(*included) if included else set())
        faults += [f"{name}: matrix.{key} is not there" for key in re.findall(r"matrix\.(\w+)", text) if key not in keys]
        for entry in matrix.get("include", []):
            script = f"installers/groups/{entry.get('group')}.sh"
            faults += [f"{name}: {script} is not in the tree" for _ in [0] if "group" in entry and script not in tree]
        known = {**workflow.get("env", {}), **job.get("env", {})}
        faults += [f"{name}: env.{key} is not there" for key in re.findall(r"\benv\.(\w+)", text) if key not in known]
    for where, _, step in steps(workflow):
        faults += [f"{where}: names {path}, which is not in the tree" for path in OURS.findall(step.get("run", "")) if path not in tree]
    return faults


def commands(workflow):
    """Every command is valid for the shell, and nothing that a stranger may name is pasted into one."""
    faults = []
    for where, _, step in steps(workflow):
        if "run" in step:
            plain = re.sub(r"\$\{\{[^}]*\}\}", "x", step["run"])
            done = subprocess.run(["bash", "-n"], input=plain, capture_output=True, text=True, check=False)
            faults += [f"{where}: {line}" for line in done.stderr.splitlines()[:1]]
            faults += [f"{where}: pastes {p}" for p in re.findall(r"\$\{\{\s*(github\.[\w.]+|secrets\.\w+)", step["run"])]
    return faults


def script_steps(workflow, texts):
    """A step of a script of ours that is named in a command is one of those that the script knows."""
    faults = []
    for where, _, step in steps(workflow):
        for script, word in re.findall(r"\bbash (installers/[\w/-]+\.sh) ([a-z]+)\b", step.get("run", "")):
            # The patterns of a `case`, and what the script says of its own use.
            lines = re.findall(r"^\s*[a-z |]+\)|usage:.*", texts.get(script, ""), re.M)
            if word not in re.findall(r"[a-z]+", " ".join(lines)):
                faults.append(f"{where}: {script} knows no step {word}")
    return faults


# What each property list says, as plistlib reads it: the app has no Dock icon, asks for no right, and its login agent
# starts one program. The agent is the golden file that the tests of rotunda-host compare with what they write.
LOGIN_AGENT = "src-tauri/crates/rotunda-host/src/platform/golden/Rotunda.plist"
PROPERTY_LISTS = {
    "Info.plist": {"LSUIElement": True, "NSHumanReadableCopyright": "The Rotunda authors, MIT licence"},
    "entitlements.plist": {},
    "Rotunda.plist": {
        "Label": "Rotunda",
        "AssociatedBundleIdentifiers": "dev.rotunda.desktop",
        "ProgramArguments": ["/Applications/Tools & more/Rotunda.app/Contents/MacOS/rotunda-desktop", "--hidden"],
        "RunAtLoad": True,
    },
}


def property_lists(texts, meant):
    faults = [f"{name}: is not there" for name in meant if name not in texts]
    for name, text in texts.items():
        try:
            value = plistlib.loads(text)
        except Exception as error:
            faults.append(f"{name}: {error}")
            continue
        if value != meant.get(name):
            faults.append(f"{name}: says something else than is meant")
        # The runtime's protections are given up by these.
        faults += [f"{name}: gives up {key}" for key in value if key.startswith("com.apple.security.cs.") and value[key]]
    return faults


def main():
    root = rules.root()
    tree = set(rules.tracked(root))
    scripts = {path: (root / path).read_text(encoding="utf-8") for path in tree if path.startswith("installers/") and path.endswith(".sh")}
    found = []
    for path in sorted((root / ".github/workflows").glob("*.yml")):
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [
            (f"{path.name}: words", words(workflow)),
            (f"{path.name}: pinned actions", pins(workflow)),
            (f"{path.name}: rights", rights(workflow)),
            (f"{path.name}: schedules", schedules(workflow)),
            (f"{path.name}: references", references(workflow, tree)),
            (f"{path.name}: commands", commands(workflow)),
            (f"{path.name}: steps of scripts", script_steps(workflow, scripts)),
        ]
    lists = [*(root / "installers/macos").glob("*.plist"), root / LOGIN_AGENT]
    found.append(("property lists", property_lists({p.name: p.read_bytes() for p in lists if p.exists()}, PROPERTY_LISTS)))
    rules.tell(found)


if __name__ == "__main__":
    main()
