"""The command that brings a floor plan in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.catalog.domain import booths, events
from services.catalog.domain.actor import Actor
from services.catalog.domain.booths import BoothState, BoothStatus
from services.catalog.domain.fairs import Fair
from services.catalog.domain.naming import booth_id, plan_id
from services.catalog.domain.plans import (
    NotFree,
    Plan,
    PlanDifference,
    changes_of,
    difference,
    joint_stands,
    not_free,
    summary,
)
from services.catalog.domain.report import CHANGES_MAX, Finding, ImportReport, digest_of
from services.catalog.handlers.command import Command, refused_digest, refused_fair, refused_version
from services.catalog.ports import BOOTH, BOOTH_STATUS, FAIR, PLAN, PLAN_SUMMARY
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View


def put_plan(
    plan: Plan,
    warnings: Sequence[Finding],
    actor: Actor,
    *,
    dry_run: bool = False,
    expected: int | None = None,
    expected_digest: str | None = None,
) -> Command:
    """Replace a hall's floor plan by one without faults. The answer is the ImportReport.

    `expected` is the version of the plan that is replaced, `expected_digest` that of a dry run's report: nothing is
    imported where either is another one now.

    A draft's plan is replaced as it comes. On a published fair a booth that is not free can be neither dropped nor
    reshaped nor related otherwise, and only the differences are told to others. What is free is known here from what
    booking has told, which the caller waits to have heard; what booking has accepted and not yet published, for an
    instant or while its broker is away, is not known. Booking has the last word, and keeps a reservation on a booth
    that was withdrawn under it.
    """
    slug, id_ = plan.fair, plan_id(plan.fair, plan.hall)

    def decide(view: View, _now: datetime) -> Outcome:
        fair: Fair | None = view.get(FAIR, slug)
        old: Plan | None = view.get(PLAN, id_)
        if refusal := refused_fair(fair, slug, actor) or refused_version(view, PLAN, id_, expected):
            return refusal
        assert fair is not None  # noqa: S101 - refused above
        if fair.state == "closed":
            return Rejected("fair-closed", f"The fair “{slug}” is closed; its floor plans stay as they are.")
        diff = difference(old, plan)
        report = _report(plan, diff, tuple(warnings), dry_run=dry_run)
        if fair.state == "published" and (taken := _taken(view, plan, diff)):
            return _refusal(plan.hall, taken, report)
        if refusal := refused_digest(report, expected_digest):
            return refusal
        if dry_run or _says_the_same(old, plan, diff):
            return Accepted((), report)
        changes = [Change(PLAN, id_, plan), Change(PLAN_SUMMARY, id_, summary(plan))]
        if (planned := fair.with_plan(plan.hall)) != fair:
            changes.append(Change(FAIR, slug, planned))
        if fair.state == "published":
            changes += _told(view, plan, diff)
        return Accepted(tuple(changes), report)

    return Command("put_plan", decide, ((FAIR, slug), (PLAN, id_), (PLAN_SUMMARY, id_)))


def _says_the_same(old: Plan | None, new: Plan, diff: PlanDifference) -> bool:
    return old is not None and diff.is_empty and (old.width_m, old.depth_m) == (new.width_m, new.depth_m)


def _taken(view: View, plan: Plan, diff: PlanDifference) -> list[NotFree]:
    touched = [booth.number for booth in diff.dropped] + [now.number for _, now in diff.changed]
    ids = [booth_id(plan.fair, plan.hall, number) for number in touched]
    statuses: list[BoothStatus | None] = view.get_many(BOOTH_STATUS, ids)
    states: dict[str, BoothState] = {n: s.state for n, s in zip(touched, statuses, strict=True) if s is not None}
    return not_free(diff, lambda number: states.get(number, "free"))


def _report(plan: Plan, diff: PlanDifference, warnings: tuple[Finding, ...], *, dry_run: bool) -> ImportReport:
    changes = changes_of(plan.hall, diff)
    digest = digest_of(changes, (booth.outline for booth in (*diff.created, *(now for _, now in diff.changed))))
    stands = joint_stands(plan.hall, plan.booths)
    return ImportReport((), warnings, diff.counts, stands, dry_run, changes[:CHANGES_MAX], digest)


def _refusal(hall: str, taken: Sequence[NotFree], report: ImportReport) -> Rejected:
    """The no, with the whole of what the plan would change beside what it may not."""
    names = ", ".join(f"{hall}/{booth.number}" for booth in taken[:5]) + (" …" if len(taken) > 5 else "")
    detail = f"{len(taken)} booths are not free and would be changed: {names}. Leave them, or free them first."
    items = tuple({"booth": f"{hall}/{b.number}", "reason": b.reason, "state": b.state} for b in taken)
    return Rejected("booth-not-free", detail, items, {"report": report})


def _told(view: View, plan: Plan, diff: PlanDifference) -> list[Change]:
    """Booths listed anew or otherwise, and booths withdrawn, which are kept so that their sequence goes on."""
    news = [booths.published(plan.fair, plan.hall, b) for b in (*diff.created, *(now for _, now in diff.changed))]
    gone = [replace(booths.published(plan.fair, plan.hall, b), listed=False) for b in diff.dropped]
    view.get_many(BOOTH, (booth.id for booth in (*news, *gone)))
    return [Change(BOOTH, booth.id, booth, (events.BoothListed(booth),)) for booth in news] + [
        Change(BOOTH, booth.id, booth, (events.BoothWithdrawn(booth),)) for booth in gone
    ]
