"""One batch of the committer: what is read, what is decided on it, and what is to be written. No I/O in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bson import Binary

from shared.runtime import outbox, pages
from shared.runtime.asking import current_asker
from shared.runtime.auth.principal import Principal
from shared.runtime.decision import Accepted, Change, Decide, Outcome
from shared.runtime.outbox import Cause
from shared.runtime.store import Conflict, Document, Key, Kind, OutboxEvent, Put, Remove, Touch, Writes
from shared.runtime.tracing import current_traceparent

IDEMPOTENCY: Final = "idempotency"
INBOX: Final = "inbox"
ROUNDS_MAX: Final = 12

Kinds = Mapping[str, Kind]


class KeyInProgress(Exception):
    """The same idempotency key is being worked on right now."""


class KeyReused(Exception):
    """The idempotency key came before with another request."""


class OrderBroken(Exception):
    """An earlier work of the same order key failed, so this one must wait for it."""


class TooManyRounds(Exception):
    """A decision kept asking for more aggregates, round after round."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes to the caller, byte for byte, also when the request comes again."""

    status: int
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """`key` is the caller's, `scope` whose it is, `fingerprint` a digest of the request that it stands for."""

    scope: str
    key: str
    fingerprint: str

    @property
    def id(self) -> str:
        """The record's id; the scope's length keeps `a` with `b:c` apart from `a:b` with `c`."""
        return f"{len(self.scope)}:{self.scope}:{self.key}"


@dataclass(frozen=True, slots=True)
class InboxMark:
    """Says that consumer `group` has seen event `event`; written with the effect, once."""

    group: str
    event: str

    @property
    def id(self) -> str:
        """The mark's id."""
        return f"{self.group}:{self.event}"


@dataclass(frozen=True, slots=True)
class Work:
    """One command on its way through the committer.

    `reads` are the aggregates that it surely needs (kind, id), `peeks` those of them that it only peeks at; what else
    `decide` asks for is fetched in later rounds.
    `creates` are those that cannot exist yet, because their id was made up for this command: they are not looked for.
    `contends` names what it fights others for: what it will change hangs on it, and is not known before it is decided.
    `render` makes the stored answer; without it a command has only its outcome. Works of one `order_key` keep order.
    `asker` is who asked for it, None where a timer or an event did.
    """

    name: str
    decide: Decide
    reads: tuple[Key, ...] = ()
    idempotency: IdempotencyKey | None = None
    render: Callable[[Outcome], Answer] | None = None
    inbox: InboxMark | None = None
    order_key: str | None = None
    creates: tuple[Key, ...] = ()
    peeks: tuple[Key, ...] = ()
    contends: tuple[Key, ...] = ()
    traceparent: str | None = field(default_factory=current_traceparent)
    asker: Principal | None = field(default_factory=current_asker)

    @property
    def cause(self) -> Cause:
        """Why its events come to be, as they tell it themselves."""
        return Cause(self.name, self.asker, self.inbox.event if self.inbox else None)

    @property
    def touches(self) -> tuple[Key, ...]:
        """The aggregates that another command had better not change at the same time, as far as they are known."""
        return self.reads + self.creates + self.contends


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a command; `outcome` is None where it was answered or applied before (`replayed`)."""

    outcome: Outcome | None
    answer: Answer | None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """One aggregate's new state, None where it is gone."""

    kind: str
    id: str
    state: Any | None
    version: int


@dataclass(slots=True)
class Decided:
    """One work's place in the batch."""

    work: Work
    outcome: Outcome | None = None
    answer: Answer | None = None
    replayed: bool = False
    failure: Exception | None = None
    rows: list[Document] = field(default_factory=list)

    def committed(self) -> Committed:
        """The caller's result."""
        return Committed(self.outcome, self.answer, self.replayed)


class _Missing(Exception):
    """A decision asked for what is not loaded yet."""


@dataclass(slots=True)
class _Entry:
    state: Any | None
    version: int


