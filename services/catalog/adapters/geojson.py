"""GeoJSON in and out: a FeatureCollection of polygons in metres, in the hall's own frame."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.catalog.domain.booths import Outline, PlannedBooth, Ring
from services.catalog.domain.plan_features import FEATURES_MAX, POSITIONS_MAX, Feature
from services.catalog.domain.plans import Plan
from services.catalog.domain.report import Finding
from shared.runtime.http.texts import PROBLEM as HALF
from shared.runtime.http.texts import REMEDY, halves, may_hold_half

RING_POSITIONS_MIN = 4
OUTLINE_POSITIONS_MAX = 2_000
COORDINATE_MAX_M = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Document:
    """A floor plan file as read; `hall` and `size_m` (width, depth) are what it says of itself."""

    features: tuple[Feature, ...] = ()
    hall: str | None = None
    size_m: tuple[float, float] | None = None
    errors: tuple[Finding, ...] = ()


class _Wrong(Exception):
    """A feature's field cannot be read."""

    def __init__(self, field: str, problem: str, remedy: str, code: str, **values: str | float) -> None:
        super().__init__(problem)
        self.field, self.problem, self.remedy = field, problem, remedy
        self.code, self.values = code, values

    def at(self, at: str) -> Finding:
        """As a finding at a feature."""
        return Finding(at, self.field, self.problem, self.remedy, self.code, self.values)


def read_document(body: bytes) -> Document:
    """The file's features and all that keeps them from being read; further properties are left aside."""
    try:
        collection = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problem = f"not UTF-8: byte 0x{body[error.start]:02x} at byte {error.start + 1} of the file"
        return _unread("", problem, "save the file as UTF-8", "not-utf-8", byte=error.start + 1)
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        return _unread(
            "", problem, "mend the file there, or export it again", "not-json", line=error.lineno, column=error.colno
        )
    except (RecursionError, ValueError) as error:
        return _unread(
            "", f"not JSON that can be read: {type(error).__name__}", "export the file again", "not-json-at-all"
        )
    half = next(halves(collection), None) if may_hold_half(body) else None
    if half is not None:
        return _unread(half, HALF, REMEDY, "half-character")
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        return _unread(
            "type", "not a FeatureCollection", 'give {"type": "FeatureCollection", "features": [...]}', "no-collection"
        )
    features = collection.get("features")
    if not isinstance(features, list):
        return _unread("features", "not a list", "list one feature a booth", "no-list")
    if len(features) > FEATURES_MAX:
        return _unread(
            "features",
            f"more than {FEATURES_MAX} features",
            "split the hall into several plans",
            "too-many-features",
            max=FEATURES_MAX,
        )
    return _read(features, collection.get("properties"))


def _unread(field: str, problem: str, remedy: str, code: str, **values: str | float) -> Document:
    return Document(errors=(Finding("file", field, problem, remedy, code, values),))


def _read(raw_features: list[Any], properties: Any) -> Document:
    errors: list[Finding] = []
    hall, size = _own_words(properties, errors)
    features = [_feature(at, raw, errors) for at, raw in enumerate(raw_features, start=1)]
    positions = sum(len(ring) for feature in features for ring in feature.outline or ())
    if positions > POSITIONS_MAX:
        return _unread(
            "features",
            f"more than {POSITIONS_MAX} positions in all",
            "draw simpler outlines",
            "too-many-positions",
            max=POSITIONS_MAX,
        )
    return Document(tuple(features), hall, size, tuple(errors))


def _own_words(properties: Any, errors: list[Finding]) -> tuple[str | None, tuple[float, float] | None]:
    if not isinstance(properties, dict):
        return None, None
    hall, size = properties.get("hall"), properties.get("size_m")
    if size is None:
        return (str(hall) if hall is not None else None), None
    if not (isinstance(size, list) and len(size) == 2 and all(_is_number(side) and side > 0 for side in size)):
        errors.append(Finding("file", "size_m", "is no size", "give [width, depth] in metres", "no-size"))
        return None, None
    return (str(hall) if hall is not None else None), (float(size[0]), float(size[1]))


