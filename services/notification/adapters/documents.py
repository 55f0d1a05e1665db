"""How notification's aggregates are written down in MongoDB, and read back."""

from __future__ import annotations

from datetime import datetime

from services.notification.adapters.news_documents import (
    decode_happening,
    decode_participant,
    decode_sitting,
    encode_happening,
    encode_participant,
    encode_sitting,
)
from services.notification.domain.deliveries import Delivery, DeliveryState
from services.notification.domain.happenings import Audience, Kind
from services.notification.domain.invitations import Invitations
from services.notification.domain.notices import Notice, NoticeState
from services.notification.domain.preferences import Channel, Preferences
from services.notification.domain.projections import Companions, Contact, Fair, Place
from services.notification.domain.recipients import Party, Recipient
from shared.runtime.store import Document


def encode_contact(contact: Contact) -> Document:
    """An exhibitor's document. Personal data: email."""
    return {
        "fair": contact.fair,
        "organizer": contact.organizer,
        "name": contact.name,
        "names": dict(contact.names),
        "email": contact.email,
        "language": contact.language,
        "sequence": contact.sequence,
    }


def decode_contact(document: Document) -> Contact:
    """An exhibitor's document read back."""
    return Contact(
        exhibitor=document["_id"],
        fair=document["fair"],
        organizer=document["organizer"],
        name=document["name"],
        names=document["names"],
        email=document["email"],
        language=document["language"],
        sequence=document["sequence"],
    )


def encode_fair(fair: Fair) -> Document:
    """A fair's document."""
    return {
        "name": dict(fair.name),
        "time_zone": fair.time_zone,
        "organizer": fair.organizer,
        "sequence": fair.sequence,
    }


def decode_fair(document: Document) -> Fair:
    """A fair's document read back."""
    return Fair(
        fair=document["_id"],
        name=document["name"],
        time_zone=document["time_zone"],
        organizer=document["organizer"],
        sequence=document["sequence"],
    )


def encode_place(place: Place) -> Document:
    """A venue's or space's document."""
    return {"name": dict(place.name), "sequence": place.sequence}


def decode_place(document: Document) -> Place:
    """A venue's or space's document read back."""
    return Place(document["_id"], document["name"], document["sequence"])


def encode_companions(companions: Companions) -> Document:
    """The document of who stands with whom."""
    return {"co_exhibitors": list(companions.co_exhibitors), "sequence": companions.sequence}


def decode_companions(document: Document) -> Companions:
    """The document of who stands with whom read back."""
    return Companions(document["_id"], tuple(document["co_exhibitors"]), document["sequence"])


def encode_invitations(invitations: Invitations) -> Document:
    """The document of who is invited to a booking. Personal data: the participants."""
    return {
        "venue": invitations.venue,
        "organizer": invitations.organizer,
        "title": invitations.title,
        "time_zone": invitations.time_zone,
        "sittings": [encode_sitting(sitting) for sitting in invitations.sittings],
        "participants": [encode_participant(one) for one in invitations.participants],
        "sequence": invitations.sequence,
        "over": invitations.over,
    }


def decode_invitations(document: Document) -> Invitations:
    """The document of who is invited to a booking read back."""
    return Invitations(
        booking=document["_id"],
        venue=document["venue"],
        organizer=document["organizer"],
        title=document["title"],
        time_zone=document["time_zone"],
        sittings=tuple(decode_sitting(sitting) for sitting in document["sittings"]),
        participants=tuple(decode_participant(one) for one in document["participants"]),
        sequence=document["sequence"],
        over=document["over"],
    )


def encode_preferences(preferences: Preferences) -> Document:
    """A recipient's wishes. Personal data: email."""
    return {
        "language": preferences.language,
        "email": preferences.email,
        "muted": [f"{kind.value}/{channel.value}" for kind, channel in sorted(preferences.muted)],
    }


def decode_preferences(document: Document) -> Preferences:
    """A recipient's wishes read back."""
    pairs = (entry.split("/", 1) for entry in document["muted"])
    return Preferences(
        recipient=Recipient.parse(document["_id"]),
        language=document["language"],
        email=document["email"],
        muted=frozenset((Kind(kind), Channel(channel)) for kind, channel in pairs),
    )


def encode_notice(notice: Notice) -> Document:
    """An inbox entry; `exhibitor` is there for the tenant filter."""
    return {
        "recipient": notice.recipient.key,
        "exhibitor": notice.recipient.id if notice.recipient.party is Party.EXHIBITOR else None,
        "audience": notice.audience.value,
        "state": notice.state.value,
        **encode_happening(notice.happening),
        "organizer": notice.tenant,
    }


def decode_notice(document: Document) -> Notice:
    """An inbox entry read back."""
    return Notice(
        id=document["_id"],
        recipient=Recipient.parse(document["recipient"]),
        audience=Audience(document["audience"]),
        happening=decode_happening(document),
        state=NoticeState(document["state"]),
    )


def encode_delivery(delivery: Delivery) -> Document:
    """A delivery; `exhibitor` is there for the tenant filter, `due_at` only while pending, for the sparse index."""
    due: dict[str, datetime] = {"due_at": delivery.due_at} if delivery.due_at is not None else {}
    return {
        "recipient": delivery.recipient.key,
        "exhibitor": delivery.recipient.id if delivery.recipient.party is Party.EXHIBITOR else None,
        "audience": delivery.audience.value,
        "state": delivery.state.value,
        "claimed_by": delivery.claimed_by,
        "attempts": delivery.attempts,
        "waits": delivery.waits,
        "reason": delivery.reason,
        "settled_at": delivery.settled_at,
        **due,
        **encode_happening(delivery.happening),
        "organizer": delivery.tenant,
    }


def decode_delivery(document: Document) -> Delivery:
    """A delivery read back."""
    return Delivery(
        id=document["_id"],
        recipient=Recipient.parse(document["recipient"]),
        audience=Audience(document["audience"]),
        happening=decode_happening(document),
        state=DeliveryState(document["state"]),
        due_at=document.get("due_at"),
        claimed_by=document["claimed_by"],
        attempts=document["attempts"],
        waits=document["waits"],
        reason=document["reason"],
        settled_at=document["settled_at"],
    )
