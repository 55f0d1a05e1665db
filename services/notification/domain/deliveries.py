"""A notice's way by mail: due, claimed by one mailer, tried, put off, and in the end sent or parked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notification.domain.happenings import Audience, Happening, InvitationNews, Participant
from services.notification.domain.notices import tenant_of, told_id
from services.notification.domain.recipients import Recipient

PREFIX: Final = "dlv"
ADDRESS_WAIT: Final = timedelta(seconds=5)
"""How long a mail waits for the address of somebody who is known and has none, unless told otherwise."""

CONTACT_UNKNOWN: Final = "contact-unknown"
ADDRESS_MISSING: Final = "address-missing"
FAIR_UNKNOWN: Final = "fair-unknown"


class DeliveryState(StrEnum):
    """Where a delivery stands. Only `pending` ever moves by itself."""

    PENDING = "pending"
    SENT = "sent"
    PARKED = "parked"
    NO_ADDRESS = "no-address"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one recipient.

    `due_at` (UTC) is when it may next be tried; a claim moves it to the end of the claim's lease, so a mailer that died
    is succeeded by whoever looks after that. `attempts` counts the mail server's answers about this mail, `waits` looks
    for a contact or a fair that is not known.
    """

    id: str
    recipient: Recipient
    audience: Audience
    happening: Happening
    state: DeliveryState = DeliveryState.PENDING
    due_at: datetime | None = None
    claimed_by: str | None = None
    attempts: int = 0
    waits: int = 0
    reason: str = ""
    settled_at: datetime | None = None

    @property
    def tenant(self) -> str:
        """The organizer whose log it stands in."""
        return tenant_of(self.happening, self.recipient)

    @property
    def fresh(self) -> bool:
        """Whether it waits for its first try, in nobody's hands."""
        untouched = self.claimed_by is None and not self.attempts and not self.waits and not self.reason
        return self.state is DeliveryState.PENDING and untouched

    @property
    def awaits_address(self) -> bool:
        """Whether it waits, in nobody's hands, to hear where its recipient can be reached."""
        waits = self.reason in (CONTACT_UNKNOWN, ADDRESS_MISSING)
        return waits and self.state is DeliveryState.PENDING and self.claimed_by is None


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server took the mail."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Parked:
    """The mail will not go out unless a person sees to it."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waiting times that double from `first_seconds` up to `longest_seconds`, `tries_max` of them."""

    first_seconds: float
    longest_seconds: float
    tries_max: int

    def wait(self, tries: int, jitter: float) -> timedelta:
        """How long to wait after `tries` tries; `jitter` in [0, 1) spreads it over the upper half."""
        full = min(self.longest_seconds, self.first_seconds * 2.0 ** min(max(tries, 1) - 1, 60))
        return timedelta(seconds=full * (0.5 + 0.5 * jitter))


def delivery_of(happening: Happening, recipient: Recipient, audience: Audience, now: datetime) -> Delivery:
    """The delivery that mails a recipient of a happening, due at once."""
    return Delivery(told_id(PREFIX, happening.cause, recipient), recipient, audience, happening, due_at=now)


def claimable(delivery: Delivery, now: datetime) -> bool:
    """Whether a mailer may take it: pending, due, and no lease of another running."""
    return delivery.reason != ADDRESS_MISSING and _due(delivery, now)


def waited(delivery: Delivery, now: datetime) -> bool:
    """Whether its wait for an address is over."""
    return delivery.reason == ADDRESS_MISSING and _due(delivery, now)


def _due(delivery: Delivery, now: datetime) -> bool:
    return delivery.state is DeliveryState.PENDING and delivery.due_at is not None and delivery.due_at <= now


def claim(delivery: Delivery, mailer: str, lease: timedelta, now: datetime) -> Delivery:
    """The delivery in one mailer's hands until the lease ends. Ask `claimable` first."""
    return replace(delivery, claimed_by=mailer, due_at=now + lease)


def send(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery after the mail server took it."""
    return _settle(delivery, DeliveryState.SENT, "", now, attempts=delivery.attempts + 1)


def refuse(delivery: Delivery, reason: str, now: datetime) -> Delivery:
    """The delivery after the mail server refused it for good."""
    return _settle(delivery, DeliveryState.PARKED, reason, now, attempts=delivery.attempts + 1)


def supersede(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery of an invitation that is not so any more, unsent."""
    return _settle(delivery, DeliveryState.SUPERSEDED, "", now, attempts=delivery.attempts)


def miss(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery of somebody who has no address."""
    return _settle(delivery, DeliveryState.NO_ADDRESS, "no-address", now, attempts=delivery.attempts)


def put_off(delivery: Delivery, reason: str, backoff: Backoff, jitter: float, now: datetime) -> Delivery:
    """The delivery after a try that may go better later: due again, or parked when the tries are used up."""
    attempts = delivery.attempts + 1
    if attempts >= backoff.tries_max:
        return _settle(delivery, DeliveryState.PARKED, reason, now, attempts=attempts)
    due = now + backoff.wait(attempts, jitter)
    return replace(delivery, attempts=attempts, reason=reason, due_at=due, claimed_by=None)


def postpone(delivery: Delivery, reason: str, due_at: datetime) -> Delivery:
    """The delivery that no mail server was there for: due again then, and it has cost none of its tries."""
    return replace(delivery, reason=reason, due_at=due_at, claimed_by=None)


def await_news(delivery: Delivery, reason: str, backoff: Backoff, jitter: float, now: datetime) -> Delivery:
    """The delivery whose recipient or fair is not known yet: looked at again; without address after the last wait."""
    waits = delivery.waits + 1
    if waits > backoff.tries_max:
        return replace(miss(delivery, now), waits=waits)
    due = now + backoff.wait(waits, jitter)
    return replace(delivery, waits=waits, reason=reason, due_at=due, claimed_by=None)


def await_address(delivery: Delivery, wait: timedelta, now: datetime) -> Delivery:
    """The delivery of somebody who is known and has no address yet: due again when the wait is over."""
    return replace(delivery, reason=ADDRESS_MISSING, due_at=now + wait, claimed_by=None)


def hasten(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery that an address has come for, due at once. Ask `awaits_address` first."""
    return replace(delivery, reason="", due_at=now)


def release(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery given back untried, due at once."""
    return replace(delivery, claimed_by=None, due_at=now)


def revive(delivery: Delivery, now: datetime) -> Delivery:
    """A parked delivery that a person sends on its way again, with all its tries."""
    return replace(
        delivery,
        state=DeliveryState.PENDING,
        due_at=now,
        claimed_by=None,
        attempts=0,
        waits=0,
        reason="",
        settled_at=None,
    )


def _settle(delivery: Delivery, state: DeliveryState, reason: str, now: datetime, *, attempts: int) -> Delivery:
    happening = delivery.happening
    if isinstance(happening, InvitationNews) and state in (DeliveryState.SENT, DeliveryState.SUPERSEDED):
        # Nobody needs to know any more who that was.
        happening = replace(happening, participant=Participant("", "", happening.participant.language))
    return replace(
        delivery,
        happening=happening,
        state=state,
        reason=reason,
        attempts=attempts,
        due_at=None,
        claimed_by=None,
        settled_at=now,
    )
