"""Floor plans: a hall's booths at a fair, and what changes from one plan to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.catalog.domain.booths import BoothState, PlannedBooth
from services.catalog.domain.report import ChangeKind, Counts, EntryChange, FieldChange, JointStand, field_changes


@dataclass(frozen=True, slots=True)
class Plan:
    """A hall's floor plan at a fair, with the hall's size as it was when the plan came in."""

    fair: str
    hall: str
    width_m: float
    depth_m: float
    booths: tuple[PlannedBooth, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A floor plan in numbers, for those who need not read its outlines."""

    fair: str
    hall: str
    width_m: float
    depth_m: float
    booths: int


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What a new plan does to an old one; `before` and `after` are the same stand."""

    created: tuple[PlannedBooth, ...]
    changed: tuple[tuple[PlannedBooth, PlannedBooth], ...]
    unchanged: tuple[PlannedBooth, ...]
    dropped: tuple[PlannedBooth, ...]

    @property
    def counts(self) -> Counts:
        """The difference in numbers."""
        return Counts(len(self.created), len(self.changed), len(self.unchanged), len(self.dropped))

    @property
    def is_empty(self) -> bool:
        """Whether the new plan says what the old one said."""
        return not (self.created or self.changed or self.dropped)


@dataclass(frozen=True, slots=True)
class NotFree:
    """A booth that a new plan would drop or change although it is not free."""

    number: str
    state: BoothState
    reason: str


def summary(plan: Plan) -> PlanSummary:
    """The plan in numbers."""
    return PlanSummary(plan.fair, plan.hall, plan.width_m, plan.depth_m, len(plan.booths))


def difference(old: Plan | None, new: Plan) -> PlanDifference:
    """What the new plan creates, changes, leaves and drops."""
    before = {booth.number: booth for booth in old.booths} if old else {}
    after = {booth.number for booth in new.booths}
    known = [(before[booth.number], booth) for booth in new.booths if booth.number in before]
    return PlanDifference(
        created=tuple(booth for booth in new.booths if booth.number not in before),
        changed=tuple((was, now) for was, now in known if not now.same_as(was)),
        unchanged=tuple(was for was, now in known if now.same_as(was)),
        dropped=tuple(booth for number, booth in before.items() if number not in after),
    )


def changes_of(hall: str, diff: PlanDifference) -> tuple[EntryChange, ...]:
    """What a new plan does to each booth that it does not leave as it is, by what it does and in the plan's order."""
    return (
        *(_change(hall, ChangeKind.CREATED, None, booth) for booth in diff.created),
        *(_change(hall, ChangeKind.CHANGED, was, now) for was, now in diff.changed),
        *(_change(hall, ChangeKind.WITHDRAWN, booth, None) for booth in diff.dropped),
    )


def _change(hall: str, kind: ChangeKind, was: PlannedBooth | None, now: PlannedBooth | None) -> EntryChange:
    fields = field_changes(_told(was), _told(now))
    if was is not None and now is not None and not was.outlined_as(now):
        fields = (FieldChange("outline", "", ""), *fields)
    number = "".join({booth.number for booth in (was, now) if booth is not None})
    return EntryChange("", f"{hall}/{number}", number, kind, fields)


def _told(booth: PlannedBooth | None) -> dict[str, str]:
    if booth is None:
        return {}
    return {
        # All its digits: what a digest is made of must tell any two areas apart.
        "area_m2": repr(booth.area_m2).removesuffix(".0"),
        "open_sides": str(booth.open_sides),
        "parts": ", ".join(booth.parts),
        "part_of": ", ".join(booth.part_of),
    }


def not_free(diff: PlanDifference, state_of: Callable[[str], BoothState]) -> list[NotFree]:
    """The booths that are taken and that the new plan would drop, reshape or relate otherwise to other booths.

    Relations count because a reservation was made on them: a part that appears inside a taken stand, or leaves it,
    would change what the stand's holder holds. What stands beside it may change: it is held for what it cost then.
    """
    refused = [
        NotFree(booth.number, state, "dropped") for booth in diff.dropped if (state := state_of(booth.number)) != "free"
    ]
    for was, now in diff.changed:
        if not was.stands_as(now) and (state := state_of(now.number)) != "free":
            related = was.parts == now.parts and was.part_of == now.part_of
            refused.append(NotFree(now.number, state, "reshaped" if related else "related otherwise"))
    return refused


def joint_stands(hall: str, booths: Sequence[PlannedBooth]) -> tuple[JointStand, ...]:
    """The plan's joint stands in the short form hall/number."""
    return tuple(
        JointStand(f"{hall}/{booth.number}", tuple(f"{hall}/{part}" for part in booth.parts))
        for booth in booths
        if booth.parts
    )
