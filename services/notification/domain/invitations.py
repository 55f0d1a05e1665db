"""Who is invited to a booking of spaces, and which mails a change of that leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.notification.domain.happenings import InvitationNews, Kind, Participant, Sitting


@dataclass(frozen=True, slots=True)
class Invitations:
    """Whom booking wants a booking to be in the calendars of. Where it is `over`, nobody needs to hear of it.

    `sequence` is the booking's version; a record that is not newer than the one that is known says nothing new.
    """

    booking: str
    venue: str
    organizer: str
    title: str
    time_zone: str
    sittings: tuple[Sitting, ...]
    participants: tuple[Participant, ...]
    sequence: int
    over: bool = False


def mails(before: Invitations | None, now: Invitations, cause: str, at: datetime) -> Iterator[InvitationNews]:
    """What each participant is to be mailed for it to be in their calendar as it is now: what is the same is not."""
    invited = {one.address: one for one in before.participants} if before else {}
    sittings = before.sittings if before else ()
    wanted = {one.address: one for one in now.participants}
    for address, one in {**invited, **wanted}.items():
        for place in range(max(len(sittings), len(now.sittings))):
            was = sittings[place] if address in invited and place < len(sittings) else None
            will = now.sittings[place] if address in wanted and place < len(now.sittings) else None
            if will is not None and will.span.end > at:
                if was != will or invited[address] != one or (before is not None and before.title != now.title):
                    yield _news(Kind.INVITED, now, one, place, will, cause, at)
            elif was is not None and was.span.end > at and not now.over:
                yield _news(Kind.UNINVITED, now, one, place, was, cause, at)


def superseded(news: InvitationNews, now: Invitations | None) -> bool:
    """Whether what a mail would say is not so any more, so that another mail says how it is.

    A mail that waited for its server must not come after the one that takes it back.
    """
    if now is None or now.sequence <= news.sequence:
        return False
    invited = {one.address for one in now.participants}
    there = now.sittings[news.place] if news.place < len(now.sittings) else None
    wanted = news.participant.address in invited and there is not None
    if news.kind is Kind.UNINVITED:
        return wanted
    return not wanted or there != news.sitting or now.title != news.title


def _news(
    kind: Kind, now: Invitations, one: Participant, place: int, sitting: Sitting, cause: str, at: datetime
) -> InvitationNews:
    return InvitationNews(
        cause=cause,
        at=at,
        sequence=now.sequence,
        kind=kind,
        venue=now.venue,
        organizer=now.organizer,
        booking=now.booking,
        time_zone=now.time_zone,
        title=now.title,
        place=place,
        sitting=sitting,
        participant=one,
    )