class _View:
    """The batch's aggregates as one decision sees them; remembers what it read under guard."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self.guarded: list[Key] = []

    def get(self, kind: str, id_: str) -> Any | None:
        key = (kind, id_)
        self.guarded.append(key)
        return self._batch.entry(key).state

    def get_many(self, kind: str, ids: Iterable[str]) -> list[Any | None]:
        keys = [(kind, id_) for id_ in ids]
        self._batch.require(keys)
        self.guarded += keys
        return [self._batch.entry(key).state for key in keys]

    def peek(self, kind: str, id_: str) -> Any | None:
        return self._batch.entry((kind, id_)).state

    def version(self, kind: str, id_: str) -> int:
        return self._batch.entry((kind, id_)).version


class Batch:
    """The working set of one try at a batch."""

    def __init__(self, kinds: Kinds, works: Sequence[Work]) -> None:
        self._kinds = kinds
        self._loaded: dict[Key, Document | None] = {key: None for work in works for key in work.creates}
        self._marks: dict[str, dict[str, Document]] = {IDEMPOTENCY: {}, INBOX: {}}
        self._wanted: dict[Key, None] = {key: None for work in works for key in (*work.peeks, *work.reads)}
        self._entries: dict[Key, _Entry] = {}
        self._changed: set[Key] = set()
        self._held: set[Key] = set()
        self._rounds = 0
        self._fresh = True
        self.decided = [Decided(work) for work in works]
        self.applied: list[Applied] = []

    def missing(self) -> dict[str, list[str]] | None:
        """What aggregates to load next, collection -> ids; None once everything is decided."""
        if not self._fresh and not self._wanted:
            return None
        self._rounds += 1
        if self._rounds > ROUNDS_MAX:
            raise TooManyRounds(f"after {ROUNDS_MAX} rounds still missing {list(self._wanted)[:3]}")
        reads: dict[str, list[str]] = {}
        for kind, id_ in self._wanted:
            reads.setdefault(self._kinds[kind].collection, []).append(id_)
        return reads

    def answered(self) -> dict[str, list[str]]:
        """Which answers and inbox marks to look for beside the first aggregates, collection -> entries' ids."""
        if not self._fresh:
            return {}
        works = [decided.work for decided in self.decided]
        return {
            IDEMPOTENCY: [work.idempotency.id for work in works if work.idempotency],
            INBOX: [work.inbox.id for work in works if work.inbox],
        }

    def add(self, found: Mapping[str, Mapping[str, Document]], answered: Mapping[str, Mapping[str, Document]]) -> None:
        """Take in what was loaded for `missing` and `answered`."""
        for kind, id_ in self._wanted:
            self._loaded[kind, id_] = found.get(self._kinds[kind].collection, {}).get(id_)
        self._wanted.clear()
        for name, entries in answered.items():
            self._marks[name].update(entries)
        self._fresh = False

    def require(self, keys: Sequence[Key]) -> None:
        """Ask for all of these at once; raises _Missing where some are not at hand."""
        absent = [key for key in keys if key not in self._loaded]
        if absent:
            self._wanted.update(dict.fromkeys(absent))
            raise _Missing

    def entry(self, key: Key) -> _Entry:
        """An aggregate as it is now in this batch."""
        entry = self._entries.get(key)
        if entry is None:
            self.require((key,))
            document = self._loaded[key]
            entry = _Entry(None, 0) if document is None else _Entry(self._decode(key[0], document), document["v"])
            self._entries[key] = entry
        return entry

    def _decode(self, kind: str, document: Document) -> Any:
        return self._kinds[kind].decode(document)

    def decide(self, now: datetime, broken: set[str]) -> None:
        """Decide every work in order on what is loaded; what turns out to be missing stands in `missing` after."""
        self._entries.clear()
        self._changed.clear()
        self._held.clear()
        self.applied.clear()
        seen: set[str] = set()
        for decided in self.decided:
            decided.outcome = decided.answer = decided.failure = None
            decided.replayed = False
            decided.rows = []
            if self._answered_before(decided, seen):
                continue
            if decided.work.order_key in broken:
                decided.failure = OrderBroken(decided.work.order_key)
                continue
            try:
                self._decide_one(decided, now)
            except _Missing:
                continue
            except Exception as failure:  # noqa: BLE001 - one work's fault is its caller's, not the batch's
                decided.failure = failure
                if decided.work.order_key:
                    broken.add(decided.work.order_key)

    def _answered_before(self, decided: Decided, seen: set[str]) -> bool:
        work = decided.work
        if work.inbox:
            if work.inbox.id in seen or self._marks[INBOX].get(work.inbox.id):
                decided.replayed = True
                return True
            seen.add(work.inbox.id)
        if work.idempotency and work.idempotency.id in seen:
            decided.failure = KeyInProgress(work.idempotency.key)
            return True
        if work.idempotency:
            seen.add(work.idempotency.id)
        if work.idempotency and (record := self._marks[IDEMPOTENCY].get(work.idempotency.id)):
            if record["fingerprint"] != work.idempotency.fingerprint:
                decided.failure = KeyReused(work.idempotency.key)
            else:
                decided.answer = Answer(record["status"], bytes(record["body"]), record["media_type"])
                decided.replayed = True
            return True
        return False

    def _decide_one(self, decided: Decided, now: datetime) -> None:
        view = _View(self)
        outcome = decided.work.decide(view, now)
        changes = outcome.changes if isinstance(outcome, Accepted) else ()
        for change in changes:
            if change.fresh:
                self._loaded.setdefault((change.kind, change.id), None)
        staged = [(change, self.entry((change.kind, change.id))) for change in changes]
        rows = [row for change, entry in staged for row in self._rows(change, entry, now, decided.work)]
        answer = decided.work.render(outcome) if decided.work.render else None
        # Nothing may fail from here on: what follows is seen by the decisions after this one.
        decided.outcome, decided.answer, decided.rows = outcome, answer, rows
        if isinstance(outcome, Accepted):
            self._held.update(view.guarded)
        for change, entry in staged:
            entry.state = change.state
            entry.version += 1
            self._changed.add((change.kind, change.id))
            self.applied.append(Applied(change.kind, change.id, change.state, entry.version))

    def _rows(self, change: Change, entry: _Entry, now: datetime, work: Work) -> list[Document]:
        wire = self._kinds[change.kind].wire
        if not change.events:
            return []
        if wire is None:
            raise TypeError(f"{change.kind} has events but no way to tell them")
        state = entry.state if change.state is None else change.state
        version = entry.version + 1
        told: list[OutboxEvent] = [
            out for event in change.events for out in wire(change.id, state, event, version, now)
        ]
        return [outbox.entry(event, version, work.traceparent, work.cause) for event in told]

    def doubtful(self) -> dict[str, list[str]] | None:
        """Everything that was read, where a decision failed on it; None where none did.

        Aggregates are loaded one collection, and one round, after another: a failure may come of states that never
        stood side by side, because another process wrote between two loads.
        """
        if all(
            d.failure is None or isinstance(d.failure, KeyInProgress | KeyReused | OrderBroken) for d in self.decided
        ):
            return None
        reads: dict[str, list[str]] = {}
        for kind, id_ in self._loaded:
            reads.setdefault(self._kinds[kind].collection, []).append(id_)
        return reads

    def confirm(self, found: Mapping[str, Mapping[str, Document]]) -> None:
        """Compare what was read with what is there now; raises Conflict where it has changed."""
        for (kind, id_), document in self._loaded.items():
            now = found.get(self._kinds[kind].collection, {}).get(id_)
            if (now or {}).get("v") != (document or {}).get("v"):
                raise Conflict(f"{kind} {id_} changed while a decision failed on it")

    def writes(self, now: datetime) -> Writes:
        """Everything to be written for what was decided."""
        writes = Writes()
        for key in self._changed:
            self._write_state(writes, key)
        for kind, id_ in self._held - self._changed:
            if document := self._loaded[kind, id_]:
                writes.touches.append(Touch(self._kinds[kind].collection, id_, document["v"]))
        told = [row for d in self.decided for row in d.rows]
        if told:
            writes.inserts.append(outbox.written(told, now))
        for name, entries in ((IDEMPOTENCY, self._answers()), (INBOX, self._seen())):
            if entries:
                writes.inserts.append(pages.insert(name, entries, now))
        return writes

    def _answers(self) -> list[Document]:
        """What is kept of the commands that came with a key, to be answered again."""
        return [
            {
                "id": d.work.idempotency.id,
                "fingerprint": d.work.idempotency.fingerprint,
                "status": d.answer.status,
                "body": Binary(d.answer.body),
                "media_type": d.answer.media_type,
            }
            for d in self.decided
            if d.work.idempotency and d.answer and not d.replayed
        ]

    def _seen(self) -> list[Document]:
        """The marks of the events that were applied, or were of no effect."""
        return [{"id": d.work.inbox.id} for d in self.decided if d.work.inbox and d.failure is None and not d.replayed]

    def _write_state(self, writes: Writes, key: Key) -> None:
        kind, id_ = key
        entry, loaded = self._entries[key], self._loaded[key]
        expected = loaded["v"] if loaded else 0
        collection = self._kinds[kind].collection
        if entry.state is None:
            if loaded:
                writes.removes.append(Remove(collection, id_, expected))
            return
        document = {"_id": id_, "v": entry.version, **self._kinds[kind].encode(entry.state)}
        writes.puts.append(Put(collection, document, expected))
