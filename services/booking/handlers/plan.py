"""The commands about booths and fairs themselves: sale and blocking, floor plans, opening and closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.booking.domain import actor, booth, commands, fair
from services.booking.domain.booth import BLOCKED, FREE, Booth
from services.booking.domain.fair import Fair
from services.booking.domain.refusal import BoothRefusal, Refusal, refuse_booths
from services.booking.handlers.desk import Desk, rejected
from services.booking.ports import FAIR
from shared.runtime.decision import Accepted, Change, Decide, Outcome, View


def block(command: commands.Block) -> Decide:
    """Free booths leave the sale; those that are blocked already stay so."""

    def move(found: Booth, now: datetime) -> Booth | BoothRefusal:
        if found.state is BLOCKED:
            return found
        if found.state is not FREE:
            return BoothRefusal(found.id, "booth-taken", found.state)
        return booth.block(found, command.reason, now)

    return _move_booths(command.actor, command.fair, command.booths, move)


def unblock(command: commands.Unblock) -> Decide:
    """Blocked booths come back; those that are free already stay so."""

    def move(found: Booth, _now: datetime) -> Booth | BoothRefusal:
        if found.state is FREE:
            return found
        return booth.release(found) if found.state is BLOCKED else BoothRefusal(found.id, "booth-taken", found.state)

    return _move_booths(command.actor, command.fair, command.booths, move)


def list_booth(command: commands.ListBooth) -> Decide:
    """A floor plan lists a booth, again or for the first time; the booths that it names learn of it."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = Desk(view, now)
        known = desk.booth(command.booth) or booth.unlisted(command.booth)
        listed = booth.relist(
            known,
            area_m2=command.area_m2,
            open_sides=command.open_sides,
            parts=command.parts,
            part_of=command.part_of,
        )
        desk.put_booth(listed)
        named = {*command.parts, *command.part_of}
        desk.booths(sorted({*known.parts, *known.part_of} | named))
        for other in sorted({*known.parts, *known.part_of} - named):
            if neighbour := desk.booth(other):
                desk.put_booth(booth.forget_overlap(neighbour, listed.id))
        for other in sorted(named - {listed.id}):
            desk.put_booth(booth.name_overlap(desk.booth(other) or booth.unlisted(other), listed.id))
        return desk.accepted()

    return decide


def withdraw_booth(command: commands.WithdrawBooth) -> Decide:
    """A booth left its floor plan."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = Desk(view, now)
        if found := desk.booth(command.booth):
            desk.put_booth(booth.withdraw(found))
        return desk.accepted()

    return decide


def publish_fair(settings: Fair) -> Decide:
    """A fair opens, or its settings change."""

    def decide(view: View, _now: datetime) -> Outcome:
        if view.get(FAIR, settings.id) == settings:
            return Accepted()
        return Accepted((Change(FAIR, settings.id, settings),))

    return decide


def close_fair(id_: str) -> Decide:
    """A fair takes no more holds."""

    def decide(view: View, _now: datetime) -> Outcome:
        known: Fair | None = view.get(FAIR, id_)
        if known is None or not known.open:
            return Accepted()
        return Accepted((Change(FAIR, id_, fair.close(known)),))

    return decide


def _move_booths(
    who: actor.Actor, fair_id: str, ids: Sequence[str], move: Callable[[Booth, datetime], Booth | BoothRefusal]
) -> Decide:
    """Move booths that no reservation has, all or none; only the fair's organizer does."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = Desk(view, now)
        settings = desk.fair(fair_id)
        if settings is None:
            return rejected(Refusal("fair-unknown", f"There is no fair “{fair_id}”."))
        if not actor.runs(who, settings.organizer):
            return rejected(Refusal("not-yours", "Only the fair's organizer does this."))
        desk.lapse([found for found in desk.booths(ids) if found is not None])
        refused: list[BoothRefusal] = []
        for id_ in ids:
            found = desk.booth(id_)
            match BoothRefusal(id_, "booth-unknown") if found is None else move(found, now):
                case BoothRefusal() as why:
                    refused.append(why)
                case moved:
                    desk.put_booth(moved, settings.organizer)
        return rejected(refuse_booths(refused, len(ids))) if refused else desk.accepted()

    return decide
