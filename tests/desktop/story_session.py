"""What the session starts at login, and what it means for Codex at logout."""

import os
import shutil
from pathlib import Path

from app import CONFIG, DESKTOP, App
from checks import check, expect
from wait import until


def session_story(desk):
    app = App(desk)
    app.add("work")
    home = Path(desk.env["HOME"])
    usual = home / ".config/autostart/Rotunda.desktop"
    usual.parent.mkdir(parents=True, exist_ok=True)

    def logs_out():
        """Whether Codex is bound after the session ended the app."""
        app.start_in_tray()
        expect(app.cli("bind").returncode == 0, "bind failed")
        app.process.terminate()
        code = app.ended()
        expect(code == 0, f"ended with {code}")
        bound = app.is_bound()
        app.cli("unbind")
        expect(app.config.read_bytes() == CONFIG.encode(), app.config.read_bytes())
        return bound

    def entry(path, exec_line, *lines):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["[Desktop Entry]", "Type=Application", "Name=Rotunda", f"Exec={exec_line}", *lines, ""]))

    def not_in_force():
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false", "OnlyShowIn=KDE;", "NotShowIn=XFCE;", "TryExec=/gone"]:
            entry(usual, f"{DESKTOP} --hidden", line)
            expect(not logs_out(), f"with {line} Codex stays bound to a router that nobody starts")
            expect(line in usual.read_text(), usual.read_text())

    check("logged out with an entry that the session does not follow, Codex is unbound", not_in_force)

    def in_force():
        spaced = desk.root / "my programs/rotunda-desktop"
        spaced.parent.mkdir()
        try:
            os.link(DESKTOP, spaced)
        except OSError:
            shutil.copy2(DESKTOP, spaced)
        for line in [f'"{spaced}" --hidden', f'env A=1 "B=x y" "{spaced}" --hidden', f"sh -c \"sleep 1; exec '{spaced}'\""]:
            entry(usual, line, "OnlyShowIn=GNOME;XFCE;", "X-GNOME-Autostart-enabled=true")
            expect(logs_out(), f"with Exec={line} Codex is unbound although it comes back")

    check("logged out with an entry in quotes or behind env, Codex stays bound", in_force)

    def elsewhere():
        usual.unlink()
        desk.env["XDG_CONFIG_HOME"] = str(home / "settings")
        there = home / "settings/autostart/Rotunda.desktop"
        # What 0.1 wrote, whatever the value of the variable.
        entry(usual, f"{DESKTOP} --hidden")
        app.start_in_tray()
        until("the entry where the session looks", there.is_file)
        expect(f"Exec={DESKTOP} --hidden" in there.read_text(), there.read_text())
        expect(not usual.exists(), "the entry that no session reads is still there")
        app.process.terminate()
        app.ended()
        expect(logs_out(), "Codex is unbound although it comes back")
        report = app.cli("doctor").stdout
        expect(f"The tray app starts at login, from {DESKTOP}." in report, report)
        there.unlink()
        expect(not logs_out(), "without any entry Codex stays bound")

    check("start at login lives where the session looks, and is moved there", elsewhere)
