"""A centre and the slow model of it side by side: every command goes to both, and both must say the same.

The window lies around a night on which the clocks go forward, one on which they go back, or the end of a page.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from services.booking.domain.spaces import commands
from services.booking.domain.spaces.asking import Wanted
from services.booking.domain.spaces.booking import OPTION, Recorded, SpaceState
from services.booking.domain.spaces.calendar import Page, Standing, clash
from services.booking.domain.spaces.times import minute_of
from services.booking.domain.spaces.venue import Space, office_deadline
from services.booking.handlers import spaces as handlers
from services.booking.ports import PAGE, SPACE_BOOKING, SPACE_RECORD
from shared.runtime.decision import Accepted, Outcome, Rejected

from .brute import LAST, Brute, Known, Part, Place, minutes
from .centre import CENTRE, KEEPER, Centre, organizer, space

SPACES: Final = (
    space("a"),
    space("b", buffer_before=30, buffer_after=15),
    space("c"),
    space("c-too", "c"),  # another name for the same floor
    space("ab", "a", "b", buffer_before=15, buffer_after=60),
    space("all", "a", "b", "c"),
)
BY_ID: Final = {one.id: one for one in SPACES}
WINDOWS: Final = (
    datetime(2027, 3, 27, tzinfo=UTC),
    datetime(2027, 10, 30, tzinfo=UTC),
    datetime(2027, 6, 9, tzinfo=UTC),  # a page of the calendar ends in it
)
STEP_MINUTES: Final = 15
STEPS: Final = 3 * 24 * 60 // STEP_MINUTES
LIVE: Final = ("option", "definite", "completed", "blocked")
ORGANIZERS: Final = ("ann", "bob", "cyd")

Slot = tuple[str, int, int, int, int]
"""A space, and the steps of its build-up, show and dismantling: name, start, show, length, end."""


class Disagreement(AssertionError):
    """The centre and the model say different things."""


class World:
    """The two of them."""

    def __init__(self, window: int = 0) -> None:
        self.begin = WINDOWS[window]
        self.now = self.begin - timedelta(days=1)
        self.centre = Centre(*SPACES, now=self.now)
        self.brute = Brute()
        self.history: list[tuple[datetime, dict[str, tuple[str, int, object]]]] = []
        self.refusals = 0
        self.operations = 0

    # --- what can be done -------------------------------------------------------------------------------------------

    def book(self, slots: tuple[Slot, ...], who: str, state: str, *, wait: bool = False, override: str = "") -> None:
        wanted = tuple(self._wanted(slot) for slot in slots)
        keeper = bool(override)
        command = commands.BookSpaces(
            KEEPER if keeper else organizer(who),
            f"b{len(self.brute.all)}x{self.refusals}",
            "c",
            who,
            wanted,
            SpaceState(state),
            wait=wait,
            override=override,
        )
        outcome = self.centre.ledger.do(handlers.book(command))
        self._past(lambda: self._book(outcome, command, slots, state, wait=wait, override=keeper))

    def block(self, slot: Slot) -> None:
        id_ = f"b{len(self.brute.all)}x{self.refusals}"
        command = commands.BlockSpaces(KEEPER, id_, "c", (self._wanted(slot),), "inspection")
        outcome = self.centre.ledger.do(handlers.block(command))

        def expect() -> None:
            parts = self._parts((slot,), buffers=False)
            if self._too_early((slot,)):
                return self._refused(outcome, "time-past")
            if any(known.state != "option" for known in self.brute.clashing(parts).values()):
                return self._refused(outcome, "space-taken")
            if self.brute.clashing(parts):
                return self._refused(outcome, "options-ahead")
            self._done(outcome)
            return self._add(id_, Known("centre", parts, "blocked", (slot,)))

        self._past(expect)

    def confirm(self, id_: str) -> None:
        outcome = self._on(id_, lambda who: handlers.go_definite(commands.GoDefinite(who, id_)))

        def expect() -> None:
            known = self.brute.all[id_]
            if known.state != "option":
                return self._refused(outcome, f"booking-{known.state}")
            rivals = self.brute.clashing(known.parts, but=[id_])
            if any(other.state != "option" for other in rivals.values()):
                return self._refused(outcome, "space-taken")
            if any(other.place < known.place for other in rivals.values()):
                return self._refused(outcome, "options-ahead")
            self._done(outcome)
            known.state = "definite"
            return None

        self._past(expect)

    def cancel(self, id_: str) -> None:
        who = KEEPER if self.brute.all[id_].state == "blocked" else None
        outcome = self._on(id_, lambda asker: handlers.cancel(commands.CancelSpaces(who or asker, id_)))

        def expect() -> None:
            known = self.brute.all[id_]
            if known.state not in ("option", "definite", "blocked"):
                return self._refused(outcome, f"booking-{known.state}")
            self._done(outcome)
            known.state = "unblocked" if known.state == "blocked" else "cancelled"
            return None

        self._past(expect)

    def give_way(self, id_: str) -> None:
        outcome = self._on(id_, lambda who: handlers.give_way(commands.Yield(who, id_)))

        def expect() -> None:
            known = self.brute.all[id_]
            if known.state != "option":
                return self._refused(outcome, f"booking-{known.state}")
            self._done(outcome)
            known.state = "yielded"
            return None

        self._past(expect)

    def challenge(self, id_: str) -> None:
        outcome = self._on(id_, lambda who: handlers.challenge(commands.Challenge(who, id_)))

        def expect() -> None:
            known = self.brute.all[id_]
            if known.state != "option":
                return self._refused(outcome, f"booking-{known.state}")
            before = [
                other
                for other in self.brute.clashing(known.parts, but=[id_]).values()
                if other.state == "option" and other.place < known.place
            ]
            if not before:
                return self._refused(outcome, "nobody-before")
            answer_by = self._moment(office_deadline(CENTRE, minute_of(self.now)))
            new = [other for other in before if id_ not in other.challenges]
            if not new:
                return self._refused(outcome, "challenged-already")
            self._done(outcome)
            for other in new:
                other.challenges[id_] = answer_by
            return None

        self._past(expect)

    def move(self, id_: str, slot: Slot) -> None:
        command_of = lambda who: commands.Reschedule(who, id_, (self._wanted(slot),))  # noqa: E731
        blocked = self.brute.all[id_].state == "blocked"
        outcome = self._on(id_, lambda who: handlers.reschedule(command_of(KEEPER if blocked else who)))
        self._past(lambda: self._moved(outcome, id_, slot))

    def swap(self, first: str, second: str) -> None:
        """Two firm bookings of one space each; of others it is not asked."""
        pair = [self.brute.all[id_] for id_ in (first, second)]
        if first == second or any(known.state != "definite" or len(known.uses) != 1 for known in pair):
            return
        outcome = self.centre.ledger.do(handlers.swap(commands.Swap(KEEPER, first, second)))
        self._past(lambda: self._swapped(outcome, (first, second)))

    def pass_time(self, hours: float, *, timers: bool) -> None:
        self.operations += 1
        self.now += timedelta(hours=hours)
        self.centre.ledger.now = self.now
        self.brute.pass_time(self.now)
        if timers:
            self.sweep()

    def sweep(self) -> None:
        """Let every timer fire that is due; what was moved a moment ago may be over by now."""
        self.brute.pass_time(self.now)
        for id_ in self.brute.all:
            if self.centre.booking(id_).due_at:
                self.centre.ledger.do(handlers.pass_time(id_))
        self._remember()

    def busy(self, random: Random, operations: int) -> None:
        """So many commands, drawn at once: a step of a test costs more than a command."""
        for _ in range(operations):
            slots = tuple(_some_slot(random) for _ in range(random.choice((1, 1, 2))))
            ids = list(self.brute.all)
            what = random.random()
            if what < 0.4 or not ids:
                override = "the minister comes" if random.random() < 0.2 else ""
                state = random.choice(("option", "option", "definite"))
                self.book(slots, random.choice(ORGANIZERS), state, wait=random.random() < 0.5, override=override)
            elif what < 0.45:
                self.block(slots[0])
            elif what < 0.6:
                self.move(random.choice(ids), slots[0])
            elif what < 0.65:
                self.swap(random.choice(ids), random.choice(ids))
            elif what < 0.9:
                command = random.choice((self.confirm, self.cancel, self.give_way, self.challenge))
                command(random.choice(ids))
            else:
                self.pass_time(random.choice((0.02, 0.5, 3)), timers=random.random() < 0.5)

    # --- what must hold ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """No two firm claims meet, pages and bookings agree, and the model would have said the same."""
        claims = self._claims()
        firm = [(atom, claim) for atom, claim in claims if claim.standing >= Standing.DEFINITE]
        for at, (atom, claim) in enumerate(firm):
            for other_atom, other in firm[at + 1 :]:
                assert atom != other_atom or not clash(claim, other), (claim, other)
        live = {
            id_
            for id_, known in self.brute.all.items()
            if known.state in ("option", "definite", "completed", "blocked")
        }
        kept = {id_: self.centre.booking(id_) for id_ in self.brute.all}
        written = {(atom, claim) for booking in kept.values() for atom, claim in booking.claims()}
        assert set(claims) == written, "pages and bookings fell apart"
        overdue = {id_ for id_, booking in kept.items() if 0 < booking.due_at <= minute_of(self.now)}
        assert {id_ for id_, booking in kept.items() if booking.claims()} - overdue <= live
        if overdue:
            return
        assert {id_: str(booking.state) for id_, booking in kept.items()} == {
            id_: known.state for id_, known in self.brute.all.items()
        }
        ranks = {id_: booking.rank for id_, booking in kept.items() if booking.state is OPTION}
        assert ranks == self.brute.ranks()
        assert {id_: kept[id_].waits for id_ in ranks} == {id_: self.brute.waits(id_) for id_ in ranks}
        assert {
            id_: {one.challenger: self._moment(one.answer_by) for one in kept[id_].challenges} for id_ in ranks
        } == {id_: self.brute.all[id_].challenges for id_ in ranks}

    def check_history(self) -> None:
        """What was so at every past moment is what the records say of it."""
        records: dict[str, list[Recorded]] = {}
        for (kind, _), (state, _version) in self.centre.ledger._states.items():
            if kind == SPACE_RECORD:
                records.setdefault(state.booking.id, []).append(state)
        for at, then in self.history:
            found = {}
            for id_, versions in records.items():
                past = [record for record in versions if record.at <= at]
                if past:
                    last = max(past, key=lambda record: record.version).booking
                    found[id_] = (str(last.state), last.rank, last.uses)
            assert found == then, at

    # --- how -------------------------------------------------------------------------------------------------------

    def _book(
        self,
        outcome: Outcome,
        command: commands.BookSpaces,
        slots: tuple[Slot, ...],
        state: str,
        *,
        wait: bool,
        override: bool,
    ) -> None:
        if self._too_early(slots):
            return self._refused(outcome, "time-past")
        if _double(slots):
            return self._refused(outcome, "space-twice")
        parts = self._parts(slots)
        rivals = self.brute.clashing(parts)
        if any(other.state != "option" for other in rivals.values()) and not (state == "option" and wait):
            return self._refused(outcome, "space-taken")
        known = Known(command.organizer, parts, state, slots)
        options = [other for other in rivals.values() if other.state == "option"]
        if state == "definite":
            if options and not override:
                return self._refused(outcome, "options-ahead")
        else:
            known.place = LAST
            self.brute.all["?"] = known
            rank = self.brute.rank("?")
            del self.brute.all["?"]
            if rank > CENTRE.policy.options_max and not override:
                return self._refused(outcome, "options-full")
        self._done(outcome)
        if state == "option":
            known.place = self._place(command.booking)
            asked_first = bool(override and options)
            assert all((known.place < other.place) is asked_first for other in options), "somebody jumped the queue"
        return self._add(command.booking, known)

    def _moved(self, outcome: Outcome, id_: str, slot: Slot) -> None:
        known = self.brute.all[id_]
        if known.state not in ("option", "definite", "blocked"):
            return self._refused(outcome, f"booking-{known.state}")
        starts = self.begin + timedelta(minutes=slot[1] * STEP_MINUTES)
        begun = known.starts is not None and known.starts < self._this_minute
        if starts < self._this_minute and not begun:
            return self._refused(outcome, "time-past")
        if begun and known.starts is not None and starts < known.starts:
            return self._refused(outcome, "time-past")
        parts = self._parts((slot,))
        if parts == known.parts and known.uses == (slot,):
            return self._done(outcome)
        rivals = self.brute.clashing(parts, but=[id_])
        if any(other.state != "option" for other in rivals.values()):
            return self._refused(outcome, "space-taken")
        options = [other for other in rivals.values() if other.state == "option"]
        if known.state != "option" and options:
            return self._refused(outcome, "options-ahead")
        if known.state == "option":
            former = self.brute.clashing(known.parts, but=[id_])
            jumped = {other for other, it in rivals.items() if it.place > known.place} - set(former)
            before = (known.parts, known.place)
            known.parts, known.place = parts, LAST if jumped else known.place
            if self.brute.rank(id_) > CENTRE.policy.options_max:
                known.parts, known.place = before
                return self._refused(outcome, "options-full")
            self._done(outcome)
            assert jumped or self._place(id_) == known.place, "its place was lost"
            known.place = self._place(id_)
            assert not jumped or all(other.place < known.place for other in options), "somebody jumped the queue"
        self._done(outcome)
        known.parts = parts
        known.uses = (slot,)
        booking = self.centre.booking(id_)
        known.starts, known.ends = self._moment(booking.start), self._moment(booking.end)
        return None

    def _swapped(self, outcome: Outcome, ids: tuple[str, str]) -> None:
        pair = [self.brute.all[id_] for id_ in ids]
        if ended := next((known.state for known in pair if known.state != "definite"), None):
            return self._refused(outcome, f"booking-{ended}")
        before = [(known.parts, known.uses) for known in pair]
        names = [known.uses[0][0] for known in pair]
        if names[0] == names[1]:
            return self._done(outcome)
        gone = list(ids)
        for id_, known, name in zip(ids, pair, reversed(names), strict=True):
            slot = (name, *known.uses[0][1:])
            rivals = self.brute.clashing(self._parts((slot,)), but=gone)
            if rivals:
                for one, (parts, uses) in zip(pair, before, strict=True):
                    one.parts, one.uses = parts, uses
                taken = any(other.state != "option" for other in rivals.values())
                return self._refused(outcome, "space-taken" if taken else "options-ahead")
            known.parts, known.uses = self._parts((slot,)), (slot,)
            gone.remove(id_)
        return self._done(outcome)

    def _add(self, id_: str, known: Known) -> None:
        booking = self.centre.booking(id_)
        known.starts, known.ends = self._moment(booking.start), self._moment(booking.end)
        if known.state == "option":
            latest = self.now + timedelta(days=CENTRE.policy.option_days)
            first = self._moment(minute_of(self.now) + 1)
            known.expires = max(first, min(latest, known.starts))
        self.brute.all[id_] = known

    def _on(self, id_: str, command: object) -> Outcome:
        who = organizer(self.brute.all[id_].who)
        return self.centre.ledger.do(command(who))  # type: ignore[operator]

    def _past(self, expect: object) -> None:
        self.operations += 1
        self.brute.pass_time(self.now)
        expect()  # type: ignore[operator]
        self.brute.settle()
        self._remember()

    def _remember(self) -> None:
        then = {}
        for (kind, id_), (state, _) in self.centre.ledger._states.items():
            if kind == SPACE_BOOKING:
                then[id_] = (str(state.state), state.rank, state.uses)
        if self.history and self.history[-1][0] == self.now:
            self.history.pop()
        self.history.append((self.now, then))

    def _place(self, id_: str) -> Place:
        """The order in which the centre has an option; that it is a fair one is the model's to say."""
        return (self.centre.booking(id_).order, id_)

    def _done(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Accepted):
            raise Disagreement(f"the model allows what was refused: {outcome}")

    def _refused(self, outcome: Outcome, reason: str) -> None:
        self.refusals += 1
        if not isinstance(outcome, Rejected) or outcome.reason != reason:
            raise Disagreement(f"the model says {reason}: {outcome}")

    def _claims(self) -> list[tuple[str, object]]:
        found: dict[tuple[str, object], None] = {}
        for (kind, id_), (page, _) in self.centre.ledger._states.items():
            if kind == PAGE and isinstance(page, Page):
                found.update(dict.fromkeys((id_.split("/")[1], claim) for claim in page.claims))
        return list(found)

    def _too_early(self, slots: tuple[Slot, ...]) -> bool:
        return any(self.begin + timedelta(minutes=slot[1] * STEP_MINUTES) < self._this_minute for slot in slots)

    @property
    def _this_minute(self) -> datetime:
        """A minute is the atom of time: what begins in the present one is not past."""
        return self.now.replace(second=0, microsecond=0)

    def _moment(self, minute: int) -> datetime:
        return datetime.fromtimestamp(minute * 60, UTC)

    def _wanted(self, slot: Slot) -> Wanted:
        name, build, show, dismantle, end = slot
        at = [self.begin + timedelta(minutes=step * STEP_MINUTES) for step in (build, show, dismantle, end)]
        return Wanted(
            f"c/{name}",
            (at[1], at[2]),
            build_up=(at[0], at[1]) if at[0] < at[1] else None,
            dismantling=(at[2], at[3]) if at[2] < at[3] else None,
        )

    def _parts(self, slots: tuple[Slot, ...], *, buffers: bool = True) -> tuple[Part, ...]:
        """Minutes count from a week before the window, so that no buffer begins below zero."""
        found = []
        for name, start, _, _, end in slots:
            one: Space = BY_ID[f"c/{name}"]
            mask = minutes(10_080 + start * STEP_MINUTES, 10_080 + end * STEP_MINUTES)
            before, after = (one.buffer_before, one.buffer_after) if buffers else (0, 0)
            found += [Part(atom, mask, before, after) for atom in one.compositions[0][1]]
        return tuple(found)


def _some_slot(random: Random) -> Slot:
    name = random.choice([id_.partition("/")[2] for id_ in BY_ID])
    start, build, show = random.randrange(STEPS - 4), random.randrange(5), random.randrange(1, 25)
    end = start + build + show
    return (name, start, start + build, end, end + random.randrange(5))


def _double(slots: tuple[Slot, ...]) -> bool:
    for at, (name, start, _, _, end) in enumerate(slots):
        for other, begin, _, _, close in slots[at + 1 :]:
            shared = set(BY_ID[f"c/{name}"].compositions[0][1]) & set(BY_ID[f"c/{other}"].compositions[0][1])
            if shared and start < close and begin < end:
                return True
    return False
