"""The life of the packages in a clean root: installed, used, upgraded, removed, purged. One line per check, a total.

life.py OLD.deb NEW.deb PACKAGE.rpm: run as root by clean-root.sh, where everything it changes is gone afterwards.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

from tally import FAILED, check, end
from turn import Turn, Upstream
from units import units
from users import CONFIG, Headless, InstalledApp, UsersDesk, until
from webdriver import Driver

OLD, NEW, RPM = (Path(name) for name in sys.argv[1:4])
DESKTOP = Path("/usr/bin/rotunda-desktop")
SHELLS = {"zsh", "zsh/site-functions", "fish", "fish/vendor_completions.d"}
FOLDERS_OF_RPM = {"/usr/lib/rotunda", "/usr/share/doc/rotunda", *(f"/usr/share/{name}" for name in SHELLS)}


def expect(claim, saying):
    if not claim:
        raise AssertionError(saying)


def run(*command, code=0, **options):
    """Runs to the end, as root, and returns the output. Raises when it ends otherwise than expected."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)
    output = done.stdout + done.stderr
    expect(code is None or done.returncode == code, f"{' '.join(map(str, command))}: ended with {done.returncode}: {output}")
    return output


def dpkg(*arguments):
    # Small images leave out manuals and documents; here they are looked at.
    return run("dpkg", "--path-include=/usr/share/*", *arguments)


def names_of_ours():
    """Every path that bears our name where packages put things."""
    places = ["/usr/bin", "/usr/lib", "/usr/share", "/etc", "/var/lib/dpkg/info"]
    found = run("find", *places, "-xdev", "-iname", "*rotunda*", code=None)
    return sorted(line for line in found.splitlines() if line.startswith("/") and "/dev/" not in line)


def is_alive(process):
    return process.poll() is None


# --- what is in it ---------------------------------------------------------------------------


def contents():
    def installs():
        expect(names_of_ours() == [], f"there before: {names_of_ours()}")
        dpkg("-i", str(OLD))
        expect("install ok installed" in run("dpkg-query", "-W", "-f", "${Status}", "rotunda"), "not installed")
        expect(run("dpkg", "--verify", "rotunda") == "", run("dpkg", "--verify", "rotunda"))

    def versions():
        version = OLD.name.split("_")[1].split("-")[0]
        expect(run("/usr/bin/rotunda", "--version").strip() == f"rotunda {version}", "rotunda --version")
        expect(run(DESKTOP, "--version").strip() == f"Rotunda {version}", "rotunda-desktop --version")

    def manual():
        pages = sorted(Path("/usr/share/man/man1").glob("rotunda*.1.gz"))
        commands = re.findall(r"^  ([a-z][a-z-]+) ", run("/usr/bin/rotunda", "--help"), re.M)
        named = {page.name.removesuffix(".1.gz") for page in pages}
        wanted = {"rotunda", "rotunda-desktop"} | {f"rotunda-{name}" for name in commands if name != "help"}
        # A command of commands has a page for each of them.
        below = {name for name in named - wanted if any(name.startswith(f"{page}-") for page in wanted - {"rotunda"})}
        expect(named == wanted | below, f"pages {sorted(named ^ (wanted | below))}")
        for page in pages:
            done = subprocess.run(
                ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(page)],
                env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}, capture_output=True, text=True, check=False,
            )
            # A letter over itself is how a terminal's bold is written.
            plain = re.sub(".\b", "", done.stdout)
            expect(done.returncode == 0 and done.stderr == "" and "NAME" in plain, f"{page.name}: {done.stderr}{plain}")

    def completes():
        script = """
            . /usr/share/bash-completion/completions/rotunda
            complete -p rotunda >/dev/null || exit 1
            COMP_WORDS=(rotunda "$1") COMP_CWORD=1
            _rotunda rotunda "$1" rotunda
            echo "${COMPREPLY[*]}"
        """
        found = run("bash", "--norc", "-c", script, "bash", "unb").split()
        expect(found == ["unbind"], f"unb: {found}")
        found = run("bash", "--norc", "-c", script, "bash", "").split()
        expect("serve" in found and "guide" not in found, f"all: {found}")
        for file in ["zsh/vendor-completions/_rotunda", "fish/vendor_completions.d/rotunda.fish"]:
            expect("dry-run" in Path("/usr/share", file).read_text(), file)

    def entry():
        file = Path("/usr/share/applications/rotunda-desktop.desktop")
        run("desktop-file-validate", str(file))
        entry = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
        expect(shutil.which(entry["Exec"]) == str(DESKTOP), entry["Exec"])
        icons = list(Path("/usr/share/icons/hicolor").glob(f"*/apps/{entry['Icon']}.*"))
        expect(len(icons) >= 5, f"icons: {icons}")

    def unit():
        output = run("systemd-analyze", "--user", "--man=no", "verify", "/usr/lib/systemd/user/rotunda.socket", "/usr/lib/systemd/user/rotunda.service",
                   env={**os.environ, "XDG_RUNTIME_DIR": "/run"})  # fmt: skip
        expect("rotunda" not in output, output)
        line = re.search(r"^ExecStart=(\S+) (.*)$", Path("/usr/lib/systemd/user/rotunda.service").read_text(), re.M)
        expect(line and shutil.which(line[1]), f"{line}")
        for option in line[2].split():
            expect(option in run("/usr/bin/rotunda", "serve", "--help") or option == "serve", option)

    def licences():
        text = Path("/usr/share/doc/rotunda/copyright").read_text()
        for name in ["tokio", "tauri", "ring", "rusqlite", "preact"]:
            expect(re.search(rf"^(.*, )?{name} \d", text, re.M), f"{name} is not named")
        expect(text.startswith("MIT License"), text[:40])

    check("the package installs where no network is, and is whole", installs)
    check("both programs say their version", versions)
    check("every command has a manual page that renders without a warning", manual)
    check("a shell completes commands, and not the hidden one", completes)
    check("the desktop entry is valid and its program and icons are there", entry)
    check("systemd takes the unit, and its options exist", unit)
    check("the licences of built-in parts are listed", licences)


