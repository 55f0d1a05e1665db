"""Where a booking may stand: who is in its way, who is before it, and what could be had instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from services.booking.domain.actor import Actor
from services.booking.domain.spaces import alternatives as alt
from services.booking.domain.spaces import calendar
from services.booking.domain.spaces.alternatives import Alternative, Needs
from services.booking.domain.spaces.booking import INQUIRY, OPTION, SpaceBooking, Use
from services.booking.domain.spaces.calendar import Claim, Standing
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import Span
from services.booking.domain.spaces.venue import Venue, atoms_at
from services.booking.handlers.spaces.desk import Rival, SpaceDesk, in_the_way

PAGES_LOOKED_AT_MAX = 150


@dataclass(frozen=True, slots=True)
class Placing:
    """How somebody may stand: `wait` behind what is definite; `override` says why before others; `keeper` runs it."""

    actor: Actor
    venue: Venue
    keeper: bool
    wait: bool = False
    override: str = ""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A no with those who are in the way."""

    refusal: Refused
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True)
class NoRoom:
    """A booking that may not stand where it wants to."""

    booking: SpaceBooking
    venue: Venue
    way: InTheWay


def place(desk: SpaceDesk, booking: SpaceBooking, placing: Placing) -> SpaceBooking | InTheWay:
    """The booking with its order and rank, if it may claim what it claims; nothing is changed by asking.

    Whoever is past a deadline goes first, which does change the desk.
    """
    rivals = desk.lapse(booking.venue, booking.claims())
    firm = [rival for rival in rivals if rival.claim.standing >= Standing.DEFINITE]
    hard = _not_overridden(desk, firm, placing)
    options = [rival for rival in rivals if rival.claim.standing == Standing.OPTION]
    if hard and not (booking.state is OPTION and placing.wait):
        return _taken(hard)
    if placing.override and not placing.keeper and len(hard) == len(firm):
        return InTheWay(Refused("not-yours", "Only whoever runs the venue overrides, or may override a blocking."), ())
    if booking.state is OPTION:
        return _in_order(desk, booking, options, placing)
    if booking.state is INQUIRY:
        return booking
    before = [rival for rival in options if not booking.order or rival.claim.precedes(rival.ours)]
    if before and not (placing.override and placing.keeper):
        waiting = "Options are before yours; challenge them, and go definite once they have answered."
        outside = "Somebody has an option on it; take the next rank as an option, or another time."
        detail = waiting if booking.order else outside
        return InTheWay(Refused("options-ahead", detail, in_the_way(before)), tuple(before))
    return replace(booking, order=0, rank=0)


def _taken(rivals: Sequence[Rival]) -> InTheWay:
    places = len({rival.claim.booking for rival in rivals})
    detail = "It is taken for that time." if places == 1 else f"{places} bookings are in the way."
    return InTheWay(Refused("space-taken", detail, in_the_way(rivals)), tuple(rivals))


def _in_order(
    desk: SpaceDesk, booking: SpaceBooking, options: Sequence[Rival], placing: Placing
) -> SpaceBooking | InTheWay:
    """An option behind all who were first, or before them by the venue's override."""
    orders = [rival.claim.order for rival in options]
    if placing.override and placing.keeper and orders:
        order = min(orders) - 1
    elif booking.order and not _jumps(desk, booking, options):
        order = booking.order
    else:
        order = max([int(desk.now.timestamp() * 1000), *(last + 1 for last in orders)])
    found = replace(booking, order=order)
    found = replace(found, rank=desk.rank(found))
    most = placing.venue.policy.options_max
    if found.rank > most and not (placing.override and placing.keeper):
        detail = f"{most} options wait for it already, which is the most here."
        return InTheWay(Refused("options-full", detail, in_the_way(options)), tuple(options))
    return found


def _jumps(desk: SpaceDesk, booking: SpaceBooking, options: Iterable[Rival]) -> bool:
    """Whether the option, where it moves to, would come before somebody whom it was not before until now."""
    behind = {rival.claim.booking for rival in options if rival.ours.precedes(rival.claim)}
    if not behind:
        return False
    former = desk.booking(booking.id)
    known = {rival.claim.booking for rival in desk.rivals(booking.venue, former.claims())} if former else set()
    return not behind <= known


def _not_overridden(desk: SpaceDesk, rivals: Sequence[Rival], placing: Placing) -> list[Rival]:
    """Those that stay in the way: a blocking does not for whoever may override it and says why."""
    blockings = {rival.claim.booking for rival in rivals if rival.claim.standing == Standing.BLOCKED}
    if not blockings or not placing.override:
        return list(rivals)
    who = placing.actor
    gone = {
        found.id
        for found in desk.bookings(blockings)
        if who.everything or (who.organizer is not None and who.organizer in found.may_override)
    }
    return [rival for rival in rivals if rival.claim.booking not in gone]


def alternatives(
    desk: SpaceDesk, booking: SpaceBooking, venue: Venue, rivals: Sequence[Rival]
) -> tuple[Alternative, ...]:
    """What could be had instead, as of this decision; nothing for a booking so large that looking would take long."""
    uses = booking.uses
    near = _around(venue, uses)
    if len(near) > PAGES_LOOKED_AT_MAX:
        return ()
    others = []
    space = desk.space(uses[0].space)
    if space is not None and len({use.space for use in uses}) == 1:
        details = booking.details
        needs = Needs(details.people, details.setup, details.equipment)
        others = alt.candidates(space, desk.spaces(venue.id), needs)
    for other in others:
        for use in uses:
            atoms = atoms_at(other, Span(use.start, use.end), venue.zone)
            if isinstance(atoms, tuple):
                moved = alt.in_space(use, other, atoms)
                near |= set(calendar.pages_of(venue.id, replace(booking, uses=(moved,)).claims()))
    desk.pages(sorted(near))

    def fits(wanted: Sequence[Use]) -> bool:
        claims = replace(booking, uses=tuple(wanted)).claims()
        return not any(
            rival.claim.standing != Standing.INQUIRY and not rival.claim.overdue(desk.minute)
            for rival in desk.rivals(venue.id, claims)
        )

    claims: list[Claim] = list(dict.fromkeys(rival.claim for rival in rivals))
    return alt.alternatives(venue, uses, claims, others, fits, desk.minute)


def _around(venue: Venue, uses: Sequence[Use]) -> set[str]:
    """The pages of a use's atoms in its weeks and the weeks around them."""
    found: set[str] = set()
    for use in uses:
        first = (use.start - use.before - alt.SHIFT_MAX) // calendar.WEEK
        last = (use.end + use.after + alt.SHIFT_MAX) // calendar.WEEK
        found |= {calendar.page_id(venue.id, atom, week) for atom in use.atoms for week in range(first, last + 1)}
    return found
