"""Make the outlines of the provinces, of 63 and of 34, from the country map of Apache Superset (Apache License 2.0).

Writes ``data/geo/provinces_63.geojson`` and ``provinces_34.geojson``. The borders of the source do not meet exactly, so
they are first made to share their lines; then they are thinned together, so that no gap opens, and for the 34 dissolved
along ``merged_into`` of ``data/provinces.csv``.

Run after ``npm pack @superset-ui/legacy-plugin-chart-country-map@0.20.3`` and ``pip install "shapely>=2.2"``::

    python tools/build_geo.py superset-ui-legacy-plugin-chart-country-map-0.20.3.tgz

The result is committed, because it changes only with the map of the country.
"""

from __future__ import annotations

import csv
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

DATA = Path(__file__).parents[1] / "data"
MEMBER = "package/esm/countries/vietnam.geojson"
# The source has ISO 3166-2 codes; those of 63 provinces are no GSO codes.
NAMES = {"Thừa Thiên - Huế": "Thừa Thiên Huế", "Thành phố Hồ Chí Minh": "TP. Hồ Chí Minh"}
ISLANDS = {"Côn Đảo": (106.61, 8.707, "ba-ria-vung-tau"), "Cát Bà": (107.0, 20.8, "hai-phong")}
"""Islands that the source gives to a neighbour: a point of each, and the province that it belongs to."""
GAP = 0.02
"""Slits up to so many degrees wide between two provinces are closed."""
TOLERANCE = 0.03
"""Triangles with sides of about so many degrees are cut off: a tenth of a millimetre on a page."""
SMALLEST = 2e-4
"""Islands below so many square degrees (about 2 km2) are no more than a speck on a page."""


def main(archive: str) -> int:
    """Build both files."""
    with tarfile.open(archive) as package:
        stream = package.extractfile(MEMBER)
        if stream is None:
            raise SystemExit(f"{archive} holds no {MEMBER}")
        features = json.load(stream)["features"]
    provinces = list(csv.DictReader((DATA / "provinces.csv").open(encoding="utf-8", newline="")))
    old = [row for row in provinces if row["frame"] == "63"]
    slug = {row["name_vi"]: row["province"] for row in old}
    named = {
        slug[NAMES.get(feature["properties"]["NAME_1"], feature["properties"]["NAME_1"])]: feature
        for feature in features
    }
    if not len(named) == len(old) == len(features):
        raise SystemExit(f"{len(features)} outlines for {len(old)} provinces")
    order = [row["province"] for row in old]
    shapes = {name: shapely.from_geojson(json.dumps(named[name]["geometry"])) for name in order}
    for island, (x, y, owner) in ISLANDS.items():
        give(island, shapely.Point(x, y), owner, shapes)
    clean = shapely.coverage_clean(np.array(list(shapes.values())), snapping_distance=1e-3, gap_width=GAP)
    thin = dict(zip(order, shapely.coverage_simplify(clean, TOLERANCE), strict=True))
    into = {row["province"]: row["merged_into"] for row in old}
    write(thin, 63)
    merged = [row["province"] for row in provinces if row["frame"] == "34"]
    parts = {name: [thin[part] for part in order if into[part] == name] for name in merged}
    write({name: shapely.coverage_union_all(part) for name, part in parts.items()}, 34)
    return 0


def give(island: str, inside: BaseGeometry, owner: str, shapes: dict[str, BaseGeometry]) -> None:
    """Move the polygon around a point to the province that owns it."""
    for name, shape in shapes.items():
        parts = list(shapely.get_parts(shape))
        found = [part for part in parts if part.contains(inside)]
        if found and len(parts) > 1:
            shapes[name] = shapely.MultiPolygon([part for part in parts if part is not found[0]])
            shapes[owner] = shapely.MultiPolygon([*shapely.get_parts(shapes[owner]), found[0]])
            return
    raise SystemExit(f"no island at the point of {island}")


def write(shapes: dict[str, BaseGeometry], frame: int) -> None:
    """Write one frame, a province a line."""
    lines = []
    for name, shape in sorted(shapes.items()):
        polygons = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
        rings = [
            [rounded(ring) for ring in (part.exterior, *part.interiors)]
            for number, part in enumerate(polygons)
            if number == 0 or part.area >= SMALLEST
        ]
        feature = {
            "type": "Feature",
            "properties": {"frame": frame, "province": name},
            "geometry": {"type": "MultiPolygon", "coordinates": rings},
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    body = ",\n".join(lines)
    path = DATA / "geo" / f"provinces_{frame}.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n', encoding="utf-8")


def rounded(ring: Any) -> list[list[float]]:
    """Coordinates to three decimals of a degree, about a hundred metres."""
    return [[round(x, 3), round(y, 3)] for x, y in shapely.get_coordinates(ring)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
