"""Who reserved what, as far as the asker may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.booking.domain.reservation import ReservationState
from services.booking.ports import ReservationAt, ReservationReader, Scope

PAGE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some reservations, newest first; `next` is the cursor of the page after this one, None on the last."""

    reservations: list[ReservationAt]
    next: str | None


async def list_reservations(
    reader: ReservationReader,
    scope: Scope,
    *,
    fair: str | None = None,
    exhibitor: str | None = None,
    state: ReservationState | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """One page of the reservations that match. Raises StoreUnavailable."""
    size = max(1, min(limit, PAGE_MAX))
    found = await reader.reservations(scope, fair=fair, exhibitor=exhibitor, state=state, before=cursor, limit=size + 1)
    page = found[:size]
    return Page(page, page[-1].reservation.id if len(found) > size else None)
