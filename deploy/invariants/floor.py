"""Floor is held once: booths, reservations and what is counted of them agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from deploy.invariants.findings import Finding
from deploy.invariants.picture import Document, Picture
from shared.contracts.events import BoothListed
from shared.contracts.topics import BOOKING_EVENTS

NAMED_MAX: Final = 10
LIVE: Final = {"held": "held", "confirmed": "reserved", "sold": "sold"}
"""States of reservations that have their booths, and the state that gives a booth."""


def one_reservation_a_booth(picture: Picture) -> Finding:
    """No booth is in two live reservations."""
    found = [
        f"{booth} is in {len(holders)} live reservations: {', '.join(sorted(r['_id'] for r in holders))}"
        for booth, holders in _holders(picture).items()
        if len(holders) > 1
    ]
    return Finding.of("no booth in two live reservations", len(picture.booking["booths"]), found)


def booths_follow_reservations(picture: Picture) -> Finding:
    """Every booth is in the state that its reservation gives it, and every live reservation has its booths."""
    booths, holders = picture.booking["booths"], _holders(picture)
    found = [f"{id_} {why}" for id_, booth in booths.items() if (why := _disagrees(booth, holders.get(id_, [])))]
    found += [
        f"{reservation['_id']} is {reservation['state']} on {id_}, which is not there"
        for id_, having in holders.items()
        if id_ not in booths
        for reservation in having
    ]
    return Finding.of("every booth agrees with its reservation", len(booths), sorted(found))


def taken_booths_on_plan(picture: Picture) -> Finding:
    """Every taken booth is on its floor plan; which of them were drawn anew after they were taken is noted.

    The catalog refuses to change a taken booth as far as it knows. Where plan and reservation meet, the reservation
    stays, and the organizer has to put the booth back or come to terms with its holder.
    """
    booths, holders = picture.booking["booths"], _holders(picture)
    found = [
        f"{id_} left its floor plan, but is {booths[id_]['state']} by {having[0]['_id']}"
        for id_, having in holders.items()
        if id_ in booths and booths[id_]["withdrawn"]
    ]
    redrawn = sorted(_redrawn(picture, holders))
    named = ", ".join(redrawn[:NAMED_MAX]) + (" …" if len(redrawn) > NAMED_MAX else "")
    note = f"drawn anew after they were taken: {named}" if redrawn else ""
    return Finding.of("taken booths are on their floor plan", len(holders), sorted(found), note)


def _redrawn(picture: Picture, holders: Mapping[str, list[Document]]) -> set[str]:
    """Taken booths whose listing booking heard after it gave them away."""
    taken_at = {r.key: r.at for r in picture.booking.outbox if r.topic == BOOKING_EVENTS.name and r.sequence == 1}
    heard = picture.booking.heard
    listings = [row for row in picture.catalog.outbox if row.type == BoothListed.type_ and row.key in holders]
    return {
        row.key
        for row in listings
        for having in holders[row.key]
        if (at := heard.get(f"booking:{row.id}")) and having["_id"] in taken_at and at > taken_at[having["_id"]]
    }


def joint_stands_by_consent(picture: Picture) -> Finding:
    """Of two live reservations that share floor, one has admitted the other's exhibitor."""
    booths, holders = picture.booking["booths"], _holders(picture)
    ever = _ever_admitted(picture)
    pairs, found = 0, []
    for one, other in _related(booths):
        for first in holders.get(one, ()):
            for second in holders.get(other, ()):
                if first["_id"] == second["_id"]:
                    continue
                pairs += 1
                if not (_admits(first, second, ever) or _admits(second, first, ever)):
                    found.append(f"{one} ({first['_id']}) and {other} ({second['_id']}) share floor without consent")
    return Finding.of("floor inside floor only by consent", pairs, found)


