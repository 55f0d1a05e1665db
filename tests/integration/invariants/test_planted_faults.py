"""Every invariant holds on a sound Pavilion and finds the one fault that is planted, by its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from deploy.client.topics import TopicRecord
from deploy.invariants.check import IN_STORES, in_stores, in_topics
from deploy.invariants.findings import Finding
from deploy.invariants.picture import take_picture
from services.booking.domain.spaces.booking import DEFINITE
from shared.contracts.topics import (
    BOOKING_BOOTHS,
    BOOKING_EVENTS,
    CATALOG_EVENTS,
    CATALOG_EXHIBITORS,
    NOTIFICATION_EVENTS,
)
from tests.integration.invariants.world import CONFIRMED, FAIR, NOW, PARKED, PAST, SENT, SOON, World, sound

A1, A1A, B2, C3 = (f"{FAIR}/1/{number}" for number in ("A-1", "A-1a", "B-2", "C-3"))
HELD_EVENT = f"{BOOKING_EVENTS.name}/res-whole/1"
LONG_AGO = NOW - timedelta(days=95)


async def findings(world: World, mongod: str, mongo_database: str) -> dict[str, Finding]:
    await world.put(mongod, f"{mongo_database}_")
    picture = await take_picture(mongod, prefix=f"{mongo_database}_")
    return {finding.question: finding for finding in in_stores(picture)}


def found(asked: dict[str, Finding]) -> dict[str, tuple[str, ...]]:
    return {question: finding.differences for question, finding in asked.items() if finding.differences}


async def test_a_sound_pavilion_has_no_fault_and_every_question_looks_at_something(
    mongod: str, mongo_database: str
) -> None:
    asked = await findings(sound(), mongod, mongo_database)
    assert found(asked) == {}
    assert len(asked) == len(IN_STORES)
    assert [question for question, finding in asked.items() if not finding.looked_at] == []


async def test_an_empty_pavilion_has_no_fault(mongod: str, mongo_database: str) -> None:
    picture = await take_picture(mongod, prefix=f"{mongo_database}_")
    assert [finding.differences for finding in in_stores(picture) if finding.differences] == []


# -- faults ------------------------------------------------------------------------------------------------------------


def second_reservation(world: World) -> None:
    world.booking["reservations"]["res-second"] = {
        **world.booking["reservations"]["res-whole"],
        "exhibitor": "kazan",
        "v": 0,
    }


def booth_freed(world: World) -> None:
    world.booking["booths"][C3].update(state="free", reservation=None, exhibitor=None, until=None)
    world.catalog["booth_statuses"][C3]["state"] = "free"


def booth_kept(world: World) -> None:
    world.booking["booths"][B2].update(state="reserved", reservation="res-gone", exhibitor="altai")
    world.catalog["booth_statuses"][B2]["state"] = "reserved"


def booth_held_though_confirmed(world: World) -> None:
    world.booking["booths"][A1].update(state="held", until=SOON)
    world.catalog["booth_statuses"][A1]["state"] = "held"


def booth_of_another(world: World) -> None:
    world.booking["booths"][A1].update(exhibitor="kazan")


def booth_held_for_longer(world: World) -> None:
    world.booking["booths"][C3].update(until=SOON + timedelta(hours=1))


def booth_lost(world: World) -> None:
    world.booking["reservations"]["res-held"]["booths"].append(f"{FAIR}/1/Z-9")
    world.booking["holders"][f"{FAIR}/kazan"]["holds"][0]["booths"] = 2


def booth_withdrawn_under_its_reservation(world: World) -> None:
    world.booking["booths"][A1]["withdrawn"] = True


def part_without_consent(world: World) -> None:
    world.booking["reservations"]["res-part"]["exhibitor"] = "kazan"
    world.booking["booths"][A1A]["exhibitor"] = "kazan"
    world.booking["holders"][f"{FAIR}/kazan"]["holds"] += world.booking["holders"][f"{FAIR}/orda"].pop("holds")
    world.booking["holders"][f"{FAIR}/orda"]["holds"] = []


def counted_twice(world: World) -> None:
    holds = world.booking["holders"][f"{FAIR}/kazan"]["holds"]
    holds.append(dict(holds[0]))


def counted_after_the_end(world: World) -> None:
    world.booking["holders"][f"{FAIR}/altai"]["holds"] = [{"reservation": "res-whole", "booths": 1, "until": SOON}]


def counted_too_few(world: World) -> None:
    world.booking["holders"][f"{FAIR}/kazan"]["holds"][0]["booths"] = 0


def held_too_long(world: World) -> None:
    late = NOW - timedelta(seconds=60)
    world.booking["reservations"]["res-held"].update(expires_at=late, due_at=late)
    world.booking["booths"][C3]["until"] = late
    world.booking["holders"][f"{FAIR}/kazan"]["holds"][0]["until"] = late


def timer_not_set(world: World) -> None:
    del world.booking["reservations"]["res-held"]["due_at"]


def atom_had_twice(world: World) -> None:
    world.book("spb-rival", DEFINITE, "sco", NOW + timedelta(days=7, hours=2, minutes=29))


def claim_lost(world: World) -> None:
    for page in world.booking["calendar_pages"].values():
        page["claims"] = [claim for claim in page["claims"] if claim[0] != "spb-firm"]


def claim_left_behind(world: World) -> None:
    world.booking["space_bookings"]["spb-firm"]["state"] = "cancelled"
    del world.booking["space_bookings"]["spb-firm"]["due_at"]


def option_without_a_timer(world: World) -> None:
    del world.booking["space_bookings"]["spb-first"]["due_at"]


def option_kept_too_long(world: World) -> None:
    world.booking["space_bookings"]["spb-first"]["due_at"] = PAST


def rank_with_a_gap(world: World) -> None:
    world.booking["space_bookings"]["spb-second"]["rank"] = 3


def event_missing(world: World) -> None:
    outbox = world.booking["outbox"]
    first = outbox.pop(HELD_EVENT)
    # Its place is taken by another event, so that only the sequence tells.
    outbox["other"] = {**first, "topic": "somewhere.else", "key": "x"}


def event_twice(world: World) -> None:
    world.booking["outbox"]["double"] = {
        **world.booking["outbox"][HELD_EVENT],
        "position": world.booking["relay"]["relay"]["numbered"] + 1,
    }
    world.booking["relay"]["relay"].update(
        numbered=len(world.booking["outbox"]), published=len(world.booking["outbox"])
    )
    world.notification["inbox"]["notification:double"] = {}
    for document in list(world.notification["notices"].values()):
        if document["cause"] == HELD_EVENT:
            world.notification["notices"][f"double:{document['recipient']}"] = {**document, "cause": "double"}
    for id_, document in list(world.notification["deliveries"].items()):
        if document["cause"] == HELD_EVENT:
            world.notification["deliveries"][f"double:{id_}"] = {**document, "cause": "double"}
            world.row("notification", NOTIFICATION_EVENTS.name, f"double:{id_}", 3, SENT)


def change_untold(world: World) -> None:
    world.booking["reservations"]["res-whole"]["v"] += 1


def delivery_ahead(world: World) -> None:
    world.row("notification", NOTIFICATION_EVENTS.name, _delivery(world), 9, PARKED)


def position_twice(world: World) -> None:
    rows = list(world.booking["outbox"].values())
    rows[1]["position"] = rows[0]["position"]


def position_missing(world: World) -> None:
    last = list(world.booking["outbox"].values())[-1]
    last["position"] += 1
    world.booking["relay"]["relay"].update(numbered=last["position"], published=last["position"])


def order_turned(world: World) -> None:
    outbox = world.booking["outbox"]
    held, confirmed = outbox[HELD_EVENT], outbox[f"{BOOKING_EVENTS.name}/res-whole/2"]
    held["position"], confirmed["position"] = confirmed["position"], held["position"]


def mark_ahead(world: World) -> None:
    world.booking["relay"]["relay"]["published"] += 5


def unpublished(world: World) -> None:
    world.booking["relay"]["relay"]["published"] -= 1


def unnumbered(world: World) -> None:
    list(world.catalog["outbox"].values())[-1]["position"] = None
    world.catalog["relay"]["relay"].update(numbered=len(world.catalog["outbox"]) - 1)
    world.catalog["relay"]["relay"].update(published=len(world.catalog["outbox"]) - 1)


def unheard_by_notification(world: World) -> None:
    del world.notification["inbox"][f"notification:{HELD_EVENT}"]


def unheard_by_booking(world: World) -> None:
    del world.booking["inbox"][f"booking:{CATALOG_EVENTS.name}/{B2}/1"]


def state_unknown_to_catalog(world: World) -> None:
    world.catalog["booth_statuses"][A1]["state"] = "free"


def shown_twice(world: World) -> None:
    world.notification["notices"]["again"] = dict(next(iter(world.notification["notices"].values())))


def not_shown(world: World) -> None:
    world.notification["notices"].pop(f"ntc:{HELD_EVENT}:exhibitor/orda")


def mailed_twice(world: World) -> None:
    id_ = _delivery(world)
    world.notification["deliveries"]["again"] = dict(world.notification["deliveries"][id_])
    world.row("notification", NOTIFICATION_EVENTS.name, "again", 3, SENT)


def not_mailed(world: World) -> None:
    id_ = f"dlv:{HELD_EVENT}:exhibitor/orda"
    del world.notification["deliveries"][id_]
    row = world.notification["outbox"][f"{NOTIFICATION_EVENTS.name}/{id_}/3"]
    row["topic"] = "somewhere.else"


def sent_twice(world: World) -> None:
    world.notification["deliveries"][_delivery(world)]["v"] = 4
    world.row("notification", NOTIFICATION_EVENTS.name, _delivery(world), 4, SENT)


def forgotten_mail(world: World) -> None:
    delivery = world.notification["deliveries"][_delivery(world)]
    delivery.update(state="pending", settled_at=None, due_at=PAST)
    _untell(world)


def mail_that_nobody_will_try(world: World) -> None:
    world.notification["deliveries"][_delivery(world)].update(state="pending", settled_at=None)
    _untell(world)


def parked_mail_that_was_sent(world: World) -> None:
    world.notification["deliveries"][_delivery(world)].update(state="parked")


def dead_letter(world: World) -> None:
    world.booking["dead_letters"]["booking:x"] = {"event": "x", "reason": "Undecodable", "error": "no JSON"}


def _delivery(world: World) -> str:
    return next(iter(world.notification["deliveries"]))


def _untell(world: World) -> None:
    world.notification["outbox"][f"{NOTIFICATION_EVENTS.name}/{_delivery(world)}/3"]["topic"] = "somewhere.else"


FAULTS: list[tuple[Callable[[World], None], str, str]] = [
    (booth_freed, "every booth agrees with its reservation", "is free by nobody, but res-held has it"),
    (booth_kept, "every booth agrees with its reservation", "no live reservation has it"),
    (booth_held_though_confirmed, "every booth agrees with its reservation", "is held, but res-whole is confirmed"),
    (booth_of_another, "every booth agrees with its reservation", "names kazan, but res-whole is of altai"),
    (booth_held_for_longer, "every booth agrees with its reservation", "which res-held does not"),
    (booth_lost, "every booth agrees with its reservation", "which is not there"),
    (booth_withdrawn_under_its_reservation, "taken booths are on their floor plan", "is reserved by res-whole"),
    (part_without_consent, "floor inside floor only by consent", "share floor without consent"),
    (counted_twice, "counters of held booths are right", "res-held is counted 2 times"),
    (counted_after_the_end, "counters of held booths are right", "of res-whole, not held"),
    (counted_too_few, "counters of held booths are right", "wrongly"),
    (held_too_long, "no hold outlives its deadline", "res-held is held"),
    (timer_not_set, "no hold outlives its deadline", "its timer is not set"),
    (atom_had_twice, "no atom had twice at a time", "centre/hall-1: spb-firm and spb-rival meet"),
    (claim_lost, "calendars agree with bookings", "lacks spb-firm"),
    (claim_left_behind, "calendars agree with bookings", "has spb-firm, which is not so"),
    (option_without_a_timer, "no option outlives its deadline", "no timer will ever end it"),
    (option_kept_too_long, "no option outlives its deadline", "s past its deadline"),
    (rank_with_a_gap, "options in order, without gaps", "spb-second is option 3, and 1 are before it"),
    (event_missing, "sequences without gaps, up to each version", "res-whole: 1 missing"),
    (event_twice, "sequences without gaps, up to each version", "res-whole: 1 twice"),
    (change_untold, "sequences without gaps, up to each version", "the last event is 2, the version 3"),
    (delivery_ahead, "sequences without gaps, up to each version", "the last event is 9, the version 3"),
    (position_twice, "positions without gaps, in each key's order", "position 1 is given twice"),
    (position_missing, "positions without gaps, in each key's order", "is missing (1 such)"),
    (order_turned, "positions without gaps, in each key's order", "event 1 comes after 2"),
    (mark_ahead, "positions without gaps, in each key's order", "published up to"),
    (unpublished, "every outbox row published", "has waited since"),
    (unnumbered, "every outbox row published", "has waited since"),
    (unheard_by_notification, "every event heard by those who must", f"notification has not heard {HELD_EVENT}"),
    (unheard_by_booking, "every event heard by those who must", f"booking has not heard {CATALOG_EVENTS.name}/{B2}/1"),
    (state_unknown_to_catalog, "the catalog knows each booth's state", "free at 3 is known"),
    (shown_twice, "notices shown once to everybody concerned", "has 2 inbox entries"),
    (not_shown, "notices shown once to everybody concerned", "exhibitor/orda has no inbox entry"),
    (mailed_twice, "one delivery for everybody concerned", "has 2 mail entries"),
    (not_mailed, "one delivery for everybody concerned", "exhibitor/orda has no mail entry"),
    (sent_twice, "deliveries sent exactly once, or in a named state", "was sent 2 times"),
    (forgotten_mail, "deliveries sent exactly once, or in a named state", "is due since"),
    (mail_that_nobody_will_try, "deliveries sent exactly once, or in a named state", "nothing will ever try it"),
    (parked_mail_that_was_sent, "deliveries sent exactly once, or in a named state", "1 events say that it was sent"),
    (dead_letter, "no dead letters", "booking:x (Undecodable: no JSON)"),
]


# What a fault drags along, because it is the same fault seen from elsewhere.
_ALSO = {"event_twice": {"positions without gaps, in each key's order"}}


@pytest.mark.parametrize(("plant", "question", "said"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
async def test_a_planted_fault_is_found_and_named(
    mongod: str, mongo_database: str, plant: Callable[[World], None], question: str, said: str
) -> None:
    world = sound()
    plant(world)
    differences = found(await findings(world, mongod, mongo_database))
    assert any(said in difference for difference in differences.get(question, ())), differences
    assert set(differences) - _ALSO.get(plant.__name__, set()) == {question}


async def test_a_booth_in_two_live_reservations_is_found(mongod: str, mongo_database: str) -> None:
    world = sound()
    second_reservation(world)
    differences = found(await findings(world, mongod, mongo_database))
    assert differences["no booth in two live reservations"] == (
        f"{A1} is in 2 live reservations: res-second, res-whole",
    )


async def test_booths_drawn_anew_after_they_were_taken_are_named(mongod: str, mongo_database: str) -> None:
    world = sound()
    for booth, later in ((A1, timedelta(seconds=1)), (C3, timedelta(0)), (B2, timedelta(seconds=1))):
        world.booking["inbox"][f"booking:{CATALOG_EVENTS.name}/{booth}/1"]["at"] = PAST + later
    asked = await findings(world, mongod, mongo_database)
    assert found(asked) == {}
    assert asked["taken booths are on their floor plan"].note == f"drawn anew after they were taken: {A1}"


async def test_consent_that_was_given_is_remembered_when_the_list_of_co_exhibitors_changes(
    mongod: str, mongo_database: str
) -> None:
    world = sound()
    world.booking["reservations"]["res-whole"]["co_exhibitors"] = []
    assert "floor inside floor only by consent" not in found(await findings(world, mongod, mongo_database))


async def test_what_retention_swept_is_not_missed(mongod: str, mongo_database: str) -> None:
    world = sound()
    for row in world.booking["outbox"].values():
        row["time"] = LONG_AGO
    for id_ in (HELD_EVENT, f"{BOOKING_BOOTHS.name}/{A1}/1", f"{BOOKING_BOOTHS.name}/{A1}/2"):
        del world.booking["outbox"][id_]
    assert found(await findings(world, mongod, mongo_database)) == {}


async def test_what_is_on_its_way_is_not_called_lost(mongod: str, mongo_database: str) -> None:
    world = sound()
    event = f"{BOOKING_EVENTS.name}/res-whole/2"
    world.booking["outbox"][event]["time"] = NOW + timedelta(hours=1)
    del world.notification["inbox"][f"notification:{event}"]
    last = list(world.booking["outbox"].values())[-1]
    last["time"] = NOW + timedelta(hours=1)
    world.booking["relay"]["relay"]["published"] -= 1
    asked = await findings(world, mongod, mongo_database)
    assert found(asked) == {}
    assert asked["every outbox row published"].note == "1 are on their way"


async def test_a_parked_event_is_told_once_as_a_dead_letter(mongod: str, mongo_database: str) -> None:
    world = sound()
    del world.notification["inbox"][f"notification:{HELD_EVENT}"]
    letter = {"event": HELD_EVENT, "reason": "Undecodable", "error": "no JSON"}
    world.notification["dead_letters"][f"notification:{HELD_EVENT}"] = letter
    assert set(found(await findings(world, mongod, mongo_database))) == {"no dead letters"}


async def test_wishes_may_keep_somebody_from_being_told(mongod: str, mongo_database: str) -> None:
    world = sound()
    not_shown(world)
    world.notification["preferences"]["exhibitor/orda"] = {"v": 1, "muted": ["held/inbox"], "email": None}
    assert found(await findings(world, mongod, mongo_database)) == {}


# -- topics ------------------------------------------------------------------------------------------------------------


def on_topics(world: World) -> list[TopicRecord]:
    """What the broker has when everything was published."""
    records = []
    for service in ("catalog", "booking", "notification"):
        for id_, row in world.databases[service]["outbox"].items():
            data = json.loads(bytes(row["data"]))
            offset = len(records)
            records.append(TopicRecord(row["topic"], 0, offset, row["key"], id_, row["type"], row["seq"], FAIR, data))
    return records


async def asked_of_topics(
    world: World, records: list[TopicRecord], mongod: str, mongo_database: str
) -> dict[str, Finding]:
    await world.put(mongod, f"{mongo_database}_")
    picture = await take_picture(mongod, prefix=f"{mongo_database}_")
    return {finding.question: finding for finding in in_topics(picture, records)}


async def test_sound_topics_have_no_fault(mongod: str, mongo_database: str) -> None:
    world = sound()
    asked = await asked_of_topics(world, on_topics(world), mongod, mongo_database)
    assert found(asked) == {}
    assert all(finding.looked_at for finding in asked.values())


def lost(records: list[TopicRecord]) -> None:
    records.remove(next(r for r in records if r.event == f"{CATALOG_EVENTS.name}/{B2}/1"))


def never_decided(records: list[TopicRecord]) -> None:
    records.append(TopicRecord(BOOKING_EVENTS.name, 0, 999, "res-whole", "forged", CONFIRMED, 2, FAIR, {}))


def turned(records: list[TopicRecord]) -> None:
    held = next(r for r in records if r.event == HELD_EVENT)
    records.remove(held)
    records.append(held)


def skipped(records: list[TopicRecord]) -> None:
    third = TopicRecord(
        BOOKING_EVENTS.name, 0, 999, "res-whole", f"{BOOKING_EVENTS.name}/res-whole/4", CONFIRMED, 4, FAIR, {}
    )
    records.append(third)


def two_partitions(records: list[TopicRecord]) -> None:
    place = next(n for n, r in enumerate(records) if r.event == f"{BOOKING_EVENTS.name}/res-whole/2")
    one = records[place]
    records[place] = TopicRecord(one.topic, 3, 0, one.key, one.event, one.type, one.sequence, FAIR, one.data)


def stale_state(records: list[TopicRecord]) -> None:
    records.remove(next(r for r in records if r.event == f"{BOOKING_BOOTHS.name}/{C3}/2"))


def other_state(records: list[TopicRecord]) -> None:
    place = next(n for n, r in enumerate(records) if r.event == f"{BOOKING_BOOTHS.name}/{C3}/2")
    one = records[place]
    data = {**(one.data or {}), "exhibitor": "somebody"}
    records[place] = TopicRecord(one.topic, 0, 0, one.key, one.event, one.type, one.sequence, FAIR, data)


def no_state(records: list[TopicRecord]) -> None:
    records[:] = [r for r in records if r.topic != CATALOG_EXHIBITORS.name or r.key != "orda"]


TOPIC_FAULTS: list[tuple[Callable[[list[TopicRecord]], None], str, str]] = [
    (lost, "every published event is on its topic", "but not on the topic"),
    (never_decided, "every published event is on its topic", "forged of res-whole is on the topic, but in no outbox"),
    (turned, "events on topics in each key's order", "has event 1 after 2"),
    (skipped, "events on topics in each key's order", "has event 4 right after 2"),
    (two_partitions, "events on topics in each key's order", "on partitions 0 and 3"),
    (stale_state, "state topics end as the stores are", "is at 1 there, at 2 in the store"),
    (other_state, "state topics end as the stores are", "differs in exhibitor"),
    (no_state, "state topics end as the stores are", "orda is not on the topic"),
]


@pytest.mark.parametrize(("plant", "question", "said"), TOPIC_FAULTS, ids=[f[0].__name__ for f in TOPIC_FAULTS])
async def test_a_fault_on_a_topic_is_found_and_named(
    mongod: str, mongo_database: str, plant: Callable[[list[TopicRecord]], None], question: str, said: str
) -> None:
    world = sound()
    records = on_topics(world)
    plant(records)
    differences = found(await asked_of_topics(world, records, mongod, mongo_database))
    assert any(said in difference for difference in differences.get(question, ())), differences


async def test_records_that_were_sent_again_are_no_fault(mongod: str, mongo_database: str) -> None:
    world = sound()
    records = on_topics(world)
    asked = await asked_of_topics(world, records + records, mongod, mongo_database)
    assert found(asked) == {}
    assert "sent again" in asked["events on topics in each key's order"].note
