"""A published fair's floor plan: differences are told, and what is not free stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.catalog.app.subscribers import hear_booth_state
from shared.contracts.cloudevents import Undecodable
from shared.runtime.committer import InboxMark, Work
from shared.runtime.received import Received
from tests.unit.catalog.kit import FAIR, Attentive, Catalog, feature, plan, rectangle, row_of_booths


def booth_now(number: str, state: str, sequence: int, **changes: Any) -> Received:
    """Booking's news of a booth in hall N1."""
    key = f"{FAIR}/N1/{number}"
    data = {
        "booth": key,
        "fair": FAIR,
        "hall": "N1",
        "number": number,
        "state": state,
        "area_m2": 12,
        "version": sequence,
        **changes,
    }
    return Received(
        id=f"ev-{key}-{sequence}",
        type="pavilion.booking.booth.state.v1",
        source="/booking",
        key=key,
        sequence=sequence,
        time=datetime(2027, 1, 1, tzinfo=UTC),
        subject=FAIR,
        data=data,
        topic="pavilion.booking.booths.v1",
        partition=0,
        offset=sequence,
        traceparent=None,
    )


async def hear(catalog: Catalog, *events: Received) -> None:
    """Apply events as the consumer does, with their inbox marks."""
    for event in events:
        work = hear_booth_state(event)
        assert work is not None
        mark = InboxMark("catalog.booths", event.id)
        (result,) = await catalog.service.core.committer.commit_batch(
            [Work(work.name, work.decide, work.reads, inbox=mark)]
        )
        assert not isinstance(result, Exception)


@pytest.fixture
async def published(catalog: Catalog) -> Catalog:
    """A published fair with the booths A-1 to A-4."""
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2", "A-3", "A-4")))
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    return catalog


def changed_plan() -> dict[str, Any]:
    """A-1 as it was, A-2 reshaped, A-3 with another area, A-4 gone, A-5 new."""
    one, two, three, _ = row_of_booths("A-1", "A-2", "A-3", "A-4")
    two["geometry"] = rectangle(5, 0, 4, 4)
    three["properties"]["area_m2"] = 12.5
    return plan(one, two, three, feature("A-5", rectangle(15, 0), area_m2=12))


async def told_of_booths(catalog: Catalog) -> list[tuple[str, str, int]]:
    return [
        (event["type"], event["key"].rpartition("/")[2], event["seq"])
        for event in await catalog.told()
        if event["type"].startswith("booth")
    ]


async def test_only_the_differences_are_told(published: Catalog) -> None:
    answer = await published.put_plan(changed_plan())
    assert answer.json()["counts"] == {"created": 1, "changed": 2, "unchanged": 1, "withdrawn": 1}
    assert await told_of_booths(published) == [
        ("booth.listed", "A-1", 1),
        ("booth.listed", "A-2", 1),
        ("booth.listed", "A-2", 2),
        ("booth.listed", "A-3", 1),
        ("booth.listed", "A-3", 2),
        ("booth.listed", "A-4", 1),
        ("booth.withdrawn", "A-4", 2),
        ("booth.listed", "A-5", 1),
    ]


async def test_nothing_of_a_published_plan_changes_while_it_is_not_known_what_is_free(
    catalog: Catalog, bookings: Attentive
) -> None:
    bookings.behind = True
    await catalog.fair()
    before = plan(*row_of_booths("A-1", "A-2", "A-3", "A-4"))
    assert (await catalog.put_plan(before)).status_code == 200
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/publish")).status_code == 200
    told = await catalog.told()
    refused = await catalog.put_plan(changed_plan())
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert "which booths are free" in refused.json()["detail"]
    assert await catalog.told() == told
    bookings.behind = False
    assert (await catalog.put_plan(changed_plan())).status_code == 200


async def test_an_unchanged_plan_tells_nothing_wherever_its_outlines_begin(published: Catalog) -> None:
    before = await published.told()
    turned = plan(*row_of_booths("A-4", "A-3", "A-2", "A-1")[::-1])
    same = plan(*row_of_booths("A-1", "A-2", "A-3", "A-4")[::-1])
    for booth in same["features"]:
        (ring,) = booth["geometry"]["coordinates"]
        corners = ring[:-1][::-1]
        booth["geometry"]["coordinates"] = [[*corners[2:], *corners[:2], corners[2]]]
    answer = await published.put_plan(same)
    assert answer.json()["counts"]["unchanged"] == 4
    assert await published.told() == before
    # The negative control: booths that change places are no unchanged plan.
    assert (await published.put_plan(turned)).json()["counts"]["changed"] == 4


async def test_a_booth_that_comes_back_goes_on_in_its_sequence(published: Catalog) -> None:
    await published.put_plan(plan(*row_of_booths("A-1", "A-2", "A-3")))
    await published.put_plan(plan(*row_of_booths("A-1", "A-2", "A-3", "A-4")))
    assert [event for event in await told_of_booths(published) if event[1] == "A-4"] == [
        ("booth.listed", "A-4", 1),
        ("booth.withdrawn", "A-4", 2),
        ("booth.listed", "A-4", 3),
    ]


@pytest.mark.parametrize("state", ["held", "reserved", "sold", "blocked"])
@pytest.mark.parametrize(("number", "reason"), [("A-2", "reshaped"), ("A-3", "reshaped"), ("A-4", "dropped")])
async def test_a_booth_that_is_not_free_can_be_neither_dropped_nor_reshaped(
    published: Catalog, state: str, number: str, reason: str
) -> None:
    await hear(published, booth_now(number, state, 1))
    before = await published.told()
    answer = await published.put_plan(changed_plan())
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pavilion:problem:booth-not-free")
    assert answer.json()["items"] == [{"booth": f"N1/{number}", "reason": reason, "state": state}]
    assert await published.told() == before
    await hear(published, booth_now(number, "free", 2))
    assert (await published.put_plan(changed_plan())).status_code == 200


