"""The desk at which one decision on spaces is worked out: bookings, the pages of their atoms' calendars, and ranks.

Whatever becomes of a booking, its claims follow it on every page, and the options behind it close up, in the same
decision: so pages and bookings cannot fall apart, and no order has a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.booking.domain.spaces import booking as b
from services.booking.domain.spaces import calendar, life
from services.booking.domain.spaces import events as happened
from services.booking.domain.spaces.booking import Recorded, SpaceBooking
from services.booking.domain.spaces.calendar import Claim, Page, Standing
from services.booking.domain.spaces.events import SpaceEvent, SpaceStep
from services.booking.domain.spaces.times import minute_of, shown
from services.booking.domain.spaces.venue import Space, Venue
from services.booking.handlers.desk import Torn
from services.booking.ports import DIRECTORY, PAGE, SPACE, SPACE_BOOKING, SPACE_RECORD, VENUE
from shared.runtime.decision import Accepted, Change, Rejected, View

INVITATIONS_MAX = 1_000
"""How many mails to participants one decision may lead to: one for each person and time."""


@dataclass(frozen=True, slots=True)
class DecidedSpaces:
    """What an accepted command answers: each booking that it was about, at its new version."""

    now: datetime
    bookings: tuple[tuple[SpaceBooking, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rival:
    """A claim that clashes with one of ours on an atom."""

    atom: str
    ours: Claim
    claim: Claim


class SpaceDesk:
    """One decision in the making."""

    def __init__(self, view: View, now: datetime) -> None:
        self._view = view
        self.now = now
        self.minute = minute_of(now)
        self._read: dict[str, Page] = {}
        self._pages: dict[str, Page] = {}
        self._steps: dict[str, tuple[SpaceBooking, SpaceEvent]] = {}
        self._new: set[str] = set()
        self._left: set[str] = set()
        self._affected: set[str] = set()
        self._overrides: dict[str, str] = {}
        self._ended: dict[str, int] = {}

    def venue(self, id_: str) -> Venue | None:
        """The venue; read without guard, a change to its settings need not stop a decision."""
        found: Venue | None = self._view.peek(VENUE, id_)
        return found

    def space(self, id_: str) -> Space | None:
        """A space, likewise."""
        found: Space | None = self._view.peek(SPACE, id_)
        return found

    def spaces(self, venue: str) -> Sequence[Space]:
        """Every space of a venue."""
        found: Sequence[Space] = self._view.peek(DIRECTORY, venue) or ()
        return found

    def booking(self, id_: str) -> SpaceBooking | None:
        """A booking as it is at this point of the decision."""
        if id_ in self._steps:
            return self._steps[id_][0]
        found: SpaceBooking | None = self._view.get(SPACE_BOOKING, id_)
        return found

    def bookings(self, ids: Iterable[str]) -> list[SpaceBooking]:
        """Bookings that are known to be there, read in one round. Raises Torn."""
        wanted = sorted(set(ids))
        self._view.get_many(SPACE_BOOKING, [id_ for id_ in wanted if id_ not in self._new])
        found = []
        for id_ in wanted:
            if (one := self.booking(id_)) is None:
                raise Torn(f"a page has claims of the booking {id_}, which is not there")
            found.append(one)
        return found

    def pages(self, ids: Iterable[str]) -> list[Page]:
        """Pages as they are at this point of the decision, read in one round; one that is not there is empty."""
        wanted = list(ids)
        if unread := [id_ for id_ in wanted if id_ not in self._read]:
            for id_, page in zip(unread, self._view.get_many(PAGE, unread), strict=True):
                self._read[id_] = page or Page(id_)
        return [self._pages.get(id_) or self._read[id_] for id_ in wanted]

    def rivals(self, venue: str, claims: Sequence[tuple[str, Claim]]) -> list[Rival]:
        """Whoever clashes with these (atom, claim), each claim once for each of ours."""
        ids = list(calendar.pages_of(venue, claims))
        pages = dict(zip(ids, self.pages(ids), strict=True))
        found: list[Rival] = []
        for atom, claim in claims:
            others = (other for week in claim.weeks for other in pages[calendar.page_id(venue, atom, week)].claims)
            found += [Rival(atom, claim, other) for other in calendar.clashing(claim, others)]
        return found

    def lapse(self, venue: str, claims: Sequence[tuple[str, Claim]]) -> list[Rival]:
        """The rivals of these claims, once whoever among them is past a deadline has gone, as by a timer."""
        rivals = self.rivals(venue, claims)
        while late := {rival.claim.booking for rival in rivals if rival.claim.overdue(self.minute)}:
            for found in self._with_challengers(self.bookings(late)):
                if (step := self.overdue(found)) is None:
                    raise Torn(f"a claim of {found.id} ran out, the booking did not")
                self.apply(*step)
            rivals = self.rivals(venue, claims)
        return rivals

    def overdue(self, booking: SpaceBooking) -> SpaceStep | None:
        """What time alone made of a booking by now, timer or no timer; None where it made nothing of it.

        It yields to nobody whose own option had ended by the time at which it was to answer.
        """
        self._with_challengers([booking])
        held = [known.challenger for known in booking.challenges if not self._void(known)]
        kept = life.challenged_by(booking, held)
        return life.overdue(kept, self.minute) or (None if kept is booking else (kept, happened.ChallengeLifted()))

    def _with_challengers(self, bookings: Sequence[SpaceBooking]) -> Sequence[SpaceBooking]:
        """The same bookings, once those are read that wait for their overdue answers, and who waits for theirs."""
        seen: set[str] = set()
        nearest: Sequence[SpaceBooking | None] = bookings
        while wanted := {
            known.challenger
            for found in nearest
            if found is not None
            for known in found.challenges
            if known.answer_by <= self.minute and known.challenger not in seen
        }:
            seen |= wanted
            nearest = self._view.get_many(SPACE_BOOKING, sorted(wanted))
        return bookings

    def current(self, booking: SpaceBooking) -> SpaceBooking:
        """A booking as time alone has made it by now."""
        step = self.overdue(booking)
        return booking if step is None else step[0]

    def rank(self, booking: SpaceBooking) -> int:
        """An option's rank: the worst of its claims'."""
        return _rank(booking, self.rivals(booking.venue, booking.claims()))

    def create(self, booking: SpaceBooking, event: SpaceEvent) -> None:
        """A booking that was not there before."""
        self._new.add(booking.id)
        self.apply(booking, event)

    def apply(self, booking: SpaceBooking, event: SpaceEvent) -> None:
        """The booking's new state; its claims follow it, and whoever waits behind it is looked at again."""
        former = None if booking.id in self._new and booking.id not in self._steps else self.booking(booking.id)
        self._steps[booking.id] = (booking, event)
        if isinstance(event, happened.Optioned | happened.WentDefinite | happened.Rescheduled) and event.override:
            self._overrides[booking.id] = event.override
        before = former.claims() if former is not None else []
        after = booking.claims()
        if before == after and booking.id not in self._left:
            return
        self._note_affected(booking.venue, after)
        self.pages(calendar.pages_of(booking.venue, [*before, *after]))
        if former is not None:
            self.leave(former)
        for atom, claim in after:
            for week in claim.weeks:
                id_ = calendar.page_id(booking.venue, atom, week)
                self._pages[id_] = calendar.with_claims(self.pages((id_,))[0], (claim,))
        self._left.discard(booking.id)

    def leave(self, *bookings: SpaceBooking) -> None:
        """Take the claims of bookings off their pages, before `apply` puts them elsewhere in the same decision."""
        self.pages(id_ for booking in bookings for id_ in calendar.pages_of(booking.venue, booking.claims()))
        for booking in bookings:
            claims = booking.claims()
            self._note_affected(booking.venue, claims, challenged=True)
            self._left.add(booking.id)
            for id_ in calendar.pages_of(booking.venue, claims):
                self._pages[id_] = calendar.without(self.pages((id_,))[0], booking.id)

    def settle(self) -> None:
        """Let every option know how it stands that something before it left or was put before, or whose challenger
        went.
        """
        waiting = self._waiting()
        self.pages({id_ for found in waiting for id_ in calendar.pages_of(found.venue, found.claims())})
        for found in waiting:
            rivals = self.rivals(found.venue, found.claims())
            stands = _standing(found, rivals)
            if stands == found:
                continue
            told = self._steps.get(found.id)
            self.apply(stands, told[1] if told is not None else self._news(found, stands, rivals))
        self._settle_answers([found.id for found in waiting if found.answers_by])

    def _settle_answers(self, challengers: Sequence[str]) -> None:
        """Until when somebody has to answer them; nobody has any more where those whom they challenged are gone."""
        for found in self.bookings(challengers):
            before = {
                rival.claim.booking
                for rival in self.rivals(found.venue, found.claims())
                if rival.claim.standing == Standing.OPTION and rival.claim.precedes(rival.ours)
            }
            challenges = (known for one in self.bookings(before) for known in one.challenges)
            answers_by = min((known.answer_by for known in challenges if known.challenger == found.id), default=0)
            if answers_by != found.answers_by:
                told = self._steps.get(found.id)
                event = told[1] if told is not None else happened.RankChanged(found.rank)
                self._steps[found.id] = (replace(found, answers_by=answers_by), event)

    def _waiting(self) -> list[SpaceBooking]:
        """The options that are concerned, once whoever of them is past a deadline has gone."""
        looked_at: set[str] = set()
        while new := {*self._affected, *self._steps} - looked_at:
            looked_at |= new
            for found in self._with_challengers(self.bookings(new)):
                if found.state is b.OPTION and (step := self.overdue(found)) is not None:
                    self.apply(*step)
        return [found for found in self.bookings(looked_at) if found.state is b.OPTION]

    def _news(self, former: SpaceBooking, stands: SpaceBooking, rivals: Iterable[Rival]) -> SpaceEvent:
        if (stands.waits, stands.rank) > (former.waits, former.rank):
            for rival in rivals:
                reason = self._overrides.get(rival.claim.booking)
                if reason and rival.claim.precedes(rival.ours) and not self._was_before(rival.claim.booking, former):
                    return happened.Overtaken(rival.claim.booking, reason, former.rank)
        if stands.challenges != former.challenges:
            return happened.ChallengeLifted()
        return happened.RankChanged(former.rank)

    def _was_before(self, booking: str, option: SpaceBooking) -> bool:
        """Whether a booking was before an option already, so that no override put it there."""
        was: SpaceBooking | None = None if booking in self._new else self._view.get(SPACE_BOOKING, booking)
        claims = was.claims() if was is not None and was.state is b.OPTION else []
        return any(
            atom == other and claim.precedes(theirs) and calendar.clash(claim, theirs)
            for atom, claim in claims
            for other, theirs in option.claims()
        )

    def _void(self, challenge: b.Challenge) -> bool:
        """Whether nobody waited any more for the answer when it was due; of one that is still to come nobody knows."""
        if challenge.answer_by > self.minute:
            return False
        ended = self._ends(challenge.challenger)
        return 0 < ended <= challenge.answer_by

    def _ends(self, option: str) -> int:
        """When an option ends by itself, as it was before this decision; 0 for never.

        Whoever challenges is behind, so that this comes to an end.
        """
        if option not in self._ended:
            found = self._view.get(SPACE_BOOKING, option)
            if found is None:
                raise Torn(f"the booking {option} challenged another one and is not there")
            held = [known.answer_by for known in found.challenges if not self._void(known)]
            self._ended[option] = min((minute for minute in (found.expires_at, *held) if minute), default=0)
        return self._ended[option]

    def accepted(self, *bookings: str) -> Accepted | Rejected:
        """Everything that changed, each aggregate once; the answer tells of these bookings.

        A no where that is more than a page of a calendar, or a decision, can hold.
        """
        if self._left:
            raise RuntimeError(f"taken off the calendar and not put back: {', '.join(sorted(self._left))}")
        self.settle()
        if full := next((id_ for id_, page in self._pages.items() if len(page.claims) > calendar.CLAIMS_MAX), None):
            return Rejected("calendar-full", f"The calendar page {full} holds as many bookings as it can.")
        if (mails := sum(self._mails(id_) for id_ in self._steps)) > INVITATIONS_MAX:
            detail = f"This would send {mails} mails to participants, of at most {INVITATIONS_MAX} at once."
            remedy = "invite fewer people, or change fewer bookings at once"
            item = {"field": "participants", "problem": f"would get {mails} mails", "remedy": remedy}
            return Rejected("invitations-too-many", detail, (item,))
        changes: list[Change] = []
        versions: dict[str, int] = {}
        told = happened.together(self._steps)
        for id_, (state, _) in self._steps.items():
            version = versions[id_] = 1 if id_ in self._new else self._view.version(SPACE_BOOKING, id_) + 1
            changes.append(Change(SPACE_BOOKING, id_, state, (told[id_],), fresh=id_ in self._new))
            record = Recorded(state, version, self.now)
            changes.append(Change(SPACE_RECORD, f"{id_}@{version}", record, fresh=True))
        for id_, page in self._pages.items():
            if page != self._read[id_]:
                changes.append(Change(PAGE, id_, page))
        shown = tuple(
            (found, versions.get(found.id) or self._view.version(SPACE_BOOKING, found.id))
            for id_ in bookings
            if (found := self.booking(id_)) is not None
        )
        return Accepted(tuple(changes), DecidedSpaces(self.now, shown))

    def _mails(self, id_: str) -> int:
        """How many participants of a booking may have to hear of what becomes of it, those who were invited too."""
        former: SpaceBooking | None = None if id_ in self._new else self._view.get(SPACE_BOOKING, id_)
        return max(self._steps[id_][0].invitations, former.invitations if former else 0)

    def _note_affected(self, venue: str, claims: Sequence[tuple[str, Claim]], *, challenged: bool = False) -> None:
        """Options behind these claims; and where these leave, those before them, which they may have challenged."""
        self._affected.update(
            rival.claim.booking
            for rival in self.rivals(venue, claims)
            if rival.claim.standing == Standing.OPTION
            and rival.ours.standing != Standing.INQUIRY
            and (challenged or rival.ours.precedes(rival.claim))
        )


