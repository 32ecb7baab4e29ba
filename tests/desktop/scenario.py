"""What a person does with the tray and the window, on the real app. One line per check, a total at the end."""

import shutil
import sys
import time
import traceback
from pathlib import Path

from checks import FAILED, PASSED
from desk import Desk
from story_hangs import gone_story, hangs_story
from story_language import language_story
from story_menu import menu_story
from story_process import window_process
from story_quota import quota_story
from story_session import session_story
from story_settings import low_story, proxy_story
from story_tray import tray_life, without_display, without_tray, without_tray_close
from story_trouble import port_story
from story_whole import whole_story
from story_window import window_life
from story_year import year_story

STORIES = [
    ("the whole way", whole_story, True),
    ("every row of the menu", menu_story, True),
    ("quota", quota_story, True),
    ("another language", language_story, True),
    ("the way out", proxy_story, True),
    ("low", low_story, True),
    ("port taken", port_story, True),
    ("no display", without_display, True),
    ("life in the tray", tray_life, True),
    ("life in the window", window_life, True),
    ("the window's process", window_process, True),
    ("start at login", session_story, True),
    ("others that hang", hangs_story, True),
    ("gone without a word", gone_story, True),
    ("no tray", without_tray, False),
    ("no tray, window closed", without_tray_close, False),
]


# Measurements of some minutes; only by name.
NAMED = [("a year of use", year_story, True)]


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


def main():
    keep = option("--keep")
    only = option("--only")
    stories = [story for story in STORIES + NAMED if story[0] == only] if only else STORIES
    for name, story, tray in stories:
        failed, started = len(FAILED), time.monotonic()
        desk = Desk(tray)

        def run(desk=desk, story=story):
            with desk:
                story(desk)

        try:
            run()
        except Exception as error:
            FAILED.append(name)
            print(f"not ok {name}\n    {error}", flush=True)
            traceback.print_exc(file=sys.stdout)
        print(f"    # {name}: {time.monotonic() - started:.0f} s", flush=True)
        if keep:
            for part in ["pictures", "log"]:
                shutil.copytree(desk.root / part, Path(keep) / name.replace(",", "").replace(" ", "-") / part, dirs_exist_ok=True)
        if len(FAILED) == failed:
            shutil.rmtree(desk.root, ignore_errors=True)
        else:
            print(f"    # logs and pictures: {desk.root}", flush=True)
    print(f"{len(PASSED)} passed, {len(FAILED)} failed")
    sys.exit(1 if FAILED or not PASSED else 0)


main()
