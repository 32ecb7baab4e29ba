"""The rpm in a root of its own, by Debian's rpm with its own database there: installed, upgraded, removed.

rpm.py ROOT OLD.rpm NEW.rpm: as root, in network, mounts and processes of its own. ROOT is a Debian that mmdebstrap made,
without rpm and without Rotunda; it is changed. No package of Fedora can be had here: `debian-stand-in` is an rpm without
files that says what the libraries of ROOT provide, as rpm's own generator reads it from them. One line per check, a total.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rooted import CONFIG, Root, User, expect
from stand_in import make_stand_in
from tally import check, end
from turn import Turn, Upstream
from wait import until

ROOT, OLD, NEW = Root(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3])
# Where Fedora has it, below the root.
DATABASE = "/usr/lib/sysimage/rpm"
FILES_OF_RPM = "usr/lib/sysimage"
LEAVES = ["/usr/bin/rotunda", "/usr/bin/rotunda-desktop", "/usr/lib/rotunda/leave", "/usr/lib/rotunda/renew"]
# What Fedora's package `filesystem` brings, and this root lacks.
FOLDERS = ["usr/share/applications"]
# What a manager of systemd for a user would be told; this root has none that runs.
SYSTEMCTL = '#!/bin/sh\necho "$*" >>/run/systemctl.log\n'


def rpm(*arguments, code=0):
    """Runs rpm on the root, with a umask that must not matter, and returns what it says."""
    command = ["rpm", "--root", str(ROOT.folder), "--dbpath", DATABASE, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, umask=0o077)
    output = done.stdout + done.stderr
    expect(code in (None, done.returncode), f"{' '.join(command)}: ended with {done.returncode}: {output}")
    return output


def change(how, package, code=0, options=()):
    """Debian's rpm asks to be told that it is meant."""
    return rpm(how, "--force-debian", *options, package, code=code)


def query(package, tags):
    return rpm("-q", "--qf", tags, package)


def everything(folder):
    """Each path of the root with kind, owner and mode, but rpm's own files, users' files and what is of the kernel."""
    left_out = {"proc", "sys", "dev", "tmp", "run", "home", FILES_OF_RPM}
    found = {}
    for place, folders, files in os.walk(folder):
        inside = os.path.relpath(place, folder)
        folders[:] = [name for name in folders if os.path.normpath(os.path.join(inside, name)) not in left_out]
        for name in folders + files:
            path = os.path.join(place, name)
            state = os.lstat(path)
            found["/" + os.path.relpath(path, folder)] = (state.st_mode, state.st_uid, state.st_gid)
    return found


# --- what is in it ---------------------------------------------------------------------------


