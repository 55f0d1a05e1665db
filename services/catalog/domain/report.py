"""What an import found: every fault and oddity, each with its place and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

FINDINGS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd: `at` names the row or feature, `remedy` says how to mend it."""

    at: str
    field: str
    problem: str
    remedy: str


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


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole answer to an import; with `errors` nothing was written."""

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    counts: Counts = field(default_factory=Counts)
    joint_stands: tuple[JointStand, ...] = ()
    dry_run: bool = False


def bounded(findings: Iterable[Finding], total_at: str = "file") -> tuple[Finding, ...]:
    """All findings, or the first `FINDINGS_MAX` and one that says how many more there are."""
    every = tuple(findings)
    if len(every) <= FINDINGS_MAX:
        return every
    more = len(every) - FINDINGS_MAX
    rest = Finding(total_at, "", f"{more} more findings are not listed", "mend the listed ones and import again")
    return (*every[:FINDINGS_MAX], rest)