async def test_a_report_says_what_a_plan_does_to_each_booth_also_where_it_is_refused(published: Catalog) -> None:
    told = (await published.put_plan(changed_plan(), params={"dry_run": "true"})).json()
    kinds = [(change["id"], change["kind"]) for change in told["changes"]]
    assert ("N1/A-4", "withdrawn") in kinds
    by_id = {change["id"]: [field["field"] for field in change["fields"]] for change in told["changes"]}
    assert "outline" in by_id["N1/A-2"]
    assert len(kinds) == sum(told["counts"][what] for what in ("created", "changed", "withdrawn"))
    await hear(published, booth_now("A-4", "sold", 1))
    refused = (await published.put_plan(changed_plan(), params={"dry_run": "true"})).json()
    assert refused["type"] == "urn:pavilion:problem:booth-not-free"
    assert (refused["changes"], refused["counts"], refused["digest"]) == (
        told["changes"],
        told["counts"],
        told["digest"],
    )


async def test_a_plan_that_would_do_something_else_than_was_looked_at_is_refused(published: Catalog) -> None:
    seen = (await published.put_plan(changed_plan(), params={"dry_run": "true"})).json()["digest"]
    await published.put_plan(plan(*row_of_booths("A-1", "A-2")))
    refused = await published.put_plan(changed_plan(), params={"digest": seen})
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")
    seen = (await published.put_plan(changed_plan(), params={"dry_run": "true"})).json()["digest"]
    assert (await published.put_plan(changed_plan(), params={"digest": seen})).status_code == 200


async def test_a_taken_booth_that_the_plan_leaves_alone_stops_nothing(published: Catalog) -> None:
    await hear(published, booth_now("A-1", "sold", 1))
    assert (await published.put_plan(changed_plan())).status_code == 200


async def test_a_part_can_be_drawn_into_a_free_stand_and_not_into_a_taken_one(published: Catalog) -> None:
    with_part = plan(*row_of_booths("A-1", "A-2", "A-3", "A-4"), feature("A-1a", rectangle(0, 0, 2, 2), area_m2=4))
    await hear(published, booth_now("A-1", "reserved", 1))
    refused = await published.put_plan(with_part)
    assert refused.json()["items"] == [{"booth": "N1/A-1", "reason": "related otherwise", "state": "reserved"}]
    await hear(published, booth_now("A-1", "free", 2))
    assert (await published.put_plan(with_part)).status_code == 200
    listed = [event["data"] for event in await published.told(key=f"{FAIR}/N1/A-1")][-1]
    assert listed["parts"] == [f"{FAIR}/N1/A-1a"]


async def test_a_draft_is_replaced_whatever_was_told_of_its_booths(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_plan(plan(*row_of_booths("A-1", "A-2", "A-3", "A-4")))
    await hear(catalog, booth_now("A-2", "sold", 1))
    assert (await catalog.put_plan(changed_plan())).status_code == 200
    assert await catalog.told() == []


async def test_news_delivered_twice_or_late_leave_the_newest_state(published: Catalog) -> None:
    held, free = booth_now("A-4", "held", 1), booth_now("A-4", "free", 2)
    await hear(published, held, free, held, free)
    again = booth_now("A-4", "held", 1, until=None)
    # The same news under a new event id, as after a topic was filled again.
    await hear(published, Received(**{**{f: getattr(again, f) for f in again.__slots__}, "id": "ev-refilled"}))
    assert (await published.put_plan(changed_plan())).status_code == 200


@pytest.mark.parametrize("data", [None, {}, {"booth": "x"}, {"state": "lost"}])
async def test_news_outside_the_contract_are_parked_not_guessed(data: dict[str, Any] | None) -> None:
    event = booth_now("A-1", "free", 1)
    broken = Received(**{**{f: getattr(event, f) for f in event.__slots__}, "data": data})
    with pytest.raises(Undecodable):
        hear_booth_state(broken)


async def test_news_of_another_type_is_parked_whatever_it_holds() -> None:
    event = booth_now("A-1", "free", 1)
    other = Received(**{**{f: getattr(event, f) for f in event.__slots__}, "type": "pavilion.booking.booth.state.v9"})
    with pytest.raises(Undecodable, match=r"state\.v9 is no "):
        hear_booth_state(other)


async def test_a_change_on_an_old_view_of_the_plan_is_refused(published: Catalog) -> None:
    etag = (await published.ask("GET", f"/fairs/{FAIR}/halls/N1/floor-plan")).headers["etag"]
    assert (await published.put_plan(changed_plan(), headers={"If-Match": etag})).status_code == 200
    late = await published.put_plan(plan(*row_of_booths("A-1")), headers={"If-Match": etag})
    assert (late.status_code, late.json()["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")


async def test_a_taken_booth_is_told_anew_where_its_neighbour_leaves_and_a_side_opens(catalog: Catalog) -> None:
    await catalog.fair()
    pair = [feature("A-1", rectangle(10, 10)), feature("A-2", rectangle(14, 10))]
    await catalog.put_plan(plan(*pair))
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    await hear(catalog, booth_now("A-1", "sold", 1))
    answer = await catalog.put_plan(plan(pair[0]))
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"] == {"created": 0, "changed": 1, "unchanged": 0, "withdrawn": 1}
    told = await catalog.told(key=f"{FAIR}/N1/A-1")
    assert [(one["type"], one["data"]["open_sides"]) for one in told] == [("booth.listed", 3), ("booth.listed", 4)]
