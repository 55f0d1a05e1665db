"""Spaces and what is known of their bookings, as MongoDB documents and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.catalog.domain.spaces import Space, SpaceUse

Document = dict[str, Any]


def space_to(space: Space) -> Document:
    """A space as a document; days are calendar dates, so they are kept as text."""
    return {
        "venue": space.venue,
        "space": space.space,
        "name": dict(space.name),
        "kind": space.kind,
        "compositions": [
            {"starts": None if day is None else day.isoformat(), "atoms": list(atoms)}
            for day, atoms in space.compositions
        ],
        "buffer_before_minutes": space.buffer_before_minutes,
        "buffer_after_minutes": space.buffer_after_minutes,
        "area_m2": space.area_m2,
        "ceiling_m": space.ceiling_m,
        "floor_load_kg_m2": space.floor_load_kg_m2,
        "capacity": dict(space.capacity),
        "equipment": list(space.equipment),
        "accessible": space.accessible,
        "retired_from": None if space.retired_from is None else space.retired_from.isoformat(),
    }


def space_from(document: Document) -> Space:
    """A space from its document."""
    return Space(
        venue=document["venue"],
        space=document["space"],
        name=document["name"],
        kind=document["kind"],
        compositions=tuple((_day(one["starts"]), tuple(one["atoms"])) for one in document["compositions"]),
        buffer_before_minutes=document["buffer_before_minutes"],
        buffer_after_minutes=document["buffer_after_minutes"],
        area_m2=document["area_m2"],
        ceiling_m=document["ceiling_m"],
        floor_load_kg_m2=document["floor_load_kg_m2"],
        capacity=document["capacity"],
        equipment=tuple(document["equipment"]),
        accessible=document["accessible"],
        retired_from=_day(document["retired_from"]),
    )


def space_list_to(parts: dict[str, tuple[str, ...]]) -> Document:
    """Which atoms each space of a venue is made of, now or later, as a document."""
    return {"spaces": [{"space": space, "atoms": list(atoms)} for space, atoms in sorted(parts.items())]}


def space_list_from(document: Document) -> dict[str, tuple[str, ...]]:
    """The same from its document."""
    return {one["space"]: tuple(one["atoms"]) for one in document["spaces"]}


def space_use_to(use: SpaceUse) -> Document:
    """What booking told of a booking, as a document."""
    return {"spaces": list(use.spaces), "ends": use.ends, "live": use.live, "sequence": use.sequence}


def space_use_from(document: Document) -> SpaceUse:
    """The same from its document."""
    return SpaceUse(
        document["_id"], tuple(document["spaces"]), document["ends"], document["live"], document["sequence"]
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
