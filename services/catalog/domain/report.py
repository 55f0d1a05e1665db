"""What an import found: every fault and oddity, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from hashlib import blake2b

FINDINGS_MAX = 1_000
CHANGES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd: `at` names the row or feature, `remedy` says how to mend it.

    Both are told in English. `code` says which it is, and `values` what is particular to it, for who tells it in
    another language; without a code it is told as it is.
    """

    at: str
    field: str
    problem: str
    remedy: str
    code: str = ""
    values: Mapping[str, str | float] = dataclass_field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class JointStand:
    """A stand whose outline holds others; `booth` and `parts` are in the short form hall/number."""

    booth: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries an import creates, changes, leaves as they are and takes away."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0


class ChangeKind(StrEnum):
    """What an import does to an entry."""

    CREATED = "created"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that an import changes, as texts; both are empty where a text could not say it, as of an outline."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What an import does to one entry: `at` is its row, empty where it has none; `id` and `name` say which it is."""

    at: str
    id: str
    name: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole answer to an import; with `errors` nothing was written.

    `changes` are the first `CHANGES_MAX`; `counts` tell how many there are. `digest` is the same only where an import
    does the same: who gives it back imports what was looked at, or nothing.
    """

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    counts: Counts = dataclass_field(default_factory=Counts)
    joint_stands: tuple[JointStand, ...] = ()
    dry_run: bool = False
    changes: tuple[EntryChange, ...] = ()
    digest: str = ""


def bounded(findings: Iterable[Finding], total_at: str = "file") -> tuple[Finding, ...]:
    """All findings, or the first `FINDINGS_MAX` and one that says how many more there are."""
    every = tuple(findings)
    if len(every) <= FINDINGS_MAX:
        return every
    more = len(every) - FINDINGS_MAX
    rest = Finding(
        total_at,
        "",
        f"{more} more findings are not listed",
        "mend the listed ones and import again",
        "more-findings",
        {"count": more},
    )
    return (*every[:FINDINGS_MAX], rest)


def field_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """The fields that two entries, told as texts, differ in; one that either does not have is empty there."""
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(FieldChange(name, was, now) for name, was, now in pairs if was != now)


def digest_of(changes: Iterable[EntryChange], shapes: Iterable[object] = ()) -> str:
    """A digest of all that an import does, 32 hex digits; the rows on which it stands are no part of it.

    `shapes` are what the changes' fields do not say, as outlines.
    """
    told = blake2b(digest_size=16)
    for change in changes:
        told.update(repr((change.id, str(change.kind), change.fields)).encode())
    for shape in shapes:
        told.update(repr(shape).encode())
    return told.hexdigest()
