"""Tokens for those who came with a session: made by the embedded issuer, remembered until they near their end."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from services.portal.domain.identities import Identity
from shared.runtime.auth import Issuer, Principal, Role
from shared.runtime.clock import Clock

REMEMBERED_MAX: Final = 4_096


def principal_of(identity: Identity) -> Principal:
    """Who somebody is to the services."""
    return Principal(
        subject=identity.subject,
        role=Role(identity.role),
        exhibitor=identity.exhibitor,
        organizer=identity.organizer,
        language=identity.language,
    )


class Bearers:
    """A token of `seconds` for each who signed in, given out for the first four fifths of its life."""

    def __init__(self, issuer: Issuer, clock: Clock, seconds: int) -> None:
        self._issuer = issuer
        self._clock = clock
        self._life = timedelta(seconds=seconds)
        self._fresh = self._life * 4 / 5
        self._remembered: OrderedDict[Identity, tuple[bytes, datetime]] = OrderedDict()

    def authorization(self, identity: Identity) -> bytes:
        """The value of the Authorization header that speaks for them."""
        now = self._clock.now()
        remembered = self._remembered.get(identity)
        if remembered is not None and now < remembered[1]:
            return remembered[0]
        value = f"Bearer {self._issuer.mint(principal_of(identity), self._life)}".encode()
        self._remembered[identity] = (value, now + self._fresh)
        self._remembered.move_to_end(identity)
        while len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)
        return value
