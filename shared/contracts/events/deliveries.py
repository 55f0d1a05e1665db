"""What became of notices."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.events.base import Event


class DeliverySent(Event):
    """A notice left by mail and the mail server took it."""

    type_ = "pavilion.notification.delivery.sent.v1"
    delivery: str
    channel: Literal["mail"] = "mail"
    kind: str
    recipient: str = Field(description="exhibitor or organizer id, never an address; empty for a participant")
    cause: str = Field(description="id of the event that it tells of")


class DeliveryParked(Event):
    """A notice could not be delivered and waits for a person."""

    type_ = "pavilion.notification.delivery.parked.v1"
    delivery: str
    channel: Literal["mail"] = "mail"
    kind: str
    recipient: str
    cause: str
    reason: str