def contents(before, stand_in):
    def asks():
        refused = change("--install", OLD, code=None)
        lacking = set(re.findall(r"^\s+(\S+) is needed by", refused, re.M))
        expect({"libwebkit2gtk-4.1.so.0()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)", "/bin/sh", "util-linux"} <= lacking, refused)
        expect(everything(ROOT.folder) == before, "a refused package changed the root")

    def installs():
        change("--install", stand_in)
        change("--install", OLD)
        expect(query("rotunda", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm") == OLD.name, "another version")

    def modes():
        now = everything(ROOT.folder)
        found = {path: state for path, state in now.items() if path not in before}
        owned = set(rpm("-ql", "rotunda").split())
        expect({path for path in LEAVES} <= owned, owned)
        for path, (mode, uid, gid) in found.items():
            wanted = 0o40755 if Path(str(ROOT.folder) + path).is_dir() else 0o100755 if path in LEAVES else 0o100644
            expect((mode, uid, gid) == (wanted, 0, 0), f"{path}: {mode:o} of {uid}:{gid}, not {wanted:o} of 0:0")
            expect(path in owned, f"{path} belongs to no package, so a removal leaves it")
        changed = {path for path, state in before.items() if now.get(path) != state}
        expect(len(found) > 50 and not changed, f"{len(found)} new paths; changed: {changed}")

    def verifies():
        expect(rpm("--verify", "rotunda") == "", "not as packed")
        file = ROOT.folder / "usr/share/doc/rotunda/copyright"
        packed, state = file.read_bytes(), file.stat()
        file.write_bytes(packed + b"\n")
        expect("copyright" in rpm("--verify", "rotunda", code=1), "a changed file is not seen")
        file.write_bytes(packed)
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        expect(rpm("--verify", "rotunda") == "", "not as packed any more")

    def runs():
        version = query("rotunda", "%{VERSION}")
        expect(ROOT.run("rotunda", "--version").strip() == f"rotunda {version}", "rotunda --version")
        expect(ROOT.run("rotunda-desktop", "--version").strip() == f"Rotunda {version}", "rotunda-desktop --version")
        listed = ROOT.run("ldd", "/usr/bin/rotunda", "/usr/bin/rotunda-desktop")
        expect("libwebkit2gtk" in listed and "not found" not in listed, listed)
        expect("Radcliffe Camera" in ROOT.run("rotunda", "demo", env={"HOME": "/root", "ROTUNDA_VAULT": "file"}), "the demo")

    check("without the libraries it asks for, rpm refuses it", asks)
    check("with them it installs, and no dependency is passed by", installs)
    check("every new path is of root, has its mode under any umask, and belongs to the package", modes)
    check("rpm finds each file as packed, and a planted change", verifies)
    check("both programs run with the libraries of the root, and the demo's turns go through the router", runs)


# --- a life ----------------------------------------------------------------------------------


def life(before, upstream, kim, lee, moe):
    wants = lee.home / ".config/systemd/user/default.target.wants/rotunda.service"
    asked = ROOT.folder / "run/systemctl.log"

    def binds():
        for one in (kim, lee, moe):
            one.import_sign_in()
            one.serve_bound()
        for one in (lee, moe):
            one.stop()
            expect(one.is_bound(), f"{one.name} is not bound any more")
        expect(list((moe.home / ".local/share/rotunda/elsewhere").iterdir()), "nothing tells where moe is bound")
        wants.parent.mkdir(parents=True)
        wants.symlink_to("/usr/lib/systemd/user/rotunda.service")
        ROOT.run("chown", "-hR", "lee:lee", f"/home/{lee.name}")

    def upgrades():
        bound = [one.config.read_bytes() for one in (kim, lee, moe)]
        turn = Turn(bound[0])
        with kim.manager():
            change("--upgrade", NEW)
        upstream.go_on()
        whole = turn.rest()
        expect('"delta": "ended"' in whole and "response.completed" in whole, f"the turn that ran: {whole}")
        expect(query("rotunda", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm") == NEW.name, "not the new version")
        expect(kim.router.poll() is None, "kim's router ended")
        expect([one.config.read_bytes() for one in (kim, lee, moe)] == bound, "a binding changed")
        expect(wants.is_symlink() and kim.profiles() == ["kim"], "what starts it at login, or a profile, is gone")
        told = asked.read_text().splitlines()
        expect(told == [f"--user --machine=kim@.host {word}" for word in ("daemon-reload", "try-restart rotunda.service")], told)
        expect(rpm("--verify", "rotunda") == "", "not as packed")

    def refuses():
        expect("newer" in change("--upgrade", OLD, code=None), "an older version was taken")
        expect("already installed" in change("--install", NEW, code=None), "the same version was taken again")
        change("--upgrade", NEW, options=["--replacepkgs"])
        expect(kim.router.poll() is None and kim.is_bound(), "installed over itself, it unbound")

    def restarts():
        kim.stop()
        kim.serve_bound()
        expect(os.readlink(f"/proc/{kim.router.pid}/exe").endswith("/usr/bin/rotunda"), "not the new program")
        expect(kim.profiles() == ["kim"], "the profile is gone")

    def removes():
        output = rpm("--erase", "--force-debian", "rotunda")
        expect(kim.router.wait(60) == 0, "kim's router goes on")
        for one in (kim, lee, moe):
            expect(one.config.read_bytes() == CONFIG, f"{one.name}: {one.config.read_bytes()}\n{output}")
            expect((one.data / "rotunda.db").exists(), f"{one.name}: the profiles are gone")
        expect(not wants.is_symlink(), "something still starts it at login")
        left = {path for path, state in everything(ROOT.folder).items() if before.get(path) != state}
        expect(not left, f"left behind: {sorted(left)}")

    def without_scripts():
        change("--install", NEW)
        expect(kim.profiles() == ["kim"] and not kim.is_bound(), "the profile is not back, or it bound by itself")
        kim.serve_bound()
        rpm("--erase", "--force-debian", "--noscripts", "rotunda")
        expect(kim.is_bound() and kim.router.poll() is None, "something else than the script of the package unbinds")
        kim.stop()

    check("three users are bound, one of them by a router that runs", binds)
    check("an upgrade keeps a turn that runs, router, bindings and profiles, and tells the managers of users", upgrades)
    check("an older version is refused, and the same one changes nothing", refuses)
    check("the new version goes on where the old one was", restarts)
    check("a removal runs its script: every user is unbound, what runs is ended, and nothing but profiles is left", removes)
    check("it is that script: installed again and removed without it, Codex stays bound", without_scripts)


def main():
    subprocess.run(["mount", "-t", "proc", "proc", str(ROOT.folder / "proc")], check=True)
    for name in FOLDERS:
        (ROOT.folder / name).mkdir(exist_ok=True)
    tool = ROOT.folder / "usr/bin/systemctl"
    tool.unlink(missing_ok=True)
    tool.write_text(SYSTEMCTL)
    tool.chmod(0o755)
    (ROOT.folder / "run/systemd/system").mkdir(parents=True)
    upstream = Upstream()
    users = User(ROOT, "kim", moved=True, upstream=upstream.url), User(ROOT, "lee"), User(ROOT, "moe", moved=True)
    with tempfile.TemporaryDirectory() as folder:
        stand_in = make_stand_in(ROOT.folder, folder)
        rpm("--initdb")
        before = everything(ROOT.folder)
        contents(before, stand_in)
        life(before, upstream, *users)
    end()


main()
