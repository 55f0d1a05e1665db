"""What happens to a booking of spaces, and what of it is told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.booking.domain.spaces.booking import SpaceBooking, Use


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody asks for spaces."""


@dataclass(frozen=True, slots=True)
class Optioned:
    """Spaces are kept provisionally; `override` is why before others, if so."""

    override: str = ""


@dataclass(frozen=True, slots=True)
class WentDefinite:
    """A booking is firm; `override` is why what was in its way did not count, if so."""

    override: str = ""


@dataclass(frozen=True, slots=True)
class Challenged:
    """An option's holder must answer."""

    challenger: str


@dataclass(frozen=True, slots=True)
class ChallengeMade:
    """An option's holder asked those before it to decide."""

    challenged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChallengeLifted:
    """Somebody who challenged an option waits for it no longer."""


@dataclass(frozen=True, slots=True)
class RankChanged:
    """An option moved in the order, or waits behind something firm, or does so no more."""

    former: int


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The venue put another booking before an option, and says why."""

    by: str
    reason: str
    former: int


@dataclass(frozen=True, slots=True)
class Yielded:
    """An option gave way."""

    in_silence: bool = False


@dataclass(frozen=True, slots=True)
class OptionExpired:
    """An option ran out, or a request that nobody answered."""


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """Other spaces or times than before; `override` is why before others, if so."""

    former: tuple[Use, ...]
    override: str = ""


@dataclass(frozen=True, slots=True)
class DetailsChanged:
    """Its spaces and times are the same."""


@dataclass(frozen=True, slots=True)
class SpaceCancelled:
    """Given up."""

    due_percent: int


@dataclass(frozen=True, slots=True)
class Declined:
    """A request was refused; `alternatives` could be had."""

    alternatives: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """Its time is over."""


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """A no-show."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Spaces are out of use."""


@dataclass(frozen=True, slots=True)
class Unblocked:
    """Spaces are in use again."""


SpaceEvent = (
    Requested
    | Optioned
    | WentDefinite
    | Challenged
    | ChallengeMade
    | ChallengeLifted
    | RankChanged
    | Overtaken
    | Yielded
    | OptionExpired
    | Rescheduled
    | DetailsChanged
    | SpaceCancelled
    | Declined
    | Completed
    | NobodyCame
    | Blocked
    | Unblocked
)
SpaceStep = tuple[SpaceBooking, SpaceEvent]
"""A booking's new state, and the one event that tells of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: of `others` too, or by that of another booking to which the same decision did the same.

    So that whoever books a series hears of it once.
    """

    event: SpaceEvent
    told_by: str = ""
    others: int = 0


def together(steps: Mapping[str, SpaceStep]) -> dict[str, Told]:
    """How each of one decision's events is told: what recurs, and what was imported for the same spaces, is told of by
    the earliest, as far as there is the same to be told.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for id_, (state, event) in steps.items():
        imported = bool(state.uid) and isinstance(event, Requested | WentDefinite)
        batch = state.series or ("imported" if imported else id_)
        spaces = tuple(sorted({use.space for use in state.uses}))
        alike = (state.rank, state.waits, state.expires_at, state.challenges, state.reason, spaces, _same(state, event))
        groups.setdefault((batch, state.organizer, state.venue_organizer, type(event), alike), []).append(id_)
    found = {}
    for ids in groups.values():
        first, *others = sorted(ids, key=lambda id_: (steps[id_][0].start, id_))
        found[first] = Told(steps[first][1], others=len(others))
        found.update({id_: Told(steps[id_][1], told_by=first) for id_ in others})
    return found


def _same(state: SpaceBooking, event: SpaceEvent) -> object:
    """What an event tells beside the booking, as it must agree for one to be told of by another."""
    if isinstance(event, Rescheduled):
        shifts = tuple(sorted(new.start - old.start for old, new in zip(event.former, state.uses, strict=False)))
        return shifts, tuple(sorted({use.space for use in event.former})), event.override
    return event
