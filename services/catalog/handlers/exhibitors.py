"""Commands on exhibitors, one by one and by the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from services.catalog.domain import events
from services.catalog.domain.actor import Actor
from services.catalog.domain.exhibitor_rows import Draft, ReadExhibitors, unknown_places
from services.catalog.domain.exhibitors import Exhibitor, check_exhibitor, is_itself, told
from services.catalog.domain.fairs import Fair
from services.catalog.domain.naming import exhibitor_id
from services.catalog.domain.report import (
    CHANGES_MAX,
    ChangeKind,
    Counts,
    EntryChange,
    Finding,
    ImportReport,
    digest_of,
    field_changes,
)
from services.catalog.domain.venues import Venue
from services.catalog.handlers.command import (
    Command,
    accepted,
    as_items,
    refused_digest,
    refused_fair,
    refused_version,
    things_wrong,
)
from services.catalog.ports import EXHIBITOR, FAIR, VENUE
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View

NAMESAKES_MAX: Final = 100
OWN_FIELDS: Final = frozenset({"names", "email", "language"})


def put_exhibitors(
    slug: str, read: ReadExhibitors, actor: Actor, *, dry_run: bool = False, expected_digest: str | None = None
) -> Command:
    """Register or change every exhibitor of a table without faults, all or none. The answer is the ImportReport.

    Who is not in the table stays as it is. A dry run needs no fair: it takes the fair for a new one. `expected_digest`
    is that of a dry run's report: nothing is imported where it is another one now.
    """

    def decide(view: View, _now: datetime) -> Outcome:
        fair: Fair | None = view.peek(FAIR, slug)
        new = fair is None and dry_run
        if not new and (refusal := refused_fair(fair, slug, actor)):
            return refusal
        sorting = _sort(view, slug, fair.organizer if fair else "", read.drafts)
        if sorting.strangers:
            detail = f"{things_wrong(sorting.strangers)}; nothing was imported."
            return Rejected("exhibitors-invalid", detail, as_items(sorting.strangers))
        venue: Venue | None = view.peek(VENUE, fair.venue) if fair else None
        groups = {group.code for group in fair.product_groups} if fair else set()
        halls = {hall.hall for hall in venue.halls}.union(fair.planned_halls) if fair and venue else set()
        warnings = (*read.warnings, *unknown_places(read.drafts, groups, halls))
        report = _report(sorting, warnings, dry_run=dry_run)
        if refusal := refused_digest(report, expected_digest):
            return refusal
        if dry_run:
            return Accepted((), report)
        changes = [_registered(new) for _, _, new in sorting.created]
        return Accepted((*changes, *(_changed(new) for _, _, new in sorting.changed)), report)

    ids = [draft.id for draft in read.drafts]
    reads = ((FAIR, slug), *((EXHIBITOR, id_) for id_ in ids), *((FAIR, id_) for id_ in ids))
    return Command("put_exhibitors", decide, reads)


def register_exhibitor(exhibitor: Exhibitor, actor: Actor) -> Command:
    """Register one exhibitor; without an id it gets the next its name gives. The answer is the Stored exhibitor."""

    def decide(view: View, _now: datetime) -> Outcome:
        fair: Fair | None = view.peek(FAIR, exhibitor.fair)
        if refusal := refused_fair(fair, exhibitor.fair, actor):
            return refusal
        assert fair is not None  # noqa: S101 - refused above
        free = _free_id(view, exhibitor)
        if free is None:
            return Rejected("exhibitor-exists", f"There is an exhibitor “{exhibitor.id or exhibitor.name}” already.")
        new = replace(exhibitor, id=free, organizer=fair.organizer)
        if findings := check_exhibitor(new, "body"):
            return Rejected("exhibitor-invalid", f"{things_wrong(findings)}.", as_items(findings))
        return accepted(view, EXHIBITOR, new.id, new, (_registered(new),))

    return Command("register_exhibitor", decide, ((FAIR, exhibitor.fair),))


def amend_exhibitor(id_: str, fields: Mapping[str, Any], actor: Actor, *, expected: int | None = None) -> Command:
    """Change some of an exhibitor's fields. It may itself change how it is called elsewhere and written to; the rest
    is its organizer's. `expected` is the version that was read. The answer is the Stored exhibitor."""

    def decide(view: View, _now: datetime) -> Outcome:
        old: Exhibitor | None = view.get(EXHIBITOR, id_)
        fair: Fair | None = view.peek(FAIR, old.fair) if old else None
        if old is None or fair is None or not _may_see(actor, old, fair):
            return Rejected("exhibitor-unknown", f"There is no exhibitor “{id_}”.")
        if not actor.runs(old.organizer):
            if not is_itself(actor, old):
                return Rejected("not-yours", "Only the exhibitor itself and the fair's organizer change this entry.")
            if foreign := sorted(set(fields) - OWN_FIELDS):
                return Rejected("not-yours", f"The fair's organizer changes {', '.join(foreign)}.")
        if refusal := refused_version(view, EXHIBITOR, id_, expected):
            return refusal
        new = replace(old, **fields)
        if findings := check_exhibitor(new, "body"):
            return Rejected("exhibitor-invalid", f"{things_wrong(findings)}.", as_items(findings))
        return accepted(view, EXHIBITOR, id_, new, () if new == old else (_changed(new),))

    return Command("amend_exhibitor", decide, ((EXHIBITOR, id_),))


