"""The feed: what it reads, whom it tells, and how it behaves when the store or a reader does not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.domain.fair import Fair
from services.booking.ports import BoothSeen, ChangeSeen
from services.booking.queries.feed import Feed, FeedLimits
from services.booking.queries.picture import Picture
from shared.runtime.store import StoreUnavailable

QUICK = FeedLimits(stale_max_ms=0.0, listening_poll_ms=1.0, idle_poll_ms=5.0, retry_ms=1.0, rows_max=3)


class Shelf:
    """A store of booths and their order of events, in memory."""

    def __init__(self) -> None:
        self.now: dict[str, BoothSeen] = {}
        self.order: list[ChangeSeen] = []
        self.reads = 0
        self.available = True
        self.hangs = False

    def change(self, fair: str, number: str, state: str, *, numbered: bool = True) -> BoothSeen:
        id_ = f"{fair}/1/{number}"
        version = self.now[id_].version + 1 if id_ in self.now else 1
        booth = BoothSeen(id_, fair, f"1/{number}", state, version, 9.0)
        self.now[id_] = booth
        if numbered:
            self.order.append(ChangeSeen(len(self.order) + 1, booth))
        return booth

    def other_event(self) -> None:
        self.order.append(ChangeSeen(len(self.order) + 1, None))

    def _ask(self) -> None:
        self.reads += 1
        if not self.available:
            raise StoreUnavailable("away")

    async def fair(self, fair: str) -> Fair | None:
        self._ask()
        return None if fair == "nowhere" else Fair(fair, "sco")

    async def booths(self, fair: str) -> list[BoothSeen]:
        self._ask()
        return [booth for booth in self.now.values() if booth.fair == fair]

    async def last_position(self) -> int:
        self._ask()
        return len(self.order)

    async def changes_after(self, position: int, limit: int) -> list[ChangeSeen]:
        self._ask()
        if self.hangs:
            await asyncio.Event().wait()
        return self.order[position : position + limit]

    async def positions(self, booths: Sequence[BoothSeen]) -> dict[str, int]:
        self._ask()
        return {change.booth.id: change.position for change in self.order if change.booth in booths and change.booth}


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    for number in "ABC":
        shelf.change("expo", number, "free")
    return shelf


@pytest.fixture
async def feed(shelf: Shelf) -> AsyncIterator[Feed]:
    feed = Feed(shelf, QUICK)
    yield feed
    await feed.stop()


async def _picture(feed: Feed, fair: str = "expo") -> Picture:
    picture = await feed.picture(fair)
    assert picture is not None
    return picture


def _states(booths: bytes) -> dict[str, str]:
    return {booth["booth"]: booth["state"] for booth in json.loads(booths)}


async def test_what_others_did_is_in_the_picture_and_its_sequence(feed: Feed, shelf: Shelf) -> None:
    await _picture(feed)
    for state in ("held", "free", "held", "reserved"):
        shelf.change("expo", "A", state)
    shelf.other_event()
    picture = await _picture(feed)
    assert _states(picture.everything()) == {"1/A": "reserved", "1/B": "free", "1/C": "free"}
    assert feed.sequence == 8
    assert picture.changed_since(3) == ["expo/1/A"]
    assert picture.changed_since(7) == []


async def test_a_local_change_is_seen_at_once_and_its_later_place_changes_nothing(feed: Feed, shelf: Shelf) -> None:
    picture = await _picture(feed)
    held = shelf.change("expo", "A", "held", numbered=False)
    feed.merge([held])
    assert _states(picture.everything())["1/A"] == "held"
    tag, before = picture.tag, feed.sequence
    shelf.order.append(ChangeSeen(4, held))
    assert (await _picture(feed)).tag == tag
    assert (feed.sequence, picture.changed_since(before)) == (4, ["expo/1/A"])


async def test_what_has_no_place_when_a_fair_is_first_looked_at_counts_as_just_changed(shelf: Shelf) -> None:
    shelf.change("expo", "B", "held", numbered=False)
    feed = Feed(shelf, QUICK)
    picture = await _picture(feed)
    assert picture.changed_since(feed.sequence - 1) == ["expo/1/B", "expo/1/C"]
    assert picture.changed_since(feed.sequence) == []


async def test_listeners_hear_their_fair_only(feed: Feed, shelf: Shelf) -> None:
    await feed.start()
    await _picture(feed)
    await _picture(feed, "other")
    listener = feed.listen("expo")
    shelf.change("other", "Z", "free")
    shelf.change("expo", "A", "held")
    told = await asyncio.wait_for(listener.next(), 10)
    assert told is not None
    assert (told[0], _states(told[1])) == (5, {"1/A": "held"})
    feed.leave("expo", listener)


async def test_a_listener_that_does_not_read_is_cut_off_and_others_are_not(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, listener_backlog_max=2))
    await _picture(feed)
    slow, quick = feed.listen("expo"), feed.listen("expo")
    heard = []
    for state in ("held", "free", "held", "free"):
        shelf.change("expo", "A", state)
        await _picture(feed)
        heard.append(await quick.next())
    assert None not in heard
    assert await slow.next() is None


async def test_so_many_listeners_and_no_more(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, listeners_max=1))
    assert not feed.full
    first = feed.listen("expo")
    assert feed.full
    feed.leave("expo", first)
    assert not feed.full


async def test_a_stopping_feed_begins_no_stream_and_ends_one_that_comes_late(shelf: Shelf) -> None:
    feed = Feed(shelf, QUICK)
    await feed.stop()
    assert feed.full
    assert await feed.listen("expo").next() is None


async def test_a_storm_of_polls_reads_the_store_but_once_a_while(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, stale_max_ms=60_000.0))
    await _picture(feed)
    await asyncio.gather(*(feed.picture("expo") for _ in range(100)))
    reads = shelf.reads
    await asyncio.gather(*(feed.picture("expo") for _ in range(100)))
    assert shelf.reads == reads


async def test_a_store_that_comes_back_is_followed_again(feed: Feed, shelf: Shelf) -> None:
    await feed.start()
    await _picture(feed)
    listener = feed.listen("expo")
    shelf.available = False
    shelf.change("expo", "A", "held")
    assert _states((await _picture(feed)).everything())["1/A"] == "free"
    with pytest.raises(StoreUnavailable):
        await feed.picture("unseen")
    shelf.available = True
    told = await asyncio.wait_for(listener.next(), 10)
    assert told is not None
    assert _states(told[1]) == {"1/A": "held"}


async def test_fairs_nobody_listens_to_are_forgotten_when_there_are_too_many(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, fairs_max=2))
    expo = await _picture(feed)
    listener = feed.listen("expo")
    second = await _picture(feed, "second")
    await _picture(feed, "third")
    assert await _picture(feed) is expo
    assert await _picture(feed, "second") is not second
    feed.leave("expo", listener)
    assert await feed.picture("nowhere") is None


async def test_a_store_that_hangs_holds_up_no_poll(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, wait_max_ms=10.0))
    await _picture(feed)
    shelf.hangs = True
    shelf.change("expo", "A", "held")
    assert _states((await _picture(feed)).everything())["1/A"] == "free"
    shelf.hangs = False
    assert _states((await _picture(feed)).everything())["1/A"] == "held"


async def test_who_comes_from_a_process_that_is_ahead_is_not_shown_the_past(shelf: Shelf) -> None:
    feed = Feed(shelf, replace(QUICK, stale_max_ms=60_000.0))
    await _picture(feed)
    await _picture(feed)
    shelf.change("expo", "A", "held")
    ahead = await feed.picture("expo", since=4)
    assert ahead is not None
    assert feed.sequence == 4
    assert _states(ahead.everything())["1/A"] == "held"


steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.sampled_from("ABCD"), st.integers(0, 1)),
        st.tuples(st.just("number"), st.integers(1, 3)),
        st.tuples(st.just("poll"), st.integers(0, 1)),
    ),
    max_size=40,
)


@given(steps)
def test_a_client_that_merges_what_changed_since_ends_with_the_whole_truth(steps: list[tuple[object, ...]]) -> None:
    """Polling two processes in turn, while changes are made in either and numbered whenever."""

    async def tell() -> None:
        shelf = Shelf()
        feeds = [Feed(shelf, QUICK), Feed(shelf, QUICK)]
        unnumbered: list[BoothSeen] = []
        known: dict[str, tuple[int, str]] = {}
        since = 0

        def number(count: int) -> None:
            for booth in unnumbered[:count]:
                shelf.order.append(ChangeSeen(len(shelf.order) + 1, booth))
            del unnumbered[:count]

        async def poll(which: int) -> None:
            nonlocal since
            picture = await feeds[which].picture("expo", since=since)
            assert picture is not None
            assert feeds[which].sequence >= since
            for booth in json.loads(picture.only(picture.changed_since(since))):
                if booth["version"] > known.get(booth["booth"], (0, ""))[0]:
                    known[booth["booth"]] = (booth["version"], booth["state"])
            since = feeds[which].sequence

        for step in steps:
            match step:
                case ("change", str(booth), int(which)):
                    state = "free" if shelf.now.get(f"expo/1/{booth}", None) else "held"
                    made = shelf.change("expo", booth, state, numbered=False)
                    unnumbered.append(made)
                    feeds[which].merge([made])
                case ("number", int(count)):
                    number(count)
                case ("poll", int(which)):
                    await poll(which)
        number(len(unnumbered))
        await poll(0)
        await poll(1)
        assert known == {booth.label: (booth.version, booth.state) for booth in shelf.now.values()}

    asyncio.run(tell())


@pytest.mark.parametrize(("behind", "reads", "too_much"), [(3, 2, False), (4, 1, True), (1_000_000, 1, True)])
async def test_who_missed_too_much_is_told_without_a_read(
    shelf: Shelf, behind: int, reads: int, too_much: bool
) -> None:
    shelf.order = [ChangeSeen(at + 1, None) for at in range(1_000_000)]
    feed = Feed(shelf, QUICK, asyncio.Event())
    position, missed, tail = await feed.tail(lambda _happening: True, 1_000_000 - behind)
    feed.leave_tail(tail)
    assert (position, missed is None, shelf.reads) == (1_000_000, too_much, reads)
