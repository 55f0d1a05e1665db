"""What must be true of the stores, the topics and the mails, however the processes died: read and compared.

Every function gives its findings as sentences; no finding means sound.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from email.message import Message
from typing import Any

from services.booking.adapters.store import BOOTHS, RESERVATIONS
from services.notification.adapters.store import DELIVERIES, NOTICES
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_EVENTS
from shared.runtime.outbox import Row

Document = Mapping[str, Any]

BOOTH_STATE = {"held": "held", "confirmed": "reserved", "sold": "sold"}
"""How a booth stands under a live reservation, by the reservation's state."""


def contradictions(booths: Iterable[Document], reservations: Iterable[Document]) -> list[str]:
    """Booths sold twice, held in part, or held by nobody; floor sold both as outline and as part."""
    live = {r["_id"]: r for r in reservations if r["state"] in BOOTH_STATE}
    owners: dict[str, list[str]] = defaultdict(list)
    for id_, reservation in live.items():
        for booth in reservation["booths"]:
            owners[booth].append(id_)
    found = [f"{booth} is in several live reservations: {ids}" for booth, ids in owners.items() if len(ids) > 1]
    known = {booth["_id"]: booth for booth in booths}
    found += [f"{booth} is reserved and does not exist" for booth in owners if booth not in known]
    for id_, booth in known.items():
        mine = owners.get(id_, [])
        if booth["reservation"] is not None and booth["reservation"] not in mine:
            found.append(f"{id_} is {booth['state']} for {booth['reservation']}, which does not have it")
        elif mine and booth["reservation"] is None:
            found.append(f"{id_} is {booth['state']}, but {mine} has it")
        elif mine and booth["state"] != BOOTH_STATE[live[booth["reservation"]]["state"]]:
            found.append(f"{id_} is {booth['state']}, but {mine} is {live[booth['reservation']]['state']}")
        found += _shared_floor(booth, known, live)
    return found


def _shared_floor(outline: Document, known: Mapping[str, Document], live: Mapping[str, Document]) -> list[str]:
    """Parts of this outline that another has, without either having admitted the other."""
    host = live.get(outline["reservation"] or "")
    guests = [live.get(known[part]["reservation"] or "") for part in outline["parts"]]
    return [
        f"{outline['_id']} and a part of it are sold to strangers: {host['_id']}, {guest['_id']}"
        for guest in guests
        if host and guest and not (_admits(host, guest) or _admits(guest, host))
    ]


def _admits(one: Document, other: Document) -> bool:
    return other["exhibitor"] in (one["exhibitor"], *one["co_exhibitors"], *one["admitted"])


def broken_sequences(rows: Iterable[Row], aggregates: Iterable[Document], before: int = 0) -> list[str]:
    """Aggregates whose changes were not all told, each once; `before` is the version at which their telling began."""
    told: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        told[row.key].append(row.sequence)
    found = []
    for aggregate in aggregates:
        sequences = sorted(told.pop(aggregate["_id"], []))
        if sequences != list(range(before + 1, aggregate["v"] + 1)):
            found.append(f"{aggregate['_id']} is at version {aggregate['v']}, and told {sequences}")
    return [*found, *(f"{key} was told of and does not exist" for key in told)]


def broken_positions(rows: Iterable[Row], mark: Document) -> list[str]:
    """Rows of one service without a place, two in one place, a place without a row; rows that wait."""
    positions = sorted(row.position or 0 for row in rows)
    found = [] if positions == list(range(1, len(positions) + 1)) else ["the outbox's positions have gaps or doubles"]
    if not mark["published"] == mark["numbered"] == len(positions):
        found.append(f"of {len(positions)} rows {mark['numbered']} are numbered, {mark['published']} published")
    return found


def untrue_topics(rows: Sequence[Row], records: Sequence[Any], odd: frozenset[str] = frozenset()) -> list[str]:
    """Rows that are not on their topic, records that are no rows (but for `odd` ones), keys that went backwards.

    `records` are aiokafka's, of each partition in the order of their offsets. A record that comes again must be the
    same bytes: listeners know it by its id.
    """
    known = {row.id: row for row in rows}
    first: dict[str, Any] = {}
    reached: dict[tuple[str, bytes], int] = defaultdict(int)
    found = []
    for record in records:
        id_ = dict(record.headers).get("ce_id", b"").decode()
        if id_ in odd:
            continue
        if id_ in first:
            same = (first[id_].key, first[id_].value, first[id_].headers)
            if same != (record.key, record.value, record.headers):
                found.append(f"{id_} came again and was another")
            continue
        first[id_] = record
        if id_ not in known:
            found.append(f"{id_} is on {record.topic}, and in no outbox")
            continue
        if known[id_].sequence <= reached[record.topic, record.key]:
            found.append(f"{id_} came after a later event of its key")
        reached[record.topic, record.key] = known[id_].sequence
    return [*found, *(f"{id_} is not on {row.topic}" for id_, row in known.items() if id_ not in first)]


def untold(rows: Sequence[Row], notices: Sequence[Document], deliveries: Sequence[Document]) -> list[str]:
    """Reservations' events that a person concerned did not hear of exactly once, in the inbox and by mail."""
    causes = {row.id: row for row in rows if row.topic == BOOKING_EVENTS.name}
    found = []
    for name, told in ((NOTICES, notices), (DELIVERIES, deliveries)):
        pairs = Counter((one["cause"], one["recipient"]) for one in told)
        found += [f"{name}: {pair} is there {count} times" for pair, count in pairs.items() if count > 1]
        found += [f"{name}: {cause} is no event" for cause, _ in pairs if cause not in causes]
        mains = {one["cause"] for one in told if one["audience"] == "main"}
        found += [f"{name}: the exhibitor did not hear of {cause}" for cause in causes if cause not in mains]
    hosts = {one["cause"] for one in notices if one["audience"] == "organizer"}
    found += [f"the organizer did not hear of {cause}" for cause in causes if cause not in hosts]
    return [*found, *(f"{one['_id']} is {one['state']}" for one in deliveries if one["state"] != "sent")]


def wrong_mails(deliveries: Sequence[Document], mails: Sequence[Message], *, doubled_max: int = 0) -> list[str]:
    """Deliveries without their mail; mails that came twice, but for `doubled_max` exact ones with one Message-ID."""
    wanted = {one["_id"] for one in deliveries}
    caught: dict[str, list[str]] = defaultdict(list)
    for mail in mails:
        delivery = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        if delivery in wanted:
            caught[delivery].append(mail.as_string())
    found = [f"no mail of {id_}" for id_ in wanted - caught.keys()]
    found += [f"the mails of {id_} differ" for id_, texts in caught.items() if len(set(texts)) > 1]
    doubled = sum(len(texts) - 1 for texts in caught.values())
    return found if doubled <= doubled_max else [*found, f"{doubled} mails came again, {doubled_max} may"]


def aggregates_of(topic: str) -> str:
    """The collection whose changes a topic of booking's tells."""
    return {BOOKING_EVENTS.name: RESERVATIONS, BOOKING_BOOTHS.name: BOOTHS}[topic]
