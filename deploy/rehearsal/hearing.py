"""Whether everybody heard: each confirmation published once and in order, mailed once, shown once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final

from deploy.client.api import Api
from deploy.client.progress import Step
from deploy.client.together import together
from deploy.client.topics import TopicRecord
from deploy.invariants.findings import Finding
from deploy.rehearsal.booking import Reservation
from deploy.rehearsal.roster import rehearsal_address
from deploy.words import counted
from shared.contracts.events import ReservationConfirmed, ReservationHeld

CONFIRMED: Final = "confirmed"
EVENT_HEADER: Final = "X-Pavilion-Event"
_HEAD_BYTES: Final = 4_096
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Told:
    """That one exhibitor is to hear of one reservation's confirmation."""

    reservation: str
    exhibitor: str


def to_be_told(reservations: Iterable[Reservation]) -> list[Told]:
    """Everybody who stands there hears of it: the main exhibitor and each co-exhibitor."""
    return [
        Told(reservation.id, exhibitor)
        for reservation in reservations
        for exhibitor in (reservation.exhibitor, *sorted(reservation.co_exhibitors))
    ]


def published(records: Sequence[TopicRecord], wanted: Sequence[Reservation]) -> Finding:
    """Each reservation's confirmation is on the topic once, after its hold, its events in rising sequence.

    A record that was sent again, after a crash or by `pavilion replay`, bears the same id, and listeners drop it; that
    is noted, no difference. Records of other reservations, and of other fairs, are not counted.
    """
    asked_for = {reservation.id for reservation in wanted}
    by_key: dict[str, list[TopicRecord]] = {}
    again = 0
    seen: set[str | None] = set()
    for record in records:
        if record.key not in asked_for:
            continue
        if record.event in seen:
            again += 1
            continue
        seen.add(record.event)
        by_key.setdefault(record.key, []).append(record)
    differences = [
        f"{reservation.id} ({reservation.booths[0]}): {why}"
        for reservation in wanted
        if (why := _misheard(by_key.get(reservation.id, [])))
    ]
    sent_again = f"{counted(again, 'record was', 'records were')} sent again, after a restart or a replay"
    note = f"{sent_again}, under the same ids" if again else ""
    return Finding.of("confirmations published once, in order", len(wanted), differences, note)


def _misheard(records: Sequence[TopicRecord]) -> str:
    sequences = [record.sequence for record in records]
    if sequences != list(range(1, len(records) + 1)):
        return f"its events come as {sequences}"
    types = [record.type for record in records]
    if types.count(ReservationConfirmed.type_) != 1:
        return f"its confirmation was published {types.count(ReservationConfirmed.type_)} times"
    if types[0] != ReservationHeld.type_:
        return f"its first event is {types[0]}"
    return ""


def caught_mails(maildir: Path) -> Counter[tuple[str, str]]:
    """How many mails the catcher has for each event and address."""
    # A long header is folded, which puts white space before or into it.
    parser = BytesHeaderParser()
    found: Counter[tuple[str, str]] = Counter()
    for place in ("new", "cur"):
        for file in (maildir / place).glob("*"):
            with file.open("rb") as mail:
                head = parser.parsebytes(_END_OF_HEAD.split(mail.read(_HEAD_BYTES), 1)[0])
            found["".join(str(head.get(EVENT_HEADER, "")).split()), parseaddr(str(head.get("To", "")))[1]] += 1
    return found


def mailed(
    mails: Mapping[tuple[str, str], int],
    told: Sequence[Told],
    event_of: Mapping[str, str],
    booked_now: Container[str | None] = frozenset(),
) -> Finding:
    """Each confirmation lies in the catcher once for each who is told; `event_of` is its event by reservation.

    Reservations that no rehearsal made were mailed to addresses of their own, which are not looked for; they are noted.
    """
    at = {one: (event_of.get(one.reservation, ""), rehearsal_address(one.exhibitor)) for one in told}
    rehearsed = {one.reservation for one in told if one.reservation in booked_now or mails.get(at[one], 0)}
    looked_for = [one for one in told if one.reservation in rehearsed]
    others = len({one.reservation for one in told} - rehearsed)
    differences = []
    for one in looked_for:
        times = mails.get(at[one], 0)
        if times != 1:
            differences.append(f"{one.exhibitor}: the confirmation of {one.reservation} was mailed {times} times")
    note = f"{others} reservations that no rehearsal made are left out" if others else ""
    return Finding.of("mailed once to each who stands there", len(looked_for), differences, note)


def delivered(log: Mapping[Told, Sequence[str]], told: Sequence[Told]) -> Finding:
    """Each confirmation is in the delivery log once for each who is told, as sent."""
    differences = []
    for one in told:
        states = list(log.get(one, ()))
        if states != ["sent"]:
            said = ", ".join(states) or "not there"
            differences.append(f"{one.exhibitor}: the confirmation of {one.reservation} is {said}")
    return Finding.of("sent once to each who stands there", len(told), differences)


async def delivery_log(api: Api, fair: str) -> dict[Told, list[str]]:
    """The states of every delivery of a confirmation to an exhibitor. Raises ApiRefused, ApiUnreachable."""
    log: dict[Told, list[str]] = {}
    async for entry in api.pages("/api/notification/deliveries", "deliveries", fair=fair):
        if entry["kind"] == CONFIRMED and entry["recipient_kind"] == "exhibitor":
            log.setdefault(Told(entry["reservation"], entry["recipient"]), []).append(entry["state"])
    return log


async def look_at_inboxes(
    told: Sequence[Told], as_exhibitor: Callable[[str], Api], concurrency: int, step: Step
) -> Finding:
    """Each who is told finds the confirmation in their inbox once. Raises ApiRefused, ApiUnreachable."""
    by_exhibitor: dict[str, list[str]] = {}
    for one in told:
        by_exhibitor.setdefault(one.exhibitor, []).append(one.reservation)
    differences: list[str] = []
    waiting = sorted(by_exhibitor)

    async def reader() -> None:
        while waiting:
            exhibitor = waiting.pop()
            shown = await _confirmations_shown(as_exhibitor(exhibitor))
            differences.extend(
                f"{exhibitor}: the confirmation of {reservation} is shown {shown[reservation]} times"
                for reservation in by_exhibitor[exhibitor]
                if shown[reservation] != 1
            )
            step.advance()

    await together(reader() for _ in range(concurrency))
    return Finding.of("shown once in each inbox", len(told), sorted(differences))


async def _confirmations_shown(api: Api) -> Counter[str]:
    shown: Counter[str] = Counter()
    async for entry in api.pages("/api/notification/inbox", "entries"):
        if entry["kind"] == CONFIRMED:
            shown[_reservation(entry)] += 1
    return shown


def _reservation(entry: Mapping[str, Any]) -> str:
    return str(entry["params"]["reservation"])


def confirmed_events(records: Iterable[TopicRecord]) -> dict[str, str]:
    """The id of each reservation's confirmation."""
    return {r.key: r.event for r in records if r.type == ReservationConfirmed.type_ and r.event is not None}
