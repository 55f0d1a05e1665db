"""The dead-letter store: events that could not be applied, and every later one of their key, in order.

A key with a letter is *parked*: what comes after it waits behind it, other keys flow on. A person looks, and replays
the key (its letters in order, through the same handler) or drops the one letter that stands in the way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from aiokafka import ConsumerRecord
from bson import Binary

from shared.contracts.cloudevents import Undecodable, decode
from shared.runtime import faults, metrics, pages
from shared.runtime.batch import INBOX, InboxMark, Work
from shared.runtime.committer import Committer
from shared.runtime.decision import Accepted, Change, Outcome, Rejected, View
from shared.runtime.instants import instant
from shared.runtime.received import Received
from shared.runtime.store import (
    ASCENDING,
    Collection,
    Conflict,
    Document,
    Index,
    Kind,
    Remove,
    Store,
    StoreError,
    Writes,
)

LETTERS: Final = "dead_letters"
COLLECTIONS: Final = (
    Collection(LETTERS, indexes=(Index((("group", ASCENDING), ("key", ASCENDING), ("sequence", ASCENDING))),)),
)
_LETTERS_AT_ONCE: Final = 16
KIND: Final = Kind("dead_letter", LETTERS, encode=lambda state: dict(state), decode=lambda document: dict(document))


class NoSuchLetter(Exception):
    """There is no letter of that id."""


class StillFails(Exception):
    """A replayed letter failed again and stays, with all behind it; the message says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One parked record, whole, so that it can be replayed even if its topic no longer has it."""

    group: str
    key: str
    event: str
    sequence: int
    type: str
    topic: str
    partition: int
    offset: int
    headers: tuple[tuple[str, bytes], ...]
    record_key: bytes | None
    value: bytes | None
    reason: str
    error: str
    parked_at: datetime

    @property
    def id(self) -> str:
        """One letter per group and event, however often it is delivered; a digest, for events' ids have slashes,
        which no path of a route can hold.
        """
        return "ltr-" + hashlib.sha256(f"{self.group}\0{self.event}".encode()).hexdigest()[:32]

    @classmethod
    def of(cls, group: str, key: str, record: ConsumerRecord, reason: str, error: str) -> Self:
        """The letter of a record."""
        headers = tuple((str(name), bytes(value or b"")) for name, value in record.headers)
        told = {name: value.decode(errors="replace") for name, value in headers}
        return cls(
            group=group,
            key=key,
            event=told.get("ce_id") or _made_up_id(record),
            sequence=_sequence(told.get("ce_sequence", "")),
            type=told.get("ce_type", ""),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            headers=headers,
            record_key=record.key,
            value=record.value,
            reason=reason,
            error=error[:2_000],
            parked_at=datetime.now(UTC),
        )

    def document(self) -> Document:
        """As it is stored."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields["headers"] = [[name, Binary(value)] for name, value in self.headers]
        fields["value"] = None if self.value is None else Binary(self.value)
        fields["record_key"] = None if self.record_key is None else Binary(self.record_key)
        return {"_id": self.id, "v": 1, **fields}


