"""What may be asked of spaces, and what comes of it: times, options, challenges, requests, overrides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.booking.domain.spaces import commands
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import DEFINITE, INQUIRY, OPTION, Details
from services.booking.domain.spaces.times import Span, minute_of
from services.booking.domain.spaces.venue import Hours, Policy
from services.booking.handlers import spaces as handlers
from shared.contracts import events as e
from shared.runtime.decision import Accepted, Outcome, Rejected

from .centre import CENTRE, KEEPER, Centre, moment, only, organizer, reason, space, utc

HALLS = (space("h1"), space("h2"), space("h12", "h1", "h2"))
MORNING, NOON, EVENING = "2027-06-10T09:00", "2027-06-10T12:00", "2027-06-10T18:00"
OFFICE = {day: (Hours(540, 1080),) for day in range(1, 6)}


@pytest.fixture
def centre() -> Centre:
    return Centre(*HALLS)


def overlaps(offered: e.Span, taken: Span) -> bool:
    return minute_of(offered.start) < taken.end and taken.start < minute_of(offered.end)


def items(outcome: Outcome) -> tuple[str, str, str]:
    assert isinstance(outcome, Rejected), outcome
    [found] = outcome.items
    assert found["remedy"], "a refusal says what to do instead"
    return outcome.reason, found["field"], found["problem"]


@pytest.mark.parametrize(
    ("start", "end", "why", "field"),
    [
        (NOON, MORNING, "time-reversed", "end"),
        (NOON, NOON, "time-empty", "end"),
        ("2027-06-10T09:00:30", NOON, "time-not-whole", "start"),
        ("2027-03-28T02:30", NOON, "time-skipped", "start"),
        ("2027-10-31T01:00", "2027-10-31T02:30", "time-ambiguous", "end"),
        ("2027-04-30T09:00", NOON, "time-past", "start"),
        ("2027-06-10T09:00", "2028-09-10T09:00", "booking-too-long", "end"),
    ],
)
def test_a_time_that_is_none_is_refused_by_its_field(
    centre: Centre, start: str, end: str, why: str, field: str
) -> None:
    assert items(centre.book("h1", start, end))[:2] == (why, field)


def test_a_time_that_comes_twice_is_taken_once_it_is_said_which_is_meant(centre: Centre) -> None:
    outcome = centre.book("h1", "2027-10-31T01:00", "2027-10-31T02:30")
    assert isinstance(outcome, Rejected)
    remedy = outcome.items[0]["remedy"]
    assert remedy == "say which: 2027-10-31T02:30+02:00 or 2027-10-31T02:30+01:00"
    booked = only(centre.book("h1", "2027-10-31T01:00", "2027-10-31T02:30+01:00"))
    assert booked.end - booked.start == 150


def test_a_day_on_which_the_clocks_change_has_the_minutes_that_it_has(centre: Centre) -> None:
    spring = only(centre.book("h1", "2028-03-26T00:00", "2028-03-27T00:00"))
    autumn = only(centre.book("h1", "2027-10-31T00:00", "2027-11-01T00:00"))
    assert (spring.end - spring.start, autumn.end - autumn.start) == (23 * 60, 25 * 60)


def test_a_refusal_names_the_place_of_what_is_wrong(centre: Centre) -> None:
    good = Wanted("c/h1", (moment(MORNING), moment(NOON)), at="uses[0].")
    bad = Wanted("c/h9", (moment(MORNING), moment(NOON)), at="uses[1].")
    assert items(centre.ask((good, bad)))[:2] == ("space-unknown", "uses[1].space")


def test_phases_come_in_order(centre: Centre) -> None:
    late = centre.book("h1", MORNING, NOON, phases={"build_up": ("2027-06-10T08:00", "2027-06-10T09:30")})
    assert items(late)[:2] == ("phases-disordered", "build_up.end")
    early = centre.book("h1", MORNING, NOON, phases={"dismantling": ("2027-06-10T11:00", "2027-06-10T13:00")})
    assert items(early)[:2] == ("phases-disordered", "dismantling.start")


def test_what_lies_between_phases_is_free_for_others(centre: Centre) -> None:
    centre.booked("h1", NOON, EVENING, phases={"build_up": ("2027-06-08T08:00", "2027-06-08T20:00")})
    centre.booked("h1", "2027-06-09T08:00", "2027-06-09T20:00")
    assert reason(centre.book("h1", "2027-06-08T19:00", "2027-06-08T21:00")) == "space-taken"


def test_a_combined_hall_and_its_halves_are_never_both_had(centre: Centre) -> None:
    centre.booked("h12", MORNING, NOON)
    assert reason(centre.book("h1", "2027-06-10T11:59", EVENING)) == "space-taken"
    centre.booked("h1", NOON, EVENING)
    assert reason(centre.book("h12", "2027-06-10T17:00", "2027-06-10T20:00")) == "space-taken"


def test_an_atom_is_not_taken_twice_by_one_booking(centre: Centre) -> None:
    assert items(centre.book(("h1", "h12"), MORNING, NOON))[:2] == ("space-twice", "space")


def test_several_rooms_over_several_days_are_had_together_or_not_at_all(centre: Centre) -> None:
    centre.booked("h2", "2027-06-12T10:00", "2027-06-12T11:00")
    days = [(moment(f"2027-06-{day}T09:00"), moment(f"2027-06-{day}T18:00")) for day in (10, 11, 12)]
    wanted = tuple(Wanted(f"c/{name}", day) for name in ("h1", "h2") for day in days)
    assert reason(centre.ask(wanted)) == "space-taken"
    centre.booked("h1", MORNING, NOON, who="bob")


def test_a_space_is_made_of_what_it_is_made_of_then() -> None:
    changing = replace(space("h1"), compositions=(("", ("h1",)), ("2027-07-01", ("h1", "h2"))))
    centre = Centre(changing, space("h2"))
    centre.booked("h1", MORNING, NOON)
    centre.booked("h2", MORNING, NOON)
    centre.booked("h2", "2027-07-10T09:00", "2027-07-10T12:00")
    assert reason(centre.book("h1", "2027-07-10T09:00", "2027-07-10T12:00")) == "space-taken"
    assert items(centre.book("h1", "2027-06-30T09:00", "2027-07-02T12:00"))[0] == "space-changes"


def test_a_retired_space_takes_nothing_that_ends_after_its_last_day() -> None:
    centre = Centre(replace(space("h1"), retired_from="2027-06-11"))
    centre.booked("h1", "2027-06-10T20:00", "2027-06-11T00:00")
    assert items(centre.book("h1", "2027-06-10T10:00", "2027-06-11T00:01"))[0] == "space-retired"


def test_opening_hours_count_in_the_venues_zone_and_holidays_are_closed() -> None:
    venue = replace(CENTRE, opening={4: (Hours(480, 1320),), 5: (Hours(480, 1440),)}, exceptions={"2027-06-24": ()})
    centre = Centre(*HALLS, venue=venue)
    assert items(centre.book("h1", "2027-06-10T07:00", NOON))[:2] == ("venue-closed", "start")
    assert items(centre.book("h1", MORNING, "2027-06-10T23:00"))[:2] == ("venue-closed", "end")
    early, late = {"build_up": ("2027-06-10T07:00", MORNING)}, {"dismantling": (NOON, "2027-06-10T23:00")}
    assert items(centre.book("h1", MORNING, NOON, phases=early))[:2] == ("venue-closed", "build_up.start")
    assert items(centre.book("h1", MORNING, NOON, phases=late))[:2] == ("venue-closed", "dismantling.end")
    assert "2027-06-12" in items(centre.book("h1", MORNING, "2027-06-12T10:00"))[2]
    assert "2027-06-24" in items(centre.book("h1", "2027-06-24T10:00", "2027-06-24T11:00"))[2]
    centre.booked("h1", MORNING, "2027-06-12T00:00")
    only(centre.book("h2", "2027-06-24T10:00", "2027-06-24T11:00", actor=KEEPER, override="the mayor asks"))


def test_options_stand_in_order_and_close_up(centre: Centre) -> None:
    first, second, third = (centre.booked("h1", MORNING, NOON, who=who, state=OPTION) for who in ("ann", "bob", "cyd"))
    assert [centre.state(id_) for id_ in (first, second, third)] == [("option", 1), ("option", 2), ("option", 3)]
    assert reason(centre.ledger.do(handlers.go_definite(commands.GoDefinite(organizer("bob"), second)))) == (
        "options-ahead"
    )
    centre.ledger.do(handlers.give_way(commands.Yield(organizer("ann"), first)))
    assert [centre.state(id_) for id_ in (first, second, third)] == [("yielded", 0), ("option", 1), ("option", 2)]
    [changed] = [
        out.data for out in centre.ledger.told if out.key == third and isinstance(out.data, e.SpaceRankChanged)
    ]
    assert (changed.former_rank, changed.rank) == (3, 2)


def test_a_definite_booking_does_not_pass_an_option_but_by_an_override_that_is_recorded(centre: Centre) -> None:
    centre.booked("h12", MORNING, NOON, who="ann", state=OPTION)
    assert reason(centre.book("h1", MORNING, NOON, who="bob")) == "options-ahead"
    assert reason(centre.book("h1", MORNING, NOON, actor=KEEPER)) == "options-ahead"
    overridden = only(centre.book("h1", MORNING, NOON, actor=KEEPER, override="the minister comes"))
    [told] = [out.data for out in centre.ledger.told if isinstance(out.data, e.SpaceDefinite)]
    assert (told.booking, told.override) == (overridden.id, "the minister comes")


def test_a_challenge_runs_in_office_hours_and_silence_yields() -> None:
    venue = replace(CENTRE, office=OFFICE, policy=Policy(option_days=30, challenge_minutes=600))
    centre = Centre(*HALLS, venue=venue, now=utc(2027, 6, 4, 14, 0))  # a Friday, 16:00 there
    first, second = (centre.booked("h1", "2027-06-20T09:00", "2027-06-20T12:00", who=w, state=OPTION) for w in "ab")
    centre.ledger.do(handlers.challenge(commands.Challenge(organizer("b"), second)))
    assert centre.booking(first).answer_by == int(utc(2027, 6, 7, 15, 0).timestamp()) // 60  # Monday, 17:00 there
    centre.ledger.now = utc(2027, 6, 7, 14, 59)
    assert centre.ledger.do(handlers.pass_time(first)) == Accepted()
    centre.ledger.now = utc(2027, 6, 7, 15, 0)
    assert reason(centre.ledger.do(handlers.go_definite(commands.GoDefinite(organizer("a"), first)))) == (
        "booking-yielded"
    )
    only(centre.ledger.do(handlers.go_definite(commands.GoDefinite(organizer("b"), second))))
    assert [centre.state(id_) for id_ in (first, second)] == [("yielded", 0), ("definite", 0)]
    [told] = [out.data for out in centre.ledger.told if isinstance(out.data, e.SpaceYielded)]
    assert told.in_silence


def test_an_option_runs_out_whether_or_not_a_timer_says_so(centre: Centre) -> None:
    first = centre.booked("h1", MORNING, NOON, who="ann", state=OPTION)
    centre.ledger.now += timedelta(days=3)
    centre.booked("h1", MORNING, NOON, who="bob")
    assert centre.state(first) == ("expired", 0)


def test_where_a_venue_approves_a_booking_begins_as_a_request_and_approval_declines_what_collides() -> None:
    venue = replace(CENTRE, policy=replace(CENTRE.policy, approval_required=True))
    centre = Centre(*HALLS, venue=venue)
    ann, bob = (centre.booked("h1", MORNING, NOON, who=who) for who in ("ann", "bob"))
    assert (centre.state(ann), centre.state(bob)) == (("inquiry", 0), ("inquiry", 0))
    assert reason(centre.ledger.do(handlers.approve(commands.Approve(organizer("ann"), ann)))) == "not-yours"
    assert reason(centre.ledger.do(handlers.go_definite(commands.GoDefinite(KEEPER, ann)))) == "booking-inquiry"
    only(centre.ledger.do(handlers.approve(commands.Approve(KEEPER, ann))))
    assert (centre.state(ann), centre.state(bob)) == (("definite", 0), ("declined", 0))
    [told] = [out.data for out in centre.ledger.told if isinstance(out.data, e.SpaceDeclined)]
    assert told.booking == bob
    assert told.alternatives[0].space == "h1"
    taken = centre.booking(ann).uses[0].show
    assert not [use for use in told.alternatives if use.space == "h1" and overlaps(use.show, taken)]
    assert [use.space for use in told.alternatives if use.show.start == moment("2027-06-10T07:00+00:00")]


def test_only_whoever_may_books_over_a_blocking_and_says_why(centre: Centre) -> None:
    blocking = commands.BlockSpaces(
        KEEPER, "block", "c", (Wanted("c/h1", (moment(MORNING), moment(NOON))),), "inspection", ("ann",)
    )
    only(centre.ledger.do(handlers.block(blocking)))
    assert reason(centre.book("h12", MORNING, NOON, who="ann")) == "space-taken"
    assert reason(centre.book("h12", MORNING, NOON, who="bob", override="urgent")) == "space-taken"
    only(centre.book("h12", MORNING, NOON, who="ann", override="the inspector agreed"))
    assert reason(centre.ledger.do(handlers.block(replace(blocking, booking="again")))) == "space-taken"


def test_cancelling_says_what_is_due_by_the_venues_terms(centre: Centre) -> None:
    due = []
    for day, hall in (("2027-06-30", "h1"), ("2027-05-20", "h1"), ("2027-05-04", "h1")):
        id_ = centre.booked(hall, f"{day}T16:00", f"{day}T18:00")
        centre.ledger.do(handlers.cancel(commands.CancelSpaces(organizer("ann"), id_, "plans changed")))
        [told] = [out.data for out in centre.ledger.told if out.key == id_ and isinstance(out.data, e.SpaceCancelled)]
        due.append(told.due_percent)
    assert due == [0, 50, 100]


def test_two_bookings_swap_in_one_step_or_not_at_all(centre: Centre) -> None:
    one, other = centre.booked("h1", MORNING, NOON, who="ann"), centre.booked("h2", MORNING, EVENING, who="ann")
    outcome = centre.ledger.do(handlers.swap(commands.Swap(organizer("ann"), one, other)))
    assert isinstance(outcome, Accepted)
    assert [centre.booking(id_).uses[0].space for id_ in (one, other)] == ["c/h2", "c/h1"]
    centre.booked("h2", NOON, EVENING, who="bob")
    assert reason(centre.ledger.do(handlers.swap(commands.Swap(organizer("ann"), one, other)))) == "space-taken"
    assert [centre.booking(id_).uses[0].space for id_ in (one, other)] == ["c/h2", "c/h1"]


def test_what_has_begun_may_be_prolonged_but_not_begin_earlier(centre: Centre) -> None:
    id_ = centre.booked("h1", MORNING, NOON)
    centre.ledger.now = utc(2027, 6, 10, 8, 0)

    def move(start: str, end: str) -> Outcome:
        wanted = (Wanted("c/h1", (moment(start), moment(end))),)
        return centre.ledger.do(handlers.reschedule(commands.Reschedule(organizer("ann"), id_, wanted)))

    only(move(MORNING, EVENING))
    assert reason(move("2027-06-10T08:00", EVENING)) == "time-past"


def test_a_no_show_is_noted_once_the_show_has_begun(centre: Centre) -> None:
    id_ = centre.booked("h1", MORNING, NOON)
    note = handlers.mark_no_show(commands.MarkNoShow(KEEPER, id_))
    assert reason(centre.ledger.do(note)) == "not-begun"
    centre.ledger.now = utc(2027, 6, 10, 9, 0)
    only(centre.ledger.do(note))
    assert centre.state(id_) == ("no-show", 0)


def test_a_booking_completes_when_its_time_is_over(centre: Centre) -> None:
    id_ = centre.booked("h1", MORNING, NOON)
    centre.ledger.now = utc(2027, 6, 10, 10, 0)
    centre.ledger.do(handlers.pass_time(id_))
    assert centre.state(id_) == ("completed", 0)
    assert reason(centre.book("h1", "2027-06-10T11:00", NOON, actor=KEEPER, retrospective=True)) == "space-taken"


def test_nobody_books_for_another_or_enters_the_past_but_the_venue(centre: Centre) -> None:
    assert reason(centre.book("h1", MORNING, NOON, who="bob", actor=organizer("ann"))) == "not-yours"
    assert reason(centre.book("h1", "2027-04-01T09:00", "2027-04-01T10:00", retrospective=True)) == "not-yours"
    only(centre.book("h1", "2027-04-01T09:00", "2027-04-01T10:00", actor=KEEPER, retrospective=True))


def test_the_same_details_again_change_nothing(centre: Centre) -> None:
    id_ = centre.booked("h1", MORNING, NOON, title="Congress", state=DEFINITE)
    again = handlers.change_details(commands.ChangeDetails(organizer("ann"), id_, Details(title="Congress")))
    outcome = centre.ledger.do(again)
    assert isinstance(outcome, Accepted)
    assert outcome.changes == ()
    assert outcome.answer.bookings[0][1] == 1


def test_an_inquiry_claims_nothing(centre: Centre) -> None:
    centre.booked("h1", MORNING, NOON, who="ann", state=INQUIRY)
    centre.booked("h1", MORNING, NOON, who="bob")


def test_an_inquiry_for_an_option_is_granted_as_one_and_declines_nobody() -> None:
    venue = replace(CENTRE, policy=replace(CENTRE.policy, approval_required=True))
    centre = Centre(*HALLS, venue=venue)
    ann, bob = (centre.booked("h1", MORNING, NOON, who=who, state=OPTION) for who in ("ann", "bob"))
    only(centre.ledger.do(handlers.approve(commands.Approve(KEEPER, ann))))
    assert (centre.state(ann), centre.state(bob)) == (("option", 1), ("inquiry", 0))
    only(centre.ledger.do(handlers.approve(commands.Approve(KEEPER, bob))))
    assert centre.state(bob) == ("option", 2)


def test_an_override_is_the_venues_and_others_pass_no_bound_by_giving_a_reason() -> None:
    centre = Centre(*HALLS, venue=replace(CENTRE, policy=replace(CENTRE.policy, options_max=1)))
    centre.booked("h1", MORNING, NOON, who="ann", state=OPTION)
    assert reason(centre.book("h1", MORNING, NOON, who="bob", state=OPTION)) == "options-full"
    assert reason(centre.book("h1", MORNING, NOON, who="bob", state=OPTION, override="please")) == "not-yours"
    assert reason(centre.book("h2", MORNING, NOON, who="bob", override="please")) == "not-yours"
    keeper = only(centre.book("h1", MORNING, NOON, who="bob", actor=KEEPER, state=OPTION, override="the mayor"))
    assert centre.state(keeper.id) == ("option", 1)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        (Details(people=120), None),
        (Details(people=121), ("space-too-small", "details.people", "121 people do not fit: there is room for 120")),
        (Details(people=81, setup="banquet"), ("space-too-small", "details.people", "81 people do not fit")),
        (Details(setup="circus"), ("setup-unknown", "details.setup", "there is no set-up “circus” here")),
        (Details(programme=((0, "Opening"),)), ("programme-outside", "details.programme.0.at", "is not within")),
    ],
)
def test_spaces_must_do_for_what_is_to_happen_in_them(details: Details, expected: tuple[str, str, str] | None) -> None:
    rooms = [space(name, capacity={"theatre": 60, "banquet": 40}) for name in ("r1", "r2")]
    centre = Centre(*rooms, space("foyer"))
    outcome = centre.book(("r1", "r2"), MORNING, NOON, details=details)
    if expected is None:
        small = (Wanted("c/r1", (moment(MORNING), moment(NOON))),)
        moved = centre.ledger.do(handlers.reschedule(commands.Reschedule(organizer("ann"), only(outcome).id, small)))
        assert items(moved)[:2] == ("space-too-small", "details.people")
        return
    told = items(outcome)
    assert told[:2] == expected[:2]
    assert expected[2] in told[2]
    if details.programme:
        return
    only(centre.book(("r1", "r2"), MORNING, NOON, details=details, actor=KEEPER, override="they bring chairs"))
    only(centre.book("foyer", MORNING, NOON, details=details))


def test_people_must_fit_at_one_time_and_wherever_a_booking_goes() -> None:
    halls = [
        space("a", capacity={"theatre": 300}),
        space("b", capacity={"theatre": 300}),
        space("tiny", capacity={"theatre": 10}),
    ]
    centre = Centre(*halls)
    crowd = Details(people=500)
    apart = (
        Wanted("c/a", (moment(MORNING), moment(NOON))),
        Wanted("c/b", (moment("2027-06-11T09:00"), moment("2027-06-11T12:00"))),
    )
    assert items(centre.ask(apart, details=crowd))[:2] == ("space-too-small", "details.people")
    only(centre.book(("a", "b"), MORNING, NOON, details=crowd))
    large = centre.booked("a", "2027-06-12T09:00", "2027-06-12T12:00", details=Details(people=300))
    small = centre.booked("tiny", "2027-06-12T09:00", "2027-06-12T12:00")
    swapped = centre.ledger.do(handlers.swap(commands.Swap(KEEPER, large, small)))
    assert items(swapped)[:2] == ("space-too-small", "details.people")


def test_what_was_granted_by_override_can_still_be_described(centre: Centre) -> None:
    room = Centre(space("r", capacity={"theatre": 10}))
    id_ = room.booked("r", MORNING, NOON, details=Details(people=12), actor=KEEPER, override="they stand")
    note = commands.ChangeDetails(organizer("ann"), id_, Details(people=12, notes="tea at ten"))
    assert only(room.ledger.do(handlers.change_details(note))).details.notes == "tea at ten"
    more = commands.ChangeDetails(organizer("ann"), id_, Details(people=12, setup="circus"))
    assert items(room.ledger.do(handlers.change_details(more)))[0] == "setup-unknown"


def test_a_programme_stays_where_a_booking_only_becomes_longer(centre: Centre) -> None:
    opening = minute_of(moment("2027-06-10T11:00+02:00"))
    id_ = centre.booked("h1", MORNING, NOON, details=Details(programme=((opening, "Opening"),)))
    longer = (Wanted("c/h1", (moment("2027-06-10T07:00"), moment(NOON))),)
    moved = only(centre.ledger.do(handlers.reschedule(commands.Reschedule(organizer("ann"), id_, longer))))
    assert moved.details.programme == ((opening, "Opening"),)


def test_details_that_do_not_do_are_refused_later_too_and_a_programme_moves_with_its_booking(centre: Centre) -> None:
    opening = minute_of(moment("2027-06-10T10:00+02:00"))
    id_ = centre.booked("h1", MORNING, NOON, details=Details(programme=((opening, "Opening"),)))
    late = Details(programme=((opening + 600, "Dinner"),))
    command = commands.ChangeDetails(organizer("ann"), id_, late)
    assert items(centre.ledger.do(handlers.change_details(command)))[:2] == (
        "programme-outside",
        "details.programme.0.at",
    )
    wanted = (Wanted("c/h1", (moment("2027-11-10T10:00"), moment("2027-11-10T13:00"))),)
    moved = only(centre.ledger.do(handlers.reschedule(commands.Reschedule(organizer("ann"), id_, wanted))))
    assert moved.details.programme == ((minute_of(moment("2027-11-10T11:00+01:00")), "Opening"),)
