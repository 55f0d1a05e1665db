"""The life of space bookings against a model that looks at every minute, on days when the clocks change too."""

from __future__ import annotations

import os
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from deploy.stack.ci import in_ci

from .world import BY_ID, ORGANIZERS, STEPS, Slot, World

OPERATIONS = int(os.environ.get("PAVILION_SOAK_OPERATIONS", "100000" if in_ci(os.environ) else "2000"))
done = {"operations": 0}
SHRINK = os.environ.get("PAVILION_SOAK_SHRINK", "1") == "1"
OPERATIONS_A_RUN = 100
STEPS_A_RUN = 20
BUSY = 30
"""Commands in one busy step, of which about one in six is."""


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    """A space with phases; most meet others, because the window is short."""
    name = draw(st.sampled_from([id_.partition("/")[2] for id_ in BY_ID]))
    start = draw(st.integers(0, STEPS - 4))
    build, show, dismantle = (draw(st.integers(low, high)) for low, high in ((0, 4), (1, 24), (0, 4)))
    return (name, start, start + build, start + build + show, start + build + show + dismantle)


class SpaceLife(RuleBasedStateMachine):
    """Every command at any time, in any order."""

    world: World

    @initialize(window=st.sampled_from((0, 1, 2)))
    def begin(self, window: int) -> None:
        self.world = World(window)

    def _some(self, number: int) -> str:
        ids = list(self.world.brute.all)
        return ids[number % len(ids)]

    @rule(
        wanted=st.lists(slots(), min_size=1, max_size=2),
        who=st.sampled_from(ORGANIZERS),
        state=st.sampled_from(("option", "option", "definite")),
        wait=st.booleans(),
        override=st.sampled_from(("", "", "", "the minister comes")),
    )
    def book(self, wanted: list[Slot], who: str, state: str, wait: bool, override: str) -> None:
        self.world.book(tuple(wanted), who, state, wait=wait, override=override)

    @rule(slot=slots())
    def block(self, slot: Slot) -> None:
        self.world.block(slot)

    @precondition(lambda self: self.world.brute.all)
    @rule(number=st.integers(0, 10_000), what=st.sampled_from(("confirm", "cancel", "give_way", "challenge")))
    def step(self, number: int, what: str) -> None:
        getattr(self.world, what)(self._some(number))

    @precondition(lambda self: self.world.brute.all)
    @rule(number=st.integers(0, 10_000), slot=slots())
    def move(self, number: int, slot: Slot) -> None:
        self.world.move(self._some(number), slot)

    @precondition(lambda self: self.world.brute.all)
    @rule(first=st.integers(0, 10_000), second=st.integers(0, 10_000))
    def swap(self, first: int, second: int) -> None:
        self.world.swap(self._some(first), self._some(second))

    @rule(hours=st.sampled_from((0.02, 0.5, 3, 12)), timers=st.booleans())
    def pass_time(self, hours: float, timers: bool) -> None:
        self.world.pass_time(hours, timers=timers)

    @rule(seed=st.integers(0, 2**32))
    def busy(self, seed: int) -> None:
        self.world.busy(Random(seed), BUSY)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.busy(Random(0), max(0, OPERATIONS_A_RUN - self.world.operations))
            done["operations"] += self.world.operations
            self.world.check()
            self.world.sweep()
            self.world.check()
            self.world.check_history()


class TestSpaceLife(SpaceLife.TestCase):  # type: ignore[misc,name-defined]
    """Runs the machine, and counts what it did."""

    def runTest(self) -> None:  # noqa: N802 - unittest's name
        super().runTest()
        assert done["operations"] >= OPERATIONS


TestSpaceLife.settings = settings(
    max_examples=max(1, OPERATIONS // OPERATIONS_A_RUN),
    stateful_step_count=STEPS_A_RUN,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, *([Phase.shrink] if SHRINK else [])),
)
