"""Commands on bookings that recur together: each is one decision, which answers for every occurrence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.booking.domain import actor as actors
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import calendar, commands, life, series
from services.booking.domain.spaces.asking import Leave, Wanted, newly_unsuited, resolve_uses
from services.booking.domain.spaces.booking import SpaceBooking, Use
from services.booking.domain.spaces.commands import SeriesPart
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import local
from services.booking.domain.spaces.venue import Venue
from services.booking.handlers.spaces.answers import rejected, unknown_venue
from services.booking.handlers.spaces.book import begin
from services.booking.handlers.spaces.desk import DecidedSpaces, SpaceDesk
from services.booking.handlers.spaces.life import ended, find
from services.booking.handlers.spaces.moving import move
from services.booking.handlers.spaces.placing import NoRoom
from services.booking.ports import SPACE_BOOKING
from shared.runtime.decision import Accepted, Decide, Outcome, Rejected, View

Work = Callable[[SpaceDesk, Venue, SpaceBooking, list[SpaceBooking]], Accepted | Rejected]
"""What a command does with the booking that it names and all that are meant with it, at their venue."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What became of one: `became` is booked, changed, unchanged, kept or skipped; `refused` says why it was skipped.

    `start` is by the venue's clock, and may be a time that it does not show; `booking` is empty where there is none.
    """

    booking: str
    start: datetime
    became: str
    refused: Rejected | None = None


@dataclass(frozen=True, slots=True)
class DecidedSeries:
    """What an accepted command on a series answers."""

    series: str
    decided: DecidedSpaces
    occurrences: tuple[Occurrence, ...]


def book_series(command: commands.BookSeries) -> Decide:
    """Book every occurrence, or none; or those that can be had."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        first = command.bookings[0]
        venue = desk.venue(first.venue)
        if venue is None:
            return unknown_venue(first.venue)
        wanted = [_asked(desk, venue, one.wanted) for one in command.bookings]
        _look_up(desk, venue, [uses for uses in wanted if uses is not None], ())
        found: list[Occurrence] = []
        for one in command.bookings:
            begun = begin(desk, one, command.series)
            start = series.begins(one.wanted, venue.zone)
            if isinstance(begun, SpaceBooking):
                found.append(Occurrence(begun.id, start, "booked"))
            else:
                found.append(Occurrence("", start, "skipped", _overlapping(begun, found) or _no(begun)))
        return _answer(desk, command.series, found, "booked", skip=command.skip_conflicts)

    return decide


def reschedule_series(command: commands.RescheduleSeries) -> Decide:
    """Move a booking and others of its series alike; those that were moved by themselves before are kept."""

    def work(desk: SpaceDesk, venue: Venue, anchor: SpaceBooking, others: list[SpaceBooking]) -> Accepted | Rejected:
        if anchor.apart:
            detail = "It was moved by itself; name another one of the series."
            return Rejected("booking-apart", detail)
        moving = [one for one in others if not one.apart]
        asked = {one.id: _beside(anchor, one, command.wanted, venue) for one in moving}
        uses = {one.id: _asked(desk, venue, asked[one.id]) for one in moving}
        _look_up(desk, venue, [found for found in uses.values() if found is not None], moving)
        if command.skip_conflicts:
            # Who moves later goes last, so that nobody meets one of its own series that is about to leave.
            goal = uses[anchor.id]
            later = goal is not None and _begins(goal) > _begins(anchor.uses)
            moving.sort(key=lambda one: one.start, reverse=later)
        else:
            desk.leave(*(one for one in moving if uses[one.id] not in (None, one.uses)))
        became: dict[str, Occurrence] = {}
        for one in moving:
            step = commands.Reschedule(command.part.actor, one.id, asked[one.id], override=command.override)
            refused = move(desk, one, step)
            became[one.id] = _moved(desk, one, refused)
        kept = [became.get(one.id) or Occurrence(one.id, _start(one), "kept") for one in others]
        return _answer(desk, command.part.series, kept, "moved", skip=command.skip_conflicts)

    return _on(command.part, work)


def cancel_series(command: commands.CancelSeries) -> Decide:
    """Give up a booking and others of its series, each by the venue's terms."""

    def work(desk: SpaceDesk, venue: Venue, _anchor: SpaceBooking, others: list[SpaceBooking]) -> Accepted | Rejected:
        _look_up(desk, venue, (), others)
        for one in others:
            desk.apply(*life.cancelled(one, venue.policy, desk.minute, command.reason))
        found = [Occurrence(one.id, _start(one), "changed") for one in others]
        return _answer(desk, command.part.series, found, "cancelled", skip=False)

    return _on(command.part, work)


def change_series_details(command: commands.ChangeSeriesDetails) -> Decide:
    """Say something else of a booking and others of its series."""

    def work(desk: SpaceDesk, venue: Venue, anchor: SpaceBooking, others: list[SpaceBooking]) -> Accepted | Rejected:
        keeper = actors.runs(command.part.actor, venue.organizer)
        found = []
        for one in others:
            by = series.apart_by(anchor, one, venue.zone)
            details = series.at_other_day(command.details, by, venue.zone)
            if not keeper and (refused := newly_unsuited(desk.space, one, one.uses, details)):
                return rejected(refused)
            changed = life.with_details(one, details)
            if changed is not None:
                desk.apply(*changed)
            found.append(Occurrence(one.id, _start(one), "unchanged" if changed is None else "changed"))
        return _answer(desk, command.part.series, found, "changed", skip=False)

    return _on(command.part, work)


