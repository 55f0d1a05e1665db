"""What notification listens to, and the command that each event is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from services.notification import handlers
from services.notification.adapters import wire
from services.notification.domain.deliveries import ADDRESS_WAIT
from services.notification.domain.projections import Place
from services.notification.ports import CONTACT, FAIR, INVITATIONS, PLACE
from shared.contracts import events as contracts
from shared.contracts.topics import BOOKING_EVENTS, BOOKING_INVITATIONS, CATALOG_EVENTS, CATALOG_EXHIBITORS
from shared.runtime.committer import Work
from shared.runtime.consumer import Subscription
from shared.runtime.received import Received

GROUP: Final = "notification"
LISTENS_TO: Final = (BOOKING_EVENTS, BOOKING_INVITATIONS, CATALOG_EXHIBITORS, CATALOG_EVENTS)


def subscription(address_wait: timedelta) -> Subscription:
    """Notification's only subscription: one group, one inbox."""
    topics = tuple(topic.name for topic in LISTENS_TO)
    return Subscription(GROUP, topics, partial(work_of, address_wait=address_wait))


def work_of(event: Received, address_wait: timedelta = ADDRESS_WAIT) -> Work | None:
    """The command that an event is; None where nobody needs to hear of it. Raises Undecodable."""
    if event.topic == CATALOG_EXHIBITORS.name:
        return _contact(event)
    if event.type in wire.NEWS_TYPES:
        happening = wire.happening(event.type, event.id, event.time, event.sequence, event.data)
        if happening is None:
            return None
        decide = handlers.tell(happening, address_wait)
        return Work(f"tell_{happening.kind.name.lower()}", decide, reads=handlers.reads_of(happening))
    if event.type == contracts.SpaceInvitations.type_:
        invitations = wire.invitations(event.sequence, event.data)
        decide = handlers.invite(invitations, event.id, event.time)
        return Work("invite", decide, reads=((INVITATIONS, invitations.booking),))
    if event.type == contracts.FairPublished.type_:
        fair = wire.fair(event.sequence, event.data)
        return Work("learn_fair", handlers.learn_fair(fair), reads=((FAIR, fair.fair),))
    if event.type == contracts.VenueDescribed.type_:
        return _place(wire.venue(event.sequence, event.data))
    if event.type == contracts.SpaceDescribed.type_:
        return _place(wire.space(event.sequence, event.data))
    return None


def _place(place: Place) -> Work:
    return Work("learn_place", handlers.learn_place(place), reads=((PLACE, place.place),))


def _contact(event: Received) -> Work:
    contact = wire.contact(event.sequence, event.data)
    return Work("learn_contact", handlers.learn_contact(contact), reads=((CONTACT, contact.exhibitor),))
