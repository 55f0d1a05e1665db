"""A calendar brought in: its events become bookings, and follow it when it comes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.booking.domain import actor as actors
from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import calendar, commands, life, series
from services.booking.domain.spaces import events as happened
from services.booking.domain.spaces.asking import Leave, resolve_uses
from services.booking.domain.spaces.booking import SpaceBooking
from services.booking.domain.spaces.commands import CalendarEvent
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.venue import Venue
from services.booking.handlers.spaces.answers import unknown_venue
from services.booking.handlers.spaces.desk import SpaceDesk
from services.booking.handlers.spaces.moving import too_small
from services.booking.handlers.spaces.placing import InTheWay, Placing, place
from services.booking.ports import SPACE_BOOKING
from shared.runtime.decision import Accepted, Decide, Outcome, Rejected, View


@dataclass(slots=True)
class ImportReport:
    """What became of each event, by its uid; `conflicts` name the event's row and why it is not booked."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicts: list[Mapping[str, Any]] = field(default_factory=list)


def booking_id(venue: str, uid: str) -> str:
    """The id of the booking that an event of that uid is at a venue; the same at every import."""
    digest = sha256(f"{venue}/{uid}".encode()).hexdigest()
    return f"spb-{digest[:32]}"


def import_calendar(command: commands.ImportCalendar) -> Decide:
    """Bring a calendar in; the answer is the ImportReport."""

    def decide(view: View, now: datetime) -> Outcome:
        desk = SpaceDesk(view, now)
        venue = desk.venue(command.venue)
        if venue is None:
            return unknown_venue(command.venue)
        keeper = actors.runs(command.actor, venue.organizer)
        if not keeper and not actors.runs(command.actor, command.organizer):
            return Rejected("not-yours", "Spaces are booked in one's own name.")
        ids = [booking_id(venue.id, event.uid) for event in command.events]
        known = dict(zip(ids, view.get_many(SPACE_BOOKING, ids), strict=True))
        work = _Import(desk, venue, command, keeper)
        work.plan(known)
        for event in command.events:
            work.take(event, known[booking_id(venue.id, event.uid)])
        report = work.report
        if report.conflicts and not command.skip_conflicts:
            detail = f"{len(report.conflicts)} of {len(command.events)} events cannot be booked. Nothing was imported."
            return Rejected("calendar-conflicts", detail, tuple(report.conflicts))
        accepted = desk.accepted()
        return accepted if isinstance(accepted, Rejected) else Accepted(accepted.changes, report)

    return decide


