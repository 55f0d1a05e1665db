"""The commands of a reservation's life: what each reads, which rule it asks, what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from services.booking.domain import actor, commands, floor, reservation
from services.booking.domain.booth import Booth
from services.booking.domain.fair import Fair
from services.booking.domain.prices import Price
from services.booking.domain.refusal import BoothRefusal, Refusal, refuse_booths
from services.booking.domain.reservation import Held, Reservation, Step
from services.booking.handlers.desk import Desk, rejected
from services.booking.ports import FAIR
from shared.runtime.decision import Accepted, Decide, Outcome, View

Rule = Callable[[Reservation], Step | Refusal]


def hold(command: commands.Hold) -> Decide:
    """Keep all the booths for the exhibitor, or none. Lapsed holds in the way end in the same decision."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = Desk(view, now)
        settings = desk.fair(command.fair)
        if settings is None:
            return rejected(Refusal("fair-unknown", f"There is no fair “{command.fair}”."))
        if not actor.may_book_for(command.actor, settings, command.exhibitor):
            return rejected(Refusal("not-yours", "Booths are held in one's own name."))
        if not settings.open:
            return rejected(Refusal("fair-not-open", f"The fair “{command.fair}” takes no reservations."))
        if refusal := _refusal(desk, settings, command):
            return rejected(refusal)
        price = settings.price(_known(desk, command.booths), now)
        if refusal := _other_price(command, price):
            return rejected(refusal)
        desk.step(_held(command, settings, price, now), Held())
        return desk.accepted(command.reservation)

    return decide


def extend(command: commands.Extend) -> Decide:
    """A longer hold."""

    def decide(view: View, now: datetime) -> Outcome:
        def rule(found: Reservation) -> Step | Refusal:
            settings: Fair | None = view.peek(FAIR, found.fair)
            if settings is None:
                return Refusal("fair-unknown", f"There is no fair “{found.fair}”.")
            return reservation.extend(found, settings, now)

        return _change(Desk(view, now), command.reservation, command.actor, rule)

    return decide


def confirm(command: commands.Confirm) -> Decide:
    """The exhibitor commits."""

    def decide(view: View, now: datetime) -> Outcome:
        return _change(Desk(view, now), command.reservation, command.actor, partial(reservation.confirm, now=now))

    return decide


def sell(command: commands.Sell) -> Decide:
    """The contract stands; its organizer says so."""

    def decide(view: View, now: datetime) -> Outcome:
        def rule(found: Reservation) -> Step | Refusal:
            if not actor.runs(command.actor, found.organizer):
                return Refusal("not-yours", "Only the fair's organizer sells.")
            return reservation.sell(found, now)

        return _change(Desk(view, now), command.reservation, command.actor, rule)

    return decide


def cancel(command: commands.Cancel) -> Decide:
    """The booths are given up."""

    def decide(view: View, now: datetime) -> Outcome:
        def rule(found: Reservation) -> Step | Refusal:
            by_organizer = actor.runs(command.actor, found.organizer)
            return reservation.cancel(found, now, reason=command.reason, by_organizer=by_organizer)

        return _change(Desk(view, now), command.reservation, command.actor, rule)

    return decide


def change_co_exhibitors(command: commands.ChangeCoExhibitors) -> Decide:
    """Others stand with the main exhibitor."""

    def decide(view: View, now: datetime) -> Outcome:
        def rule(found: Reservation) -> Step | Refusal:
            others = tuple(id_ for id_ in command.exhibitors if id_ != found.exhibitor)
            return reservation.change_co_exhibitors(found, others, now)

        return _change(Desk(view, now), command.reservation, command.actor, rule)

    return decide


def admit(command: commands.Admit) -> Decide:
    """Another exhibitor may book overlapping floor."""

    def decide(view: View, now: datetime) -> Outcome:
        rule = partial(reservation.admit, exhibitor=command.exhibitor, now=now)
        return _change(Desk(view, now), command.reservation, command.actor, rule)

    return decide


def expire(command: commands.Expire) -> Decide:
    """A hold's time is up; asked again, or too early, nothing happens."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = Desk(view, now)
        found = desk.reservation(command.reservation)
        if found is None or (step := reservation.expire(found, now)) is None:
            return Accepted()
        desk.step(*step)
        return desk.accepted(command.reservation)

    return decide


def _refusal(desk: Desk, settings: Fair, command: commands.Hold) -> Refusal | None:
    """Why the booths cannot be held, naming every one of them that stands in the way; None if they can."""
    found = _known(desk, command.booths)
    related_ids = sorted({id_ for booth in found for id_ in booth.related})
    desk.lapse([*found, *_known(desk, related_ids)])
    # All of them in one round, before the booths are looked at one by one.
    desk.reservations(_known(desk, related_ids))
    refused: list[BoothRefusal] = []
    for id_, known in zip(command.booths, desk.booths(command.booths), strict=True):
        why = BoothRefusal(id_, "booth-unknown") if known is None else _why_not(desk, known, command.exhibitor)
        if why is not None:
            refused.append(why)
    if refused:
        return refuse_booths(refused, len(command.booths))
    held = desk.held(command.fair, command.exhibitor)
    if held + len(command.booths) > settings.held_booths_max:
        most = settings.held_booths_max
        return Refusal("held-booths-cap", f"An exhibitor may hold {most} at this fair, and holds {held} already.")
    return None


def _why_not(desk: Desk, wanted: Booth, asker: str) -> BoothRefusal | None:
    related = _known(desk, wanted.related)
    theirs = desk.reservations(related)
    neighbours = [(other, theirs[other.reservation] if other.reservation else None) for other in related]
    return floor.refusal(wanted, neighbours, asker)


def _known(desk: Desk, ids: Iterable[str]) -> list[Booth]:
    return [booth for booth in desk.booths(ids) if booth is not None]


def _other_price(command: commands.Hold, price: Price | None) -> Refusal | None:
    """What was shown is what is paid: an asker who saw another price is told so, and nothing is held."""
    if command.amount_minor is None:
        return None
    amount = None if price is None else price.amount_minor
    if amount == command.amount_minor:
        return None
    now = "is not told" if amount is None else f"is {amount} now"
    detail = f"The price {now}, not {command.amount_minor} (minor units); look at it and hold again."
    return Refusal("price-changed", detail)


def _held(command: commands.Hold, settings: Fair, price: Price | None, now: datetime) -> Reservation:
    whole_ms = now - timedelta(microseconds=now.microsecond % 1000)  # the finest instant that the store keeps
    return Reservation(
        id=command.reservation,
        fair=command.fair,
        organizer=settings.organizer,
        booths=command.booths,
        exhibitor=command.exhibitor,
        expires_at=whole_ms + settings.hold_ttl,
        held_at=whole_ms,
        co_exhibitors=tuple(id_ for id_ in command.co_exhibitors if id_ != command.exhibitor),
        price=price,
    )


def _change(desk: Desk, id_: str, who: actor.Actor, rule: Rule) -> Outcome:
    """Take an existing reservation one step on, if the actor may and the rule agrees."""
    found = desk.reservation(id_)
    if found is None:
        return rejected(Refusal("reservation-unknown", f"There is no reservation “{id_}”."))
    if not actor.may_command(who, found):
        return rejected(Refusal("not-yours", "This reservation is another exhibitor's."))
    match rule(found):
        case Refusal() as refusal:
            return rejected(refusal)
        case (changed, event):
            desk.step(changed, event)
            return desk.accepted(id_)
