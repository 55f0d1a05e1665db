"""How decisions on spaces say no, and show what could be had instead."""

from __future__ import annotations

from typing import Any

from services.booking.domain.spaces.alternatives import Alternative
from services.booking.domain.spaces.booking import Use
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import shown
from services.booking.handlers.spaces.desk import SpaceDesk
from services.booking.handlers.spaces.placing import NoRoom, alternatives
from shared.runtime.decision import Rejected

NOT_KEEPER = Refused("not-yours", "Only whoever runs the venue may do this.")


def rejected(refused: Refused) -> Rejected:
    """A rule's no, in the committer's words."""
    return Rejected(refused.reason, refused.detail, refused.items)


def unknown_venue(venue: str) -> Rejected:
    """There is no such venue, as far as booking has heard."""
    return Rejected("venue-unknown", f"There is no venue “{venue}” with spaces to book.")


def refused_place(desk: SpaceDesk, no_room: NoRoom) -> Rejected:
    """A no that carries those in the way and what could be had instead."""
    found = alternatives(desk, no_room.booking, no_room.venue, no_room.way.rivals)
    refusal = no_room.way.refusal
    told = {"alternatives": [alternative_json(one) for one in found]}
    return Rejected(refusal.reason, refusal.detail, refusal.items, told)


def alternative_json(one: Alternative) -> dict[str, Any]:
    """An alternative as answers carry it."""
    return {"kind": str(one.kind), "uses": [use_json(use) for use in one.uses]}


def use_json(use: Use) -> dict[str, Any]:
    """A use of a space as answers carry it."""
    found: dict[str, Any] = {
        "space": use.space,
        "start": shown(use.show.start),
        "end": shown(use.show.end),
    }
    for name, span in (("build_up", use.build_up), ("dismantling", use.dismantling)):
        if span is not None:
            found[name] = {"start": shown(span.start), "end": shown(span.end)}
    return found
