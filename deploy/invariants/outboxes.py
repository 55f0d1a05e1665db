"""What happened is written down whole: sequences, versions and positions without gaps, every row published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from deploy.invariants.findings import Finding
from deploy.invariants.picture import Picture, Row, Shelves
from shared.contracts.topics import (
    BOOKING_BOOTHS,
    BOOKING_EVENTS,
    BOOKING_SPACES,
    CATALOG_EVENTS,
    CATALOG_EXHIBITORS,
    NOTIFICATION_EVENTS,
    TOPICS,
)

TOLD_BY: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    CATALOG_EVENTS.name: ("catalog", ("notices", "booths", "exhibitors", "venues", "spaces")),
    CATALOG_EXHIBITORS.name: ("catalog", ("exhibitors",)),
    BOOKING_EVENTS.name: ("booking", ("reservations", "space_bookings")),
    BOOKING_SPACES.name: ("booking", ("space_bookings",)),
    BOOKING_BOOTHS.name: ("booking", ("booths",)),
}
"""Topics on which every change of an aggregate is told, and where those aggregates are kept."""

COMPACTED: Final = frozenset(topic.name for topic in TOPICS if topic.compacted)


def sequences(picture: Picture) -> Finding:
    """Each key's events are numbered 1, 2, 3 … and end at the aggregate's version."""
    found: list[str] = []
    keys = 0
    for topic, (service, collections) in TOLD_BY.items():
        shelves = picture.shelves[service]
        told = _sequences(shelves, topic)
        versions = {_key(name, id_): d["v"] for name in collections for id_, d in shelves[name].items()}
        keys += len(versions)
        for key, numbers in told.items():
            found += [f"{topic} {key}: {why}" for why in _broken(numbers, topic, swept=shelves.swept)]
            if key not in versions:
                found.append(f"{topic} {key}: events of something that is not there")
            elif numbers[-1] != versions[key]:
                found.append(f"{topic} {key}: the last event is {numbers[-1]}, the version {versions[key]}")
        if not (shelves.swept and topic not in COMPACTED):
            found += [f"{topic} {key}: no event tells of it" for key in versions if key not in told]
    found += _of_deliveries(picture)
    return Finding.of("sequences without gaps, up to each version", keys, found)


def _key(collection: str, id_: str) -> str:
    """What an aggregate's events are keyed by: its id, but for a venue, whose slug a fair may have too."""
    return f"{id_}/" if collection == "venues" else id_


def _of_deliveries(picture: Picture) -> list[str]:
    """A delivery tells only of its ends, so its sequence skips; it never doubles nor runs ahead of the version."""
    deliveries = picture.notification["deliveries"]
    found = []
    for key, numbers in _sequences(picture.notification, NOTIFICATION_EVENTS.name).items():
        name = f"{NOTIFICATION_EVENTS.name} {key}"
        if len(set(numbers)) < len(numbers):
            found.append(f"{name}: {_doubles(numbers)} twice")
        if key not in deliveries:
            found.append(f"{name}: events of something that is not there")
        elif numbers[-1] > deliveries[key]["v"]:
            found.append(f"{name}: the last event is {numbers[-1]}, the version {deliveries[key]['v']}")
    return found


def _sequences(shelves: Shelves, topic: str) -> dict[str, list[int]]:
    told: dict[str, list[int]] = {}
    for row in shelves.outbox:
        if row.topic == topic:
            told.setdefault(row.key, []).append(row.sequence)
    return {key: sorted(numbers) for key, numbers in told.items()}


def _broken(numbers: Sequence[int], topic: str, *, swept: bool) -> list[str]:
    found = []
    if len(set(numbers)) < len(numbers):
        found.append(f"{_doubles(numbers)} twice")
    # Of a compacted topic retention leaves the last row of each key and takes any before it.
    first = 1 if not swept else numbers[-1] if topic in COMPACTED else numbers[0]
    if missing := sorted(set(range(first, numbers[-1] + 1)) - set(numbers)):
        found.append(f"{', '.join(map(str, missing[:5]))} missing")
    return found


def _doubles(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number, times in Counter(numbers).items() if times > 1)


def positions(picture: Picture) -> Finding:
    """Each outbox is numbered 1, 2, 3 … up to its mark, each key's events in the order of their sequence."""
    found: list[str] = []
    for service, shelves in picture.shelves.items():
        numbered = [row for row in shelves.outbox if row.position is not None]
        places = [row.position or 0 for row in numbered]
        if doubles := [place for place, times in Counter(places).items() if times > 1]:
            found.append(f"{service}: position {doubles[0]} is given twice ({len(doubles)} such)")
        last = max(places, default=0)
        if last != shelves.numbered and not (shelves.swept or not places):
            found.append(f"{service}: the last position is {last}, the mark {shelves.numbered}")
        if not shelves.swept and (gaps := sorted(set(range(1, last + 1)) - set(places))):
            found.append(f"{service}: position {gaps[0]} is missing ({len(gaps)} such)")
        if shelves.published > shelves.numbered:
            found.append(f"{service}: published up to {shelves.published}, numbered only up to {shelves.numbered}")
        found += [f"{service}: {why}" for why in _out_of_order(numbered)]
    return Finding.of("positions without gaps, in each key's order", _rows(picture), found)


def _out_of_order(rows: Sequence[Row]) -> list[str]:
    last: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        place = (row.topic, row.key)
        if row.sequence < last.get(place, 0):
            found.append(f"{row.topic} {row.key}: event {row.sequence} comes after {last[place]}")
        last[place] = row.sequence
    return found


def all_published(picture: Picture) -> Finding:
    """No row waits for the relay longer than the relay takes."""
    found, young = [], 0
    for service, shelves in picture.shelves.items():
        for row in shelves.outbox:
            if row.position is not None and row.position <= shelves.published:
                continue
            if picture.older(row.at, picture.grace.relay):
                found.append(f"{service}: {row.id} has waited since {row.at:%Y-%m-%d %H:%M:%S} UTC")
            else:
                young += 1
    note = f"{young} are on their way" if young else ""
    return Finding.of("every outbox row published", _rows(picture), found, note)


def no_dead_letters(picture: Picture) -> Finding:
    """Nothing is parked."""
    found = [
        f"{service}: {letter['_id']} ({letter.get('reason')}: {letter.get('error') or 'waits behind another'})"
        for service, shelves in picture.shelves.items()
        for letter in shelves.letters
    ]
    return Finding.of("no dead letters", sum(len(shelves.heard) for shelves in picture.shelves.values()), found)


def _rows(picture: Picture) -> int:
    return sum(len(shelves.outbox) for shelves in picture.shelves.values())