# --- a life ----------------------------------------------------------------------------------


def life(desk):
    upstream = Upstream()
    app, kim = InstalledApp(desk), Headless("kim", moved=True, upstream=upstream.url)
    lee, moe = Headless("lee"), Headless("moe", moved=True)
    notes = moe.home / ".local/share/rotunda/elsewhere"
    wants = lee.home / ".config/systemd/user/default.target.wants/rotunda.service"

    def starts():
        driver = Driver(desk, DESKTOP)
        until("router", lambda: app.status()["router"]["state"] == "running")
        invoke = "window.__TAURI_INTERNALS__.invoke('start_at_login', {on: true}).then(() => done(true), (e) => done(String(e)))"
        until("page", lambda: driver.run("done('__TAURI_INTERNALS__' in window)"))
        expect(driver.run(invoke) is True, "start at login was refused")
        expect(f"Exec={DESKTOP} --hidden\n" in app.autostart.read_text(), app.autostart.read_text())
        app.tray.click("Quit Rotunda")
        until("end", lambda: app.status()["router"]["state"] != "running")
        driver.stop()
        app.start_in_tray()
        app.add("work")
        expect(app.cli("bind").returncode == 0 and app.is_bound(), "bind failed")

    def others():
        for one in [kim, lee, moe]:
            write_sign_in_for(one)
            one.serve_bound()
        for one in [lee, moe]:
            one.stop()
            expect(one.is_bound(), f"{one.user.pw_name} is not bound any more")
        expect(len(list(notes.iterdir())) == 1, "nothing tells where moe is bound")
        wants.parent.mkdir(parents=True)
        wants.symlink_to("/usr/lib/systemd/user/rotunda.service")
        run("chown", "-hR", "lee:lee", str(lee.home))

    def upgrades():
        before = app.config.read_bytes()
        turn = Turn(kim.config.read_bytes())
        dpkg("-i", str(NEW))
        upstream.go_on()
        whole = turn.rest()
        expect('"delta": "ended"' in whole and "response.completed" in whole, f"the turn that ran: {whole}")
        expect(NEW.name.split("_")[1] == run("dpkg-query", "-W", "-f", "${Version}", "rotunda"), "not the new version")
        expect(is_alive(app.process) and is_alive(kim.router), "a router ended")
        expect(app.config.read_bytes() == before and kim.is_bound() and lee.is_bound(), "a binding changed")
        expect(app.autostart.exists() and wants.is_symlink(), "something that starts it at login is gone")
        expect(profiles(app) == ["work"] and app.status()["binding"]["state"] == "bound", "the new command line")

    def restarts():
        app.process.terminate()
        expect(app.ended() == 0 and app.is_bound(), "with start at login it stays bound")
        app.start_in_tray()
        until("bound", lambda: app.status()["binding"]["state"] == "bound")
        expect(os.readlink(f"/proc/{app.process.pid}/exe") == str(DESKTOP), "not the new program")
        expect(profiles(app) == ["work"], "the profile is gone")

    def removes():
        output = dpkg("-r", "rotunda")
        expect(not is_alive(app.process) or app.ended() == 0, "the app goes on")
        expect(not is_alive(kim.router) or kim.router.wait(60) == 0, "kim's router goes on")
        for name, config in [("pat", app.config), ("kim", kim.config), ("lee", lee.config), ("moe", moe.config)]:
            expect(config.read_bytes() == CONFIG.encode(), f"{name}: {config.read_bytes()}\n{output}")
        expect(not app.autostart.exists() and not wants.is_symlink(), "something still starts it at login")
        expect(not notes.parent.exists(), "the note is still there")

    def keeps():
        for folder in [app.home, kim.data, lee.data, moe.data]:
            expect((folder / "rotunda.db").exists(), f"{folder}: the profiles are gone")
        expect("refresh-of-work" in items(desk), "the keychain's item is gone")
        expect(names_of_ours() == ["/var/lib/dpkg/info/rotunda.list", "/var/lib/dpkg/info/rotunda.postrm"], f"{names_of_ours()}")

    def returns():
        dpkg("-i", str(NEW))
        expect(profiles(app) == ["work"], "the profile is not back")
        expect(app.status()["binding"]["state"] == "unbound", "it bound by itself")

    def purges():
        dpkg("-P", "rotunda")
        left = run("find", desk.env["HOME"], str(lee.home), "-iname", "*rotunda*", "-not", "-path", "*/.codex/*")
        expect(left == "", f"left: {left}")
        expect(items(desk) == "", "the keychain still holds the sign-in")
        expect(names_of_ours() == [], f"{names_of_ours()}")
        # Moved with a variable while nothing was running that could record the new place.
        expect((kim.data / "rotunda.db").exists(), "kim's folder")

    check("the app starts, keeps a profile, starts at login, and binds Codex", starts)
    check("three more users are bound by the router alone, and one whose folders moved is noted", others)
    check("an upgrade leaves a turn that runs, routers, bindings and profiles alone", upgrades)
    check("the new version goes on where the old one was", restarts)
    check("removal unbinds every user, ends what runs, and what starts it at login", removes)
    check("removal keeps profiles, and of the programs nothing", keeps)
    check("installed again, it knows the profiles and does not bind by itself", returns)
    check("a purge takes the profiles, also out of the keychain", purges)
    return kim