def _on(part: SeriesPart, work: Work) -> Decide:
    """A decision that does `work` with the booking that is named and all that are meant with it."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        members = _members(desk, view, part)
        if isinstance(members, Rejected):
            return members
        anchor, others = members
        venue = desk.venue(anchor.venue)
        return unknown_venue(anchor.venue) if venue is None else work(desk, venue, anchor, others)

    return decide


def _members(desk: SpaceDesk, view: View, part: SeriesPart) -> tuple[SpaceBooking, list[SpaceBooking]] | Rejected:
    """The booking that is named, and all that are meant with it, by their start; a no where it cannot be edited."""
    found = find(desk, part.booking, part.actor)
    if isinstance(found, Rejected):
        return found
    if found.series != part.series:
        return Rejected("booking-unknown", f"The booking “{part.booking}” is not of the series “{part.series}”.")
    found = desk.current(found)
    if not found.live:
        return ended(found, "name one that is to come")
    view.get_many(SPACE_BOOKING, part.members)
    members = [desk.booking(id_) for id_ in part.members]
    meant = [
        one
        for one in (desk.current(member) for member in members if member is not None)
        if one.live and (one.id == found.id or (one.start > desk.minute and (part.whole or one.start >= found.start)))
    ]
    return found, sorted(meant, key=lambda one: (one.start, one.id))


def _beside(anchor: SpaceBooking, one: SpaceBooking, wanted: tuple[Wanted, ...], venue: Venue) -> tuple[Wanted, ...]:
    return series.shifted(wanted, series.apart_by(anchor, one, venue.zone), venue.zone)


def _asked(desk: SpaceDesk, venue: Venue, wanted: tuple[Wanted, ...]) -> tuple[Use, ...] | None:
    """The uses that are asked for, to know where to look; whether they may be asked for is decided later."""
    uses = resolve_uses(venue, desk.space, wanted, desk.minute, Leave(past=True, closed=True))
    return None if isinstance(uses, Refused) else uses


def _look_up(desk: SpaceDesk, venue: Venue, wanted: Iterable[tuple[Use, ...]], there: Sequence[SpaceBooking]) -> None:
    """Read every page that the decision will look at, in one round."""
    pages: set[str] = set()
    for uses in wanted:
        pages |= set(calendar.pages_of(venue.id, b.claims_of(uses)))
    for one in there:
        pages |= set(calendar.pages_of(venue.id, one.claims()))
    desk.pages(sorted(pages))


def _moved(desk: SpaceDesk, one: SpaceBooking, refused: NoRoom | Rejected | None) -> Occurrence:
    if refused is not None:
        return Occurrence(one.id, _start(one), "skipped", _no(refused))
    now = desk.booking(one.id) or one
    return Occurrence(one.id, _start(now), "unchanged" if now.uses == one.uses else "changed")


def _overlapping(refused: NoRoom | Rejected, before: Iterable[Occurrence]) -> Rejected | None:
    """The no to an occurrence that runs into one of its own rule, which nobody else has heard of."""
    if isinstance(refused, Rejected):
        return None
    own = {one.booking: one.start for one in before}
    met = next((own[rival.claim.booking] for rival in refused.way.rivals if rival.claim.booking in own), None)
    if met is None:
        return None
    detail = f"It overlaps the occurrence of {met.isoformat(timespec='minutes')}, buffers included."
    remedy = "let each end sooner, or let the rule recur less often"
    return Rejected("series-overlaps-itself", detail, ({"field": "rule", "remedy": remedy},))


def _no(found: NoRoom | Rejected) -> Rejected:
    if isinstance(found, Rejected):
        return found
    refusal = found.way.refusal
    return Rejected(refusal.reason, refusal.detail, refusal.items)


def _answer(desk: SpaceDesk, id_: str, found: Sequence[Occurrence], done: str, *, skip: bool) -> Accepted | Rejected:
    """Everything, unless something was refused and nothing is to be skipped, or nothing is left."""
    skipped = [(number, one) for number, one in enumerate(found) if one.refused is not None]
    first = found[0].refused
    if first is not None and all(one.refused == first and not _rivals(one) for one in found):
        return first  # It is what was asked for that will not do, on whatever day.
    if skipped and (not skip or len(skipped) == len(found)):
        nothing = f"Nothing was {done}." if not skip else "None is left."
        detail = f"{len(skipped)} of {len(found)} occurrences cannot be had. {nothing}"
        return Rejected("series-conflicts", detail, tuple(item for pair in skipped for item in _items(*pair)))
    accepted = desk.accepted(*(one.booking for one in found if one.booking))
    if isinstance(accepted, Rejected):
        return accepted
    return Accepted(accepted.changes, DecidedSeries(id_, accepted.answer, tuple(found)))


def _rivals(one: Occurrence) -> bool:
    """Whether it is another booking that stands in an occurrence's way."""
    return one.refused is not None and any("booking" in item for item in one.refused.items)


def _items(number: int, one: Occurrence) -> Iterable[dict[str, Any]]:
    """What stands in an occurrence's way, told with the occurrence; whoever is in the way has a start of its own."""
    refused = one.refused
    if refused is None:
        return
    told = {
        "occurrence": number,
        "occurrence_start": one.start.isoformat(timespec="minutes"),
        "reason": refused.reason,
        "problem": refused.detail,
    }
    for item in refused.items or ({},):
        yield {**told, **item}


def _start(booking: SpaceBooking) -> datetime:
    return local(_begins(booking.uses), ZoneInfo(booking.time_zone)).replace(tzinfo=None)


def _begins(uses: Iterable[Use]) -> int:
    return min(use.show.start for use in uses)
