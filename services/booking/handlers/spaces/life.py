"""Commands on a booking that is there, other than those that move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from services.booking.domain import actor as actors
from services.booking.domain.actor import Actor
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import commands, life
from services.booking.domain.spaces.asking import newly_unsuited
from services.booking.domain.spaces.booking import SpaceBooking, Use
from services.booking.domain.spaces.calendar import Standing
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.venue import Policy, Venue, office_deadline
from services.booking.handlers.spaces.answers import NOT_KEEPER, refused_place, rejected, unknown_venue
from services.booking.handlers.spaces.book import option_expiry
from services.booking.handlers.spaces.desk import SpaceDesk
from services.booking.handlers.spaces.placing import InTheWay, NoRoom, Placing, alternatives, place
from shared.runtime.decision import Accepted, Decide, Outcome, Rejected, View

DECLINED_WITH_ALTERNATIVES_MAX = 5

Work = Callable[[SpaceDesk, SpaceBooking, bool], Rejected | None]
"""What a command does on the desk with a booking, told whether the actor runs the venue; or its no."""


def go_definite(command: commands.GoDefinite) -> Decide:
    """Make an option firm."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        found = desk.current(found)
        if found.state is not b.OPTION:
            return ended(found, "approve or decline it" if found.state is b.INQUIRY else "no option")
        return _grant(desk, found, command.actor, command.override, keeper=keeper)

    return _on(command.booking, command.actor, work)


def approve(command: commands.Approve) -> Decide:
    """Grant an inquiry what it asks for; where that is definite, those that collide with it are declined."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        if not keeper:
            return rejected(NOT_KEEPER)
        found = desk.current(found)
        if found.state is not b.INQUIRY:
            return ended(found, "no inquiry")
        return _grant(desk, found, command.actor, command.override, keeper=True)

    return _on(command.booking, command.actor, work)


def decline(command: commands.Decline) -> Decide:
    """Refuse an inquiry."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        if not keeper:
            return rejected(NOT_KEEPER)
        found = desk.current(found)
        if found.state is not b.INQUIRY:
            return ended(found, "no inquiry")
        desk.apply(*life.declined(found, command.reason, ()))
        return None

    return _on(command.booking, command.actor, work)


def challenge(command: commands.Challenge) -> Decide:
    """Ask every option before this one to go definite in the venue's time, or to yield."""

    def work(desk: SpaceDesk, found: SpaceBooking, _keeper: bool) -> Rejected | None:
        venue = desk.venue(found.venue)
        if venue is None:
            return unknown_venue(found.venue)
        found = desk.current(found)
        if found.state is not b.OPTION:
            return ended(found, "no option")
        before = {
            rival.claim.booking
            for rival in desk.lapse(found.venue, found.claims())
            if rival.claim.standing == Standing.OPTION and rival.claim.precedes(rival.ours)
        }
        if not before:
            return Rejected("nobody-before", "Nobody is before this option; it may go definite.")
        answer_by = office_deadline(venue, desk.minute)
        steps = [step for one in desk.bookings(before) if (step := life.challenge(one, found.id, answer_by))]
        if not steps:
            return Rejected("challenged-already", "This option has challenged everybody before it already.")
        for step in steps:
            desk.apply(*step)
        # The earliest answer counts: some may have been asked before.
        soonest = min(found.answers_by or answer_by, answer_by)
        desk.apply(*life.challenge_made(found, soonest, tuple(one.id for one, _ in steps)))
        return None

    return _on(command.booking, command.actor, work)


def give_way(command: commands.Yield) -> Decide:
    """Yield with an option."""

    def work(desk: SpaceDesk, found: SpaceBooking, _keeper: bool) -> Rejected | None:
        found = desk.current(found)
        if found.state is not b.OPTION:
            return ended(found, "no option")
        desk.apply(*life.yielded(found, in_silence=False))
        return None

    return _on(command.booking, command.actor, work)


