"""Notification's JSON over HTTP <-> domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from services.notification.domain.deliveries import Delivery, DeliveryState
from services.notification.domain.happenings import BoothNews, InvitationNews, Kind, SpaceNews, SpaceTime
from services.notification.domain.notices import Notice, NoticeState
from services.notification.domain.preferences import Channel, Preferences, mailable, muted_of
from services.notification.domain.recipients import Party, Recipient, supported
from services.notification.ports import InboxPage, Page, Told
from shared.runtime.instants import Instant


class InboxEntry(BaseModel):
    """One entry: facts in `kind` and `params`, words in `title` and `text`."""

    id: str
    kind: Kind
    params: dict[str, Any] = Field(description="what the words are made of: audience, reservation, booths, …")
    title: str
    text: str
    language: str = Field(description="what the words are written in: zh, ru or en")
    at: Instant
    state: NoticeState
    fair: str = Field(description="empty for news of spaces")


class Inbox(BaseModel):
    """A part of an inbox."""

    entries: list[InboxEntry]
    unseen: int = Field(description="how many entries of the whole inbox are new")
    next: str | None = Field(description="cursor of the following part; null at the end")


class NoticeMoved(BaseModel):
    """An entry after it was moved."""

    id: str
    state: NoticeState


class PreferencesOut(BaseModel):
    """What somebody wants to be told, and how."""

    language: str | None
    email: str | None = Field(description="where an organizer is mailed")
    kinds: dict[str, dict[str, bool]] = Field(description="kind -> channel (inbox, mail) -> wanted")


class PreferencesIn(BaseModel):
    """Preferences to be set; kinds and channels that are left out are wanted."""

    model_config = ConfigDict(extra="forbid")
    language: str | None = Field(default=None, max_length=35, description="zh, ru or en; null follows your entry")
    email: str | None = Field(default=None, max_length=254, description="organizers only: where you are mailed")
    kinds: dict[Kind, dict[Channel, bool]] = Field(default={}, examples=[{"held": {"mail": False}}])

    @field_validator("language")
    @classmethod
    def _known(cls, tag: str | None) -> str | None:
        if tag is None:
            return None
        language = supported(tag)
        if language is None:
            remedy = {"remedy": "send zh, ru or en; null follows your entry"}
            raise PydanticCustomError("language", "is none that news is written in", remedy)
        return language

    @field_validator("email")
    @classmethod
    def _mailable(cls, email: str | None) -> str | None:
        if email is not None and not mailable(email):
            raise ValueError("this is no mail address")
        return email

    def of(self, recipient: Recipient) -> Preferences:
        """The wishes as a recipient's."""
        return Preferences(recipient, self.language, self.email, muted_of(self.kinds))


class DeliveryEntry(BaseModel):
    """One mail's way. `reason` says why it waits or was parked; `next_try_at` is null once it is settled."""

    id: str
    channel: str = "mail"
    kind: Kind
    fair: str
    recipient: str = Field(description="exhibitor or organizer id, never an address")
    recipient_kind: Party
    event: str = Field(description="id of the event that it tells of")
    reservation: str = Field(description="or the booking of spaces")
    at: Instant
    state: DeliveryState
    attempts: int
    reason: str
    next_try_at: Instant | None
    settled_at: Instant | None


class Deliveries(BaseModel):
    """A part of the delivery log."""

    deliveries: list[DeliveryEntry]
    next: str | None = Field(description="cursor of the following part; null at the end")


class MailOut(BaseModel):
    """A mail that tells of an event, and what became of it."""

    id: str
    state: DeliveryState
    reason: str
    settled_at: Instant | None = Field(description="when it was sent, or given up; null while it is on its way")


class ToldEntry(BaseModel):
    """That somebody was told of an event. Whether they have read of it is their own affair."""

    event: str
    recipient: str = Field(description="exhibitor or organizer id, never an address; empty for a participant")
    recipient_kind: Party
    inbox: bool = Field(description="whether it is in their inbox")
    mail: MailOut | None


