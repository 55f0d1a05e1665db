"""What a consumer asks the dead-letter store with each batch: answered right, and bounded however many letters wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from shared.runtime import metrics
from shared.runtime.clock import SystemClock
from shared.runtime.committer import Committer
from shared.runtime.dead_letters import DeadLetters, Letter
from shared.runtime.store import Document, MemoryStore
from shared.runtime.store.model import Sort
from tests.builders.counters import COUNTER

GROUP = "bounded"
KEYS = 40
LETTERS_EACH = 50


class Counting(MemoryStore):
    """A store that counts what it is asked for, and what it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = self.given = self.counted = 0

    async def find(
        self, collection: str, where: Mapping[str, Any], *, sort: Sort = (), limit: int = 0, skip: int = 0
    ) -> list[Document]:
        found = await super().find(collection, where, sort=sort, limit=limit, skip=skip)
        self.asked += 1
        self.given += len(found)
        return found

    async def count(self, collection: str, where: Mapping[str, Any]) -> int:
        self.counted += 1
        return await super().count(collection, where)


def letter(key: str, number: int, group: str = GROUP) -> Letter:
    headers = [("ce_id", f"{key}-{number}".encode()), ("ce_sequence", b"%d" % number)]
    record: Any = ConsumerRecord("topic", 0, number, 0, 0, key.encode(), b"{}", None, 3, 2, headers)
    return Letter.of(group, key, record, "ValueError", "planted")


@pytest.fixture
def store() -> Iterator[Counting]:
    yield Counting()
    metrics.dead_letters.clear()


@pytest.fixture
def letters(store: Counting) -> DeadLetters:
    return DeadLetters(store, Committer(store, [COUNTER], SystemClock()))


def shown() -> float | None:
    return metrics.REGISTRY.get_sample_value("pavilion_dead_letters", {"group": GROUP})


async def parked(letters: DeadLetters, keys: int, each: int) -> set[str]:
    names = {f"k{n:03d}" for n in range(keys)}
    for name in names:
        for number in range(1, each + 1):
            await letters.park(letter(name, number))
    return names


async def test_keys_that_have_a_letter_are_found_among_others_and_in_their_group_only(letters: DeadLetters) -> None:
    names = await parked(letters, KEYS, 2)
    await letters.park(letter("elsewhere", 1, "another"))
    free = {"elsewhere", "free-1", "free-2"}
    assert await letters.parked_keys(GROUP, names | free) == names
    assert await letters.parked_keys(GROUP, free) == set()
    assert await letters.parked_keys(GROUP, ()) == set()


async def test_one_key_with_many_letters_is_found_by_one_of_them(letters: DeadLetters, store: Counting) -> None:
    [name] = await parked(letters, 1, LETTERS_EACH)
    assert await letters.parked_keys(GROUP, {name}) == {name}
    assert (store.asked, store.given) == (1, 1)


async def test_where_nothing_is_parked_one_look_says_so(letters: DeadLetters, store: Counting) -> None:
    assert await letters.parked_keys(GROUP, {f"k{n}" for n in range(1_000)}) == set()
    assert (store.asked, store.given) == (1, 0)


async def test_of_many_letters_of_many_keys_few_are_fetched(letters: DeadLetters, store: Counting) -> None:
    names = await parked(letters, KEYS, LETTERS_EACH)
    assert await letters.parked_keys(GROUP, names) == names
    assert store.asked <= KEYS + 1
    assert store.given <= 16 * KEYS < KEYS * LETTERS_EACH


async def test_many_are_parked_without_counting_those_before_them(letters: DeadLetters, store: Counting) -> None:
    await parked(letters, 1, LETTERS_EACH)
    assert store.counted == 0
    assert shown() == LETTERS_EACH


async def test_a_letter_that_is_there_already_is_not_counted_again(letters: DeadLetters) -> None:
    await letters.park(letter("k", 1))
    await letters.park(letter("k", 1))
    assert shown() == 1


async def test_a_dropped_letter_is_not_shown_any_more_once_they_are_counted(letters: DeadLetters) -> None:
    await parked(letters, 1, 3)
    await letters.drop(letter("k000", 1).id)
    await letters.measure(GROUP)
    assert shown() == 2


@pytest.mark.parametrize("number", ["A-1", "展-1", "𠀀-1"])
async def test_a_letter_is_below_its_own_beginning_and_no_other(letters: DeadLetters, number: str) -> None:
    await letters.park(letter(f"topic/fair/N1/{number}", 1))
    assert await letters.any_below(GROUP, "topic/fair/N1/")
    for elsewhere in ("topic/fair/N10/", "topic/fair/N/", "topic/other/N1/"):
        assert not await letters.any_below(GROUP, elsewhere)
    assert not await letters.any_below("another-group", "topic/fair/N1/")