def _rank(booking: SpaceBooking, rivals: Iterable[Rival]) -> int:
    by_claim: dict[tuple[str, Claim], list[Claim]] = {}
    for rival in rivals:
        by_claim.setdefault((rival.atom, rival.ours), []).append(rival.claim)
    return max(calendar.rank_of(claim, by_claim.get((atom, claim), ())) for atom, claim in booking.claims())


def _standing(option: SpaceBooking, rivals: Sequence[Rival]) -> SpaceBooking:
    """The option, with its rank, whether it waits, and the challenges of those who are behind it still."""
    behind = {
        rival.claim.booking
        for rival in rivals
        if rival.claim.standing == Standing.OPTION and rival.ours.precedes(rival.claim)
    }
    rank = _rank(option, rivals)
    waits = any(rival.claim.standing >= Standing.DEFINITE for rival in rivals)
    return replace(life.challenged_by(option, behind), rank=rank, waits=waits)


def in_the_way(rivals: Iterable[Rival]) -> tuple[Mapping[str, Any], ...]:
    """The bookings in the way, each once, as a refusal names them: when, and what it is worth; not whose."""
    found: dict[str, Mapping[str, Any]] = {}
    for rival in rivals:
        claim = rival.claim
        found.setdefault(
            claim.booking,
            {
                "booking": claim.booking,
                "state": Standing(claim.standing).name.lower(),
                "start": shown(claim.start),
                "end": shown(claim.end),
                "atom": rival.atom,
            },
        )
    return tuple(found.values())
