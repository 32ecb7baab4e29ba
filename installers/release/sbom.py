"""What is built into the programs, as a CycloneDX 1.5 document (https://cyclonedx.org/docs/1.5/json/).

sbom.py ROOT VERSION prints it: each crate of the command line and the tray app for this system, and each node package
of the interface that ends up in the window, with licence, package URL and the checksum of its lock file. Offline. The
same tree gives the same bytes: the time is SOURCE_DATE_EPOCH, the serial number is made from the content.
"""

import base64
import hashlib
import json
import os
import sys
import tomllib
import uuid
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "linux"))
import notices

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "rotunda.invalid")


def crate_checksums(lock):
    return {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}


def licence(expression):
    """Cargo once wrote `/` for OR."""
    return [{"expression": expression.replace("/", " OR ")}] if expression else []


def component(kind, name, version, expression, algorithm, digest):
    where = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": where,
        "name": name,
        "version": version,
        "purl": where,
        "licenses": licence(expression),
        "hashes": [{"alg": algorithm, "content": digest}],
    }


def crate_components(root):
    checksums = crate_checksums(tomllib.loads((root / "Cargo.lock").read_text(encoding="utf-8")))
    for label, expression, _ in notices.crates(root):
        name, version = label.rsplit(" ", 1)
        yield component("cargo", name, version, expression, "SHA-256", checksums[(name, version)])


def node_components(root):
    """The interface's own dependencies with all that they need: what a bundler may take in."""
    packages = json.loads((root / "ui/package-lock.json").read_text(encoding="utf-8"))["packages"]
    queue = list(packages[""].get("dependencies", {}))
    seen = set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        entry = packages[f"node_modules/{name}"]
        queue += entry.get("dependencies", {})
        algorithm, digest = entry["integrity"].split("-", 1)
        if algorithm != "sha512":
            raise SystemExit(f"{name}: the lock file has a checksum of the kind {algorithm}")
        yield component("npm", name, entry["version"], entry.get("license", ""), "SHA-512", base64.b64decode(digest).hex())


def document(components, version, time):
    components = sorted(components, key=lambda c: c["bom-ref"])
    content = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
    program = {"type": "application", "bom-ref": "rotunda", "name": "rotunda", "version": version, "licenses": licence("MIT")}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, content)}",
        "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "component": program},
        "components": components,
        "dependencies": [{"ref": "rotunda", "dependsOn": [c["bom-ref"] for c in components]}],
    }


def main():
    root, version = Path(sys.argv[1]), sys.argv[2]
    components = [*crate_components(root), *node_components(root)]
    print(json.dumps(document(components, version, int(os.environ["SOURCE_DATE_EPOCH"])), indent=1))


if __name__ == "__main__":
    main()
