"""What the committer promises, over any store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from shared.runtime.clock import ManualClock
from shared.runtime.committer import (
    Committed,
    Committer,
    CommitterLimits,
    Contended,
    InboxMark,
    KeyInProgress,
    KeyReused,
    OrderBroken,
    Overloaded,
    Work,
)
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View
from shared.runtime.outbox import DATA_BYTES_MAX, EventTooLarge
from shared.runtime.store import Document, Reads, Store, Writes
from tests.builders.counters import COUNTER, TALLY, add
from tests.builders.rows import outbox_rows


def committer(store: Store, limits: CommitterLimits | None = None) -> Committer:
    return Committer(store, [COUNTER, TALLY], ManualClock(), limits)


async def totals(store: Store) -> dict[str, int]:
    return {document["_id"]: document["total"] for document in await store.find("counters", {})}


class CommitterSuite:
    async def test_decisions_of_one_batch_see_each_other(self, store: Store) -> None:
        all_ = committer(store)
        results = await asyncio.gather(*(all_.commit(add("a", most=7)) for _ in range(10)))
        assert [type(result.outcome) for result in results] == [Accepted] * 7 + [Rejected] * 3
        assert await totals(store) == {"a": 7}
        assert [row.sequence for row in await outbox_rows(store)] == list(range(1, 8))

    async def test_an_accepted_command_without_its_event_cannot_be(self, store: Store) -> None:
        await committer(store).commit(add("a"))
        [row] = await outbox_rows(store)
        assert (row.key, row.sequence, row.position, row.subject) == ("a", 1, None, "tests")

    async def test_the_same_key_gets_the_same_bytes_and_no_second_effect(self, store: Store) -> None:
        first = await committer(store).commit(add("a", key="k"))
        again = await committer(store).commit(add("a", key="k"))
        assert first.answer == again.answer
        assert (first.replayed, again.replayed) == (False, True)
        assert await totals(store) == {"a": 1}

    async def test_what_is_fresh_is_written_without_being_looked_for(self, store: Store) -> None:
        def decide(view: View, now: datetime) -> Outcome:
            return Accepted((Change("counter", "a", {"total": 3}, ("added",), fresh=True),))

        read: list[Reads] = []
        load = store.load

        async def spy(reads: Reads) -> dict[str, dict[str, Document]]:
            read.append(reads)
            return await load(reads)

        store.load = spy  # type: ignore[method-assign]
        await committer(store).commit(Work("add", decide))
        assert [reads for reads in read if "counters" in reads] == []
        assert await totals(store) == {"a": 3}

    async def test_what_is_called_fresh_and_is_there_is_never_written_over(self, store: Store) -> None:
        def decide(view: View, now: datetime) -> Outcome:
            return Accepted((Change("counter", "a", {"total": 3}, ("added",), fresh=True),))

        await committer(store).commit(add("a", 7))
        with pytest.raises(Contended):
            await committer(store, CommitterLimits(tries_max=2)).commit(Work("add", decide))
        assert await totals(store) == {"a": 7}

    async def test_a_refusal_is_remembered_too(self, store: Store) -> None:
        refused = await committer(store).commit(add("a", 5, key="k", most=4))
        await committer(store).commit(add("a", -5))
        again = await committer(store).commit(add("a", 5, key="k", most=4))
        assert refused.answer == again.answer
        assert again.answer is not None
        assert again.answer.status == 409

    async def test_a_key_with_another_request_is_refused(self, store: Store) -> None:
        await committer(store).commit(add("a", key="k"))
        with pytest.raises(KeyReused):
            await committer(store).commit(add("a", key="k", fingerprint="other"))

    async def test_a_key_that_is_being_worked_on_is_refused(self, store: Store) -> None:
        one = committer(store)
        running = asyncio.create_task(one.commit(add("a", key="k")))
        await asyncio.sleep(0)
        with pytest.raises(KeyInProgress):
            await one.commit(add("a", key="k"))
        await running

    async def test_rival_processes_with_one_key_have_one_effect(self, store: Store) -> None:
        rivals = [committer(store) for _ in range(4)]
        results = await asyncio.gather(*(rival.commit(add("a", key="k")) for rival in rivals))
        assert len({result.answer for result in results}) == 1
        assert await totals(store) == {"a": 1}

    async def test_rival_processes_lose_no_update(self, store: Store) -> None:
        rivals = [committer(store, CommitterLimits(tries_max=60)) for _ in range(3)]
        await asyncio.gather(*(rival.commit(add("a")) for rival in rivals for _ in range(20)))
        assert await totals(store) == {"a": 60}
        assert sorted(row.sequence for row in await outbox_rows(store)) == list(range(1, 61))

    async def test_what_an_accepted_decision_read_is_held_still(self, store: Store) -> None:
        """Two commands that each read what the other writes cannot both pass (write skew)."""
        one, two = committer(store), committer(store)
        await one.commit(add("a"))
        await one.commit(add("b"))

        def take(mine: str, other: str) -> Work:
            def decide(view: View, now: datetime) -> Outcome:
                if view.get("counter", other)["total"] == 0:
                    return Rejected("taken", other)
                return Accepted((Change("counter", mine, {"total": 0}, ("taken",)),))

            return Work("take", decide, (("counter", mine), ("counter", other)))

        results = await asyncio.gather(one.commit(take("a", "b")), two.commit(take("b", "a")))
        assert sorted(type(result.outcome).__name__ for result in results) == ["Accepted", "Rejected"]

    async def test_a_decision_may_ask_for_more_as_it_goes(self, store: Store) -> None:
        await committer(store).commit(add("first", 3))
        await committer(store).commit(add("n3", 9))

        def decide(view: View, now: datetime) -> Outcome:
            first = view.get("counter", "first")["total"]
            second = view.get_many("counter", [f"n{first}", "absent"])
            return Accepted((), [second[0]["total"], second[1], view.version("counter", "first")])

        committed = await committer(store).commit(Work("ask", decide))
        assert isinstance(committed.outcome, Accepted)
        assert committed.outcome.answer == [9, None, 1]

    async def test_one_failing_decision_leaves_the_others_alone(self, store: Store) -> None:
        def fail(view: View, now: datetime) -> Outcome:
            raise ZeroDivisionError

        one = committer(store)
        results = await asyncio.gather(
            one.commit(add("a")), one.commit(Work("fail", fail)), one.commit(add("a")), return_exceptions=True
        )
        assert isinstance(results[1], ZeroDivisionError)
        assert await totals(store) == {"a": 2}

    async def test_a_batch_keeps_the_order_of_a_key_behind_a_failure(self, store: Store) -> None:
        def fail(view: View, now: datetime) -> Outcome:
            raise ZeroDivisionError

        works = [
            Work("fail", fail, order_key="x"),
            Work("late", add("a").decide, order_key="x"),
            Work("other", add("b").decide, order_key="y"),
        ]
        results = await committer(store).commit_batch(works)
        assert [type(result) for result in results] == [ZeroDivisionError, OrderBroken, Committed]
        assert await totals(store) == {"b": 1}

    async def test_an_event_is_applied_once(self, store: Store) -> None:
        mark = InboxMark("group", "event-1")
        works = [Work("effect", add("a").decide, inbox=mark) for _ in range(2)]
        first = await committer(store).commit_batch(works)
        again = await committer(store).commit_batch(works[:1])
        assert [isinstance(r, Committed) and r.replayed for r in (*first, *again)] == [False, True, True]
        assert await totals(store) == {"a": 1}

    async def test_a_full_queue_refuses_at_once(self, store: Store) -> None:
        one = committer(store, CommitterLimits(queue_commands_max=2, batch_commands_max=1))
        tasks = [asyncio.create_task(one.commit(add("a"))) for _ in range(9)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert any(isinstance(result, Overloaded) for result in results)
        done = sum(isinstance(result, Committed) for result in results)
        assert await totals(store) == {"a": done}

    async def test_draining_finishes_what_was_taken(self, store: Store) -> None:
        one = committer(store, CommitterLimits(batch_commands_max=2))
        tasks = [asyncio.create_task(one.commit(add("a"))) for _ in range(7)]
        await asyncio.sleep(0)
        await one.drain()
        assert all(isinstance(result, Committed) for result in await asyncio.gather(*tasks))
        with pytest.raises(Overloaded):
            await one.commit(add("a"))

    async def test_listeners_hear_what_was_written(self, store: Store) -> None:
        one, heard = committer(store), []
        one.on_applied(heard.extend)
        await one.commit(add("a", 4))
        assert [(a.kind, a.id, a.state, a.version) for a in heard] == [("counter", "a", {"total": 4}, 1)]

    async def test_a_failure_on_reads_that_never_stood_side_by_side_is_decided_again(self, store: Store) -> None:
        """Another process writes both aggregates between the two reads: the decision must not fail on the mixture."""
        one, other = committer(store), committer(store)
        await one.commit(add("a"))
        await one.commit(add("b"))
        load = store.load
        reads = 0

        async def torn_load(wanted: Reads) -> dict[str, dict[str, Document]]:
            nonlocal reads
            found = await load(wanted)
            reads += 1
            if reads == 1:
                store.load = load  # type: ignore[method-assign]
                await other.commit(add("a"))
                await other.commit(add("b"))
            return found

        def decide(view: View, now: datetime) -> Outcome:
            if view.get("counter", "a") != view.get("counter", "b"):
                raise LookupError("a and b are always alike")
            return Accepted()

        store.load = torn_load  # type: ignore[method-assign]
        committed = await one.commit(Work("compare", decide, (("counter", "a"),)))
        assert isinstance(committed.outcome, Accepted)

    async def test_one_key_twice_in_a_batch_has_one_effect(self, store: Store) -> None:
        first, second = await committer(store).commit_batch([add("a", key="k"), add("a", key="k")])
        assert isinstance(first, Committed)
        assert isinstance(second, KeyInProgress)
        assert await totals(store) == {"a": 1}

    async def test_an_event_that_no_broker_takes_fails_its_own_command_only(self, store: Store) -> None:
        large = "x" * (DATA_BYTES_MAX + 1)
        good, bad = await committer(store).commit_batch([add("a"), add(large)])
        assert isinstance(good, Committed)
        assert isinstance(bad, EventTooLarge)
        assert await totals(store) == {"a": 1}

    async def test_while_one_batch_is_written_the_next_is_decided_on_what_it_does_not_touch(self, store: Store) -> None:
        limits = CommitterLimits(overlap_commands_min=1, batch_commands_max=2)
        one = committer(store, limits)
        write, writing, together = store.write, 0, 0

        async def counted(writes: Writes) -> None:
            nonlocal writing, together
            writing += 1
            together = max(together, writing)
            await asyncio.sleep(0.01)
            await write(writes)
            writing -= 1

        store.write = counted  # type: ignore[method-assign]
        await asyncio.gather(*(one.commit(add(f"c{n}")) for n in range(12)))
        assert together == 2
        together = 0
        await asyncio.gather(*(one.commit(add("same")) for _ in range(6)))
        assert together == 1
        rivals = [replace(add(f"r{n}"), contends=(("counter", "what they will change"),)) for n in range(6)]
        together = 0
        await asyncio.gather(*(one.commit(work) for work in rivals))
        assert together == 1
        once = dict.fromkeys((*(f"c{n}" for n in range(12)), *(f"r{n}" for n in range(6))), 1)
        assert await totals(store) == {**once, "same": 6}

    async def test_who_waits_for_a_batch_under_way_is_not_overtaken_on_what_they_touch(self, store: Store) -> None:
        one = committer(store, CommitterLimits(overlap_commands_min=1, batch_commands_max=1))
        order: list[str] = []

        def seen(name: str, *counters: str) -> Work:
            def decide(view: View, now: datetime) -> Outcome:
                order.append(name)
                changes = [Change("counter", id_, {"total": 1}, ("added",)) for id_ in counters]
                for id_ in counters:
                    view.get("counter", id_)
                return Accepted(tuple(changes))

            return Work(name, decide, tuple(("counter", id_) for id_ in counters))

        works = [seen("first", "a"), seen("waits", "a", "b"), seen("behind", "b"), seen("free", "c")]
        await asyncio.gather(*(one.commit(work) for work in works))
        assert order.index("waits") < order.index("behind")
        assert order.index("free") < order.index("waits")
