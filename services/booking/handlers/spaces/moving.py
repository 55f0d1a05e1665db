"""Commands that move bookings: each is one decision, so nothing is given up before the new is had."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.booking.domain import actor as actors
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import commands, life, series
from services.booking.domain.spaces.alternatives import in_space
from services.booking.domain.spaces.asking import Leave, newly_unsuited, resolve_uses
from services.booking.domain.spaces.booking import SpaceBooking, Use
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import Span
from services.booking.domain.spaces.venue import Venue, atoms_at
from services.booking.handlers.spaces.answers import NOT_KEEPER, refused_place, rejected, unknown_venue
from services.booking.handlers.spaces.desk import SpaceDesk
from services.booking.handlers.spaces.life import ended, find
from services.booking.handlers.spaces.placing import InTheWay, NoRoom, Placing, place
from services.booking.ports import SPACE_BOOKING
from shared.runtime.decision import Decide, Outcome, Rejected, View


def reschedule(command: commands.Reschedule) -> Decide:
    """Move, extend or shorten a booking; an option keeps its place unless it would jump before others."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        found = find(desk, command.booking, command.actor)
        if isinstance(found, Rejected):
            return found
        if command.version not in (None, view.version(SPACE_BOOKING, found.id)):
            return Rejected("changed-meanwhile", "It was changed since you read it; read it again and move that.")
        apart = replace(found, apart=bool(found.series))
        refused = move(desk, apart, command)
        return refused_place(desk, refused) if isinstance(refused, NoRoom) else refused or desk.accepted(found.id)

    return decide


def move(desk: SpaceDesk, found: SpaceBooking, command: commands.Reschedule) -> NoRoom | Rejected | None:
    """Put a booking elsewhere on a desk; where it may not stand there, the desk is as it was."""
    venue = desk.venue(found.venue)
    if venue is None:
        return unknown_venue(found.venue)
    found = desk.current(found)
    if not found.live:
        return ended(found, "it stays as it is")
    keeper = actors.runs(command.actor, venue.organizer)
    if command.retrospective and not keeper:
        return rejected(NOT_KEEPER)
    # What has begun may be prolonged: only a new beginning must lie ahead.
    begun = found.start < desk.minute
    leave = Leave(past=command.retrospective or begun, closed=keeper and bool(command.override or begun))
    uses = resolve_uses(venue, desk.space, command.wanted, desk.minute, leave)
    if isinstance(uses, Refused):
        return rejected(uses)
    if begun and not command.retrospective and min(use.start for use in uses) < found.start:
        return Rejected("time-past", "What has begun cannot begin earlier.")
    if uses == found.uses:
        return None
    moved, event = life.rescheduled(found, uses, command.override)
    moved = replace(moved, details=series.along(found, moved, venue.zone))
    if not leave.closed and (refused := too_small(desk, found, moved)):
        return rejected(refused)
    placed = place(desk, moved, Placing(command.actor, venue, keeper, override=command.override))
    if isinstance(placed, InTheWay):
        return NoRoom(moved, venue, placed)
    desk.apply(placed, event)
    return None


def swap(command: commands.Swap) -> Decide:
    """Let two bookings change spaces, each at its own times; both or neither."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        if command.first == command.second:
            return Rejected("swap-with-itself", "A booking cannot change places with itself; name two.")
        pair: list[SpaceBooking] = []
        for id_ in (command.first, command.second):
            found = find(desk, id_, command.actor)
            if isinstance(found, Rejected):
                return found
            pair.append(found)
        return _swapped(desk, command, *pair) or desk.accepted(command.first, command.second)

    return decide


def _swapped(desk: SpaceDesk, command: commands.Swap, first: SpaceBooking, second: SpaceBooking) -> Rejected | None:
    venue = desk.venue(first.venue)
    if venue is None or first.venue != second.venue:
        return Rejected("other-venue", "Both bookings must be at the same venue.")
    spaces = [{use.space for use in booking.uses} for booking in (first, second)]
    if any(len(names) != 1 for names in spaces):
        return Rejected("several-spaces", "Only bookings of one space each can change places; move them instead.")
    first, second = desk.current(first), desk.current(second)
    for booking in (first, second):
        if booking.state not in (b.OPTION, b.DEFINITE):
            return ended(booking, "it stays where it is")
    if spaces[0] == spaces[1]:
        return None  # Each has what the other has already.
    moved = []
    for booking, [space] in ((first, list(spaces[1])), (second, list(spaces[0]))):
        uses = _in_space(desk, venue, booking, space)
        if isinstance(uses, Rejected):
            return uses
        step = life.rescheduled(replace(booking, apart=bool(booking.series)), uses)
        if refused := too_small(desk, booking, step[0]):
            return rejected(refused)
        moved.append(step)
    # Both leave before either arrives, so that they are not in each other's way.
    desk.leave(first, second)
    for booking, event in moved:
        placed = place(desk, booking, Placing(command.actor, venue, actors.runs(command.actor, venue.organizer)))
        if isinstance(placed, InTheWay):
            return rejected(placed.refusal)
        desk.apply(placed, event)
    return None


def too_small(desk: SpaceDesk, before: SpaceBooking, after: SpaceBooking) -> Refused | None:
    """Why a booking's people do not fit where it goes; what is on its programme stays as it is."""
    return newly_unsuited(desk.space, before, after.uses, replace(after.details, programme=()))


def _in_space(desk: SpaceDesk, venue: Venue, booking: SpaceBooking, space: str) -> tuple[Use, ...] | Rejected:
    other = desk.space(space)
    if other is None:
        return Rejected("space-unknown", f"There is no space “{space}” any more.")
    uses = []
    for use in booking.uses:
        atoms = atoms_at(other, Span(use.start, use.end), venue.zone)
        if not isinstance(atoms, tuple):
            return Rejected("space-changes", f"“{space}” is made of other parts from {atoms} on.")
        uses.append(in_space(use, other, atoms))
    return tuple(uses)
