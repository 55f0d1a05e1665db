"""Which sides of a booth are open: the trade's row, corner, peninsula and island stands are told apart by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from shapely.geometry import Polygon

from services.catalog.domain.booths import Overlap

# A gangway is at least this far beside a wall.
_BESIDE_M: Final = 0.4
_SAMPLE_M: Final = 0.5
# Of a long wall, so many samples tell enough; the bound keeps a plan drawn in bad faith from working for minutes.
_SAMPLES_MAX: Final = 16
_POINTS_MAX: Final = 200_000
_FACINGS: Final = 4


def open_sides(
    polygons: Sequence[Polygon], sound: Sequence[int], overlaps: Sequence[Overlap], hall: Polygon
) -> list[int]:
    """Of each sound outline how many of its four sides are open, 0 to 4.

    A side is all walls that face the same way. It is open where more than half of it borders on floor of the hall
    that nobody else has; who shares floor with the booth, as its parts do, is not somebody else.
    """
    walls = [_walls(polygons[at]) for at in sound]
    owner = np.repeat(np.arange(len(sound)), [len(each) for each in walls])
    every = np.concatenate([*walls, np.empty((0, 4))])
    free = _beside_free_floor(polygons, sound, overlaps, hall, owner, every)
    facing = owner * _FACINGS + every[:, 3].astype(int)
    length = np.bincount(facing, every[:, 2], len(sound) * _FACINGS)
    open_length = np.bincount(facing, every[:, 2] * free, len(sound) * _FACINGS)
    opened = (open_length > length / 2).reshape(len(sound), _FACINGS)
    return [int(count) for count in opened.sum(axis=1)]


def _walls(polygon: Polygon) -> np.ndarray:
    """Samples beside an outline's walls: x and y of each, how many metres it stands for, and which way it faces."""
    corners = shapely.get_coordinates(polygon.exterior)
    step = np.diff(corners, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    start, step, length = corners[:-1][length > 0], step[length > 0], length[length > 0]
    # Whether the corners come round one way or the other says on which side of a wall the outside is.
    turn = 1.0 if polygon.exterior.is_ccw else -1.0
    out = turn * np.column_stack((step[:, 1], -step[:, 0])) / length[:, None]
    along_x = np.abs(out[:, 0]) > np.abs(out[:, 1])
    facing = np.where(along_x, np.where(out[:, 0] > 0, 0, 1), np.where(out[:, 1] > 0, 2, 3))
    count = np.clip(np.ceil(length / _SAMPLE_M), 2, _SAMPLES_MAX).astype(int)
    wall = np.repeat(np.arange(len(length)), count)
    nth = np.arange(len(wall)) - np.repeat(np.cumsum(count) - count, count)
    share = ((nth + 0.5) / count[wall])[:, None]
    at = start[wall] + share * step[wall] + _BESIDE_M * out[wall]
    return np.column_stack((at, length[wall] / count[wall], facing[wall]))


def _beside_free_floor(
    polygons: Sequence[Polygon],
    sound: Sequence[int],
    overlaps: Sequence[Overlap],
    hall: Polygon,
    owner: np.ndarray,
    samples: np.ndarray,
) -> np.ndarray:
    """Whether each sample lies in the hall and in no other booth, as 0 or 1."""
    place = {at: n for n, at in enumerate(sound)}
    own = {n * len(sound) + n for n in range(len(sound))}
    for overlap in overlaps:
        first, second = place[overlap.first], place[overlap.second]
        own |= {first * len(sound) + second, second * len(sound) + first}
    sharing = np.array(sorted(own), dtype=np.int64)
    tree = shapely.STRtree([polygons[at] for at in sound])
    free = np.ones(len(samples))
    for begin in range(0, len(samples), _POINTS_MAX):
        part = slice(begin, begin + _POINTS_MAX)
        points = shapely.points(samples[part, :2])
        inside = shapely.covers(hall, points)
        sample, booth = tree.query(points, predicate="intersects")
        others = ~np.isin(owner[part][sample] * len(sound) + booth, sharing)
        inside[sample[others]] = False
        free[part] = inside
    return free
