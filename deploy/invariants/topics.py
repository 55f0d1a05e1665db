"""The topics hold what the outboxes hold: every event there, in order, and each state topic's last word the store's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from deploy.client.topics import TopicRecord
from deploy.invariants.findings import Finding
from deploy.invariants.outboxes import COMPACTED
from deploy.invariants.picture import Document, Picture, Row
from deploy.words import counted
from shared.contracts.topics import BOOKING_BOOTHS, BOOKING_SPACES, CATALOG_EXHIBITORS, TOPICS, Topic

_RETENTION_SLACK: Final = timedelta(hours=1)
_STATE_FIELDS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    BOOKING_BOOTHS.name: ("booking", "booths", ("state", "reservation", "exhibitor", "withdrawn")),
    BOOKING_SPACES.name: ("booking", "space_bookings", ("venue", "organizer", "state")),
    CATALOG_EXHIBITORS.name: ("catalog", "exhibitors", ("name", "email", "stands", "language")),
}


def events_on_topics(picture: Picture, records: Sequence[TopicRecord]) -> Finding:
    """Every published event is on its topic, and nothing is there that was never decided."""
    there = {record.event for record in records}
    asked, found = 0, []
    for topic in TOPICS:
        if topic.compacted:
            continue
        shelves = picture.shelves[topic.owner]
        rows = [row for row in shelves.outbox if row.topic == topic.name]
        for row in rows:
            if row.position is None or row.position > shelves.published or _past_retention(picture, row, topic):
                continue
            asked += 1
            if row.id not in there:
                found.append(f"{topic.name}: {row.id} is published, but not on the topic")
        if not shelves.swept:
            known = {row.id for row in rows}
            last = {row.key: row.sequence for row in sorted(rows, key=lambda row: row.sequence)}
            found += [
                f"{topic.name}: {record.event} of {record.key} is on the topic, but in no outbox"
                for record in records
                if record.topic == topic.name
                and record.event not in known
                # What was decided since the picture was taken is not in it.
                and (record.sequence is None or record.sequence <= last.get(record.key, 0))
            ]
    return Finding.of("every published event is on its topic", asked, found)


def order_on_topics(records: Sequence[TopicRecord]) -> Finding:
    """Each key's events come in rising sequence, from one partition; what was sent again bears the same id."""
    seen: set[tuple[str, str | None]] = set()
    last: dict[tuple[str, str], int] = {}
    partition: dict[tuple[str, str], int] = {}
    found, again = [], 0
    for record in records:
        if (record.topic, record.event) in seen:
            again += 1
            continue
        seen.add((record.topic, record.event))
        place = (record.topic, record.key)
        if partition.setdefault(place, record.partition) != record.partition:
            found.append(f"{record.topic}: {record.key} is on partitions {partition[place]} and {record.partition}")
        if record.sequence is None:
            found.append(f"{record.topic}: the record at {record.partition}:{record.offset} is no event")
            continue
        before = last.get(place)
        if before is not None and record.sequence <= before:
            found.append(f"{record.topic}: {record.key} has event {record.sequence} after {before}")
        elif before is not None and record.sequence != before + 1 and _gapless(record.topic):
            found.append(f"{record.topic}: {record.key} has event {record.sequence} right after {before}")
        last[place] = record.sequence
    note = f"{counted(again, 'record was', 'records were')} sent again, under the same ids" if again else ""
    return Finding.of("events on topics in each key's order", len(records) - again, found, note)


def states_on_topics(picture: Picture, records: Sequence[TopicRecord]) -> Finding:
    """The last value of each key of a state topic is how the store has it."""
    asked, found = 0, []
    for topic, (service, collection, fields) in _STATE_FIELDS.items():
        last = {record.key: record for record in records if record.topic == topic}
        shelves = picture.shelves[service]
        waiting = {
            row.key
            for row in shelves.outbox
            if row.topic == topic and (row.position is None or row.position > shelves.published)
        }
        for id_, document in shelves[collection].items():
            if id_ in waiting:
                continue
            asked += 1
            if why := _differs(document, last.get(id_), fields):
                found.append(f"{topic}: {id_} {why}")
    return Finding.of("state topics end as the stores are", asked, found)


def _differs(document: Document, record: TopicRecord | None, fields: Sequence[str]) -> str:
    if record is None:
        return "is not on the topic"
    sequence = record.sequence or 0
    if sequence < document["v"]:
        return f"is at {sequence} there, at {document['v']} in the store"
    if sequence > document["v"]:
        return ""  # It changed after the picture was taken.
    told: Mapping[str, Any] = record.data or {}
    other = [name for name in fields if told.get(name) != document.get(name)]
    return f"differs in {', '.join(other)}" if other else ""


def _gapless(topic: str) -> bool:
    """Compaction takes records away, and a delivery tells only of its ends."""
    return topic not in COMPACTED and not topic.startswith("pavilion.notification.")


def _past_retention(picture: Picture, row: Row, topic: Topic) -> bool:
    kept = timedelta(milliseconds=topic.retention_ms or 0) - _RETENTION_SLACK
    return picture.older(row.at, kept)
