"""The bounds of the mailer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.notification.domain.deliveries import ADDRESS_WAIT, Backoff

_TRIES: Final = Backoff(first_seconds=2, longest_seconds=1800, tries_max=14)
_PAUSES: Final = Backoff(first_seconds=2, longest_seconds=30, tries_max=0)
_WAITS: Final = Backoff(first_seconds=0.25, longest_seconds=60, tries_max=20)


@dataclass(frozen=True, slots=True)
class MailerLimits:
    """Bounds of the mailer.

    `lease` must be longer than `send_seconds_max`, the longest that one mail can take: what could not be begun early
    enough before the lease ends is left for later. `unrecorded_max` is how many mails may have left, or be leaving,
    without a durable record: as many can come again after a crash, and no more. Fewer than `senders_max` keep senders
    waiting for each other. `give_way_seconds_max` is how long each sender lets the intake of events go first, for each
    mail: however much is going on, `senders_max` mails leave in that time, and in what they take themselves.
    `waits` are for a contact that is not known, `address_wait` for the address of one that is.
    """

    batch_max: int = 100
    poll_seconds: float = 0.5
    lease: timedelta = timedelta(seconds=60)
    send_seconds_max: float = 20.0
    senders_max: int = 4
    unrecorded_max: int = 8
    give_way_seconds_max: float = 0.05
    tries: Backoff = _TRIES
    waits: Backoff = _WAITS
    address_wait: timedelta = ADDRESS_WAIT
    pauses: Backoff = _PAUSES
