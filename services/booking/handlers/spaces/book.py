"""Commands that begin a booking or a blocking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.booking.domain import actor as actors
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import commands
from services.booking.domain.spaces import events as happened
from services.booking.domain.spaces.asking import Leave, resolve_uses, unsuited
from services.booking.domain.spaces.booking import SpaceBooking, Use
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import DAY
from services.booking.domain.spaces.venue import Venue
from services.booking.handlers.spaces.answers import NOT_KEEPER, refused_place, rejected, unknown_venue
from services.booking.handlers.spaces.desk import SpaceDesk
from services.booking.handlers.spaces.placing import InTheWay, NoRoom, Placing, place
from shared.runtime.decision import Decide, Outcome, Rejected, View


def book(command: commands.BookSpaces) -> Decide:
    """Book all the spaces, or none."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        found = begin(desk, command)
        match found:
            case Rejected():
                return found
            case NoRoom():
                return refused_place(desk, found)
        return desk.accepted(found.id)

    return decide


def begin(desk: SpaceDesk, command: commands.BookSpaces, series: str = "") -> SpaceBooking | NoRoom | Rejected:
    """Put a new booking on a desk, if it may stand there; where it may not, the desk is as it was."""
    venue = desk.venue(command.venue)
    if venue is None:
        return unknown_venue(command.venue)
    keeper = actors.runs(command.actor, venue.organizer)
    if not keeper and not actors.runs(command.actor, command.organizer):
        return rejected(Refused("not-yours", "Spaces are booked in one's own name."))
    if command.retrospective and not keeper:
        return rejected(NOT_KEEPER)
    leave = Leave(past=command.retrospective, closed=keeper and bool(command.override or command.retrospective))
    uses = resolve_uses(venue, desk.space, command.wanted, desk.minute, leave)
    if isinstance(uses, Refused):
        return rejected(uses)
    if not leave.closed and (refused := unsuited(desk.space, uses, command.details)):
        return rejected(refused)
    asks = venue.policy.approval_required and not keeper
    state = b.INQUIRY if asks else command.state
    booking = SpaceBooking(
        id=command.booking,
        venue=venue.id,
        organizer=command.organizer,
        venue_organizer=venue.organizer,
        time_zone=venue.time_zone,
        uses=uses,
        state=state,
        details=command.details,
        wanted=b.OPTION if command.state is b.OPTION else b.DEFINITE,
        expires_at=option_expiry(desk, venue, uses) if state is b.OPTION else 0,
        override=command.override,
        series=series,
        uid=command.uid,
    )
    placed = place(desk, booking, Placing(command.actor, venue, keeper, command.wait, command.override))
    if isinstance(placed, InTheWay):
        return NoRoom(booking, venue, placed)
    desk.create(placed, _begun(state, command.override))
    return placed


def block(command: commands.BlockSpaces) -> Decide:
    """Take spaces out of use for a time; refused while somebody has them."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        venue = desk.venue(command.venue)
        if venue is None:
            return unknown_venue(command.venue)
        if not actors.runs(command.actor, venue.organizer):
            return rejected(NOT_KEEPER)
        uses = resolve_uses(venue, desk.space, command.wanted, desk.minute, Leave(closed=True))
        if isinstance(uses, Refused):
            return rejected(uses)
        booking = SpaceBooking(
            id=command.booking,
            venue=venue.id,
            organizer=venue.organizer,
            venue_organizer=venue.organizer,
            time_zone=venue.time_zone,
            uses=tuple(replace(use, before=0, after=0) for use in uses),
            state=b.BLOCKED,
            may_override=command.may_override,
            reason=command.reason,
        )
        placed = place(desk, booking, Placing(command.actor, venue, keeper=True))
        if isinstance(placed, InTheWay):
            return rejected(placed.refusal)
        desk.create(placed, happened.Blocked())
        return desk.accepted(placed.id)

    return decide


def option_expiry(desk: SpaceDesk, venue: Venue, uses: Sequence[Use]) -> int:
    """When an option made now runs out: after the venue's days, or when it would begin."""
    begins = min(use.start for use in uses)
    return max(desk.minute + 1, min(desk.minute + venue.policy.option_days * DAY, begins))


def _begun(state: b.SpaceState, override: str) -> happened.SpaceEvent:
    match state:
        case b.SpaceState.INQUIRY:
            return happened.Requested()
        case b.SpaceState.OPTION:
            return happened.Optioned(override)
        case _:
            return happened.WentDefinite(override)
