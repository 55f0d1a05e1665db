"""The words in which a handler states its decision; standard library only, so that pure code may speak them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class View(Protocol):
    """The aggregates as a decision sees them: as stored, plus what earlier decisions of the same batch did."""

    def get(self, kind: str, id_: str) -> Any | None:
        """The aggregate's state, or None where there is none. If the decision is accepted, the read is guarded:
        the commit fails, and is decided again, where another process changed what was read."""
        ...

    def get_many(self, kind: str, ids: Iterable[str]) -> list[Any | None]:
        """Several by `get`, in order; what is not at hand yet is fetched in one round."""
        ...

    def peek(self, kind: str, id_: str) -> Any | None:
        """Like `get` without the guard, for settings and projections whose change need not stop the decision."""
        ...

    def version(self, kind: str, id_: str) -> int:
        """The aggregate's version; 0 where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A new state of one aggregate (None deletes it) and the domain events that tell of it.

    Each change raises the aggregate's version by exactly one, and that version is its events' sequence. One that is
    `fresh` cannot exist yet, because its id was made up in this decision: it is not looked for.
    """

    kind: str
    id: str
    state: Any | None
    events: tuple[Any, ...] = ()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The command holds: these changes are written, all or none, and `answer` goes to the caller."""

    changes: tuple[Change, ...] = ()
    answer: Any = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A business answer: nothing changes. `reason` is a stable slug; `items` name the places and why.

    `more` are further members of the answer, such as what could be had instead.
    """

    reason: str
    detail: str
    items: tuple[Mapping[str, Any], ...] = field(default=())
    more: Mapping[str, Any] = field(default_factory=dict)


Outcome = Accepted | Rejected
Decide = Callable[[View, datetime], Outcome]
