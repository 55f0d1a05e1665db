"""Which news a recipient wants, on which channel, in which language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.notification.domain.happenings import Kind
from services.notification.domain.recipients import Party, Recipient


class Channel(StrEnum):
    """How somebody can be told."""

    INBOX = "inbox"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A recipient's wishes. What is not in `muted` is wanted.

    `email` is where an organizer is mailed (personal data); an exhibitor's address is the catalog's to know.
    """

    recipient: Recipient
    language: str | None = None
    email: str | None = None
    muted: frozenset[tuple[Kind, Channel]] = field(default_factory=frozenset)

    def wants(self, kind: Kind, channel: Channel) -> bool:
        """Whether news of this kind goes out on this channel."""
        return (kind, channel) not in self.muted

    def table(self) -> dict[str, dict[str, bool]]:
        """Every kind of which the recipient can hear, and every channel, with whether it is wanted."""
        organizer = self.recipient.party is Party.ORGANIZER
        kinds = (kind for kind in Kind if not kind.of_invitations and (organizer or not kind.of_spaces))
        return {kind.value: {channel.value: self.wants(kind, channel) for channel in Channel} for kind in kinds}


def muted_of(table: Mapping[Kind, Mapping[Channel, bool]]) -> frozenset[tuple[Kind, Channel]]:
    """What a table of wishes turns off; kinds and channels that it leaves out stay on."""
    return frozenset((kind, channel) for kind, row in table.items() for channel, wanted in row.items() if not wanted)


_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,253}")


def mailable(address: str) -> bool:
    """Whether something is plainly one mail address, without spaces, controls, lists, comments or quoting."""
    domain = address.rpartition("@")[2]
    return bool(_ADDRESS.fullmatch(address)) and not domain.startswith(".") and not domain.endswith(".")
