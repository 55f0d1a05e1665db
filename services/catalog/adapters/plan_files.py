"""A floor plan file, read and measured: the plan that it makes, or everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalog.adapters.geojson import Document, read_document
from services.catalog.domain.plan_features import read_plan
from services.catalog.domain.plans import Plan
from services.catalog.domain.report import Finding
from services.catalog.domain.venues import HALL_SIDE_MAX_M, Hall
from services.catalog.ports import Geometry

SIZE_TOLERANCE_M = 0.01


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file's plan, or None with the errors that keep it from being one."""

    plan: Plan | None
    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()


def read(body: bytes, fair: str, hall: str, known: Hall | None, geometry: Geometry) -> PlanFile:
    """The plan for a hall that the venue knows, or that the file itself gives a size to (`size_m`)."""
    document = read_document(body)
    errors = list(document.errors)
    warnings: list[Finding] = []
    size = _size(document, hall, known, errors, warnings)
    if not document.features and document.errors:
        return PlanFile(None, tuple(errors))
    outlines = [feature.outline for feature in document.features if feature.outline is not None]
    found = read_plan(document.features, geometry.measure(outlines, *size), *size)
    errors += found.errors
    warnings += found.warnings
    if errors:
        return PlanFile(None, tuple(sorted(errors, key=_position)), tuple(warnings))
    return PlanFile(Plan(fair, hall, *size, found.booths), (), tuple(warnings))


def _size(
    document: Document, hall: str, known: Hall | None, errors: list[Finding], warnings: list[Finding]
) -> tuple[float, float]:
    """The hall's width and depth: the venue's word, else the file's own; without either, no outline lies outside."""
    if document.hall is not None and document.hall != hall:
        problem = f"the file is of hall {document.hall}, and was sent for hall {hall}"
        errors.append(
            Finding(
                "file",
                "hall",
                problem,
                "send it to its own hall, or correct its property hall",
                "other-hall",
                {"own": document.hall, "hall": hall},
            )
        )
    own = document.size_m
    if known is None:
        if own is None:
            problem = f"the venue has no hall {hall}, and the file does not say how large it is"
            errors.append(
                Finding(
                    "file",
                    "size_m",
                    problem,
                    "enter the hall at the venue, or give size_m: [w, d]",
                    "size-missing",
                    {"hall": hall},
                )
            )
        elif max(own) > HALL_SIDE_MAX_M:
            errors.append(
                Finding("file", "size_m", f"{own} is no hall's size", "give [width, depth] in metres", "no-size")
            )
        return own or (HALL_SIDE_MAX_M, HALL_SIDE_MAX_M)
    size = known.width_m, known.depth_m
    if own is not None and max(abs(own[0] - size[0]), abs(own[1] - size[1])) > SIZE_TOLERANCE_M:
        problem = f"the file says {own[0]:g} m by {own[1]:g} m, the venue {size[0]:g} m by {size[1]:g} m"
        warnings.append(
            Finding(
                "file",
                "size_m",
                problem,
                "the venue's size was taken; correct the one that is wrong",
                "size-differs",
                {"own": f"{own[0]:g} × {own[1]:g}", "hall": f"{size[0]:g} × {size[1]:g}"},
            )
        )
    return size


def _position(finding: Finding) -> int:
    words = finding.at.split(" ")
    return int(words[1]) if words[0] == "feature" and words[1].isdecimal() else 0
