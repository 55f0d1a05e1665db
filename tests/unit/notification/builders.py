"""Made-up fairs, exhibitors and events, and a whole notification service on parts of the test's choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import vobject
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notification.adapters.subscription import work_of
from services.notification.bootstrap import Notification, build
from services.notification.domain.deliveries import Delivery
from services.notification.domain.happenings import Audience, BoothNews, Kind, Money
from services.notification.domain.notices import Notice
from services.notification.domain.recipients import Party, Recipient
from services.notification.ports import DeliveryFilter, Mail, MailTransport
from services.notification.settings import NotificationSettings
from shared.contracts import events as e
from shared.contracts.topics import BOOKING_EVENTS, BOOKING_INVITATIONS, CATALOG_EVENTS, CATALOG_EXHIBITORS
from shared.runtime.auth import Issuer
from shared.runtime.auth.policy import TenantScope
from shared.runtime.auth.principal import Principal, Role
from shared.runtime.batch import InboxMark, Work
from shared.runtime.clock import Clock, ManualClock
from shared.runtime.committer import Committed
from shared.runtime.received import Received
from shared.runtime.store import MemoryStore, Store

FAIR = "silk-road-expo-2027"
ORGANIZER = "sco-expo"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
MAIN = Recipient(Party.EXHIBITOR, "acme")
CO = Recipient(Party.EXHIBITOR, "borealis")
HOST = Recipient(Party.ORGANIZER, ORGANIZER)
BOOTH_KINDS = [kind for kind in Kind if not kind.of_spaces and not kind.of_invitations]
SPACE_KINDS = [kind for kind in Kind if kind.of_spaces]
BOOTH_AUDIENCES = [Audience.MAIN, Audience.CO, Audience.REMOVED, Audience.ADMITTED, Audience.ORGANIZER]
EVERYTHING = TenantScope(everything=True)
SHOW = e.Span(start=NOW + timedelta(days=10), end=NOW + timedelta(days=10, hours=3))
LATER = e.Span(start=SHOW.start + timedelta(days=1), end=SHOW.end + timedelta(days=1))
ANNA = e.Participant(name="Анна Ким", email="anna@example.org", language="ru")

_EVENTS: dict[Kind, tuple[type[e.ReservationEvent], dict[str, Any]]] = {
    Kind.HELD: (e.ReservationHeld, {"expires_at": NOW + timedelta(minutes=15)}),
    Kind.EXTENDED: (e.ReservationExtended, {"expires_at": NOW + timedelta(minutes=30), "extensions": 1}),
    Kind.CONFIRMED: (e.ReservationConfirmed, {}),
    Kind.SOLD: (e.ReservationSold, {}),
    Kind.CANCELLED: (e.ReservationCancelled, {"reason": "moved to another fair"}),
    Kind.EXPIRED: (e.ReservationExpired, {}),
    Kind.CO_EXHIBITORS_CHANGED: (e.CoExhibitorsChanged, {}),
    Kind.ADMITTED: (e.ReservationAdmitted, {"admitted": "crimson"}),
}


def happening(kind: Kind = Kind.HELD, **changes: Any) -> BoothNews:
    """A happening of a reservation of two booths with one co-exhibitor."""
    facts: dict[str, Any] = {
        "cause": f"ev-{kind.value}",
        "at": NOW,
        "sequence": 1,
        "kind": kind,
        "fair": FAIR,
        "organizer": ORGANIZER,
        "reservation": "res-1",
        "booths": (f"{FAIR}/7.1/A-031", f"{FAIR}/7.1/A-033"),
        "exhibitor": MAIN.id,
        "co_exhibitors": (CO.id,),
        "admitted": "crimson" if kind is Kind.ADMITTED else None,
        "expires_at": NOW + timedelta(minutes=15) if kind in (Kind.HELD, Kind.EXTENDED) else None,
        "extensions": 1 if kind is Kind.EXTENDED else 0,
        "reason": "moved to another fair" if kind is Kind.CANCELLED else "",
        "price": Money(1_234_560, "CNY"),
    }
    return BoothNews(**{**facts, **changes})


def reservation_event(kind: Kind = Kind.HELD, *, id_: str = "", sequence: int = 1, **changes: Any) -> Received:
    """A reservation's event as it comes from the topic."""
    model, extra = _EVENTS[kind]
    facts = {
        "reservation": "res-1",
        "fair": FAIR,
        "organizer": ORGANIZER,
        "booths": [f"{FAIR}/7.1/A-031"],
        "exhibitor": MAIN.id,
        "co_exhibitors": [CO.id],
    }
    data = model.model_validate({**facts, **extra, **changes})
    return received(BOOKING_EVENTS.name, data, id_ or f"ev-{kind.value}-{sequence}", data.reservation, sequence)


def contact_event(exhibitor: str, *, sequence: int = 1, **changes: Any) -> Received:
    """An exhibitor's state as it comes from the topic."""
    facts = {
        "exhibitor": exhibitor,
        "fair": FAIR,
        "organizer": ORGANIZER,
        "name": exhibitor.title(),
        "email": f"{exhibitor}@example.com",
        "language": "en",
    }
    data = e.ExhibitorState.model_validate({**facts, **changes})
    return received(CATALOG_EXHIBITORS.name, data, f"ev-{exhibitor}-{sequence}", exhibitor, sequence)


