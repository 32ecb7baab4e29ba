"""Waiting for what will be true, with a cap far above what a slow machine needs."""

import time

CAP = 60.0


def until(describe, probe, cap=CAP):
    """Calls `probe` until it answers something true, and gives that back."""
    end = time.monotonic() + cap
    while True:
        try:
            found = probe()
        except Exception as error:  # not there yet looks like any failure
            found, last = None, error
        else:
            last = found
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{describe}: not within {cap:.0f} s; last seen: {last}")
        time.sleep(0.05)
