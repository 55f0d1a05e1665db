"""The questions asked afterwards find what is other than the folder has it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.client.topics import TopicRecord
from deploy.fairs import read_folder
from deploy.fairs.model import FairFolder, Stand
from deploy.rehearsal.booking import Reservation
from deploy.rehearsal.floor import floor_differences
from deploy.rehearsal.hearing import Told, caught_mails, confirmed_events, delivered, mailed, published, to_be_told
from deploy.rehearsal.plan import Booking
from deploy.stack.mail import _Keeper
from tests.builders.folders import Folder, stand

HELD, CONFIRMED = (f"pavilion.booking.reservation.{kind}.v1" for kind in ("held", "confirmed"))


def reservation(**changes: Any) -> Reservation:
    fields = {
        "id": "res-1",
        "booths": ("1/A-1",),
        "exhibitor": "altai",
        "co_exhibitors": frozenset({"orda"}),
        "admitted": set(),
        "state": "confirmed",
    }
    return Reservation(**{**fields, **changes})


@pytest.fixture
def folder(tmp_path: Path) -> FairFolder:
    made = Folder(tmp_path / "fair").hall("1", stand("A-1", exhibitors=["Altai", "Orda"]), stand("B-2", (9, 0, 4, 4)))
    return read_folder(made.path)


WANTED = [Booking(Stand("1", "A-1", ("Altai", "Orda")), "altai", ("orda",))]
SHOWN = [{"booth": "1/A-1", "state": "reserved"}, {"booth": "1/B-2", "state": "free"}]


def test_a_floor_as_the_folder_has_it_has_no_difference(folder: FairFolder) -> None:
    assert floor_differences(folder, WANTED, SHOWN, [reservation()]) == []
    sold = [{"booth": "1/A-1", "state": "sold"}, SHOWN[1], {"booth": "1/C-3", "state": "reserved", "withdrawn": True}]
    assert floor_differences(folder, WANTED, sold, [reservation(state="sold")]) == []


@pytest.mark.parametrize(
    ("shown", "live", "said"),
    [
        ({"1/A-1": "free"}, [], "1/A-1: free, but the plan shows altai there"),
        ({"1/A-1": "held"}, [reservation(state="held")], "1/A-1: held, but the plan shows altai there"),
        ({}, [], "1/A-1: reserved, with 0 live reservations"),
        ({}, [reservation(), reservation(id="res-2")], "1/A-1: reserved, with 2 live reservations"),
        ({}, [reservation(exhibitor="kazan")], "1/A-1: reserved by kazan, but the plan shows altai there"),
        ({}, [reservation(co_exhibitors=frozenset())], "1/A-1: reserved with other co-exhibitors than the plan shows"),
        ({}, [reservation(state="held")], "1/A-1: reserved, but its reservation is held"),
        ({"1/B-2": "blocked"}, [reservation()], "1/B-2: blocked, but the plan shows nobody there"),
        ({"1/A-1": None}, [reservation()], "1/A-1: booking does not know it"),
        ({"1/Z-9": "free"}, [reservation()], "1/Z-9: on sale, but not in the folder"),
    ],
)
def test_each_difference_of_the_floor_is_named(
    folder: FairFolder, shown: dict[str, str | None], live: list[Reservation], said: str
) -> None:
    states = {booth["booth"]: booth["state"] for booth in SHOWN} | shown
    booths = [{"booth": label, "state": state} for label, state in states.items() if state is not None]
    assert floor_differences(folder, WANTED, booths, live) == [said]


def record(sequence: int, type_: str, *, event: str | None = None) -> TopicRecord:
    id_ = event or f"ev-{sequence}"
    return TopicRecord("topic", 0, sequence, "res-1", id_, type_, sequence, "expo", {})


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([record(1, HELD), record(2, CONFIRMED)], None),
        ([record(1, HELD), record(2, CONFIRMED), record(1, HELD), record(2, CONFIRMED)], None),
        ([record(2, CONFIRMED), record(1, HELD)], "its events come as [2, 1]"),
        ([record(1, HELD)], "its confirmation was published 0 times"),
        ([record(1, HELD), record(2, CONFIRMED), record(3, CONFIRMED)], "its confirmation was published 2 times"),
        ([record(1, HELD), record(2, CONFIRMED), record(2, CONFIRMED, event="x")], "its events come as [1, 2, 2]"),
        ([record(1, CONFIRMED)], f"its first event is {CONFIRMED}"),
        ([], "its confirmation was published 0 times"),
    ],
)
def test_each_fault_of_a_published_confirmation_is_named(records: list[TopicRecord], said: str | None) -> None:
    finding = published(records, [reservation()])
    assert finding.differences == (() if said is None else (f"res-1 (1/A-1): {said}",))


def test_records_that_were_sent_again_are_noted_of_what_was_rehearsed_alone() -> None:
    other = replace(record(1, HELD, event="other"), key="res-of-another-fair")
    once = [record(1, HELD), record(2, CONFIRMED), other, other]
    assert published(once, [reservation()]).note == ""
    note = published([*once, record(2, CONFIRMED)], [reservation()]).note
    assert note == "1 record was sent again, after a restart or a replay, under the same ids"


def test_everybody_who_stands_there_is_to_be_told() -> None:
    assert to_be_told([reservation()]) == [Told("res-1", "altai"), Told("res-1", "orda")]
    assert confirmed_events([record(1, HELD), record(2, CONFIRMED)]) == {"res-1": "ev-2"}


def test_a_mail_that_is_missing_or_came_twice_is_named() -> None:
    told = [Told("res-1", "altai"), Told("res-1", "orda"), Told("res-1", "kazan")]
    mails = Counter({("ev-2", "altai@rehearsal.invalid"): 1, ("ev-2", "orda@rehearsal.invalid"): 2})
    assert mailed(mails, told, {"res-1": "ev-2"}).differences == (
        "orda: the confirmation of res-1 was mailed 2 times",
        "kazan: the confirmation of res-1 was mailed 0 times",
    )


def test_mails_of_reservations_that_no_rehearsal_made_are_not_looked_for_but_counted() -> None:
    told = [Told("res-real", "altai"), Told("res-real", "orda"), Told("res-before", "kazan"), Told("res-now", "omsk")]
    events = {"res-real": "ev-r", "res-before": "ev-b", "res-now": "ev-n"}
    mails = Counter({("ev-r", "sales@altai.example"): 1, ("ev-b", "kazan@rehearsal.invalid"): 1})
    finding = mailed(mails, told, events, booked_now={"res-now"})
    assert finding.differences == ("omsk: the confirmation of res-now was mailed 0 times",)
    assert (finding.looked_at, finding.note) == (2, "1 reservations that no rehearsal made are left out")


def test_a_delivery_that_is_missing_doubled_or_not_sent_is_named() -> None:
    told = [Told("res-1", name) for name in ("altai", "orda", "kazan", "omsk")]
    log = {told[0]: ["sent"], told[1]: ["sent", "sent"], told[2]: ["no-address"]}
    assert delivered(log, told).differences == (
        "orda: the confirmation of res-1 is sent, sent",
        "kazan: the confirmation of res-1 is no-address",
        "omsk: the confirmation of res-1 is not there",
    )


def test_caught_mails_are_counted_by_event_and_address_though_headers_are_folded(tmp_path: Path) -> None:
    event = f"pavilion.booking.events.v1/res-{'0' * 40}/2"
    name = '"A very long name of an exhibitor, in its full legal form and more"'
    mail = f"X-Pavilion-Event:\r\n {event}\r\nTo: {name}\r\n <altai@rehearsal.invalid>\r\n\r\nTo: nobody@x\r\n".encode()
    keeper = _Keeper(tmp_path / "mail")
    for _ in range(2):
        keeper._maildir.add(mail)
    assert caught_mails(tmp_path / "mail") == {(event, "altai@rehearsal.invalid"): 2}
