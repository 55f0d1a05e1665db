"""Fair folders, made up for a test."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, width and depth in metres."""

FAIR: Mapping[str, Any] = {
    "slug": "steppe-expo",
    "name": {"en": "Steppe Expo", "zh": "草原博览会"},
    "venue": {"slug": "steppe-centre", "name": {"en": "Steppe Centre"}, "city": "Astana", "country": "KZ"},
    "starts": "2027-05-01",
    "ends": "2027-05-04",
    "time_zone": "Asia/Almaty",
    "currency": "KZT",
}


def stand(
    number: Any, at: Box | None = None, exhibitors: Any = None, *, area_m2: float | None = None
) -> dict[str, Any]:
    """A feature: a rectangle with its number and, if given, who stands there."""
    left, top, width, depth = at or (0, 0, 4, 3)
    right, bottom = left + width, top + depth
    corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
    properties: dict[str, Any] = {"number": number}
    if exhibitors is not None:
        properties["exhibitors"] = exhibitors
    if area_m2 is not None:
        properties["area_m2"] = area_m2
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def row_of(*names: Any) -> list[dict[str, Any]]:
    """Stands 1, 2, 3 … side by side, each with these exhibitors."""
    return [stand(f"A-{n:03}", (5.0 * n, 0, 4, 3), list(each)) for n, each in enumerate(names, start=1)]


class Folder:
    """A folder on disk; every part can be left out or spoilt."""

    def __init__(self, path: Path, **fair: Any) -> None:
        self.path = path
        (path / "halls").mkdir(parents=True)
        self.fair(**fair)

    def fair(self, **changes: Any) -> Folder:
        """fair.json with some fields changed; None leaves a field out."""
        fields = {name: value for name, value in {**FAIR, **changes}.items() if value is not None}
        return self.write("fair.json", json.dumps(fields, ensure_ascii=False))

    def hall(
        self, hall: str | None, *features: Mapping[str, Any], file: str | None = None, **properties: Any
    ) -> Folder:
        """A hall's file, 100 m by 60 m unless `size_m` says otherwise (None leaves it out)."""
        said = {"hall": hall, "size_m": [100, 60], **properties}
        collection = {
            "type": "FeatureCollection",
            "properties": {name: value for name, value in said.items() if value is not None},
            "features": list(features),
        }
        return self.write(f"halls/{file or f'hall-{hall}.geojson'}", json.dumps(collection, ensure_ascii=False))

    def table(self, *rows: Sequence[str], columns: str = "name,country,stands,category_codes") -> Folder:
        """exhibitors.csv."""
        header = columns.split(",")
        with (self.path / "exhibitors.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows([*row, *[""] * (len(header) - len(row))] for row in rows)
        return self

    def write(self, name: str, content: str | bytes) -> Folder:
        """Any file."""
        (self.path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self
