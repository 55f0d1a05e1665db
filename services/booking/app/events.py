"""What booking hears from the catalog: fairs that open and close, booths that are listed and withdrawn."""

from __future__ import annotations

from typing import Final

from services.booking import handlers
from services.booking.adapters import wire
from services.booking.ports import BOOTH, FAIR
from shared.contracts import events as e
from shared.contracts.topics import CATALOG_EVENTS
from shared.runtime.batch import Work
from shared.runtime.consumer import Subscription
from shared.runtime.received import Received

GROUP: Final = "booking"


def handle(event: Received) -> Work | None:
    """The command that an event of the catalog amounts to; None where it is none of booking's business.

    Raises Undecodable for a body that its type does not allow.
    """
    match event.type:
        case e.FairPublished.type_:
            fair = wire.fair(event)
            return Work("publish_fair", handlers.publish_fair(fair), ((FAIR, fair.id),))
        case e.FairClosed.type_:
            closed = wire.closed_fair(event)
            return Work("close_fair", handlers.close_fair(closed), ((FAIR, closed),))
        case e.BoothListed.type_:
            listed = wire.listed_booth(event)
            reads = tuple((BOOTH, id_) for id_ in (listed.booth, *listed.parts, *listed.part_of))
            return Work("list_booth", handlers.list_booth(listed), reads)
        case e.BoothWithdrawn.type_:
            withdrawn = wire.withdrawn_booth(event)
            return Work("withdraw_booth", handlers.withdraw_booth(withdrawn), ((BOOTH, withdrawn.booth),))
        case _:
            return None


SUBSCRIPTION: Final = Subscription(GROUP, (CATALOG_EVENTS.name,), handle)
