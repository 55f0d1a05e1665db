"""What is right and wrong with the features of a floor plan, once their outlines have been measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.catalog.domain.booths import Outline, Overlap, PlannedBooth, part_and_whole, relations
from services.catalog.domain.naming import (
    BOOTH_NUMBER_LENGTH_MAX,
    has_control_characters,
    reads_as_number,
    tidy,
)
from services.catalog.domain.report import Finding

FEATURES_MAX = 10_000
POSITIONS_MAX = 200_000
RELATIONS_MAX = 10_000
RELATED_MAX = 500
AREA_MIN_M2 = 0.01
OVERLAP_MIN_M2 = 0.01
OUTSIDE_MIN_M2 = 0.01
STATED_AREA_TOLERANCE = 0.10


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature as the file has it: `position` counts from 1, `outline` is None where it is no polygon."""

    position: int
    number: str | None
    stated_area_m2: float | None
    outline: Outline | None

    @property
    def at(self) -> str:
        """How findings name it."""
        return f"feature {self.position} ({self.number})" if self.number else f"feature {self.position}"


@dataclass(frozen=True, slots=True)
class Measured:
    """An outline's measures.

    `fault` says that it crosses itself, or the like, and `corner` where; `outside_m2` is how much lies outside the
    hall; `open_sides`, 0 to 4, how many of its sides border on floor of the hall that no other has.
    """

    area_m2: float
    hull_area_m2: float
    outside_m2: float
    fault: str | None = None
    corner: tuple[float, float] | None = None
    open_sides: int = 0


