#!/usr/bin/env python3
"""Makes land.bin, the outlines of the land, from Natural Earth as the npm package world-atlas carries it.

    python3 resources/map/make.py WORKDIR

WORKDIR is where the package is brought to (npm is needed). The same source gives the same bytes.
"""

import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "2.0.2"
DIGEST = "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97"
# Degrees are whole numbers of this part: 600 m at the equator, finer than either outline.
UNIT = 180 / 32767


def rings(topology):
    """Rings of longitudes and latitudes; holes (the Caspian) are rings like others, filled by the even-odd rule."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(numbers):
        points = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for numbers in polygon:
                yield ring(numbers)


def level(topology):
    out, count = bytearray(), 0
    for ring in rings(topology):
        points = []
        for longitude, latitude in ring:
            point = (round(longitude / UNIT), round(latitude / UNIT))
            if not points or points[-1] != point:
                points.append(point)
        if points[0] == points[-1]:
            points.pop()
        if len(points) < 3:
            continue
        count += 1
        out += struct.pack("<H", len(points)) + b"".join(struct.pack("<hh", *point) for point in points)
    return struct.pack("<II", count, len(out)) + bytes(out)


def main():
    work = pathlib.Path(sys.argv[1])
    work.mkdir(parents=True, exist_ok=True)
    pack = work / f"world-atlas-{VERSION}.tgz"
    if not pack.exists():
        subprocess.run(["npm", "pack", f"world-atlas@{VERSION}"], check=True, cwd=work)
    found = hashlib.sha256(pack.read_bytes()).hexdigest()
    if found != DIGEST:
        sys.exit(f"{pack}: not the file that is locked here ({found})")
    files = tarfile.open(pack)
    levels = [level(json.load(files.extractfile(f"package/land-{scale}.json"))) for scale in ("110m", "50m")]
    (HERE / "land.bin").write_bytes(b"COMMLND1" + b"".join(levels))
    print(f"coarse {len(levels[0])}, fine {len(levels[1])} bytes")


if __name__ == "__main__":
    main()
