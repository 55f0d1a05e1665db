"""A booth's states, and who may share floor with whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.booking.domain import booth as booths
from services.booking.domain import floor
from services.booking.domain.booth import Booth, BoothState, ForbiddenMove
from services.booking.domain.reservation import Reservation, ReservationState

from .ledger import NOON

FREE = Booth("expo/1/A", "expo", "1", "A", 12.0)
TAKEN = Reservation("r1", "expo", "sco", ("expo/1/B",), "acme", NOON + timedelta(minutes=15), NOON)
ALLOWED = {
    "free held",
    "free blocked",
    "held held",
    "held reserved",
    "held free",
    "reserved sold",
    "reserved free",
    "sold free",
    "blocked free",
}


def _moved(booth: Booth, to: BoothState) -> Booth:
    match to:
        case BoothState.FREE:
            return booths.release(booth)
        case BoothState.BLOCKED:
            return booths.block(booth, "", NOON)
        case _:
            return booths.take(booth, to, "r9", "acme", None)


@pytest.mark.parametrize(("before", "after"), list(product(BoothState, BoothState)))
def test_only_the_moves_of_the_table_are_possible(before: BoothState, after: BoothState) -> None:
    booth = replace(FREE, state=before)
    if f"{before} {after}" in ALLOWED:
        assert _moved(booth, after).state is after
    else:
        with pytest.raises(ForbiddenMove):
            _moved(booth, after)


def test_a_hold_is_overdue_from_its_very_end_on() -> None:
    held = booths.take(FREE, BoothState.HELD, "r1", "acme", NOON)
    assert not held.overdue(NOON - timedelta(milliseconds=1))
    assert held.overdue(NOON)


def test_a_booth_given_back_keeps_nothing_of_its_holder() -> None:
    held = booths.take(FREE, BoothState.HELD, "r1", "acme", NOON)
    assert booths.release(held) == FREE


@pytest.mark.parametrize(
    ("booth", "reason"),
    [
        (replace(FREE, state=BoothState.HELD), "booth-taken"),
        (replace(FREE, state=BoothState.RESERVED), "booth-taken"),
        (replace(FREE, state=BoothState.SOLD), "booth-taken"),
        (replace(FREE, state=BoothState.BLOCKED), "booth-blocked"),
        (replace(FREE, withdrawn=True), "booth-withdrawn"),
    ],
)
def test_a_booth_that_is_not_free_is_refused_and_says_what_it_is(booth: Booth, reason: str) -> None:
    why = floor.refusal(booth, (), "acme")
    assert why is not None
    assert (why.reason, why.state, why.overlapping) == (reason, booth.state, None)


def test_a_neighbour_in_other_hands_needs_to_admit_the_asker() -> None:
    neighbour = booths.take(replace(FREE, id="expo/1/B"), BoothState.HELD, "r1", "acme", TAKEN.expires_at)
    why = floor.refusal(FREE, [(neighbour, TAKEN)], "rival")
    assert why is not None
    assert (why.reason, why.overlapping, why.state) == ("joint-stand-taken", "expo/1/B", "held")
    for consenting in (
        replace(TAKEN, exhibitor="rival"),
        replace(TAKEN, co_exhibitors=("rival",)),
        replace(TAKEN, admitted=("rival",)),
    ):
        assert floor.refusal(FREE, [(neighbour, consenting)], "rival") is None


def test_a_blocked_neighbour_admits_nobody() -> None:
    neighbour = booths.block(replace(FREE, id="expo/1/B"), "pillar", NOON)
    why = floor.refusal(FREE, [(neighbour, None)], "acme")
    assert why is not None
    assert why.reason == "joint-stand-taken"


@pytest.mark.parametrize(
    ("reservation", "booth"),
    [
        (ReservationState.HELD, BoothState.HELD),
        (ReservationState.CONFIRMED, BoothState.RESERVED),
    ],
)
def test_a_booth_follows_its_reservation(reservation: ReservationState, booth: BoothState) -> None:
    held = floor.follow(FREE, TAKEN)
    followed = floor.follow(held, replace(TAKEN, state=reservation))
    assert followed.state is booth
    assert followed.until == (TAKEN.expires_at if booth is BoothState.HELD else None)


@pytest.mark.parametrize("ended", [ReservationState.CANCELLED, ReservationState.EXPIRED])
def test_a_booth_is_free_once_its_reservation_ended(ended: ReservationState) -> None:
    assert floor.follow(floor.follow(FREE, TAKEN), replace(TAKEN, state=ended)) == FREE
