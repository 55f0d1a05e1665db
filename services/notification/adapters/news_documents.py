"""How what happened is written down with the notices and deliveries that tell of it, and read back."""

from __future__ import annotations

from typing import Any

from services.notification.domain.happenings import (
    BoothNews,
    Happening,
    InvitationNews,
    Kind,
    Money,
    Participant,
    Sitting,
    SpaceNews,
    SpaceTime,
    Span,
)
from shared.runtime.store import Document


def encode_happening(happening: Happening) -> Document:
    """What happened, as fields of a notice's or a delivery's document."""
    match happening:
        case BoothNews():
            news = _encode_booths(happening)
        case SpaceNews():
            news = _encode_spaces(happening)
        case InvitationNews():
            news = _encode_invitation(happening)
    return {
        "cause": happening.cause,
        "at": happening.at,
        "kind": happening.kind.value,
        "fair": happening.fair,
        "organizer": happening.organizer,
        "news": {"sequence": happening.sequence, **news},
    }


def decode_happening(document: Document) -> Happening:
    """What happened, read back."""
    kind = Kind(document["kind"])
    head: dict[str, Any] = {
        "cause": document["cause"],
        "at": document["at"],
        "kind": kind,
        "organizer": document["organizer"],
    }
    news: dict[str, Any] = document["news"]
    if kind.of_spaces:
        return _decode_spaces(head, news)
    if kind.of_invitations:
        return _decode_invitation(head, news)
    return BoothNews(
        **head,
        sequence=news["sequence"],
        fair=document["fair"],
        reservation=news["reservation"],
        booths=tuple(news["booths"]),
        exhibitor=news["exhibitor"],
        co_exhibitors=tuple(news["co_exhibitors"]),
        admitted=news["admitted"],
        expires_at=news["expires_at"],
        extensions=news["extensions"],
        reason=news["reason"],
        price=Money(*news["price"]) if news["price"] else None,
    )


def _encode_booths(news: BoothNews) -> Document:
    return {
        "reservation": news.reservation,
        "booths": list(news.booths),
        "exhibitor": news.exhibitor,
        "co_exhibitors": list(news.co_exhibitors),
        "admitted": news.admitted,
        "expires_at": news.expires_at,
        "extensions": news.extensions,
        "reason": news.reason,
        "price": [news.price.amount_minor, news.price.currency] if news.price else None,
    }


def _encode_spaces(news: SpaceNews) -> Document:
    return {
        "booking": news.booking,
        "venue": news.venue,
        "booker": news.organizer,
        "venue_organizer": news.venue_organizer,
        "time_zone": news.time_zone,
        "uses": [_encode_time(use) for use in news.uses],
        "title": news.title,
        "rank": news.rank,
        "waits": news.waits,
        "deadline": news.deadline,
        "reason": news.reason,
        "due_percent": news.due_percent,
        "former": [_encode_time(use) for use in news.former],
        "others": news.others,
        "recurs": news.recurs,
        "alternatives": [_encode_time(use) for use in news.alternatives],
        "may_override": list(news.may_override),
    }


def _decode_spaces(head: dict[str, Any], news: dict[str, Any]) -> SpaceNews:
    return SpaceNews(
        **{**head, "organizer": news["booker"]},
        sequence=news["sequence"],
        booking=news["booking"],
        venue=news["venue"],
        venue_organizer=news["venue_organizer"],
        time_zone=news["time_zone"],
        uses=tuple(_decode_time(use) for use in news["uses"]),
        title=news["title"],
        rank=news["rank"],
        waits=news["waits"],
        deadline=news["deadline"],
        reason=news["reason"],
        due_percent=news["due_percent"],
        former=tuple(_decode_time(use) for use in news["former"]),
        others=news["others"],
        recurs=news["recurs"],
        alternatives=tuple(_decode_time(use) for use in news["alternatives"]),
        may_override=tuple(news["may_override"]),
    )


def _encode_invitation(news: InvitationNews) -> Document:
    """Personal data: the participant."""
    return {
        "booking": news.booking,
        "venue": news.venue,
        "time_zone": news.time_zone,
        "title": news.title,
        "place": news.place,
        "sitting": encode_sitting(news.sitting),
        "participant": encode_participant(news.participant),
    }


def _decode_invitation(head: dict[str, Any], news: dict[str, Any]) -> InvitationNews:
    return InvitationNews(
        **head,
        sequence=news["sequence"],
        booking=news["booking"],
        venue=news["venue"],
        time_zone=news["time_zone"],
        title=news["title"],
        place=news["place"],
        sitting=decode_sitting(news["sitting"]),
        participant=decode_participant(news["participant"]),
    )


def encode_sitting(sitting: Sitting) -> Document:
    """One time of a booking, as a part of a document."""
    return {"start": sitting.span.start, "end": sitting.span.end, "spaces": list(sitting.spaces)}


def decode_sitting(document: Document) -> Sitting:
    """One time of a booking read back."""
    return Sitting(Span(document["start"], document["end"]), tuple(document["spaces"]))


def encode_participant(participant: Participant) -> Document:
    """A participant, as a part of a document. Personal data."""
    return {"name": participant.name, "email": participant.email, "language": participant.language}


def decode_participant(document: Document) -> Participant:
    """A participant read back."""
    return Participant(document["name"], document["email"], document["language"])


def _encode_time(time: SpaceTime) -> Document:
    spans = {"show": time.show, "build_up": time.build_up, "dismantling": time.dismantling}
    return {
        "space": time.space,
        **{name: None if span is None else {"start": span.start, "end": span.end} for name, span in spans.items()},
    }


def _decode_time(document: Document) -> SpaceTime:
    spans = {
        name: None if document[name] is None else Span(document[name]["start"], document[name]["end"])
        for name in ("show", "build_up", "dismantling")
    }
    show = spans.pop("show")
    assert show is not None  # noqa: S101 - every time has a show
    return SpaceTime(document["space"], show, **spans)