def holders_count(picture: Picture) -> Finding:
    """What counts towards an exhibitor's cap is exactly what it holds."""
    held = {r["_id"]: r for r in picture.booking["reservations"].values() if r["state"] == "held"}
    counted: dict[str, list[Document]] = {}
    found = []
    for holder in picture.booking["holders"].values():
        for hold in holder["holds"]:
            counted.setdefault(hold["reservation"], []).append(hold)
            reservation = held.get(hold["reservation"])
            if reservation is None:
                found.append(f"{holder['_id']} is counted {hold['booths']} booths of {hold['reservation']}, not held")
            elif f"{reservation['fair']}/{reservation['exhibitor']}" != holder["_id"]:
                found.append(f"{holder['_id']} is counted {hold['reservation']}, which is another's")
            elif hold["booths"] != len(reservation["booths"]) or hold["until"] != reservation["expires_at"]:
                found.append(f"{holder['_id']} is counted {hold['booths']} booths of {hold['reservation']} wrongly")
    for id_, reservation in held.items():
        if (times := len(counted.get(id_, ()))) != 1:
            found.append(f"{id_} is counted {times} times to {reservation['fair']}/{reservation['exhibitor']}")
    return Finding.of("counters of held booths are right", len(held), sorted(found))


def holds_end_in_time(picture: Picture) -> Finding:
    """No reservation is held past its deadline, and every one that is held will be found by the timer."""
    found, held = [], 0
    for id_, reservation in picture.booking["reservations"].items():
        if reservation["state"] != "held":
            if "due_at" in reservation:
                found.append(f"{id_} is {reservation['state']} and still has a deadline")
            continue
        held += 1
        if picture.older(reservation["expires_at"], picture.grace.hold):
            late = (picture.at - reservation["expires_at"]).total_seconds()
            found.append(f"{id_} is held {late:.0f} s past its deadline")
        if reservation.get("due_at") != reservation["expires_at"]:
            found.append(f"{id_} is held, but its timer is not set to its deadline")
    return Finding.of("no hold outlives its deadline", held, found)


def _holders(picture: Picture) -> dict[str, list[Document]]:
    """The live reservations of each booth."""
    holders: dict[str, list[Document]] = {}
    for reservation in picture.booking["reservations"].values():
        if reservation["state"] in LIVE:
            for booth in reservation["booths"]:
                holders.setdefault(booth, []).append(reservation)
    return holders


def _disagrees(booth: Document, holders: list[Document]) -> str:
    """How a booth and its reservation disagree; empty where they do not."""
    if not holders:
        if booth["state"] in {"free", "blocked"} and booth["reservation"] is None:
            return ""
        return f"is {booth['state']} by {booth['reservation'] or 'no reservation'}, and no live reservation has it"
    holder = next((r for r in holders if r["_id"] == booth["reservation"]), None)
    if holder is None:
        return f"is {booth['state']} by {booth['reservation'] or 'nobody'}, but {holders[0]['_id']} has it"
    if booth["state"] != LIVE[holder["state"]]:
        return f"is {booth['state']}, but {holder['_id']} is {holder['state']}"
    if booth["exhibitor"] != holder["exhibitor"]:
        return f"names {booth['exhibitor']}, but {holder['_id']} is of {holder['exhibitor']}"
    if booth["until"] != (holder["expires_at"] if holder["state"] == "held" else None):
        return f"ends at {booth['until']}, which {holder['_id']} does not"
    return ""


def _related(booths: dict[str, Document]) -> Iterator[tuple[str, str]]:
    """Pairs of booths that share floor, each once; booths of one reservation may share it."""
    seen: set[tuple[str, str]] = set()
    for id_, booth in booths.items():
        for other in {*booth["parts"], *booth["part_of"], *booth["overlaps"]} - {id_}:
            pair = (min(id_, other), max(id_, other))
            if pair not in seen:
                seen.add(pair)
                yield pair


def _ever_admitted(picture: Picture) -> dict[str, set[str]]:
    """Whom each reservation has named or admitted at any time: consent that was given does not end what it allowed."""
    ever: dict[str, set[str]] = {}
    for row in picture.booking.outbox:
        if row.topic == BOOKING_EVENTS.name:
            named = {row.data.get("exhibitor"), row.data.get("admitted"), *row.data.get("co_exhibitors", ())}
            ever.setdefault(row.key, set()).update(name for name in named if name)
    return ever


def _admits(one: Document, other: Document, ever: dict[str, set[str]]) -> bool:
    named = {one["exhibitor"], *one["co_exhibitors"], *one["admitted"]} | ever.get(one["_id"], set())
    return other["exhibitor"] in named
