"""What happened, out of the rows of the outbox that are kept: found by what they are about, newest first."""

from __future__ import annotations

from typing import Any, Final

from services.booking.adapters.subjects import (
    about_booth,
    about_exhibitor,
    about_fair,
    about_organizer,
    about_space,
    about_venue,
)
from services.booking.ports import Before, Cause, Happening, Scope, Sought, Wants
from shared.runtime import outbox
from shared.runtime.store import DESCENDING, Store

_NEWEST_FIRST: Final = (("at", DESCENDING), ("last", DESCENDING))
_NOBODYS: Final = ""
"""What nothing is about."""


class StoreHappeningReader:
    """HappeningReader on a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def happenings(self, scope: Scope, sought: Sought, *, before: Before | None, limit: int) -> list[Happening]:
        """See HappeningReader.happenings."""
        subjects = _subjects(scope, sought)
        found: list[Happening] = []
        after = before
        while len(found) < limit:
            pages = await self._store.find_in_pages(
                outbox.OUTBOX,
                _where(subjects, sought, after),
                holding={"about": subjects},
                sort=_NEWEST_FIRST,
                limit=limit,
            )
            for page in pages:
                rows = reversed(outbox.rows([page]))
                found += [happening(row) for row in rows if after is None or _follows(row, after)]
            if len(pages) < limit:
                break
            after = Before(pages[-1]["at"], pages[-1]["first"])
        return found[:limit]

    def wants(self, scope: Scope, sought: Sought) -> Wants:
        """See HappeningReader.wants."""
        subjects = frozenset(_subjects(scope, sought))

        def wanted(one: Happening) -> bool:
            late_enough = sought.start is None or one.at >= sought.start
            early_enough = sought.end is None or one.at < sought.end
            return subjects.issubset(one.about) and late_enough and early_enough

        return wanted


def happening(row: outbox.Row) -> Happening:
    """A row of the outbox as something that happened."""
    cause = row.cause or {}
    return Happening(
        position=row.position or 0,
        id=row.id,
        type=row.type,
        key=row.key,
        sequence=row.sequence,
        at=row.time,
        subject=row.subject or "",
        traceparent=row.traceparent,
        data=row.data or b"null",
        about=row.about,
        cause=Cause(
            command=cause.get("command", ""),
            role=cause.get("role", ""),
            tenant=cause.get("tenant", ""),
            account=cause.get("account", ""),
            event=cause.get("event", ""),
        ),
    )


def _subjects(scope: Scope, sought: Sought) -> list[str]:
    """What everything found must be about: what is sought, and the tenant who asks."""
    named = {
        about_booth: sought.booth,
        about_space: sought.space,
        about_exhibitor: sought.exhibitor,
        about_fair: sought.fair,
        about_venue: sought.venue,
    }
    subjects = [about(name) for about, name in named.items() if name]
    if sought.kind:
        subjects.append(f"kind/{sought.kind}")
    if scope.exhibitor is not None:
        subjects.append(about_exhibitor(scope.exhibitor))
    elif scope.organizer is not None:
        subjects.append(about_organizer(scope.organizer))
    elif not scope.everything:
        subjects.append(_NOBODYS)
    return list(dict.fromkeys(subjects)) or [outbox.ANYTHING]


def _where(subjects: list[str], sought: Sought, after: Before | None) -> dict[str, Any]:
    """The pages to look at: each condition on its own, so that the store may choose the one that narrows most."""
    when: dict[str, Any] = {}
    if sought.start is not None:
        when["$gte"] = sought.start
    if sought.end is not None:
        when["$lt"] = sought.end
    conditions: list[dict[str, Any]] = [{"about": subject} for subject in subjects]
    conditions += [{"at": {name: bound}} for name, bound in when.items()]
    if after is not None:
        # The bound is what the index is walked from; of the pages at that very instant some lie before the place.
        conditions += [
            {"at": {"$lte": after.at}},
            {"$or": [{"at": {"$lt": after.at}}, {"first": {"$lt": after.position}}]},
        ]
    return {"$and": [*conditions, {"last": {"$gt": 0}}]}


def _follows(row: outbox.Row, place: Before) -> bool:
    """Whether a row comes after a place, newest first."""
    return row.time < place.at or (row.position or 0) < place.position
