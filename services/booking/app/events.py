"""What booking hears from the catalog: fairs, booths listed or withdrawn, venues, spaces, and exhibitors' names."""

from __future__ import annotations

from typing import Final

from services.booking import handlers
from services.booking.adapters import space_wire, wire
from services.booking.handlers import spaces
from services.booking.ports import BOOTH, DIRECTORY, EXHIBITOR, FAIR, SPACE, VENUE
from shared.contracts import events as e
from shared.contracts.topics import CATALOG_EVENTS, CATALOG_EXHIBITORS
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
        case e.ExhibitorState.type_:
            exhibitor = wire.exhibitor(event)
            return Work("learn_exhibitor", handlers.learn_exhibitor(exhibitor), ((EXHIBITOR, exhibitor.id),))
        case e.VenueDescribed.type_:
            venue = space_wire.described_venue(event)
            return Work("describe_venue", spaces.describe_venue(venue), ((VENUE, venue.id),))
        case e.SpaceDescribed.type_:
            space = space_wire.described_space(event)
            known = ((SPACE, space.id), (DIRECTORY, space.venue))
            return Work("describe_space", spaces.describe_space(space), known)
        case _:
            return None


SUBSCRIPTION: Final = Subscription(GROUP, (CATALOG_EVENTS.name, CATALOG_EXHIBITORS.name), handle)
