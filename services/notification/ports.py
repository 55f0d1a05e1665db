"""What the rules' callers need from outside: wording, a mail server, and the stored facts that they look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from services.notification.domain.deliveries import Delivery, DeliveryState
from services.notification.domain.happenings import Audience, Happening
from services.notification.domain.invitations import Invitations
from services.notification.domain.notices import Notice, NoticeState
from services.notification.domain.preferences import Preferences
from services.notification.domain.projections import Contact, Fair, Place
from services.notification.domain.recipients import Recipient

T = TypeVar("T")

# The kinds of aggregates, as the committer knows them.
CONTACT: Final = "contact"
FAIR: Final = "fair"
PLACE: Final = "place"
COMPANIONS: Final = "companions"
NOTICE: Final = "notice"
DELIVERY: Final = "delivery"
INVITATIONS: Final = "invitations"
PREFERENCES: Final = "preferences"


NAMES_MAX: Final = 6
"""How many booths or co-exhibitors a text lists; of the others it tells the number."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What wording looks names up in. What is not known yet is called by its id, and its times are in UTC."""

    fairs: Mapping[str, Fair]
    contacts: Mapping[str, Contact]
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Worded:
    """News as a person reads it; `details` are rows of a label and a value."""

    language: str
    title: str
    text: str
    fair: str
    greeting: str
    details: tuple[tuple[str, str], ...]
    footer: str
    open: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A part of an inbox, each entry with its words; `unseen` counts the whole inbox's new entries."""

    entries: Sequence[tuple[Notice, Worded]]
    unseen: int
    next: str | None


class Wording(Protocol):
    """Puts news in words."""

    def __call__(
        self, happening: Happening, audience: Audience, recipient: Recipient, facts: Facts, language: str
    ) -> Worded:
        """News for one reader; `language` is one of those that notices are written in."""
        ...


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a mail goes to: a display name, one mail address, and the language that they read."""

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One composed mail: envelope recipient and the bytes of the message (RFC 5322, CRLF line ends)."""

    delivery: str
    message_id: str
    to: str
    content: bytes


class MailRefused(Exception):
    """The mail server refused this mail for good (5xx)."""


class MailPutOff(Exception):
    """The mail server cannot take this mail now (4xx); others may pass."""


class MailServerAway(Exception):
    """There is no mail server to talk to: not reachable, not greeting, or gone in the middle. No verdict on a mail."""


class Composer(Protocol):
    """Makes mails."""

    def compose(self, delivery: Delivery, addressee: Addressee, facts: Facts) -> Mail:
        """The mail of a delivery, the same bytes for the same facts. Raises ValueError where the address is none."""
        ...


class MailTransport(Protocol):
    """A way to a mail server."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over; it returned, the server has it. Raises MailRefused, MailPutOff, MailServerAway."""
        ...

    async def close(self) -> None:
        """Say goodbye on every open connection."""
        ...


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a longer answer; `next` is where the following part begins, None at the end."""

    items: Sequence[T]
    next: str | None


class Scope(Protocol):
    """Whose data may be shown."""

    def query(self, *, exhibitor: str | None = None, organizer: str | None = None) -> dict[str, Any]:
        """A filter on the fields that hold the exhibitor and the organizer whom a document belongs to."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries a log shows; None leaves a field open."""

    fair: str | None = None
    cause: str | None = None
    state: DeliveryState | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told of an event: in their inbox, by a mail, or both."""

    event: str
    recipient: Recipient
    inbox: bool
    mail: Delivery | None = None


class Archive(Protocol):
    """The stored facts, read only."""

    async def contacts(self, ids: Iterable[str]) -> Mapping[str, Contact]:
        """The known ones among these exhibitors."""
        ...

    async def fairs(self, ids: Iterable[str]) -> Mapping[str, Fair]:
        """The known ones among these fairs."""
        ...

    async def places(self, ids: Iterable[str]) -> Mapping[str, Place]:
        """The known ones among these venues and spaces."""
        ...

    async def invitations(self, ids: Iterable[str]) -> Mapping[str, Invitations]:
        """Who is invited to these bookings, as far as that is known."""
        ...

    async def preferences(self, recipients: Iterable[Recipient]) -> Mapping[Recipient, Preferences]:
        """The preferences of those among the recipients who ever set some."""
        ...

    async def notices(
        self, recipient: Recipient, state: NoticeState | None, cursor: str | None, limit: int
    ) -> Page[Notice]:
        """A recipient's entries, newest first. Raises ValueError for a cursor that is none."""
        ...

    async def unseen(self, recipient: Recipient) -> int:
        """How many of a recipient's entries are new."""
        ...

    async def deliveries(self, scope: Scope, wanted: DeliveryFilter, cursor: str | None, limit: int) -> Page[Delivery]:
        """Deliveries, newest first. Raises ValueError for a cursor that is none."""
        ...

    async def told(self, scope: Scope, causes: Sequence[str]) -> Sequence[Told]:
        """Who was told of these events, and how; without what is kept no more."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Pending deliveries whose time has come, longest due first; none that waits for an address."""
        ...

    async def waited(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Deliveries whose wait for an address is over, longest over first."""
        ...

    async def awaiting(self, exhibitors: Iterable[str], limit: int) -> Sequence[Delivery]:
        """Deliveries to these exhibitors that wait to hear where they can be reached."""
        ...
