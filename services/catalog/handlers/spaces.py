"""Commands on spaces, and what booking tells of their bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.catalog.domain.actor import Actor
from services.catalog.domain.events import SpaceDescribed
from services.catalog.domain.report import Finding
from services.catalog.domain.spaces import SPACES_MAX, Space, SpaceUse, check_space, recomposed
from services.catalog.domain.venues import Venue
from services.catalog.handlers.command import Command, as_items, refused_version, things_wrong
from services.catalog.ports import SPACE, SPACE_LIST, SPACE_USE, VENUE, Stored
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View


@dataclass(frozen=True, slots=True)
class SpacePut:
    """A space as it is to be, what it is made of then, and from which day on; None is at once."""

    space: Space
    atoms_from: date | None = None


def put_spaces(
    venue: str, puts: Sequence[SpacePut], actor: Actor, *, expected: int | None = None, dry_run: bool = False
) -> Command:
    """Enter spaces or replace their entries, all or none; the answer is the Stored spaces, in the same order.

    `expected` is the version that a single one is known at.
    """

    def decide(view: View, now: datetime) -> Outcome:
        known: Venue | None = view.get(VENUE, venue)
        if known is None:
            return Rejected("venue-unknown", f"There is no venue “{venue}”.")
        if not actor.runs(known.organizer):
            return Rejected("not-yours", f"The venue “{venue}” is kept by another organizer.")
        if len(puts) == 1 and (refusal := refused_version(view, SPACE, puts[0].space.id, expected)):
            return refusal
        today = local_day(now, known)
        if findings := _findings(puts, known, today):
            return Rejected("spaces-invalid", f"{things_wrong(findings)} with the spaces.", as_items(findings))
        olds = view.get_many(SPACE, [put.space.id for put in puts])
        news = [recomposed(old, put.space, put.atoms_from, today) for put, old in zip(puts, olds, strict=True)]
        parts: dict[str, tuple[str, ...]] = view.get(SPACE_LIST, venue) or {}
        listed = {**parts, **{space.space: tuple(sorted(space.atoms_from(today))) for space in news}}
        if len(listed) > SPACES_MAX:
            return Rejected("too-many-spaces", f"A venue has at most {SPACES_MAX} spaces.")
        changes = [
            Change(SPACE, new.id, new, (SpaceDescribed(new),))
            for new, old in zip(news, olds, strict=True)
            if new != old
        ]
        if listed != parts:
            changes.append(Change(SPACE_LIST, venue, listed))
        changed = {change.id for change in changes}
        stored = tuple(Stored(new, view.version(SPACE, new.id) + (new.id in changed and not dry_run)) for new in news)
        return Accepted(() if dry_run else tuple(changes), stored)

    reads = ((VENUE, venue), (SPACE_LIST, venue), *((SPACE, put.space.id) for put in puts))
    return Command("put_spaces", decide, reads)


def note_space_use(use: SpaceUse) -> Command:
    """Remember a booking; what is older than the known is left aside."""

    def decide(view: View, _now: datetime) -> Outcome:
        known: SpaceUse | None = view.get(SPACE_USE, use.booking)
        if known is not None and use.sequence <= known.sequence:
            return Accepted()
        return Accepted((Change(SPACE_USE, use.booking, use),))

    return Command("note_space_use", decide, ((SPACE_USE, use.booking),))


def local_day(now: datetime, venue: Venue) -> date:
    """The day that it is at a venue."""
    return now.astimezone(ZoneInfo(venue.time_zone)).date()


def _findings(puts: Sequence[SpacePut], venue: Venue, today: date) -> list[Finding]:
    atoms = {atom.atom for atom in venue.atoms}
    found: list[Finding] = []
    seen: set[str] = set()
    for at, put in enumerate(puts):
        prefix = f"spaces[{at}]." if len(puts) > 1 else ""
        found += check_space(replace(put.space, compositions=((None, put.space.atoms),)), atoms, prefix)
        where = f"space {put.space.space}"
        if put.space.space in seen:
            found.append(Finding(where, f"{prefix}space", "comes twice", "name each space once"))
        seen.add(put.space.space)
        if put.atoms_from is not None and put.atoms_from <= today:
            remedy = "give a day to come, or leave it out for at once"
            found.append(Finding(where, f"{prefix}atoms_from", f"{put.atoms_from} is not to come", remedy))
    return found
