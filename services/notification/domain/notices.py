"""Entries of an inbox: kept as facts, worded only when they are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from services.notification.domain.happenings import Audience, Happening
from services.notification.domain.recipients import Party, Recipient

PREFIX: Final = "ntc"


class NoticeState(StrEnum):
    """How far a reader has got with an entry."""

    NEW = "new"
    SEEN = "seen"
    READ = "read"
    ARCHIVED = "archived"


_RANK: Final = {state: rank for rank, state in enumerate(NoticeState)}


def told_id(prefix: str, cause: str, recipient: Recipient) -> str:
    """The id of what tells a recipient of an event: the same for the same two, however often the event comes."""
    digest = hashlib.sha256(f"{cause}\0{recipient.key}".encode()).hexdigest()
    return f"{prefix}-{digest[:32]}"


def tenant_of(happening: Happening, recipient: Recipient) -> str:
    """The organizer who may know that a recipient was told: of themselves they, of an exhibitor the fair's."""
    return recipient.id if recipient.party is Party.ORGANIZER else happening.organizer


@dataclass(frozen=True, slots=True)
class Notice:
    """One inbox entry of one recipient."""

    id: str
    recipient: Recipient
    audience: Audience
    happening: Happening
    state: NoticeState = NoticeState.NEW

    @property
    def tenant(self) -> str:
        """The organizer who may know of it."""
        return tenant_of(self.happening, self.recipient)


def notice_of(happening: Happening, recipient: Recipient, audience: Audience) -> Notice:
    """The entry that tells a recipient of a happening."""
    return Notice(told_id(PREFIX, happening.cause, recipient), recipient, audience, happening)


def advance(notice: Notice, to: NoticeState) -> Notice:
    """The entry moved to a state. States only go forward: asking for an earlier one changes nothing."""
    return replace(notice, state=to) if _RANK[to] > _RANK[notice.state] else notice
