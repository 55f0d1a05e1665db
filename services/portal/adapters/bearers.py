"""Tokens for those who came with a session: made by the embedded issuer, remembered until they near their end."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from services.portal.domain.accounts import Account
from shared.runtime.auth import Issuer, Principal, Role
from shared.runtime.clock import Clock

REMEMBERED_MAX: Final = 4_096


def principal_of(account: Account) -> Principal:
    """Who an account is to the services."""
    return Principal(
        subject=f"account:{account.account}",
        role=Role(account.role),
        exhibitor=account.exhibitor,
        organizer=account.organizer,
        language=account.language,
    )


class Bearers:
    """A token of `seconds` per account, given out for the first four fifths of its life."""

    def __init__(self, issuer: Issuer, clock: Clock, seconds: int) -> None:
        self._issuer = issuer
        self._clock = clock
        self._life = timedelta(seconds=seconds)
        self._fresh = self._life * 4 / 5
        self._remembered: OrderedDict[Account, tuple[bytes, datetime]] = OrderedDict()

    def authorization(self, account: Account) -> bytes:
        """The value of the Authorization header that speaks for `account`."""
        now = self._clock.now()
        remembered = self._remembered.get(account)
        if remembered is not None and now < remembered[1]:
            return remembered[0]
        value = f"Bearer {self._issuer.mint(principal_of(account), self._life)}".encode()
        self._remembered[account] = (value, now + self._fresh)
        self._remembered.move_to_end(account)
        while len(self._remembered) > REMEMBERED_MAX:
            self._remembered.popitem(last=False)
        return value
