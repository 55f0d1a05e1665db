"""One function per question; what is asked for people is worded here, in their language."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.notification.domain.notices import NoticeState
from services.notification.domain.preferences import Preferences
from services.notification.domain.recipients import Party, Recipient, choose_language
from services.notification.ports import NAMES_MAX, Archive, Facts, InboxPage, Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """How a reader asks for a language: by name, and by what their program prefers, best first."""

    language: str | None = None
    accepted: Sequence[str] = ()


async def inbox(
    archive: Archive,
    wording: Wording,
    reader: Recipient,
    asked: Asked,
    *,
    state: NoticeState | None,
    cursor: str | None,
    limit: int,
) -> InboxPage:
    """A reader's entries, newest first, in the language that they ask for, prefer, accept, or are known by.

    Raises ValueError for a cursor that is none.
    """
    page, unseen, wished = await asyncio.gather(
        archive.notices(reader, state, cursor, limit), archive.unseen(reader), archive.preferences([reader])
    )
    names: set[str] = {reader.id} if reader.party is Party.EXHIBITOR else set()
    for notice in page.items:
        names |= notice.happening.named(NAMES_MAX)
    happenings = [notice.happening for notice in page.items]
    contacts, fairs, places = await asyncio.gather(
        archive.contacts(names),
        archive.fairs({happening.fair for happening in happenings if happening.fair}),
        archive.places({place for happening in happenings for place in happening.places}),
    )
    wishes = wished.get(reader)
    contact = contacts.get(reader.id) if reader.party is Party.EXHIBITOR else None
    preferred = wishes.language if wishes else None
    known_by = contact.language if contact else None
    language = choose_language([asked.language, preferred, *asked.accepted, known_by])
    facts = Facts(fairs, contacts, places)
    entries = [
        (notice, wording(notice.happening, notice.audience, notice.recipient, facts, language)) for notice in page.items
    ]
    return InboxPage(entries, unseen, page.next)


async def preferences(archive: Archive, recipient: Recipient) -> Preferences:
    """A recipient's wishes; everything is wanted until they say otherwise."""
    return (await archive.preferences([recipient])).get(recipient) or Preferences(recipient)