@dataclass(frozen=True, slots=True)
class _Sorting:
    """A table's entries by what becomes of them: each with its row, as it was, and as it will be."""

    created: list[tuple[str, Exhibitor | None, Exhibitor]]
    changed: list[tuple[str, Exhibitor | None, Exhibitor]]
    unchanged: int
    strangers: list[Finding]


def _sort(view: View, fair: str, organizer: str, drafts: Sequence[Draft]) -> _Sorting:
    sorting = _Sorting([], [], 0, [])
    unchanged = 0
    for draft in drafts:
        old: Exhibitor | None = view.peek(EXHIBITOR, draft.id)
        if old is None and view.get(FAIR, draft.id) is not None:
            problem = f"the id {draft.id!r} is the slug of a fair"
            sorting.strangers.append(
                Finding(draft.at, "id", problem, "give another id, or none", "id-taken", {"id": draft.id})
            )
        elif old is None:
            sorting.created.append((draft.at, None, draft.applied(Exhibitor(draft.id, fair, organizer, ""))))
        elif old.fair != fair:
            problem = f"the id {draft.id!r} belongs to an exhibitor of another fair"
            sorting.strangers.append(
                Finding(draft.at, "id", problem, "give another id, or none", "id-taken", {"id": draft.id})
            )
        elif (new := draft.applied(old)) != old:
            sorting.changed.append((draft.at, old, new))
        else:
            unchanged += 1
    return replace(sorting, unchanged=unchanged)


def _report(sorting: _Sorting, warnings: tuple[Finding, ...], *, dry_run: bool) -> ImportReport:
    counts = Counts(len(sorting.created), len(sorting.changed), sorting.unchanged)
    kinds = ((ChangeKind.CREATED, sorting.created), (ChangeKind.CHANGED, sorting.changed))
    changes = [
        EntryChange(at, new.id, new.name, kind, field_changes(told(old) if old else {}, told(new)))
        for kind, entries in kinds
        for at, old, new in entries
    ]
    return ImportReport((), warnings, counts, (), dry_run, tuple(changes[:CHANGES_MAX]), digest_of(changes))


def _registered(exhibitor: Exhibitor) -> Change:
    return Change(EXHIBITOR, exhibitor.id, exhibitor, (events.ExhibitorRegistered(exhibitor),))


def _changed(exhibitor: Exhibitor) -> Change:
    return Change(EXHIBITOR, exhibitor.id, exhibitor, (events.ExhibitorChanged(exhibitor),))


def _may_see(actor: Actor, exhibitor: Exhibitor, fair: Fair) -> bool:
    return fair.is_public or actor.runs(exhibitor.organizer) or is_itself(actor, exhibitor)


def _free_id(view: View, exhibitor: Exhibitor) -> str | None:
    """The id that was given, or the first that the name gives and nobody has; None where there is none left.

    Fairs and exhibitors tell of themselves on one topic by their ids, so no id may name both.
    """
    made_up = (exhibitor_id(exhibitor.fair, exhibitor.name, exhibitor.country, n) for n in range(NAMESAKES_MAX))
    wanted = [exhibitor.id] if exhibitor.id else list(made_up)
    taken = zip(view.get_many(EXHIBITOR, wanted), view.get_many(FAIR, wanted), strict=True)
    return next((id_ for id_, known in zip(wanted, taken, strict=True) if known == (None, None)), None)
