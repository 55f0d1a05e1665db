"""All invariants, one after the other."""

from __future__ import annotations

from typing import Final

from deploy.client.local import Servers
from deploy.client.topics import TopicRecord, TopicsUnreadable, read_topics
from deploy.invariants import calendars, floor, hearing, outboxes
from deploy.invariants import topics as on_topics
from deploy.invariants.findings import Finding
from deploy.invariants.picture import Grace, Picture, take_picture
from deploy.stack.errors import StackError
from shared.contracts.topics import TOPICS

IN_STORES: Final = (
    floor.one_reservation_a_booth,
    floor.booths_follow_reservations,
    floor.taken_booths_on_plan,
    floor.joint_stands_by_consent,
    floor.holders_count,
    floor.holds_end_in_time,
    calendars.one_booking_an_atom,
    calendars.pages_follow_bookings,
    calendars.options_end_in_time,
    calendars.ranks_without_gaps,
    outboxes.sequences,
    outboxes.positions,
    outboxes.all_published,
    hearing.everybody_heard,
    hearing.catalog_knows_booths,
    hearing.shown_once,
    hearing.mailed_once,
    hearing.deliveries_settled,
    outboxes.no_dead_letters,
)


async def check(servers: Servers, *, prefix: str = "pavilion_", grace: Grace | None = None) -> list[Finding]:
    """Read stores and topics and ask every question. Raises StackError where the stores cannot be read."""
    if servers.mongo_url is None:
        raise StackError("No MongoDB is known.", "Set PAVILION_MONGO, or run this where the stack runs.")
    picture = await take_picture(servers.mongo_url, prefix=prefix, grace=grace)
    return in_stores(picture) + await _on_topics(picture, servers)


def in_stores(picture: Picture) -> list[Finding]:
    """What the stores alone can tell."""
    return [invariant(picture) for invariant in IN_STORES]


async def _on_topics(picture: Picture, servers: Servers) -> list[Finding]:
    question = "the topics hold what the outboxes hold"
    if servers.bootstrap is None:
        return [Finding(question, skipped="no broker is known; set PAVILION_KAFKA")]
    try:
        names = [topic.name for topic in TOPICS]
        records = await read_topics(servers.bootstrap, names, ends_known=servers.broker == "kafka")
    except TopicsUnreadable as error:
        return [Finding.of(question, 0, [str(error)])]
    return in_topics(picture, records)


def in_topics(picture: Picture, records: list[TopicRecord]) -> list[Finding]:
    """What stores and topics tell together."""
    return [
        on_topics.events_on_topics(picture, records),
        on_topics.order_on_topics(records),
        on_topics.states_on_topics(picture, records),
    ]
