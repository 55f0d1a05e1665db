"""What happened is what everyone hears: each event's effect is there, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from deploy.invariants.findings import Finding
from deploy.invariants.picture import Document, Picture, Row
from shared.contracts import events as e
from shared.contracts.topics import BOOKING_EVENTS, CATALOG_EVENTS, NOTIFICATION_EVENTS

_TOLD_WITHIN: Final = timedelta(days=60)
"""Older events are not asked after: retention may have taken what tells of them."""
_BOOKING_HEARS: Final = frozenset(
    event.type_
    for event in (e.FairPublished, e.FairClosed, e.BoothListed, e.BoothWithdrawn, e.VenueDescribed, e.SpaceDescribed)
)
_NOBODYS_NEWS: Final = frozenset(event.type_ for event in (e.SpaceCompleted, e.SpaceDetailsChanged))
"""What is told on booking's topic, and to nobody's inbox."""


def everybody_heard(picture: Picture) -> Finding:
    """Every event has its mark in the inbox of each service that must hear it, or is parked there."""
    asked, found = 0, []
    for listener, row in _to_be_heard(picture):
        asked += 1
        shelves = picture.shelves[listener]
        parked = {letter.get("event") for letter in shelves.letters}
        if f"{listener}:{row.id}" not in shelves.heard and row.id not in parked:
            found.append(f"{listener} has not heard {row.id} of {row.at:%Y-%m-%d %H:%M:%S} UTC")
    return Finding.of("every event heard by those who must", asked, found)


def _to_be_heard(picture: Picture) -> Iterator[tuple[str, Row]]:
    for row in picture.booking.outbox:
        if row.topic == BOOKING_EVENTS.name and row.type not in _NOBODYS_NEWS and _due(picture, row):
            yield "notification", row
    for row in picture.catalog.outbox:
        if row.topic == CATALOG_EVENTS.name and row.type in _BOOKING_HEARS and _due(picture, row):
            yield "booking", row


def _due(picture: Picture, row: Row) -> bool:
    return picture.older(row.at, picture.grace.hearing) and not picture.older(row.at, _TOLD_WITHIN)


def catalog_knows_booths(picture: Picture) -> Finding:
    """The catalog, which guards published plans by it, knows each booth's state as booking has it."""
    statuses = picture.catalog["booth_statuses"]
    young = {row.key for row in picture.booking.outbox if not picture.older(row.at, picture.grace.hearing)}
    found = []
    for id_, booth in picture.booking["booths"].items():
        known = statuses.get(id_, {"state": "nothing", "sequence": 0})
        if id_ not in young and (known["state"], known["sequence"]) != (booth["state"], booth["v"]):
            found.append(f"{id_} is {booth['state']} at {booth['v']}; {known['state']} at {known['sequence']} is known")
    return Finding.of("the catalog knows each booth's state", len(picture.booking["booths"]), found)


def shown_once(picture: Picture) -> Finding:
    """Everybody concerned has one inbox entry for each event, and nobody two."""
    return _once(picture, "notices", "inbox", "notices shown once to everybody concerned")


def mailed_once(picture: Picture) -> Finding:
    """Every exhibitor concerned has one delivery for each event, and nobody two."""
    return _once(picture, "deliveries", "mail", "one delivery for everybody concerned")


def _once(picture: Picture, collection: str, channel: str, question: str) -> Finding:
    documents = picture.notification[collection].values()
    times = Counter((document["cause"], document["recipient"]) for document in documents)
    found = [f"{recipient} has {n} {channel} entries for {cause}" for (cause, recipient), n in times.items() if n > 1]
    wishes = picture.notification["preferences"]
    heard = picture.notification.heard
    for row in picture.booking.outbox:
        if row.topic != BOOKING_EVENTS.name or f"notification:{row.id}" not in heard or not _due(picture, row):
            continue
        for recipient in _concerned(row):
            # Who has stated wishes may have muted this, or done so since.
            wanted = recipient not in wishes and (channel == "inbox" or recipient.startswith("exhibitor/"))
            if wanted and not times[row.id, recipient]:
                found.append(f"{recipient} has no {channel} entry for {row.id}")
    return Finding.of(question, len(times), found)


def _concerned(row: Row) -> set[str]:
    exhibitors = {row.data.get("exhibitor"), row.data.get("admitted"), *row.data.get("co_exhibitors", ())}
    told = {f"exhibitor/{exhibitor}" for exhibitor in exhibitors if exhibitor}
    organizers = {row.data.get("organizer"), row.data.get("venue_organizer"), *row.data.get("may_override", ())}
    return told | {f"organizer/{organizer}" for organizer in organizers if organizer}


def deliveries_settled(picture: Picture) -> Finding:
    """Every delivery was sent exactly once, or is in a state that says why not; none is forgotten."""
    told: dict[str, list[Row]] = {}
    for row in picture.notification.outbox:
        if row.topic == NOTIFICATION_EVENTS.name:
            told.setdefault(row.key, []).append(row)
    deliveries = picture.notification["deliveries"]
    found = [
        f"{id_} to {delivery['recipient']} {why}"
        for id_, delivery in deliveries.items()
        if (why := _unsettled(picture, delivery, told.get(id_, [])))
    ]
    states = Counter(delivery["state"] for delivery in deliveries.values())
    note = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
    return Finding.of("deliveries sent exactly once, or in a named state", len(deliveries), found, note)


def _unsettled(picture: Picture, delivery: Document, told: list[Row]) -> str:
    sent = sum(1 for row in told if row.type == e.DeliverySent.type_)
    state = delivery["state"]
    if sent > 1:
        return f"was sent {sent} times"
    if state == "pending":
        due = delivery.get("due_at")
        if due is None:
            return "is pending, and nothing will ever try it"
        return f"is due since {due:%Y-%m-%d %H:%M:%S} UTC" if picture.older(due, picture.grace.mail) else ""
    if delivery.get("due_at") is not None:
        return f"is {state} and still due"
    settled = delivery.get("settled_at")
    if settled is None:
        return f"is {state}, and nobody knows since when"
    if picture.older(settled, _TOLD_WITHIN):
        return ""
    if (state == "sent") != (sent == 1):
        return f"is {state}, and {sent} events say that it was sent"
    return "" if told else f"is {state}, and no event tells of it"
