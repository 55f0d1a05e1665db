"""Calendars come in, follow their file, and go out again."""

from __future__ import annotations

import copy
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import vobject
from dateutil import parser
from icalendar import Calendar

from deploy.centres.icsfile import IcsEvent, Spaces, read_calendar
from deploy.fairs.model import FolderInvalid
from shared.contracts.events import SpacePolicy

from .house import ORGANIZER, STRANGER, House, hall

DATA = Path(os.environ.get("PAVILION_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
SPACES = Spaces.of(
    "centre",
    [
        {"space": "saal-1", "name": {"de": "Saal 1"}},
        {"space": "saal-2", "name": {"de": "Saal 2"}},
        {"space": "saal-6", "name": {"de": "Saal 6"}},
        {"space": "saal-g", "name": {"de": "Saal G"}},
        {"space": "saal-1-2", "name": {"de": "Saal 1+2", "en": "Halls 1 and 2"}},
    ],
)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"


def event(*lines: str, uid: str = "u1") -> str:
    given = {line.partition(":")[0].partition(";")[0] for line in lines}
    plain = {"UID": uid, "DTSTART": "20270601T090000Z", "DTEND": "20270601T100000Z", "LOCATION": "Saal 1"}
    rest = [f"{name}:{value}" for name, value in plain.items() if name not in given and name != "DTEND"]
    rest += [f"DTEND:{plain['DTEND']}"] if not given & {"DTEND", "DURATION"} else []
    return "\r\n".join(("BEGIN:VEVENT", *rest, *[line for line in lines if not line.endswith(":")], "END:VEVENT", ""))


def read(tmp_path: Path, *events: str) -> list[IcsEvent]:
    path = tmp_path / "rooms.ics"
    path.write_bytes((HEAD + "".join(events) + "END:VCALENDAR\r\n").encode())
    return read_calendar(path, SPACES)


def real() -> list[IcsEvent]:
    return read_calendar(DATA / "31c3" / "rooms.ics", SPACES)


@pytest.fixture
async def congress(house: House) -> House:
    rooms = [hall(name) for name in ("saal-1", "saal-2", "saal-6", "saal-g")]
    await house.open_venue(*rooms, hall("saal-1-2", "saal-1", "saal-2"), time_zone="Europe/Berlin")
    return house


async def bring(client: httpx.AsyncClient, events: list[dict[str, Any]], **more: Any) -> tuple[int, Any]:
    answer = await client.post("/venues/centre/calendar", json={"events": events, **more})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "line",
    ["DTSTART:garbage", "DTSTART:20290132T100000Z", "DURATION:rubbish", "EXDATE:junk", "DTSTART;TZID=Mars/Base:x"],
)
def test_a_value_that_cannot_be_read_is_named_with_its_event(tmp_path: Path, line: str) -> None:
    more = ("RRULE:FREQ=DAILY;COUNT=2",) if line.startswith("EXDATE") else ()
    with pytest.raises(FolderInvalid) as raised:
        read(tmp_path, event("SUMMARY:Talk", line, *more), event("SUMMARY:Other", uid="u2"))
    [problem] = raised.value.problems
    assert problem.at == "event 1 (Talk)"
    assert problem.remedy


async def test_a_real_congress_comes_in_whole_and_goes_out_as_it_came(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    events = [one.body() for one in real()]
    status, report = await bring(client, events)
    assert (status, len(report["created"]), report["conflicts"]) == (200, 138, [])
    feed = (await client.get("/venues/centre/calendar.ics")).content
    ours = {str(one["uid"]): one for one in Calendar.from_ical(feed).walk("VEVENT")}
    theirs = Calendar.from_ical((DATA / "31c3" / "rooms.ics").read_bytes()).walk("VEVENT")
    assert len(ours) == len(theirs) == 138
    again = {event.uid.value: event for event in vobject.readOne(feed.decode()).vevent_list}
    names = {name: f"saal-{name[-1].lower()}" for name in ("Saal 1", "Saal 2", "Saal 6", "Saal G")}
    for one in theirs:
        other = ours[str(one["uid"])]
        assert [other[key].dt.astimezone(UTC) for key in ("dtstart", "dtend")] == [
            one[key].dt.astimezone(UTC) for key in ("dtstart", "dtend")
        ]
        second = again[str(one["uid"])]
        assert [moment.value for moment in (second.dtstart, second.dtend)] == [
            one[key].dt.astimezone(UTC) for key in ("dtstart", "dtend")
        ]
        assert str(other["location"]) == names[str(one["location"])]
        assert str(other["summary"]) == " ".join(str(one["summary"]).split())


async def test_the_same_again_changes_nothing_also_once_it_is_over(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    events = [one.body() for one in real()][:20]
    await bring(client, events)
    for sweeps in (0, 1):
        for _ in range(sweeps):
            await congress.sweep()
        status, report = await bring(client, events)
        assert (status, len(report["unchanged"]), report["created"], report["changed"]) == (200, 20, [], [])


async def test_an_event_that_is_shifted_into_another_is_refused_and_both_are_named(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    events = [one.body() for one in real()]
    await bring(client, events)
    shifted = copy.deepcopy(events)
    first, second = (one for one in shifted if "Opening Event" in one["title"] or "Keynote" in one["title"])
    first["uses"][0]["end"] = "2014-12-27T10:31+00:00"
    status, refused = await bring(client, shifted)
    assert (status, refused["type"]) == (409, "urn:pavilion:problem:calendar-conflicts")
    [conflict] = refused["items"]
    assert (conflict["uid"], conflict["row"]) == (first["uid"], events.index(second) - 1)
    assert f"“{second['title']}”" in conflict["problem"]
    status, report = await bring(client, shifted, skip_conflicts=True)
    assert (status, len(report["conflicts"]), len(report["unchanged"])) == (200, 1, 137)


async def test_a_changed_event_updates_its_booking_and_a_cancelled_one_gives_it_up(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    events = [one.body() for one in real()][:3]
    await bring(client, events)
    events[0]["title"] = "Another title"
    events[1]["uses"][0]["end"] = "2014-12-27T11:29+00:00"
    status, report = await bring(client, events)
    assert (status, len(report["changed"]), len(report["unchanged"])) == (200, 2, 1)
    shown = (await client.get("/space-bookings", params={"uid": events[1]["uid"]})).json()["bookings"]
    assert parser.isoparse(shown[0]["end"]) == datetime(2014, 12, 27, 11, 29, tzinfo=UTC)


def use(space: str, start: str, end: str) -> dict[str, str]:
    return {"space": f"centre/{space}", "start": start, "end": end}


async def test_an_event_that_was_cancelled_and_comes_again_is_booked_again(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    talk = {"uid": "talk", "title": "Talk", "uses": [use("saal-1", "2027-06-01T09:00", "2027-06-01T10:00")]}
    assert (await bring(client, [talk]))[1]["created"] == ["talk"]
    [first] = (await client.get("/space-bookings")).json()["bookings"]
    details = {"title": "Talk", "notes": "a lectern", "people": 40}
    assert (await client.post(f"/space-bookings/{first['id']}/details", json=details)).status_code == 200
    assert (await bring(client, [{**talk, "cancelled": True}]))[1]["cancelled"] == ["talk"]
    again = {**talk, "uses": [use("saal-2", "2027-06-01T09:00", "2027-06-01T10:00")]}
    for expected in ({"created": ["talk"]}, {"unchanged": ["talk"]}):
        status, report = await bring(client, [again])
        assert status == 200, report
        assert {name: told for name, told in report.items() if told and name in ("created", "unchanged")} == expected
    [booked] = (await client.get("/space-bookings")).json()["bookings"]
    assert (booked["state"], booked["reason"], booked["uses"][0]["space"]) == ("definite", "", "centre/saal-2")
    assert (booked["details"]["notes"], booked["details"]["people"]) == ("a lectern", 40)


async def imported(house: House, **changes: Any) -> tuple[httpx.AsyncClient, dict[str, Any], str]:
    """A talk of the venue's organizer, brought in; whose client, its event and its booking."""
    client = await house.http(ORGANIZER)
    talk = {"uid": "talk", "title": "Talk", "uses": [use("saal-1", "2027-06-01T09:00", "2027-06-01T10:00")], **changes}
    assert (await bring(client, [talk]))[1]["created"] == ["talk"]
    [booked] = (await client.get("/space-bookings", params={"uid": "talk"})).json()["bookings"]
    return client, talk, booked["id"]


async def state_of(client: httpx.AsyncClient, id_: str) -> tuple[str, str]:
    found = (await client.get(f"/space-bookings/{id_}")).json()
    return found["state"], found["details"]["title"]


async def test_what_people_decided_of_a_booking_stands_whatever_its_calendar_says(congress: House) -> None:
    client, talk, id_ = await imported(congress)
    await client.post(f"/space-bookings/{id_}/cancel", json={"reason": "water damage"})
    for _ in range(2):
        assert (await bring(client, [talk]))[1]["unchanged"] == ["talk"]
    assert (await state_of(client, id_))[0] == "cancelled"


async def test_a_request_that_is_called_otherwise_is_still_a_request(congress: House) -> None:
    rooms = [hall("saal-1"), hall("saal-2")]
    await congress.open_venue(*rooms, time_zone="Europe/Berlin", policy=SpacePolicy(approval_required=True))
    client = await congress.http(STRANGER)
    talk = {"uid": "talk", "title": "Talk", "uses": [use("saal-1", "2027-06-01T09:00", "2027-06-01T10:00")]}
    assert (await bring(client, [talk]))[1]["created"] == ["talk"]
    moved = {**talk, "title": "Tea", "uses": [use("saal-2", "2027-06-02T09:00", "2027-06-02T10:00")]}
    assert (await bring(client, [moved]))[1]["changed"] == ["talk"]
    [booked] = (await client.get("/space-bookings", params={"uid": "talk"})).json()["bookings"]
    assert (booked["state"], booked["details"]["title"]) == ("inquiry", "Tea")


async def test_whoever_runs_the_venue_may_still_say_when_something_was(congress: House) -> None:
    client, talk, id_ = await imported(congress)
    congress.advance(days=160)
    assert await congress.sweep() == 1
    moved = {**talk, "uses": [use("saal-1", "2027-06-01T09:01", "2027-06-01T10:00")]}
    assert (await bring(client, [moved]))[1]["changed"] == ["talk"]
    assert (await state_of(client, id_))[0] == "completed"
    ahead = {**talk, "uses": [use("saal-1", "2028-06-01T09:00", "2028-06-01T10:00")]}
    assert (await bring(client, [ahead]))[1]["changed"] == ["talk"]
    assert (await state_of(client, id_))[0] == "definite"


async def test_what_is_over_is_called_otherwise_and_stays_what_it_was(congress: House) -> None:
    client, talk, id_ = await imported(congress)
    congress.advance(days=160)
    assert (await client.post(f"/space-bookings/{id_}/no-show")).status_code == 200
    assert (await bring(client, [{**talk, "title": "Nobody"}]))[1]["changed"] == ["talk"]
    assert await state_of(client, id_) == ("no-show", "Nobody")
    later = {**talk, "uses": [use("saal-1", "2028-06-01T09:00", "2028-06-01T10:00")]}
    status, refused = await bring(client, [later])
    assert (status, refused["items"][0]["reason"]) == (409, "booking-no-show")


async def test_an_event_that_moved_and_was_cancelled_changes_nothing_the_second_time(congress: House) -> None:
    client, talk, _ = await imported(congress)
    gone = {**talk, "cancelled": True, "uses": [use("saal-2", "2027-06-03T09:00", "2027-06-03T10:00")]}
    assert (await bring(client, [gone]))[1]["cancelled"] == ["talk"]
    assert (await bring(client, [gone]))[1]["unchanged"] == ["talk"]


async def test_nobody_gives_up_what_is_another_organizers(congress: House) -> None:
    client, talk, id_ = await imported(congress)
    stranger = await congress.http(STRANGER)
    status, refused = await bring(stranger, [{**talk, "cancelled": True}])
    assert (status, refused["items"][0]["reason"]) == (409, "not-yours")
    assert (await state_of(client, id_))[0] == "definite"


async def test_what_has_begun_is_no_reason_to_refuse_the_same_calendar(congress: House) -> None:
    client = await congress.http(STRANGER)
    talks = [
        {"uid": day, "title": day, "uses": [use("saal-1", f"2027-06-{day}T09:00", f"2027-06-{day}T10:00")]}
        for day in ("01", "20")
    ]
    assert (await bring(client, talks))[0] == 200
    congress.advance(days=155)
    talks[1]["title"] = "Later"
    status, report = await bring(client, talks)
    assert (status, report["unchanged"], report["changed"]) == (200, ["01"], ["20"]), report


async def test_two_events_that_change_places_are_not_in_each_others_way(congress: House) -> None:
    client = await congress.http(ORGANIZER)
    one, other = (
        {
            "uid": uid,
            "title": uid,
            "uses": [{"space": f"centre/{room}", "start": "2031-01-02T09:00", "end": "2031-01-02T10:00"}],
        }
        for uid, room in (("a", "saal-1"), ("b", "saal-2"))
    )
    await bring(client, [one, other])
    one["uses"], other["uses"] = other["uses"], one["uses"]
    status, report = await bring(client, [one, other])
    assert (status, report["changed"]) == (200, ["a", "b"])
    assert (await bring(client, [{**one, "cancelled": True}, other]))[1]["cancelled"] == ["a"]


async def test_combined_rooms_at_once_are_refused_by_their_parts_and_nothing_is_half_written(
    congress: House, tmp_path: Path
) -> None:
    client = await congress.http(ORGANIZER)
    both = event("LOCATION:Saal 1+2", "SUMMARY:Plenary", uid="both")
    part = event("SUMMARY:Workshop", "LOCATION:Saal 2", uid="part")
    status, refused = await bring(client, [one.body() for one in read(tmp_path, both, part)])
    assert status == 409
    [conflict] = refused["items"]
    assert (conflict["row"], conflict["title"]) == (1, "Workshop")
    assert (await client.get("/space-bookings")).json()["bookings"] == []


async def test_a_stranger_brings_in_only_their_own_and_nothing_of_the_past(congress: House) -> None:
    client = await congress.http(STRANGER)
    status, refused = await bring(client, [real()[0].body()])
    assert (status, refused["items"][0]["reason"]) == (409, "time-past")
    assert (await bring(client, [real()[0].body()], organizer="sco"))[0] == 403


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("Saal 1", ["saal-1"]),
        ("saal 1+2", ["saal-1-2"]),
        ("Saal 1\\, Saal G", ["saal-1", "saal-g"]),
        ("Saal 1 + Saal 2", ["saal-1", "saal-2"]),
        ("Saal 2+6", ["saal-2", "saal-6"]),
        ("Halls 1 and 2", ["saal-1-2"]),
        ("Saal 6 und Saal G", ["saal-6", "saal-g"]),
    ],
)
def test_a_location_names_one_or_several_spaces(tmp_path: Path, location: str, names: list[str]) -> None:
    [found] = read(tmp_path, event(f"LOCATION:{location}"))
    assert [use["space"] for use in found.uses] == [f"centre/{name}" for name in names]


def test_a_series_is_one_booking_of_all_its_occurrences_across_a_clock_change(tmp_path: Path) -> None:
    [found] = read(
        tmp_path,
        event(
            "DTSTART;TZID=Europe/Berlin:20270325T090000",
            "DTEND;TZID=Europe/Berlin:20270325T100000",
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXDATE;TZID=Europe/Berlin:20270326T090000",
        ),
        event(
            "RECURRENCE-ID;TZID=Europe/Berlin:20270329T090000",
            "DTSTART;TZID=Europe/Berlin:20270329T140000",
            "DTEND;TZID=Europe/Berlin:20270329T150000",
        ),
    )
    assert [use["start"] for use in found.uses] == [
        "2027-03-25T08:00+00:00",
        "2027-03-27T08:00+00:00",
        "2027-03-28T07:00+00:00",
        "2027-03-29T12:00+00:00",
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (event("UID:"), "has no UID"),
        (event("LOCATION:"), "has no LOCATION"),
        (event("LOCATION:Kitchen"), "LOCATION names “Kitchen”"),
        (event("LOCATION:Saal 1\\, Kitchen"), "LOCATION names “Kitchen”"),
        (event("DTSTART:20270601T090000"), "floating time"),
        (event("DTSTART;VALUE=DATE:20270601", "DTEND;VALUE=DATE:20270602"), "all-day"),
        (event("DTEND:20270601T080000Z"), "ends before it starts"),
        (event("DTEND:20270601T090000Z"), "takes no time"),
        (event("DTSTART;TZID=Mars/Base:20270601T090000"), "a zone that nobody knows: Mars/Base"),
        (event("RRULE:FREQ=DAILY"), "recurs without end"),
        (event("RRULE:every day"), "has an RRULE that is none"),
        (event("RRULE:FREQ=NEVER;COUNT=2"), "has an RRULE that cannot be read"),
        (event("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20270602"), "EXDATE that is no occurrence"),
        (event("RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20270602T090000"), "EXDATE that is no occurrence"),
        (event("RRULE:FREQ=DAILY;COUNT=10000"), "recurs more than 200 times"),
        (event("RECURRENCE-ID:20270601T090000Z", uid="other"), "which is not there"),
        (event() + event(), "comes twice"),
        ("BEGIN:VEVENT\r\nthis is no line\r\nEND:VEVENT\r\n", "is no content line"),
        ("BEGIN:VEVENT\r\n", "which is not open"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_with_its_place_and_remedy(tmp_path: Path, bad: str, said: str) -> None:
    with pytest.raises(FolderInvalid) as refused:
        read(tmp_path, bad)
    problems = refused.value.problems
    assert any(said in problem.problem for problem in problems), problems
    assert all(problem.at and problem.remedy for problem in problems)


def test_all_that_is_wrong_with_an_event_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FolderInvalid) as refused:
        read(tmp_path, event("LOCATION:Kitchen", "DTSTART:20270601T090000"))
    time, place = refused.value.problems
    assert "floating time" in time.problem
    assert place.remedy == "there are: Halls 1 and 2, Saal 1, Saal 2, Saal 6, Saal G"


def test_a_line_that_is_broken_is_told_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(FolderInvalid) as refused:
        read(tmp_path, event(), "BEGIN:VEVENT\r\nSUMMARY;:\r\n no\r\nbroken\r\nEND:VEVENT\r\n")
    assert [problem.at for problem in refused.value.problems] == ["line 11", "line 13"]
