"""Invitations: who is mailed what when a booking and its participants change, and what calendars make of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from services.notification.domain.recipients import LANGUAGES, Party
from services.notification.ports import Mail, MailPutOff
from shared.contracts import events as e
from shared.contracts.topics import CATALOG_EVENTS
from shared.runtime.clock import ManualClock
from tests.unit.notification.builders import (
    ANNA,
    LATER,
    SHOW,
    Outbox,
    Rig,
    event_in,
    invitations,
    organizer,
    received,
    use,
)

WEI = e.Participant(name="李伟", email="li.wei@example.cn", language="zh")
SAM = e.Participant(name="", email="sam@example.com")


async def mailed(service: Rig, *events: Any) -> list[Mail]:
    """What goes out once the mailer has gone its rounds."""
    outbox = service.outbox
    assert isinstance(outbox, Outbox)
    before = len(outbox.sent)
    for result in await service.hear(*events):
        assert not isinstance(result, Exception), result
    while await service.service.mailer.round():
        pass
    return outbox.sent[before:]


def message_of(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def calendar_of(mail: Mail) -> Any:
    return event_in(message_of(mail))


def told(mails: list[Mail]) -> list[tuple[str, str]]:
    return sorted((mail.to, calendar_of(mail)[0]) for mail in mails)


async def test_each_participant_is_asked_once_with_an_event_that_calendars_read(service: Rig) -> None:
    names = e.SpaceDescribed.model_validate(
        {
            "venue": "centre",
            "space": "hall-1",
            "name": {"en": "Hall 1", "ru": "Зал 1"},
            "kind": "hall",
            "compositions": [{"atoms": ["hall-1"]}],
        }
    )
    await service.hear(received(CATALOG_EVENTS.name, names, "ev-space", "centre/hall-1", 1))
    event = invitations(3, ANNA, SAM)
    mails = await mailed(service, event, event)
    assert told(mails) == [("anna@example.org", "REQUEST"), ("sam@example.com", "REQUEST")]
    [anna] = [mail for mail in mails if mail.to == ANNA.email]
    message = message_of(anna)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    assert str(message["To"]) == "Анна Ким <anna@example.org>"
    _, read = calendar_of(anna)
    assert (read.dtstart.value, read.dtend.value) == (SHOW.start, SHOW.end)
    assert read.uid.value == "spb-1-0@pavilion"
    assert read.sequence.value == "2"
    assert read.summary.value == "Tea tasting"
    assert read.location.value == "Зал 1, centre"
    assert read.status.value == "CONFIRMED"
    assert read.attendee.value == "mailto:anna@example.org"
    assert read.attendee.params["CN"] == ["Анна Ким"]
    assert read.attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
    assert read.organizer.value == f"mailto:{message['From'].addresses[0].addr_spec}"
    assert "приглашает вас" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_a_move_and_another_title_reach_everybody_under_the_same_uid_with_a_higher_sequence(service: Rig) -> None:
    [first] = await mailed(service, invitations(1, ANNA))
    [moved] = await mailed(service, invitations(2, ANNA, uses=[use("hall-2", LATER)]))
    [renamed] = await mailed(service, invitations(3, ANNA, uses=[use("hall-2", LATER)], title="Tea congress"))
    reads = [calendar_of(mail) for mail in (first, moved, renamed)]
    assert {method for method, _ in reads} == {"REQUEST"}
    assert len({event.uid.value for _, event in reads}) == 1
    assert [event.sequence.value for _, event in reads] == ["0", "1", "2"]
    assert reads[1][1].dtstart.value == LATER.start
    assert len({event.organizer.value for _, event in reads}) == 1


async def test_only_those_whom_a_change_concerns_are_mailed(service: Rig) -> None:
    await mailed(service, invitations(1, ANNA, WEI))
    assert told(await mailed(service, invitations(2, ANNA, WEI))) == []
    assert told(await mailed(service, invitations(3, WEI, SAM))) == [
        ("anna@example.org", "CANCEL"),
        ("sam@example.com", "REQUEST"),
    ]
    respelled = e.Participant(name=WEI.name, email="Li.Wei@example.cn", language="zh")
    assert [method for _, method in told(await mailed(service, invitations(4, respelled, SAM)))] == ["REQUEST"]


async def test_a_cancelled_booking_is_taken_out_of_every_calendar(service: Rig) -> None:
    await mailed(service, invitations(1, ANNA, WEI))
    gone = await mailed(service, invitations(2))
    assert told(gone) == [("anna@example.org", "CANCEL"), ("li.wei@example.cn", "CANCEL")]
    method, event = calendar_of(gone[0])
    assert (method, event.status.value, event.sequence.value) == ("CANCEL", "CANCELLED", "1")
    assert event.uid.value == "spb-1-0@pavilion"
    assert told(await mailed(service, invitations(3))) == []


async def test_each_time_of_a_booking_is_an_event_of_its_own(service: Rig) -> None:
    hall, room = use("hall-1"), use("room-1")
    first = await mailed(service, invitations(1, ANNA, uses=[use(show=LATER), hall, room]))
    events = [calendar_of(mail)[1] for mail in first]
    assert {(event.uid.value, event.dtstart.value) for event in events} == {
        ("spb-1-0@pavilion", SHOW.start),
        ("spb-1-1@pavilion", LATER.start),
    }
    assert {event.location.value for event in events} == {"hall-1, room-1, centre", "hall-1, centre"}
    [shorter] = await mailed(service, invitations(2, ANNA, uses=[hall, room]))
    method, event = calendar_of(shorter)
    assert (method, event.uid.value) == ("CANCEL", "spb-1-1@pavilion")


async def test_what_is_over_is_nobodys_news_and_its_addresses_are_forgotten(service: Rig) -> None:
    await mailed(service, invitations(1, ANNA))
    assert await mailed(service, invitations(2, over=True)) == []
    [kept] = await service.store.find("invitations", {})
    assert "anna" not in str(kept)


@pytest.mark.parametrize("shift", [timedelta(days=-20), timedelta(days=-10, hours=-3)])
async def test_what_has_been_is_in_no_invitation(service: Rig, shift: timedelta) -> None:
    past = e.Span(start=SHOW.start + shift, end=SHOW.end + shift)
    [only] = await mailed(service, invitations(1, ANNA, uses=[use(show=past), use()]))
    assert calendar_of(only)[1].dtstart.value == SHOW.start


async def test_a_mail_that_waited_for_its_server_does_not_come_after_the_one_that_takes_it_back(service: Rig) -> None:
    outbox, clock = service.outbox, service.clock
    assert isinstance(outbox, Outbox)
    assert isinstance(clock, ManualClock)
    outbox.faults = [MailPutOff("450 greylisted")]
    assert await mailed(service, invitations(1, ANNA)) == []
    assert told(await mailed(service, invitations(2))) == [("anna@example.org", "CANCEL")]
    clock.advance(timedelta(hours=1))
    assert await mailed(service) == []
    assert Counter(one.state.value for one in await service.deliveries()) == {"sent": 1, "superseded": 1}


async def test_of_two_moves_in_a_row_only_the_last_is_told_where_the_first_still_waited(service: Rig) -> None:
    outbox, clock = service.outbox, service.clock
    assert isinstance(outbox, Outbox)
    assert isinstance(clock, ManualClock)
    outbox.faults = [MailPutOff("450 greylisted")]
    await mailed(service, invitations(1, ANNA))
    [moved] = await mailed(service, invitations(2, ANNA, uses=[use(show=LATER)]))
    clock.advance(timedelta(hours=1))
    assert await mailed(service) == []
    assert calendar_of(moved)[1].dtstart.value == LATER.start


async def test_what_moves_into_the_past_is_taken_out_of_calendars(service: Rig) -> None:
    await mailed(service, invitations(1, ANNA, uses=[use(), use(show=LATER)]))
    past = e.Span(start=SHOW.start - timedelta(days=30), end=SHOW.end - timedelta(days=30))
    gone = await mailed(service, invitations(2, ANNA, uses=[use(show=past), use(show=LATER)]))
    assert [(calendar_of(mail)[0], calendar_of(mail)[1].uid.value) for mail in gone] == [("CANCEL", "spb-1-0@pavilion")]


async def test_older_news_and_the_same_again_say_nothing(service: Rig) -> None:
    newer, older = invitations(5, ANNA), invitations(4, ANNA, WEI)
    assert len(await mailed(service, newer)) == 1
    assert await mailed(service, older, newer) == []
    assert len(await service.deliveries()) == 1


async def test_no_address_is_in_the_delivery_log_or_in_events(service: Rig) -> None:
    await mailed(service, invitations(1, ANNA, WEI))
    deliveries = await service.deliveries()
    assert Counter(one.recipient.party for one in deliveries) == {Party.PARTICIPANT: 2}
    assert len({one.recipient.id for one in deliveries}) == 2
    assert not [one for one in deliveries if "@" in one.recipient.id]
    app = httpx.ASGITransport(service.service.app)
    async with httpx.AsyncClient(transport=app, base_url="http://pavilion") as http:
        answer = await http.get("/api/notification/deliveries", headers=service.bearer(organizer("sco-expo")))
        assert answer.status_code == 200
        assert len(answer.json()["deliveries"]) == 2
        assert "@" not in answer.text
    outbox = await service.store.find("outbox", {})
    assert outbox
    assert not [one for one in await service.store.find("deliveries", {}) if "@example" in str(one)]
    assert not [row for row in outbox if any(one.recipient.id in str(row) for one in deliveries)]
    assert not [row for row in outbox if "@example" in str(row)]


async def test_an_address_that_no_mail_reaches_is_parked_alone(service: Rig) -> None:
    broken = e.Participant(name="", email="nobody@.example")
    assert told(await mailed(service, invitations(1, ANNA, broken))) == [("anna@example.org", "REQUEST")]
    assert Counter(one.state.value for one in await service.deliveries()) == {"sent": 1, "parked": 1}


async def test_what_is_quoted_can_bend_neither_mail_nor_calendar(service: Rig) -> None:
    nasty = "Eve\r\nATTENDEE:mailto:victim@example.com\r\n;,\\"
    eve = e.Participant(name=nasty, email="eve@example.com")
    [mail] = await mailed(service, invitations(1, eve, title=nasty))
    _, event = calendar_of(mail)
    assert [attendee.value for attendee in event.attendee_list] == ["mailto:eve@example.com"]
    assert event.summary.value == "Eve ATTENDEE:mailto:victim@example.com ;,\\"
    assert "Bcc" not in message_of(mail)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_text_is_whole(service: Rig, language: str) -> None:
    one = e.Participant.model_validate({"name": "Kim", "email": "kim@example.org", "language": language})
    [asked] = await mailed(service, invitations(1, one, title=""))
    [called_off] = await mailed(service, invitations(2, title=""))
    for mail in (asked, called_off):
        message = message_of(mail)
        text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "hall-1" in text
        assert "sco-expo" in text
        assert "{" not in text
        assert str(message["Content-Language"]) == language
        assert calendar_of(mail)[1].summary.value == "centre"