def write_sign_in_for(one):
    from users import own, write_sign_in

    folder = one.home / "sign-in"
    write_sign_in(folder, one.user.pw_name)
    own(one.user, folder)
    done = one.cli("import", str(folder), "--name", one.user.pw_name)
    expect(done.returncode == 0, done.stderr)


def profiles(app):
    return [one["name"] for one in json.loads(app.cli("profiles", "--json").stdout)]


def items(desk):
    """Secrets of ours that the keychain gives to its user."""
    found = desk.run("secret-tool", "search", "--all", "--unlock", "service", "Rotunda")
    return "".join(line for line in found.stdout.splitlines(True) if line.startswith("secret ="))


# --- the other kind --------------------------------------------------------------------------


def rpm_life(kim):
    def lists():
        listed = set(run("rpm", "-qpl", str(RPM)).split())
        files = {line.rsplit(" .", 1)[1] for line in run("dpkg-deb", "-c", str(NEW)).splitlines() if line.startswith("-")}
        files = {name.replace("/zsh/vendor-completions/", "/zsh/site-functions/") for name in files}
        expect(files <= listed, f"not in the rpm: {sorted(files - listed)}")
        expect(listed - files <= FOLDERS_OF_RPM, f"only in the rpm: {sorted(listed - files)}")
        needs = run("rpm", "-qp", "--requires", str(RPM))
        expect("libwebkit2gtk-4.1.so.0" in needs and "libc.so.6(GLIBC_2." in needs, needs)

    def lives():
        # Debian's own packages satisfy what it needs, but rpm knows nothing of them.
        run("rpm", "--install", "--force-debian", "--nodeps", str(RPM))
        kim.serve_bound()
        run("rpm", "--upgrade", "--force", "--force-debian", "--nodeps", str(RPM))
        expect(is_alive(kim.router) and kim.is_bound(), "an upgrade unbound")
        run("rpm", "--erase", "--force-debian", "rotunda")
        expect(kim.router.wait(60) == 0 and kim.config.read_bytes() == CONFIG.encode(), kim.config.read_bytes())
        expect((kim.data / "rotunda.db").exists() and not DESKTOP.exists(), "after the removal")

    check("the rpm holds the same files and asks for its libraries", lists)
    check("the rpm's scripts keep Codex bound at an upgrade and unbind at a removal", lives)


def main():
    contents()
    try:
        units(check, expect)
        with UsersDesk("pat") as desk:
            kim = life(desk)
        rpm_life(kim)
    except Exception as error:
        FAILED.append("life")
        print(f"not ok the desktop\n    {error}", flush=True)
        traceback.print_exc(file=sys.stdout)
    end()


main()
