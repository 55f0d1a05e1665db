"""Who is told what: once each, whatever is redelivered, in whatever order contacts and reservations come."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from services.notification.domain.deliveries import ADDRESS_WAIT, DeliveryState
from services.notification.domain.happenings import Audience, Kind, concerned
from services.notification.domain.notices import NoticeState
from services.notification.domain.preferences import Channel, Preferences
from services.notification.domain.recipients import Party, Recipient
from services.notification.handlers import move_notice, set_preferences
from shared.contracts import Undecodable
from shared.contracts.topics import NOTIFICATION_EVENTS
from shared.runtime.batch import Work
from shared.runtime.clock import ManualClock
from tests.builders.rows import outbox_rows
from tests.unit.notification.builders import (
    BOOTH_KINDS,
    CO,
    HOST,
    MAIN,
    NOW,
    Rig,
    contact_event,
    fair_event,
    happening,
    reservation_event,
)

CRIMSON = Recipient(Party.EXHIBITOR, "crimson")


async def wish(service: Rig, wishes: Preferences) -> None:
    await service.service.core.committer.commit(Work("set", set_preferences(wishes)))


def waited(service: Rig) -> None:
    assert isinstance(service.clock, ManualClock)
    service.clock.advance(ADDRESS_WAIT)


def test_everyone_concerned_is_told_once_even_in_several_roles() -> None:
    told = concerned(happening(Kind.ADMITTED, co_exhibitors=(CO.id, MAIN.id, "crimson")))
    assert dict(told) == {
        MAIN: Audience.MAIN,
        CRIMSON: Audience.ADMITTED,
        CO: Audience.CO,
        HOST: Audience.ORGANIZER,
    }
    assert len(told) == 4


def test_an_organizer_and_an_exhibitor_with_one_id_are_two_people() -> None:
    told = dict(concerned(happening(organizer="acme", co_exhibitors=())))
    assert told == {MAIN: Audience.MAIN, Recipient(Party.ORGANIZER, "acme"): Audience.ORGANIZER}


@pytest.mark.parametrize("kind", BOOTH_KINDS)
async def test_each_kind_of_event_reaches_inbox_and_mail_of_all_concerned(service: Rig, kind: Kind) -> None:
    await service.hear(reservation_event(kind))
    exhibitors = [MAIN, CO, *([CRIMSON] if kind is Kind.ADMITTED else [])]
    for reader in (*exhibitors, HOST):
        assert [notice.happening.kind for notice in await service.notices(reader)] == [kind]
    assert {delivery.recipient for delivery in await service.deliveries()} == set(exhibitors)


async def test_an_event_that_comes_twice_is_told_once_also_past_the_inbox(service: Rig) -> None:
    await service.hear(reservation_event(), reservation_event())
    await service.hear(reservation_event())
    # The inbox forgets in the end; the ids still keep the entry single.
    await service.store.delete("inbox", {})
    await service.hear(reservation_event())
    assert len(await service.notices(MAIN)) == 1
    assert len(await service.deliveries()) == 2


async def test_an_entry_that_was_read_is_not_new_again_when_its_event_returns(service: Rig) -> None:
    await service.hear(reservation_event())
    [entry] = await service.notices(MAIN)
    await service.service.core.committer.commit(Work("read", move_notice(entry.id, MAIN, NoticeState.READ)))
    await service.store.delete("inbox", {})
    await service.hear(reservation_event())
    assert [notice.state for notice in await service.notices(MAIN)] == [NoticeState.READ]


async def test_a_mail_that_is_sent_is_not_pending_again_when_its_event_returns(service: Rig) -> None:
    await service.hear(contact_event("acme"), contact_event("borealis"), fair_event(), reservation_event())
    assert await service.service.mailer.round() == 2
    await service.store.delete("inbox", {})
    await service.hear(reservation_event())
    assert await service.service.mailer.round() == 0
    assert {delivery.state for delivery in await service.deliveries()} == {DeliveryState.SENT}


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_of_arrival_ends_in_the_same_picture(service: Rig, seed: int) -> None:
    events = [
        contact_event("acme"),
        contact_event("borealis", email=None),
        fair_event(),
        *(reservation_event(kind) for kind in BOOTH_KINDS if kind is not Kind.CO_EXHIBITORS_CHANGED),
    ]
    events += events[::2]
    random.Random(seed).shuffle(events)
    for event in events:
        await service.hear(event)
    await service.service.mailer.round()
    waited(service)
    await service.service.mailer.round()
    for reader in (MAIN, CO, HOST):
        assert len(await service.notices(reader)) == 7
    states = {(d.recipient, d.happening.kind): d.state for d in await service.deliveries()}
    assert {state for (who, _), state in states.items() if who == MAIN} == {DeliveryState.SENT}
    assert {state for (who, _), state in states.items() if who == CO} == {DeliveryState.NO_ADDRESS}


async def test_the_mail_of_an_exhibitor_without_an_address_waits_for_one_then_is_settled_and_said_so(
    service: Rig,
) -> None:
    await service.hear(contact_event("acme", email=None))
    await service.hear(reservation_event(co_exhibitors=[]))
    assert await service.service.mailer.round() == 0
    delivery = await service.delivery_to(MAIN)
    assert (delivery.state, delivery.due_at) == (DeliveryState.PENDING, NOW + ADDRESS_WAIT)
    assert await outbox_rows(service.store, topic=NOTIFICATION_EVENTS.name) == []
    waited(service)
    assert [await service.service.mailer.round(), await service.service.mailer.round()] == [1, 0]
    delivery = await service.delivery_to(MAIN)
    assert delivery.state is DeliveryState.NO_ADDRESS
    [row] = await outbox_rows(service.store, topic=NOTIFICATION_EVENTS.name)
    assert row.type == "pavilion.notification.delivery.parked.v1"
    assert row.key == delivery.id
    assert b'"reason":"no-address"' in (row.data or b"")


async def test_an_older_contact_never_overwrites_a_newer_one(service: Rig) -> None:
    await service.hear(contact_event("acme", sequence=3, email="new@example.com"))
    await service.hear(contact_event("acme", sequence=2, email="old@example.com"))
    assert (await service.service.archive.contacts(["acme"]))["acme"].email == "new@example.com"


async def test_a_record_without_a_body_is_undecodable_and_takes_no_address_away(service: Rig) -> None:
    event = contact_event("acme")
    await service.hear(event)
    with pytest.raises(Undecodable, match="without a body"):
        await service.hear(replace(event, data=None, id="ev-gone", sequence=2))
    assert (await service.service.archive.contacts(["acme"]))["acme"].email == "acme@example.com"


async def test_who_is_dropped_from_a_stand_is_told_so(service: Rig) -> None:
    many = [f"partner-{n}" for n in range(30)]
    await service.hear(reservation_event(Kind.HELD, co_exhibitors=many))
    [result] = await service.hear(
        reservation_event(Kind.CO_EXHIBITORS_CHANGED, sequence=2, co_exhibitors=[many[0], "newcomer"])
    )
    assert not isinstance(result, Exception)
    for partner in many[1:]:
        newest = (await service.notices(Recipient(Party.EXHIBITOR, partner)))[0]
        latest = {n.audience for n in await service.notices(newest.recipient)}
        assert Audience.REMOVED in latest
    kept = {n.audience for n in await service.notices(Recipient(Party.EXHIBITOR, many[0]))}
    assert kept == {Audience.CO}


async def test_a_late_older_event_drops_nobody(service: Rig) -> None:
    await service.hear(reservation_event(Kind.CO_EXHIBITORS_CHANGED, sequence=3, co_exhibitors=["borealis", "dune"]))
    await service.hear(reservation_event(Kind.CO_EXHIBITORS_CHANGED, sequence=2, co_exhibitors=["borealis"]))
    assert {n.audience for n in await service.notices(Recipient(Party.EXHIBITOR, "dune"))} == {Audience.CO}


@pytest.mark.parametrize("channel", list(Channel))
async def test_a_muted_kind_stays_off_its_channel_only(service: Rig, channel: Channel) -> None:
    await wish(service, Preferences(MAIN, muted=frozenset({(Kind.HELD, channel)})))
    await service.hear(reservation_event(Kind.HELD), reservation_event(Kind.CONFIRMED, sequence=2))
    shown = {notice.happening.kind for notice in await service.notices(MAIN)}
    mailed = {d.happening.kind for d in await service.deliveries() if d.recipient == MAIN}
    both = {Kind.HELD, Kind.CONFIRMED}
    muted, open_ = (shown, mailed) if channel is Channel.INBOX else (mailed, shown)
    assert muted == {Kind.CONFIRMED}
    assert open_ == both


async def test_an_organizer_is_mailed_once_they_say_where(service: Rig) -> None:
    await service.hear(reservation_event(Kind.HELD))
    assert HOST not in {delivery.recipient for delivery in await service.deliveries()}
    await wish(service, Preferences(HOST, email="desk@sco-expo.example"))
    await service.hear(reservation_event(Kind.CONFIRMED, sequence=2))
    assert (await service.delivery_to(HOST)).happening.kind is Kind.CONFIRMED


async def test_an_event_that_does_not_fit_its_type_is_undecodable(service: Rig) -> None:
    event = reservation_event()
    assert event.data is not None
    del event.data["booths"]
    with pytest.raises(Undecodable, match="booths"):
        await service.hear(event)