def cancel(command: commands.CancelSpaces) -> Decide:
    """Give a booking up, by the venue's terms; or lift a blocking."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        found = desk.current(found)
        if not found.live:
            return ended(found, "over")
        if found.state is b.BLOCKED:
            if not keeper:
                return rejected(NOT_KEEPER)
            desk.apply(*life.unblocked(found))
            return None
        venue = desk.venue(found.venue)
        policy = Policy() if venue is None else venue.policy
        desk.apply(*life.cancelled(found, policy, desk.minute, command.reason))
        return None

    return _on(command.booking, command.actor, work)


def mark_no_show(command: commands.MarkNoShow) -> Decide:
    """Note that nobody came."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        if not keeper:
            return rejected(NOT_KEEPER)
        step = life.nobody_came(found, desk.minute)
        if isinstance(step, Refused):
            return rejected(step)
        desk.apply(*step)
        return None

    return _on(command.booking, command.actor, work)


def change_details(command: commands.ChangeDetails) -> Decide:
    """Say something else of a booking; the same again changes nothing."""

    def work(desk: SpaceDesk, found: SpaceBooking, keeper: bool) -> Rejected | None:
        if not found.live and found.state is not b.COMPLETED:
            return ended(found, "over")
        if not keeper and (refused := newly_unsuited(desk.space, found, found.uses, command.details)):
            return rejected(refused)
        if step := life.with_details(found, command.details):
            desk.apply(*step)
        return None

    return _on(command.booking, command.actor, work)


def pass_time(booking: str) -> Decide:
    """What time alone makes of a booking; asked again, or too early, nothing happens."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        found = desk.booking(booking)
        if found is None or (step := desk.overdue(found)) is None:
            return Accepted()
        desk.apply(*step)
        return desk.accepted(booking)

    return decide


def may_command(who: Actor, booking: SpaceBooking) -> bool:
    """Whether the actor may change the booking: its own, or one at a venue that it runs."""
    return actors.runs(who, booking.organizer) or actors.runs(who, booking.venue_organizer)


def find(desk: SpaceDesk, id_: str, who: Actor) -> SpaceBooking | Rejected:
    """A booking that the actor may change."""
    found = desk.booking(id_)
    if found is None:
        return Rejected("booking-unknown", f"There is no space booking “{id_}”.")
    if not may_command(who, found):
        return Rejected("not-yours", "This booking is another organizer's.")
    return found


def ended(found: SpaceBooking, wanted: str) -> Rejected:
    """A no to a booking whose state does not allow it."""
    return Rejected(f"booking-{found.state}", f"The booking is {found.state}: {wanted}.")


def _on(id_: str, who: Actor, work: Work) -> Decide:
    """A decision that does `work` with a booking, if the actor may touch it."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        found = find(desk, id_, who)
        if isinstance(found, Rejected):
            return found
        refused = work(desk, found, actors.runs(who, found.venue_organizer))
        return refused or desk.accepted(id_)

    return decide


def _grant(desk: SpaceDesk, found: SpaceBooking, who: Actor, override: str, *, keeper: bool) -> Rejected | None:
    """An option made firm, or an inquiry made what it asks for."""
    venue = desk.venue(found.venue)
    if venue is None:
        return unknown_venue(found.venue)
    asks = found.state is b.INQUIRY
    if asks and found.wanted is b.OPTION:
        expires_at = option_expiry(desk, venue, found.uses)
        wanted, event = life.optioned(found, order=0, expires_at=expires_at, override=override)
    else:
        wanted, event = life.definite(found, override)
    placed = place(desk, replace(wanted, order=found.order), Placing(who, venue, keeper, override=override))
    if isinstance(placed, InTheWay):
        return refused_place(desk, NoRoom(wanted, venue, placed))
    desk.apply(placed, event)
    if asks and placed.state is b.DEFINITE:
        _decline_colliding(desk, placed, venue)
    return None


def _decline_colliding(desk: SpaceDesk, approved: SpaceBooking, venue: Venue) -> None:
    rivals = desk.rivals(approved.venue, approved.claims())
    colliding = {rival.claim.booking for rival in rivals if rival.claim.standing == Standing.INQUIRY}
    for count, one in enumerate(desk.bookings(colliding)):
        found: tuple[Use, ...] = ()
        if count < DECLINED_WITH_ALTERNATIVES_MAX:
            theirs = tuple(rival for rival in desk.rivals(one.venue, one.claims()) if rival.claim.booking != one.id)
            found = tuple(use for other in alternatives(desk, one, venue, theirs) for use in other.uses)
        desk.apply(*life.declined(one, b.OTHER_APPROVED, found))
