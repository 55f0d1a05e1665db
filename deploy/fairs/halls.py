"""Reading a hall's file as far as the folder needs it: which hall, how large, and who stands where.

Whether the outlines are sound is for the catalog to say, which measures them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from deploy.fairs.model import HallPlan, Problem, Stand, tidy

_HALL_WORD: Final = re.compile(r"^(halle|hall|зал|павильон|pavilion|floor-?plan|plan)[\s_.-]+", re.IGNORECASE)


def read_hall(path: Path, file: str, problems: list[Problem]) -> HallPlan | None:
    """The hall's plan, or None where it cannot be read at all; what is wrong is added to `problems`."""
    content = path.read_bytes()
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problems.append(Problem(file, f"byte {error.start + 1}", "is not UTF-8", "save the file as UTF-8"))
        return None
    except (json.JSONDecodeError, RecursionError) as error:
        at = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        problems.append(Problem(file, at, "is not JSON that can be read", "mend the file there, or export it again"))
        return None
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        remedy = 'give {"type": "FeatureCollection", "features": [...]}'
        problems.append(Problem(file, "", "is no FeatureCollection", remedy))
        return None
    properties = collection.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    hall, notes = _hall_name(path, properties)
    if "/" in hall or not hall:
        problems.append(Problem(file, "hall", f"{hall!r} is no hall's name", "use a name without a slash"))
        return None
    stands = tuple(_stands(hall, file, collection["features"], problems))
    size = _size(properties)
    if size is not None:
        return HallPlan(file, hall, *size, stands, content, tuple(notes))
    if properties.get("size_m") is not None:
        problems.append(Problem(file, "size_m", "is no size", "give [width, depth] in metres"))
        return None
    return _measured(file, hall, collection, content, stands, notes)


def _hall_name(path: Path, properties: dict[str, Any]) -> tuple[str, list[str]]:
    said = properties.get("hall")
    if isinstance(said, str | int | float) and not isinstance(said, bool) and str(said).strip():
        return tidy(str(said)), []
    name = tidy(_HALL_WORD.sub("", path.stem))
    return name, [f"does not say which hall it is; taken as hall {name}, after the file's name"]


def _size(properties: dict[str, Any]) -> tuple[float, float] | None:
    size = properties.get("size_m")
    if isinstance(size, list) and len(size) == 2 and all(_is_number(side) and side > 0 for side in size):
        return float(size[0]), float(size[1])
    return None


def _measured(
    file: str, hall: str, collection: dict[str, Any], content: bytes, stands: tuple[Stand, ...], notes: list[str]
) -> HallPlan:
    """A hall that does not say how large it is, just large enough for its booths; moved there if they lie outside."""
    corners = list(_positions([f.get("geometry") for f in collection["features"] if isinstance(f, dict)]))
    if not corners:
        return HallPlan(file, hall, 1.0, 1.0, stands, content, tuple(notes))
    left, top = (min(0.0, math.floor(min(c[axis] for c in corners))) for axis in (0, 1))
    width, depth = (math.ceil(max(c[axis] for c in corners)) for axis in (0, 1))
    notes.append(f"does not say how large the hall is; taken as {width - left:g} m by {depth - top:g} m")
    if left or top:
        for corner in corners:
            corner[0], corner[1] = corner[0] - left, corner[1] - top
        notes.append(f"its outlines were moved by {-left:g} m and {-top:g} m, so that the hall's corner is the origin")
        content = json.dumps(collection, ensure_ascii=False).encode()
    return HallPlan(file, hall, max(width - left, 1.0), max(depth - top, 1.0), stands, content, tuple(notes))


def _positions(geometries: list[Any]) -> Iterator[list[float]]:
    """Every position of every polygon, as the lists that they are in the file."""
    for geometry in geometries:
        rings = geometry.get("coordinates") if isinstance(geometry, dict) else None
        for ring in rings if isinstance(rings, list) else ():
            for position in ring if isinstance(ring, list) else ():
                if isinstance(position, list) and len(position) >= 2 and all(_is_number(c) for c in position[:2]):
                    yield position


def _stands(hall: str, file: str, features: list[Any], problems: list[Problem]) -> Iterator[Stand]:
    """The stands that have a number; the catalog says of the others what is wrong."""
    for place, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        properties = properties if isinstance(properties, dict) else {}
        number = properties.get("number")
        if not isinstance(number, str | int) or isinstance(number, bool) or not str(number).strip():
            continue
        number = tidy(str(number))
        names = _names(properties.get("exhibitors"))
        if names is None:
            at = f"feature {place} ({number})"
            remedy = 'list their names, as ["First Ltd", "Second Ltd"], the main exhibitor first'
            problems.append(Problem(file, at, "exhibitors: is no list of names", remedy))
            names = ()
        yield Stand(hall, number, names)


def _names(value: Any) -> tuple[str, ...] | None:
    """The names, each once and none empty; None where these are no names."""
    if value is None:
        return ()
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return None
    return tuple(dict.fromkeys(name for name in map(tidy, value) if name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
