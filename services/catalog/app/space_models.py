"""The bodies of requests and answers about spaces."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, Field

from services.catalog.app.models import Body, NamesByLanguage
from services.catalog.domain.naming import tidy
from services.catalog.domain.spaces import Space
from services.catalog.handlers.spaces import SpacePut
from services.catalog.ports import Stored


class SpaceChange(Body):
    """What a space is set to. Where `atoms` differ from what it is made of now, `atoms_from` says from which day on."""

    name: NamesByLanguage = Field(examples=[{"en": "Hall 1+2"}])
    kind: Literal["hall", "room", "foyer", "yard"]
    atoms: list[str] = Field(examples=[["hall-1", "hall-2"]])
    atoms_from: date | None = Field(default=None, description="a day to come; at once without it")
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    area_m2: float | None = Field(default=None, allow_inf_nan=False)
    ceiling_m: float | None = Field(default=None, allow_inf_nan=False)
    floor_load_kg_m2: float | None = Field(default=None, allow_inf_nan=False)
    capacity: dict[str, int] = Field(default={}, description="people by set-up", examples=[{"theatre": 400}])
    equipment: list[str] = Field(default=[])
    accessible: bool = Field(default=False, description="step-free")
    retired_from: date | None = Field(default=None, description="the day from which it is not to be had any more")

    def put(self, venue: str, space: str) -> SpacePut:
        """The space that this describes."""
        made = Space(
            venue=venue,
            space=space,
            name=dict(self.name),
            kind=self.kind,
            compositions=((None, tuple(self.atoms)),),
            buffer_before_minutes=self.buffer_before_minutes,
            buffer_after_minutes=self.buffer_after_minutes,
            area_m2=self.area_m2,
            ceiling_m=self.ceiling_m,
            floor_load_kg_m2=self.floor_load_kg_m2,
            capacity=dict(self.capacity),
            equipment=tuple(tidy(one) for one in self.equipment),
            accessible=self.accessible,
            retired_from=self.retired_from,
        )
        return SpacePut(made, self.atoms_from)


class ListedSpace(SpaceChange):
    """A space in a list of them."""

    space: str = Field(examples=["hall-1-2"])


class SpacesChange(Body):
    """Spaces to enter or replace, all or none; those that are not named stay as they are."""

    spaces: list[ListedSpace] = Field(min_length=1, max_length=500)


class CompositionEntry(BaseModel):
    """What a space is made of from a day on; without one, from ever."""

    starts: date | None
    atoms: list[str]


class SpaceEntry(BaseModel):
    """A space as it is."""

    venue: str
    space: str
    name: NamesByLanguage
    kind: Literal["hall", "room", "foyer", "yard"]
    atoms: list[str] = Field(description="in the end, after every change that is planned")
    compositions: list[CompositionEntry]
    buffer_before_minutes: int
    buffer_after_minutes: int
    area_m2: float | None
    ceiling_m: float | None
    floor_load_kg_m2: float | None
    capacity: dict[str, int]
    equipment: list[str]
    accessible: bool
    retired_from: date | None
    version: int

    @classmethod
    def of(cls, stored: Stored[Space]) -> Self:
        """The entry of a stored space."""
        space = stored.state
        return cls(
            venue=space.venue,
            space=space.space,
            name=dict(space.name),
            kind=space.kind,
            atoms=list(space.atoms),
            compositions=[CompositionEntry(starts=day, atoms=list(atoms)) for day, atoms in space.compositions],
            buffer_before_minutes=space.buffer_before_minutes,
            buffer_after_minutes=space.buffer_after_minutes,
            area_m2=space.area_m2,
            ceiling_m=space.ceiling_m,
            floor_load_kg_m2=space.floor_load_kg_m2,
            capacity=dict(space.capacity),
            equipment=list(space.equipment),
            accessible=space.accessible,
            retired_from=space.retired_from,
            version=stored.version,
        )


class SpacePage(BaseModel):
    """A part of the list of a venue's spaces."""

    items: list[SpaceEntry]
    cursor: str | None


class SpaceList(BaseModel):
    """Spaces after a change, in the order that they were sent in."""

    items: list[SpaceEntry]

    @classmethod
    def of(cls, stored: tuple[Stored[Space], ...]) -> Self:
        """The entries of stored spaces."""
        return cls(items=[SpaceEntry.of(one) for one in stored])
