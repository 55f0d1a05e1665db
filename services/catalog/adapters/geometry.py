"""Outlines measured with shapely; what the measures mean is the domain's business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.validation import explain_validity

from services.catalog.adapters.sides import open_sides
from services.catalog.domain.booths import Outline, Overlap
from services.catalog.domain.plan_features import OVERLAP_MIN_M2, RELATIONS_MAX, Measured, Measurement

# Some ten microseconds each: the bound keeps a plan drawn in bad faith from working for minutes.
_NEIGHBOURS_MAX = 20 * RELATIONS_MAX


class PlaneGeometry:
    """The port Geometry on shapely's planar geometry; stateless, so threads may share it."""

    def measure(self, outlines: Sequence[Outline], width_m: float, depth_m: float) -> Measurement:
        """See Geometry.measure."""
        polygons = [Polygon(outline[0], outline[1:]) for outline in outlines]
        hall = box(0, 0, width_m, depth_m)
        measured = [_measured(polygon, hall) for polygon in polygons]
        sound = [at for at, one in enumerate(measured) if one.fault is None and one.area_m2 > 0]
        overlaps, crowded = _overlaps(polygons, sound)
        if not crowded:
            for at, sides in zip(sound, open_sides(polygons, sound, overlaps, hall), strict=True):
                measured[at] = replace(measured[at], open_sides=sides)
        return Measurement(tuple(measured), tuple(overlaps), crowded)


def _measured(polygon: Polygon, hall: Polygon) -> Measured:
    hull_area = float(polygon.convex_hull.area)
    if not polygon.is_valid:
        return Measured(float(polygon.area), hull_area, 0.0, *_why_invalid(polygon))
    outside = 0.0 if hall.covers(polygon) else float(polygon.difference(hall).area)
    return Measured(float(polygon.area), hull_area, outside)


def _why_invalid(polygon: Polygon) -> tuple[str, tuple[float, float] | None]:
    """What is wrong with an outline, as in “crosses itself”, and where; None where that is not told."""
    reason, _, corner = explain_validity(polygon).rstrip("]").partition("[")
    what = "crosses itself" if "self-intersection" in reason.lower() else f"is not sound: {reason.lower()}"
    try:
        x, y = map(float, corner.split())
    except ValueError:
        return what, None
    return what, (x, y)


def _overlaps(polygons: Sequence[Polygon], sound: Sequence[int]) -> tuple[list[Overlap], bool]:
    """The pairs of sound outlines that share floor, and whether there were too many to look at all."""
    shapes = np.array([polygons[at] for at in sound], dtype=object)
    if not len(shapes):
        return [], False
    tree = shapely.STRtree(shapes)
    found: list[Overlap] = []
    looked_at = 0
    for place, at in enumerate(sound):
        near = tree.query(shapes[place])
        later = np.sort(near[near > place])
        looked_at += len(later)
        shared = shapely.area(shapely.intersection(shapes[place], shapes[later])) if len(later) else ()
        found += [
            Overlap(at, sound[other], float(area))
            for other, area in zip(later, shared, strict=True)
            if area >= OVERLAP_MIN_M2
        ]
        if len(found) > RELATIONS_MAX or looked_at > _NEIGHBOURS_MAX:
            return found[:RELATIONS_MAX], True
    return found, False
