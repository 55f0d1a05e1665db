"""Waiting until what was booked has been told to everybody: relayed, applied, mailed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from pymongo import AsyncMongoClient

from deploy.client.api import Api
from deploy.client.progress import ProgressReporter, Step
from deploy.rehearsal.hearing import Told, delivery_log
from deploy.rehearsal.roster import rehearsal_address

SERVICES: Final = ("catalog", "booking", "notification")
# Longer than the claim of a mailer that died (120 s by default), after which its mails are another's.
STALLED_SECONDS: Final = 180.0
_LOOK_SECONDS: Final = 0.25
_LOOK_THROUGH_SECONDS: Final = 10.0


async def settle(
    fair: str,
    told: Sequence[Told],
    organizer: Api,
    admin: Api,
    progress: ProgressReporter,
    *,
    stalled_seconds: float = STALLED_SECONDS,
) -> list[str]:
    """Wait until outboxes are empty and every mail is settled, as long as anything still moves.

    Gives up when nothing has moved for `stalled_seconds`; the answer says what is outstanding then, a sentence each.
    Raises ApiRefused, ApiUnreachable.
    """
    outstanding: list[str] = []

    async def wait(what: str, count: Callable[[], Awaitable[int]], of: int | None, unit: str) -> None:
        with progress.step(what, of) as step:
            left = await _until_none(count, step, of, stalled_seconds)
        if left:
            outstanding.append(f"{left} {unit}; nothing moved for {stalled_seconds:g} s")

    await wait("Events relayed", lambda: _unpublished(admin), None, "events wait in the outboxes")
    outstanding += await mails_settled(fair, told, organizer, admin, progress, stalled_seconds)
    await wait("Their outcomes relayed", lambda: _unpublished(admin), None, "events wait in the outboxes")
    return outstanding


async def await_addresses(
    mongo_url: str, fair: str, exhibitors: Sequence[str], progress: ProgressReporter
) -> list[str]:
    """Wait until notification has every exhibitor's rehearsal address, so that no mail misses it.

    Nothing in the API tells that, so its store is asked. Gives what is outstanding, a sentence each.
    """
    wanted = {exhibitor: rehearsal_address(exhibitor) for exhibitor in exhibitors}

    async with AsyncMongoClient[dict[str, Any]](mongo_url, serverSelectionTimeoutMS=5_000) as client:
        contacts = client["pavilion_notification"]["contacts"]

        async def unknown() -> int:
            known = {c["_id"]: c["email"] async for c in contacts.find({"fair": fair}, {"email": 1})}
            return sum(1 for exhibitor, address in wanted.items() if known.get(exhibitor) != address)

        with progress.step("Addresses known to notification", len(wanted)) as step:
            left = await _until_none(unknown, step, len(wanted), STALLED_SECONDS)
    return [f"notification does not know {left} addresses; their mails cannot go out"] if left else []


async def _until_none(count: Callable[[], Awaitable[int]], step: Step, of: int | None, stalled_seconds: float) -> int:
    """Ask until none is left or nothing has moved for too long; gives how many are left."""
    least: int | None = None
    moved_at = time.monotonic()
    while True:
        began = time.monotonic()
        left = await count()
        if least is None or left < least:
            least, moved_at = left, time.monotonic()
        step.at(0 if of is None else of - left, note=f"{left} to go" if left else "")
        if not left or time.monotonic() - moved_at > stalled_seconds:
            return left
        # Looking takes the services' time too, so a long look is followed by a longer rest.
        await asyncio.sleep(max(_LOOK_SECONDS, 2 * (time.monotonic() - began)))


async def _unpublished(admin: Api) -> int:
    summaries = await asyncio.gather(*(admin.get(f"/api/{service}/outbox/summary") for service in SERVICES))
    return sum(int(summary["waiting"]) for summary in summaries)


async def mails_settled(
    fair: str,
    told: Sequence[Told],
    organizer: Api,
    admin: Api,
    progress: ProgressReporter,
    stalled_seconds: float,
    look_through_seconds: float = _LOOK_THROUGH_SECONDS,
) -> list[str]:
    """Wait until everybody who is to be told has a settled mail; gives what is outstanding."""
    with progress.step("Mails settled", len(told)) as step:
        seen: object = None
        left = len(told)
        moved_at = time.monotonic()
        look_through_at = moved_at + look_through_seconds
        while True:
            # Reading the whole log costs notification as much as mailing, so it is read once nothing is pending, and
            # now and then: what is pending may be mails that are none of ours.
            pending = await organizer.get("/api/notification/deliveries", fair=fair, state="pending", limit=1)
            if not pending["deliveries"] or time.monotonic() > look_through_at:
                left = await _unsettled(organizer, fair, told)
                look_through_at = time.monotonic() + look_through_seconds
            if not left:
                step.at(len(told))
                return []
            summary = await admin.get("/api/notification/outbox/summary")
            step.at(0, note=f"{summary['last_position']} outcomes so far")
            if (now := (summary["last_position"], left)) != seen:
                seen, moved_at = now, time.monotonic()
            if time.monotonic() - moved_at > stalled_seconds:
                return [f"{left} confirmations are not mailed; nothing moved for {stalled_seconds:g} s"]
            await asyncio.sleep(_LOOK_SECONDS)


async def _unsettled(organizer: Api, fair: str, told: Sequence[Told]) -> int:
    """How many of those to be told have no settled mail."""
    log = await delivery_log(organizer, fair)
    return sum(1 for one in told if not log.get(one) or "pending" in log[one])