def _feature(position: int, raw: Any, errors: list[Finding]) -> Feature:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        errors.append(
            Finding(f"feature {position}", "type", "not a Feature", 'give {"type": "Feature", ...}', "no-feature")
        )
        return Feature(position, "?", None, None)
    properties = raw.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    number = properties.get("number")
    bare = Feature(position, str(number) if isinstance(number, str | int) and not isinstance(number, bool) else None,
                   None, None)  # fmt: skip
    stated, outline = None, None
    try:
        stated = _stated_area(properties.get("area_m2"))
    except _Wrong as wrong:
        errors.append(wrong.at(bare.at))
    try:
        outline = _outline(raw.get("geometry"))
    except _Wrong as wrong:
        errors.append(wrong.at(bare.at))
    return Feature(position, bare.number, stated, outline)


def _stated_area(value: Any) -> float | None:
    if value is None:
        return None
    if not _is_number(value) or not 0 < value <= COORDINATE_MAX_M:
        raise _Wrong(
            "area_m2", "is no area", "give square metres as a number above 0, or leave it out", "no-area-stated"
        )
    return float(value)


def _outline(geometry: Any) -> Outline:
    if not isinstance(geometry, dict) or geometry.get("type") != "Polygon":
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        problem = f"not a polygon but {str(kind)[:40]}" if kind else "not a polygon"
        raise _Wrong("geometry", problem, "draw each booth as one Polygon", "no-polygon")
    rings = geometry.get("coordinates")
    if not isinstance(rings, list) or not rings:
        raise _Wrong("geometry", "a polygon without rings", "give its outline as a list of positions", "no-rings")
    if sum(len(ring) for ring in rings if isinstance(ring, list)) > OUTLINE_POSITIONS_MAX:
        raise _Wrong(
            "geometry",
            f"more than {OUTLINE_POSITIONS_MAX} positions",
            "draw a simpler outline",
            "outline-too-long",
            max=OUTLINE_POSITIONS_MAX,
        )
    return tuple(_ring(ring) for ring in rings)


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < RING_POSITIONS_MIN:
        raise _Wrong(
            "geometry",
            "a ring of fewer than 4 positions",
            "give at least 3 corners and the first again",
            "ring-too-short",
        )
    positions = tuple(_position(position) for position in ring)
    if positions[0] != positions[-1]:
        raise _Wrong("geometry", "a ring that is not closed", "end each ring with its first position", "ring-open")
    return positions


def _position(position: Any) -> tuple[float, float]:
    if not isinstance(position, list) or not 2 <= len(position) <= 3 or not all(_is_number(c) for c in position):
        raise _Wrong(
            "geometry", f"{json.dumps(position)[:60]} is no position", "give [x, y] in metres as numbers", "no-position"
        )
    x, y = float(position[0]), float(position[1])
    if max(abs(x), abs(y)) > COORDINATE_MAX_M:
        raise _Wrong(
            "geometry",
            f"[{x:g}, {y:g}] is no place in a hall",
            "give metres in the hall's own frame",
            "far-position",
            position=f"[{x:g}, {y:g}]",
        )
    return x, y


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 10**15 if isinstance(value, int) else math.isfinite(value)


def write_document(plan: Plan) -> Mapping[str, Any]:
    """The plan as a FeatureCollection that can be imported again as it is."""
    return {
        "type": "FeatureCollection",
        "properties": {
            "fair": plan.fair,
            "hall": plan.hall,
            "size_m": [plan.width_m, plan.depth_m],
            "units": "metre, local frame, y down",
        },
        "features": [_written(plan.hall, booth) for booth in plan.booths],
    }


def _written(hall: str, booth: PlannedBooth) -> Mapping[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "number": booth.number,
            "booth": f"{hall}/{booth.number}",
            "area_m2": booth.area_m2,
            "outline_area_m2": booth.outline_area_m2,
            "open_sides": booth.open_sides,
            "parts": [f"{hall}/{number}" for number in booth.parts],
            "part_of": [f"{hall}/{number}" for number in booth.part_of],
        },
        "geometry": {"type": "Polygon", "coordinates": booth.outline},
    }