@dataclass(frozen=True, slots=True)
class Measurement:
    """The measures of a list of outlines, in its order, and which sound ones share floor.

    `crowded` is set where so many overlap that the rest was not looked at.
    """

    outlines: tuple[Measured, ...]
    overlaps: tuple[Overlap, ...]
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A floor plan as read: its booths, complete only where there are no errors."""

    booths: tuple[PlannedBooth, ...] = ()
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Findings:
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def read_plan(features: Sequence[Feature], measurement: Measurement, width_m: float, depth_m: float) -> ReadPlan:
    """The booths that the features stand for, and all that is wrong or odd with them.

    The measurement's outlines are those of the features that have one, in their order.
    """
    found = _Findings()
    if not features:
        found.errors.append(Finding("file", "features", "no features", "give one feature a booth", "no-features"))
    _check_numbers(features, found)
    drawn = [feature for feature in features if feature.outline is not None]
    for feature, measured in zip(drawn, measurement.outlines, strict=True):
        _check_outline(feature, measured, (width_m, depth_m), found)
    parts, wholes = relations(_check_overlaps(drawn, measurement, found))
    for feature in () if measurement.crowded else drawn:
        _check_related(feature, parts, wholes, found)
    if found.errors:
        return ReadPlan((), tuple(found.errors), tuple(found.warnings))
    booths = tuple(
        replace(booth, parts=parts.get(booth.number, ()), part_of=wholes.get(booth.number, ()))
        for booth in (_booth(f, m) for f, m in zip(drawn, measurement.outlines, strict=True))
    )
    return ReadPlan(booths, (), tuple(found.warnings))


def _booth(feature: Feature, measured: Measured) -> PlannedBooth:
    outline_area = round(measured.area_m2, 4)
    stated = feature.stated_area_m2 if feature.stated_area_m2 is not None else outline_area
    return PlannedBooth(tidy(feature.number or ""), stated, feature.outline or (), outline_area, measured.open_sides)


def _check_numbers(features: Sequence[Feature], found: _Findings) -> None:
    first: dict[str, Feature] = {}
    for feature in features:
        number = tidy(feature.number or "")
        if not number:
            found.errors.append(Finding(feature.at, "number", "missing", "give the booth its number", "number-missing"))
        elif len(number) > BOOTH_NUMBER_LENGTH_MAX or has_control_characters(number):
            found.errors.append(
                Finding(
                    feature.at,
                    "number",
                    "too long or unprintable",
                    f"use {BOOTH_NUMBER_LENGTH_MAX} characters",
                    "number-unusable",
                    {"max": BOOTH_NUMBER_LENGTH_MAX},
                )
            )
        elif number in first:
            found.errors.append(
                Finding(
                    feature.at,
                    "number",
                    f"used twice, first by {first[number].at}",
                    "give each its own number",
                    "number-twice",
                    {"first": first[number].at},
                )
            )
        else:
            first[number] = feature
            if not reads_as_number(number):
                found.warnings.append(
                    Finding(
                        feature.at,
                        "number",
                        "looks like a placeholder, not a number",
                        "number it such as A-011",
                        "number-odd",
                    )
                )


def _check_outline(feature: Feature, measured: Measured, hall: tuple[float, float], found: _Findings) -> None:
    at, error = feature.at, found.errors.append
    if measured.hull_area_m2 < AREA_MIN_M2:
        error(Finding(at, "geometry", "has no area", "draw the booth's outline with its corners apart", "no-area"))
        return
    if measured.fault is not None:
        corner = "" if measured.corner is None else "{:g}, {:g}".format(*measured.corner)
        problem = f"{measured.fault} at ({corner})" if corner else measured.fault
        remedy = "draw its corners in order round the booth"
        error(Finding(at, "geometry", problem, remedy, "crossed", {"corner": corner}))
        return
    if measured.area_m2 < AREA_MIN_M2:
        error(Finding(at, "geometry", "has no area", "draw the booth's outline with its corners apart", "no-area"))
        return
    if measured.outside_m2 > OUTSIDE_MIN_M2:
        problem = f"{measured.outside_m2:.2f} m² of it lie outside the hall of {hall[0]:g} m by {hall[1]:g} m"
        error(
            Finding(
                at,
                "geometry",
                problem,
                "move it into the hall, or correct the hall's size",
                "outside",
                {"m2": round(measured.outside_m2, 2), "width": hall[0], "depth": hall[1]},
            )
        )
    stated = feature.stated_area_m2
    if stated is not None and abs(stated - measured.area_m2) > STATED_AREA_TOLERANCE * stated:
        problem = f"stated {stated:g} m², but the outline covers {measured.area_m2:.2f} m²"
        found.warnings.append(
            Finding(
                at,
                "area_m2",
                problem,
                "correct one, unless the stand has two storeys",
                "area-differs",
                {"stated": stated, "drawn": round(measured.area_m2, 2)},
            )
        )


def _check_related(
    feature: Feature, parts: Mapping[str, Sequence[str]], wholes: Mapping[str, Sequence[str]], found: _Findings
) -> None:
    """A booth's event names all that it holds and lies inside, and brokers take events of bounded size only."""
    number = tidy(feature.number or "")
    remedy = f"draw at most {RELATED_MAX} stands inside one outline; the outline of a hall is no stand"
    if (holds := len(parts.get(number, ()))) > RELATED_MAX:
        found.errors.append(
            Finding(
                feature.at,
                "geometry",
                f"holds {holds} other stands",
                remedy,
                "holds-many",
                {"count": holds, "max": RELATED_MAX},
            )
        )
    if (inside := len(wholes.get(number, ()))) > RELATED_MAX:
        remedy = f"draw at most {RELATED_MAX} outlines around one stand"
        found.errors.append(
            Finding(
                feature.at,
                "geometry",
                f"lies inside {inside} other stands",
                remedy,
                "inside-many",
                {"count": inside, "max": RELATED_MAX},
            )
        )


def _check_overlaps(drawn: Sequence[Feature], measurement: Measurement, found: _Findings) -> list[tuple[str, str]]:
    """The (part, whole) pairs of numbers; overlaps that are neither become errors at the later feature."""
    pairs = []
    for overlap in measurement.overlaps:
        if overlap.shared_m2 < OVERLAP_MIN_M2:
            continue
        one, two = drawn[overlap.first], drawn[overlap.second]
        areas = measurement.outlines[overlap.first].area_m2, measurement.outlines[overlap.second].area_m2
        numbers = tidy(one.number or ""), tidy(two.number or "")
        pair = part_and_whole((numbers[0], areas[0]), (numbers[1], areas[1]), overlap.shared_m2)
        if pair is None:
            problem = f"shares {overlap.shared_m2:.2f} m² with {one.at}, and neither lies inside the other"
            remedy = "draw them apart, or draw the part at least 95 % inside its joint stand"
            found.errors.append(
                Finding(
                    two.at, "geometry", problem, remedy, "overlap", {"m2": round(overlap.shared_m2, 2), "other": one.at}
                )
            )
        else:
            pairs.append(pair)
    if measurement.crowded:
        problem = f"more than {RELATIONS_MAX} outlines overlap, the rest was not looked at"
        found.errors.append(
            Finding(
                "file", "features", problem, "remove outlines drawn over each other", "crowded", {"max": RELATIONS_MAX}
            )
        )
    return pairs
