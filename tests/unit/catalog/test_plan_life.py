"""A fair's floor plan through its life, against a model: what others heard is always exactly the public plan."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.catalog import handlers
from services.catalog.adapters.geometry import PlaneGeometry
from services.catalog.adapters.plan_files import read
from services.catalog.adapters.store import KINDS
from services.catalog.adapters.world import KnownWorld
from services.catalog.app.fair_models import FairChange
from services.catalog.app.models import VenueChange
from services.catalog.domain.actor import Actor
from services.catalog.domain.booths import BoothState
from services.catalog.domain.naming import booth_id
from services.catalog.domain.venues import Hall
from services.catalog.handlers import Command
from shared.runtime.clock import ManualClock
from shared.runtime.committer import Committer, Work
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.store import MemoryStore
from tests.builders.rows import outbox_rows
from tests.unit.catalog.kit import FAIR, UNHURRIED, VENUE, fair_settings, feature, plan, rectangle, venue

OLGA = Actor(organizer="steppe-fairs")
HALL = Hall("N1", {}, 100, 60)
STATES: tuple[BoothState, ...] = ("free", "held", "reserved", "sold", "blocked")


@dataclass(frozen=True)
class Drawn:
    """A booth as drawn in its own cell: with which depth, and with or without a part inside."""

    depth: int
    with_part: bool

    def features(self, at: int) -> list[dict[str, Any]]:
        booth = feature(f"A-{at}", rectangle(at * 10, 0, 6, self.depth))
        part = feature(f"A-{at}a", rectangle(at * 10, 0, 2, 2))
        return [booth, part] if self.with_part else [booth]

    def appearance(self, at: int) -> dict[str, tuple[int, bool]]:
        """What a plan says of each number: the shape's depth, and whether it is related."""
        whole = {f"A-{at}": (self.depth, self.with_part)}
        return whole | {f"A-{at}a": (2, True)} if self.with_part else whole


drawings = st.dictionaries(st.integers(0, 5), st.builds(Drawn, st.integers(3, 5), st.booleans()), min_size=1)


class PlanLife(RuleBasedStateMachine):
    """Plans come in, the fair is published and closed, booking tells of its booths."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store = MemoryStore()
        self.committer = Committer(self.store, KINDS, ManualClock())
        self.state = "draft"
        self.appearance: dict[str, tuple[int, bool]] = {}
        self.taken: dict[str, BoothState] = {}
        self.sequence = 0

    def teardown(self) -> None:
        self.loop.close()

    def do(self, command: Command) -> Accepted | Rejected:
        work = Work(command.name, command.decide, command.reads)
        outcome = self.loop.run_until_complete(self.committer.commit(work)).outcome
        assert outcome is not None
        return outcome

    @initialize()
    def enter(self) -> None:
        entry = VenueChange.model_validate(venue()).venue(VENUE, "steppe-fairs")
        assert isinstance(self.do(handlers.put_venue(entry, OLGA, KnownWorld())), Accepted)
        fair = FairChange.model_validate(fair_settings()).fair(FAIR, "steppe-fairs")
        assert isinstance(self.do(handlers.put_fair(fair, OLGA, KnownWorld())), Accepted)

    @rule(drawn=drawings)
    def put_plan(self, drawn: dict[int, Drawn]) -> None:
        body = orjson.dumps(plan(*(f for at, booth in drawn.items() for f in booth.features(at))))
        file = read(body, FAIR, "N1", HALL, PlaneGeometry())
        assert file.plan is not None
        appearance = {number: look for at, booth in drawn.items() for number, look in booth.appearance(at).items()}
        touched = {number for number, look in self.appearance.items() if appearance.get(number) != look}
        refused = {number for number in touched if self.taken.get(number, "free") != "free"}
        outcome = self.do(handlers.put_plan(file.plan, (), OLGA))
        match outcome:
            case Rejected(reason="fair-closed"):
                assert self.state == "closed"
            case Rejected(reason="booth-not-free", items=items):
                assert self.state == "published"
                assert {item["booth"] for item in items} == {f"N1/{number}" for number in refused}
                assert refused
            case Accepted(answer=report):
                assert self.state == "draft" or not refused
                new, old = set(appearance), set(self.appearance)
                assert (report.counts.created, report.counts.withdrawn) == (len(new - old), len(old - new))
                assert report.counts.changed == len(touched & new)
                self.appearance = appearance
            case _:
                raise AssertionError(outcome)

    @rule()
    def publish(self) -> None:
        outcome = self.do(handlers.publish_fair(FAIR, OLGA))
        assert isinstance(outcome, Rejected) == (self.state == "closed")
        self.state = "closed" if self.state == "closed" else "published"

    @rule()
    def close(self) -> None:
        outcome = self.do(handlers.close_fair(FAIR, OLGA))
        assert isinstance(outcome, Rejected) == (self.state == "draft")
        self.state = "draft" if self.state == "draft" else "closed"

    @rule(at=st.integers(0, 5), part=st.booleans(), state=st.sampled_from(STATES), late=st.booleans())
    def hear(self, at: int, part: bool, state: BoothState, late: bool) -> None:
        number = f"A-{at}a" if part else f"A-{at}"
        if late and number in self.taken:
            # News older than what is known: they must change nothing.
            self.do(handlers.note_booth_status(booth_id(FAIR, "N1", number), state, 0))
            return
        self.sequence += 1
        self.do(handlers.note_booth_status(booth_id(FAIR, "N1", number), state, self.sequence))
        self.taken[number] = state

    @invariant()
    def others_heard_exactly_the_public_plan(self) -> None:
        rows = self.loop.run_until_complete(outbox_rows(self.store))
        sequences: dict[str, list[int]] = {}
        listed: dict[str, bool] = {}
        for row in sorted(rows, key=lambda row: (row.key, row.sequence)):
            sequences.setdefault(row.key, []).append(row.sequence)
            data = orjson.loads(row.data or b"null")
            if row.type == "pavilion.catalog.booth.listed.v1":
                listed[data["number"]] = bool(data["parts"] or data["part_of"])
            elif row.type == "pavilion.catalog.booth.withdrawn.v1":
                del listed[row.key.rpartition("/")[2]]
        for key, sequence in sequences.items():
            assert sequence == list(range(1, len(sequence) + 1)), key
        public = self.appearance if self.state != "draft" else {}
        assert listed == {number: related for number, (_, related) in public.items()}


PlanLife.TestCase.settings = settings(UNHURRIED, max_examples=60, stateful_step_count=25)
TestPlanLife = PlanLife.TestCase