class _Import:
    """One import in the making."""

    def __init__(self, desk: SpaceDesk, venue: Venue, command: commands.ImportCalendar, keeper: bool) -> None:
        self._desk = desk
        self._venue = venue
        self._command = command
        self._keeper = keeper
        self._wanted: dict[str, SpaceBooking | Refused] = {}
        self.report = ImportReport()

    def plan(self, known: Mapping[str, SpaceBooking | None]) -> None:
        """Make out what each event wants, read all pages at once, and let what moves leave its old place first.

        Two events that changed places are so not in each other's way. Where conflicts are skipped, nothing leaves
        before it is known to arrive.
        """
        pages: set[str] = set()
        leaving = []
        for event in self._command.events:
            id_ = booking_id(self._venue.id, event.uid)
            wanted = self._wanted[id_] = self._booking(event, id_, known[id_])
            if isinstance(wanted, SpaceBooking):
                pages |= set(calendar.pages_of(self._venue.id, wanted.claims()))
            if (old := known[id_]) is not None:
                pages |= set(calendar.pages_of(self._venue.id, old.claims()))
                follows = old.organizer == self._command.organizer and self._follows(old)
                if follows and not event.cancelled and isinstance(wanted, SpaceBooking) and wanted.uses != old.uses:
                    leaving.append(old)
        self._desk.pages(sorted(pages))
        if not self._command.skip_conflicts:
            self._desk.leave(*leaving)

    def take(self, event: CalendarEvent, old: SpaceBooking | None) -> None:
        """Book, move, cancel or leave an event as it is."""
        wanted = self._wanted[booking_id(self._venue.id, event.uid)]
        if old is not None and old.organizer != self._command.organizer:
            self._refuse(event, "not-yours", f"The booking {old.id} of this uid is another organizer's.")
        elif event.cancelled:
            self._cancel(event, old)
        elif isinstance(wanted, Refused):
            self._refuse(event, wanted.reason, wanted.detail, wanted.items)
        elif old is None:
            self._put(event, wanted, None)
        elif _comes_again(old):
            again = replace(old, state=wanted.state, reason="")
            self._follow(event, wanted, again)
        elif self._follows(old):
            self._follow(event, wanted, old)
        elif old.state in (b.DEFINITE, b.COMPLETED, b.NO_SHOW):
            self._describe(event, wanted, old)
        elif old.state is b.OPTION:
            remedy = {"remedy": "let it go definite, or give the event another UID"}
            self._refuse(event, "booking-option", f"The booking {old.id} of this uid is an option.", (remedy,))
        else:
            # What people decided of it stands, whatever its calendar still says.
            self.report.unchanged.append(event.uid)

    def _follows(self, old: SpaceBooking) -> bool:
        """Whether a booking goes where its event goes; what is over does so only for whoever runs the venue."""
        state = self._desk.current(old).state
        return state in (b.DEFINITE, b.INQUIRY) or (state is b.COMPLETED and self._keeper)

    def _follow(self, event: CalendarEvent, wanted: SpaceBooking, old: SpaceBooking) -> None:
        """Let what is to come be where and what the event is; as firm as it was."""
        titled = replace(old, details=replace(old.details, title=wanted.details.title))
        if wanted.uses == old.uses and titled == self._desk.booking(old.id):
            self.report.unchanged.append(event.uid)
            return
        moved = replace(titled, uses=wanted.uses)
        moved = replace(moved, details=series.along(old, moved, self._venue.zone))
        if moved.state is b.COMPLETED and moved.end > self._desk.minute:
            moved = replace(moved, state=b.DEFINITE)
        if not self._keeper and (refused := too_small(self._desk, old, moved)):
            self._refuse(event, refused.reason, refused.detail, refused.items)
            return
        self._put(event, moved, old)

    def _describe(self, event: CalendarEvent, wanted: SpaceBooking, old: SpaceBooking) -> None:
        """What is over may be called otherwise, and not have been at another time."""
        if wanted.uses != old.uses:
            remedy = {"remedy": "give the event the times that it had, or another UID"}
            self._refuse(event, f"booking-{old.state}", f"The booking {old.id} of this uid is {old.state}.", (remedy,))
        elif (step := life.with_details(old, replace(old.details, title=wanted.details.title))) is not None:
            self._desk.apply(*step)
            self.report.changed.append(event.uid)
        else:
            self.report.unchanged.append(event.uid)

    def _booking(self, event: CalendarEvent, id_: str, old: SpaceBooking | None) -> SpaceBooking | Refused:
        leave = Leave(past=self._keeper, closed=self._keeper)
        uses = resolve_uses(self._venue, self._desk.space, event.wanted, self._desk.minute, leave)
        if isinstance(uses, Refused):
            # What is there already may have begun since, and need not be asked for again.
            anyhow = Leave(past=True, closed=True)
            found = resolve_uses(self._venue, self._desk.space, event.wanted, self._desk.minute, anyhow)
            if old is None or isinstance(found, Refused) or found != old.uses:
                return uses
            uses = found
        return SpaceBooking(
            id=id_,
            venue=self._venue.id,
            organizer=self._command.organizer,
            venue_organizer=self._venue.organizer,
            time_zone=self._venue.time_zone,
            uses=uses,
            state=b.DEFINITE if self._keeper or not self._venue.policy.approval_required else b.INQUIRY,
            details=b.Details(title=event.title),
            uid=event.uid,
        )

    def _put(self, event: CalendarEvent, wanted: SpaceBooking, old: SpaceBooking | None) -> None:
        placed = place(self._desk, wanted, Placing(self._command.actor, self._venue, self._keeper))
        if isinstance(placed, InTheWay):
            self._refuse(event, placed.refusal.reason, placed.refusal.detail, placed.refusal.items)
            return
        begun = happened.Requested() if placed.state is b.INQUIRY else happened.WentDefinite()
        if old is None:
            self._desk.create(placed, begun)
            self.report.created.append(event.uid)
        elif (known := self._desk.booking(old.id)) is not None and _comes_again(known):
            self._desk.apply(placed, begun)
            self.report.created.append(event.uid)
        else:
            moved = placed.uses != old.uses
            self._desk.apply(placed, happened.Rescheduled(old.uses) if moved else happened.DetailsChanged())
            self.report.changed.append(event.uid)

    def _cancel(self, event: CalendarEvent, old: SpaceBooking | None) -> None:
        if old is None or not old.live:
            self.report.unchanged.append(event.uid)
            return
        self._desk.apply(*life.cancelled(old, self._venue.policy, self._desk.minute, b.GONE_FROM_CALENDAR))
        self.report.cancelled.append(event.uid)

    def _refuse(self, event: CalendarEvent, reason: str, detail: str, items: Sequence[Mapping[str, Any]] = ()) -> None:
        rivals = [str(item["booking"]) for item in items if "booking" in item]
        titles = [f"“{self._title(id_)}”" for id_ in rivals]
        beside = f" In the way: {', '.join(titles)}." if titles else ""
        remedies = [str(item["remedy"]) for item in items if "remedy" in item]
        self.report.conflicts.append(
            {
                "row": event.row,
                "uid": event.uid,
                "title": event.title,
                "reason": reason,
                "problem": f"{detail}{beside}",
                "remedy": remedies[0] if remedies else "move one of them, or import with conflicts skipped",
            }
        )

    def _title(self, id_: str) -> str:
        found = self._desk.booking(id_)
        mine = found is not None and (self._keeper or actors.runs(self._command.actor, found.organizer))
        return (found.details.title if found is not None and mine else "") or id_


def _comes_again(old: SpaceBooking) -> bool:
    """Whether its own calendar gave it up, and so may have it again."""
    return old.state is b.CANCELLED and old.reason == b.GONE_FROM_CALENDAR