def fair_event(*, sequence: int = 1, **changes: Any) -> Received:
    """A published fair as it comes from the topic."""
    facts = {
        "fair": FAIR,
        "name": {"en": "Silk Road Expo 2027", "zh": "2027 丝路博览会", "ru": "Шёлковый путь 2027"},
        "organizer": ORGANIZER,
        "venue": "exchange-centre",
        "starts": "2027-06-01",
        "ends": "2027-06-04",
        "time_zone": "Asia/Shanghai",
        "currency": "CNY",
    }
    data = e.FairPublished.model_validate({**facts, **changes})
    return received(CATALOG_EVENTS.name, data, f"ev-{data.fair}-{sequence}", data.fair, sequence)


def event_in(message: EmailMessage) -> Any:
    """The method and the event of an invitation, as another library reads them; mail and calendar name one method."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = vobject.readOne(part.get_content())
    assert calendar.method.value == part.get_param("method")
    [event] = calendar.vevent_list
    return calendar.method.value, event


def use(space: str = "hall-1", show: e.Span = SHOW) -> e.SpaceUse:
    """A space for one time."""
    return e.SpaceUse(space=space, atoms=[space], show=show)


def invitations(version: int, *participants: e.Participant, **changes: Any) -> Received:
    """Who is invited to a booking, as it comes from the topic."""
    facts: dict[str, Any] = {
        "booking": "spb-1",
        "venue": "centre",
        "organizer": "sco-expo",
        "title": "Tea tasting",
        "time_zone": "Asia/Shanghai",
        "uses": [use()],
        "participants": list(participants),
        "version": version,
    }
    data = e.SpaceInvitations.model_validate({**facts, **changes})
    return received(BOOKING_INVITATIONS.name, data, f"ev-invitations-{version}", data.booking, version)


def received(topic: str, data: e.Event, id_: str, key: str, sequence: int) -> Received:
    return Received(
        id=id_,
        type=data.type_,
        source="/test",
        key=key,
        sequence=sequence,
        time=NOW,
        subject=FAIR,
        data=data.model_dump(mode="json"),
        topic=topic,
        partition=0,
        offset=0,
        traceparent=None,
    )


@dataclass
class Outbox:
    """A mail transport that keeps what it is given; `faults` are raised first, one a mail."""

    sent: list[Mail] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    closed: bool = False

    async def send(self, mail: Mail) -> None:
        """Take a mail, or raise the next fault."""
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(mail)

    async def close(self) -> None:
        """Remember it."""
        self.closed = True


@dataclass
class Rig:
    """Notification with its parts at hand."""

    service: Notification
    store: Store
    clock: Clock
    outbox: MailTransport
    issuer: Issuer

    async def hear(self, *events: Received) -> list[Committed | Exception]:
        """Apply events as the consumer does: in one batch, each with its inbox mark."""
        works = []
        for event in events:
            work = work_of(event)
            if work is not None:
                mark = InboxMark("notification", event.id)
                works.append(Work(work.name, work.decide, work.reads, inbox=mark, order_key=event.key))
        return await self.service.core.committer.commit_batch(works)

    async def notices(self, reader: Recipient) -> Sequence[Notice]:
        """A reader's entries."""
        return (await self.service.archive.notices(reader, None, None, 500)).items

    async def deliveries(self, wanted: DeliveryFilter | None = None) -> Sequence[Delivery]:
        """Every delivery."""
        return (await self.service.archive.deliveries(EVERYTHING, wanted or DeliveryFilter(), None, 10_000)).items

    async def delivery_to(self, recipient: Recipient) -> Delivery:
        """The only delivery to somebody."""
        [delivery] = [delivery for delivery in await self.deliveries() if delivery.recipient == recipient]
        return delivery

    def bearer(self, principal: Principal) -> dict[str, str]:
        """The header that signs somebody in."""
        return {"Authorization": f"Bearer {self.issuer.mint(principal, timedelta(hours=1))}"}


def exhibitor(id_: str) -> Principal:
    """Somebody who acts for an exhibitor."""
    return Principal(f"user-{id_}", Role.EXHIBITOR, exhibitor=id_)


def organizer(id_: str = ORGANIZER) -> Principal:
    """Somebody who acts for an organizer."""
    return Principal(f"user-{id_}", Role.ORGANIZER, organizer=id_)


def rig(
    store: Store | None = None,
    *,
    clock: Clock | None = None,
    transport: MailTransport | None = None,
    key: Ed25519PrivateKey,
    jwks: str,
    use_smtp: bool = False,
    **changes: Any,
) -> Rig:
    """Notification on a store in memory, a clock that stands still and a mail server made up, unless told otherwise."""
    store = store or MemoryStore()
    clock = clock or ManualClock(NOW)
    transport = transport or Outbox()
    issuer = Issuer(key, clock=clock)
    settings = NotificationSettings(**{"jwks": jwks, "access_log": False, **changes})
    return Rig(
        build(settings, store=store, clock=clock, transport=None if use_smtp else transport),
        store,
        clock,
        transport,
        issuer,
    )
