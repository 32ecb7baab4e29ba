"""Packs rendered PNG files into icon.ico (Windows) and icon.icns (macOS).

Both formats are a small table followed by whole PNG files, so nothing but the
standard library is needed. Usage: pack.py FOLDER with FOLDER/<size>.png in it.
"""

import struct
import sys
from pathlib import Path

ICO_SIZES = [16, 24, 32, 48, 64, 256]
# Apple's four-letter names, each with the pixels it holds ("@2x" names repeat a size).
ICNS_KINDS = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"icp6", 64),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
]
ICO_ENTRY = 16
ICO_HEAD = 6


def ico(pngs: dict[int, bytes]) -> bytes:
    """A directory entry per size, then the pictures in the same order."""
    offset = ICO_HEAD + ICO_ENTRY * len(ICO_SIZES)
    entries, bodies = [], []
    for size in ICO_SIZES:
        body = pngs[size]
        side = size % 256  # 256 is written as 0
        entries.append(struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(body), offset))
        bodies.append(body)
        offset += len(body)
    return struct.pack("<HHH", 0, 1, len(ICO_SIZES)) + b"".join(entries) + b"".join(bodies)


def icns(pngs: dict[int, bytes]) -> bytes:
    """Name, length (its own eight bytes included), picture; all big-endian."""
    blocks = [kind + struct.pack(">I", len(pngs[size]) + 8) + pngs[size] for kind, size in ICNS_KINDS]
    body = b"".join(blocks)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def main() -> None:
    folder = Path(sys.argv[1])
    sizes = {*ICO_SIZES, *(size for _, size in ICNS_KINDS)}
    pngs = {size: (folder / f"{size}.png").read_bytes() for size in sizes}
    (folder / "icon.ico").write_bytes(ico(pngs))
    (folder / "icon.icns").write_bytes(icns(pngs))


main()
