"""Questions about a venue's spaces: what is free, who has what, how much was used; now, or at a past instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.booking.domain.spaces import free
from services.booking.domain.spaces.alternatives import Needs
from services.booking.domain.spaces.booking import SpaceBooking
from services.booking.domain.spaces.calendar import Claim
from services.booking.domain.spaces.free import Used
from services.booking.domain.spaces.times import Span, local, minute_of
from services.booking.domain.spaces.venue import Space, Venue, atoms_at, midnight
from services.booking.ports import SpaceReader


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: so many minutes within a window, in spaces of a kind, or any, that offer what is needed.

    `spaces` are ids to choose among; empty is any of the venue.
    """

    window: Span
    minutes: int
    needs: Needs = field(default_factory=Needs)
    spaces: frozenset[str] = frozenset()
    kind: str | None = None
    accessible: bool = False
    over_options: bool = False


@dataclass(frozen=True, slots=True)
class FreeSpace:
    """A space with the spans in which the wish could be had."""

    space: Space
    spans: tuple[Span, ...]


async def find_free(
    reader: SpaceReader, venue: Venue, wish: Wish, now: datetime, as_of: datetime | None = None
) -> list[FreeSpace]:
    """The spaces that could be had, those that fit most closely first. Raises StoreUnavailable."""
    chosen = [space for space in await reader.spaces(venue.id) if _suits(space, wish)]
    atoms = {space.id: _atoms(space, venue, wish.window) for space in chosen}
    # What ends before the window is in the way, too, where a space must be kept clear before or after its bookings.
    clear = max((max(space.buffer_before, space.buffer_after) for space in chosen), default=0)
    around = Span(wish.window.start - clear, wish.window.end + clear)
    claims = await _claims(reader, venue, {atom for some in atoms.values() for atom in some}, around, as_of)
    opened = free.open_spans(venue, wish.window)
    at = minute_of(as_of or now)
    found = []
    for space in chosen:
        mine = (claim for atom in atoms[space.id] for claim in claims.get(atom, ()))
        gaps = free.gaps(wish.window, space, mine, at, over_options=wish.over_options)
        if atoms[space.id] and (spans := free.offers(venue, gaps, opened, wish.minutes)):
            found.append(FreeSpace(space, tuple(spans)))
    setup = wish.needs.setup or None
    found.sort(key=lambda one: (one.space.seats(setup) or 0, one.space.area_m2 or 0.0, one.space.id))
    return found


async def timeline(
    reader: SpaceReader, venue: Venue, window: Span, as_of: datetime | None = None
) -> Sequence[SpaceBooking]:
    """Bookings and blockings that touch a window and claim something, by their start. Raises StoreUnavailable."""
    found = await reader.bookings_within(venue.id, window, as_of)
    within = (one for one in found if one.claims() and one.start < window.end and one.end > window.start)
    return sorted(within, key=lambda one: (one.start, one.id))


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How much of a venue, and of each of its spaces, was used in each month of a window."""

    months: tuple[tuple[str, Used, tuple[tuple[str, Used], ...]], ...]


async def utilisation(reader: SpaceReader, venue: Venue, window: Span, as_of: datetime | None = None) -> Utilisation:
    """Minutes booked of minutes open, and minutes taken, by month, phase and space. Raises StoreUnavailable."""
    bookings = await reader.bookings_within(venue.id, window, as_of)
    spaces = await reader.spaces(venue.id)
    months = []
    for name, month in _months(venue, window):
        opened = free.open_spans(venue, month)
        spans = free.spans_used(bookings, opened)
        made_of = {space.id: _atoms(space, venue, month) for space in spaces}
        whole = free.used_of(sorted({atom for atoms in made_of.values() for atom in atoms}), spans, opened)
        each = tuple((id_, free.used_of(atoms, spans, opened)) for id_, atoms in made_of.items())
        months.append((name, whole, each))
    return Utilisation(tuple(months))


def _suits(space: Space, wish: Wish) -> bool:
    needs = wish.needs
    if (wish.spaces and space.id not in wish.spaces) or (wish.kind is not None and space.kind != wish.kind):
        return False
    if (wish.accessible and not space.accessible) or not set(needs.equipment) <= set(space.equipment):
        return False
    if needs.people is None:
        return not needs.setup or needs.setup in space.capacity
    seats = space.seats(needs.setup or None)
    return seats is not None and seats >= needs.people


def _atoms(space: Space, venue: Venue, window: Span) -> tuple[str, ...]:
    """What a space is made of during a window; nothing where that changes in it, or the space is retired by then."""
    if space.retired_from and midnight(date.fromisoformat(space.retired_from), venue.zone) < window.end:
        return ()
    atoms = atoms_at(space, window, venue.zone)
    return atoms if isinstance(atoms, tuple) else ()


async def _claims(
    reader: SpaceReader, venue: Venue, atoms: Iterable[str], window: Span, as_of: datetime | None
) -> Mapping[str, Sequence[Claim]]:
    if as_of is None:
        return await reader.claims(venue.id, sorted(atoms), window)
    found: dict[str, list[Claim]] = {}
    for booking in await reader.bookings_within(venue.id, window, as_of):
        for atom, claim in booking.claims():
            found.setdefault(atom, []).append(claim)
    return found


def _months(venue: Venue, window: Span) -> Iterable[tuple[str, Span]]:
    zone = venue.zone
    first = local(window.start, zone).date().replace(day=1)
    while (start := midnight(first, zone)) < window.end:
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        yield f"{first:%Y-%m}", Span(max(start, window.start), min(midnight(following, zone), window.end))
        first = following