class DeadLetters:
    """The letters of one service."""

    def __init__(self, store: Store, committer: Committer) -> None:
        self._store = store
        self._committer = committer
        self._handlers: dict[str, Callable[[Received], Work | None]] = {}

    def add_handler(self, group: str, work_of: Callable[[Received], Work | None]) -> None:
        """How letters of a group are applied when they are replayed."""
        self._handlers[group] = work_of

    async def park(self, letter: Letter) -> None:
        """Keep a letter; one that is there already stays as it is. Raises StoreError: then stop rather than skip."""
        new = await self._store.insert_new(LETTERS, [letter.document()])
        faults.point("consumer.amid_parking")
        # Not counted anew: with each of many that are parked, all before it would be. `measure` mends what this misses.
        metrics.dead_letters.labels(letter.group).inc(new)

    async def measure(self, group: str) -> None:
        """Show how many letters a group has. Raises StoreUnavailable."""
        metrics.dead_letters.labels(group).set(await self._store.count(LETTERS, {"group": group}))

    async def any_below(self, group: str, prefix: str) -> bool:
        """Whether a letter's key begins so. Raises StoreUnavailable."""
        below = {"$gte": prefix, "$lt": f"{prefix}\U0010ffff"}
        return bool(await self._store.find(LETTERS, {"group": group, "key": below}, limit=1))

    async def parked_keys(self, group: str, keys: Iterable[str]) -> set[str]:
        """Which of these keys have a letter. Raises StoreUnavailable.

        However many letters there are, a few are fetched at a time, and none of a key that one was found of.
        """
        asked, parked = set(keys), set[str]()
        while asked:
            few = min(len(asked), _LETTERS_AT_ONCE)
            found = await self._store.find(LETTERS, {"group": group, "key": {"$in": sorted(asked)}}, limit=few)
            parked |= {letter["key"] for letter in found}
            asked -= parked
            if len(found) < few:
                break
        return parked

    async def list(self, *, limit: int = 200) -> list[Document]:
        """Letters in the order in which they would be replayed, without their bodies."""
        letters = await self._store.find(LETTERS, {}, sort=_ORDER, limit=limit)
        return [{k: v for k, v in shown(letter).items() if k not in {"headers", "data"}} for letter in letters]

    async def show(self, id_: str) -> Document:
        """One letter whole, its body as text. Raises NoSuchLetter."""
        return shown(await self._one(id_))

    async def replay(self, id_: str) -> int:
        """Apply the letters of this letter's key, in order; gives how many. Raises NoSuchLetter, StillFails."""
        first = await self._one(id_)
        where = {"group": first["group"], "key": first["key"]}
        count = 0
        while letters := await self._store.find(LETTERS, where, sort=_ORDER, limit=100):
            for letter in letters:
                await self._apply(letter)
                count += 1
        return count

    async def drop(self, id_: str) -> None:
        """Give an event up for good: it counts as seen, so that it is not applied when it comes again.

        Raises NoSuchLetter, StoreUnavailable.
        """
        letter = await self._one(id_)
        seen = pages.insert(INBOX, [{"id": InboxMark(letter["group"], letter["event"]).id}], datetime.now(UTC))
        gone = Remove(LETTERS, id_, letter["v"])
        try:
            await self._store.write(Writes(removes=[gone], inserts=[seen]))
        except Conflict:
            # Its effect was committed before it was parked; only the letter is left over.
            await self._store.delete(LETTERS, {"_id": id_})

    async def given_up(self, letter: Letter) -> bool:
        """Whether this event was applied or dropped before. Raises StoreUnavailable."""
        mark = InboxMark(letter.group, letter.event).id
        return bool((await self._store.entries({INBOX: [mark]}))[INBOX])

    async def _one(self, id_: str) -> Document:
        found = await self._store.find(LETTERS, {"_id": id_})
        if not found:
            raise NoSuchLetter(id_)
        return found[0]

    async def _apply(self, letter: Document) -> None:
        id_ = letter["_id"]
        try:
            work = self._work(letter)
            [result] = await self._committer.commit_batch([work])
        except (Undecodable, StoreError) as failure:
            raise StillFails(f"{id_}: {failure}") from failure
        if isinstance(result, Exception):
            raise StillFails(f"{id_}: {type(result).__name__}: {result}")
        if result.replayed:
            # Its effect was committed before it was parked; only the letter is left over.
            await self._store.delete(LETTERS, {"_id": id_})

    def _work(self, letter: Document) -> Work:
        headers = [(name, bytes(value)) for name, value in letter["headers"]]
        record_key = None if letter["record_key"] is None else bytes(letter["record_key"])
        value = None if letter["value"] is None else bytes(letter["value"])
        event = Received.of(decode(headers, record_key, value), letter["topic"], letter["partition"], letter["offset"])
        work = self._handlers[letter["group"]](event)
        if work is None:
            work = Work(name="dead_letter.of_no_interest", decide=_nothing)
        decide_work = work.decide

        def decide(view: View, now: datetime) -> Outcome:
            return _delivered(view, letter["_id"], decide_work(view, now))

        return replace(work, decide=decide)


def _made_up_id(record: ConsumerRecord) -> str:
    """An id for a record without one: its place, and its content, for a broker filled again has others there."""
    content = hashlib.sha256(b"\0".join((record.key or b"", record.value or b""))).hexdigest()[:16]
    return f"{record.topic}@{record.partition}:{record.offset}:{content}"


def _nothing(_view: View, _now: datetime) -> Outcome:
    return Accepted()


def _delivered(view: View, id_: str, outcome: Outcome) -> Outcome:
    """The same decision, and the letter gone with it; a business refusal is an answer too, so its letter goes."""
    gone = (Change(KIND.name, id_, None),) if view.get(KIND.name, id_) is not None else ()
    if isinstance(outcome, Rejected):
        return Accepted(gone, outcome)
    return Accepted((*outcome.changes, *gone), outcome.answer)


# By sequence, not by offset: a broker that was filled again counts its offsets anew.
_ORDER: Final = (("group", ASCENDING), ("key", ASCENDING), ("sequence", ASCENDING), ("parked_at", ASCENDING))


def _sequence(text: str) -> int:
    """The sequence of an event whose header may be anything; what has none is replayed first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def shown(letter: Document) -> dict[str, Any]:
    """A letter for people: JSON types only."""
    value = letter.get("value")
    return {
        "id": letter["_id"],
        **{
            name: letter[name] for name in ("group", "key", "event", "sequence", "type", "topic", "partition", "offset")
        },
        "reason": letter["reason"],
        "error": letter["error"],
        "parked_at": instant(letter["parked_at"]),
        "headers": {name: bytes(text).decode(errors="replace") for name, text in letter["headers"]},
        "data": None if value is None else bytes(value).decode(errors="replace"),
    }