class ToldOut(BaseModel):
    """Who was told of events, and how."""

    told: list[ToldEntry]


def _params(notice: Notice) -> dict[str, Any]:
    happening = notice.happening
    head = {"audience": notice.audience.value, "event": happening.cause}
    match happening:
        case BoothNews():
            return {**head, **_booths(happening)}
        case SpaceNews():
            return {**head, **_spaces(happening)}
        case InvitationNews():
            raise TypeError("a participant has no inbox")


def _booths(happening: BoothNews) -> dict[str, Any]:
    optional = {
        "admitted": happening.admitted,
        "expires_at": happening.expires_at,
        "extensions": happening.extensions or None,
        "reason": happening.reason or None,
    }
    return {
        "reservation": happening.reservation,
        "booths": list(happening.booth_labels()),
        "exhibitor": happening.exhibitor,
        "co_exhibitors": list(happening.co_exhibitors),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _spaces(happening: SpaceNews) -> dict[str, Any]:
    optional = {
        "title": happening.title,
        "rank": happening.rank,
        "waits": happening.waits,
        "deadline": happening.deadline,
        "reason": happening.reason,
        "due_percent": happening.due_percent,
        "former": [_use(use) for use in happening.former],
        "others": happening.others,
        "alternatives": [_use(use) for use in happening.alternatives],
        "may_override": list(happening.may_override),
    }
    return {
        "booking": happening.booking,
        "venue": happening.venue,
        "organizer": happening.organizer,
        "time_zone": happening.time_zone,
        "uses": [_use(use) for use in happening.uses],
        **{name: value for name, value in optional.items() if value},
    }


def _use(use: SpaceTime) -> dict[str, Any]:
    return {"space": use.space, "start": use.show.start, "end": use.show.end}


def inbox(page: InboxPage) -> Inbox:
    """A page of an inbox."""
    entries = [
        InboxEntry(
            id=notice.id,
            kind=notice.happening.kind,
            params=_params(notice),
            title=words.title,
            text=words.text,
            language=words.language,
            at=notice.happening.at,
            state=notice.state,
            fair=notice.happening.fair,
        )
        for notice, words in page.entries
    ]
    return Inbox(entries=entries, unseen=page.unseen, next=page.next)


def moved(notice: Notice) -> NoticeMoved:
    """A moved entry."""
    return NoticeMoved(id=notice.id, state=notice.state)


def preferences(wishes: Preferences) -> PreferencesOut:
    """Wishes, with every kind and channel spelled out."""
    return PreferencesOut(language=wishes.language, email=wishes.email, kinds=wishes.table())


def told(found: Sequence[Told]) -> ToldOut:
    """Who was told."""
    entries = [
        ToldEntry(
            event=one.event,
            recipient="" if one.recipient.party is Party.PARTICIPANT else one.recipient.id,
            recipient_kind=one.recipient.party,
            inbox=one.inbox,
            mail=one.mail
            and MailOut(id=one.mail.id, state=one.mail.state, reason=one.mail.reason, settled_at=one.mail.settled_at),
        )
        for one in found
    ]
    return ToldOut(told=entries)


def deliveries(page: Page[Delivery]) -> Deliveries:
    """A page of the delivery log."""
    return Deliveries(deliveries=[delivery(one) for one in page.items], next=page.next)


def delivery(one: Delivery) -> DeliveryEntry:
    """One one."""
    happening = one.happening
    return DeliveryEntry(
        id=one.id,
        kind=happening.kind,
        fair=happening.fair,
        recipient=one.recipient.id,
        recipient_kind=one.recipient.party,
        event=happening.cause,
        reservation=happening.reservation if isinstance(happening, BoothNews) else happening.booking,
        at=happening.at,
        state=one.state,
        attempts=one.attempts,
        reason=one.reason,
        next_try_at=one.due_at,
        settled_at=one.settled_at,
    )
