"""What the handlers share: the shape of a command, and the answers and refusals that all may give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.catalog.domain.actor import Actor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.report import Finding, ImportReport
from services.catalog.ports import Stored
from shared.runtime.decision import Accepted, Change, Decide, Rejected, View


@dataclass(frozen=True, slots=True)
class Command:
    """A decision with its name for metrics and the aggregates that it surely reads."""

    name: str
    decide: Decide
    reads: tuple[tuple[str, str], ...] = ()


def as_items(findings: Sequence[Finding]) -> tuple[Mapping[str, Any], ...]:
    """Findings as a refusal carries them."""
    return tuple(
        {
            "at": f.at,
            "field": f.field,
            "problem": f.problem,
            "remedy": f.remedy,
            "code": f.code,
            "values": dict(f.values),
        }
        for f in findings
    )


def things_wrong(findings: Sequence[Finding]) -> str:
    """The beginning of a sentence that counts findings."""
    return "1 thing is wrong" if len(findings) == 1 else f"{len(findings)} things are wrong"


def accepted(
    view: View, kind: str, id_: str, state: Any, changes: Sequence[Change], *, dry_run: bool = False
) -> Accepted:
    """An accepted command that answers with one aggregate's state and the version that it has then.

    A dry run answers with the state as it would be, and changes nothing.
    """
    changes = () if dry_run else changes
    changed = any((change.kind, change.id) == (kind, id_) for change in changes)
    return Accepted(tuple(changes), Stored(state, view.version(kind, id_) + changed))


def refused_fair(fair: Fair | None, slug: str, actor: Actor) -> Rejected | None:
    """Why the actor may not change this fair: it is not there for them, or it is another's."""
    if fair is None or not (fair.is_public or actor.runs(fair.organizer)):
        return Rejected("fair-unknown", f"There is no fair “{slug}”.")
    if not actor.runs(fair.organizer):
        return Rejected("not-yours", f"The fair “{slug}” is run by another organizer.")
    return None


ANY_VERSION: Final = -1
"""What a caller expects who only wants that there be something to change."""


def refused_version(view: View, kind: str, id_: str, expected: int | None) -> Rejected | None:
    """A refusal where the caller expects another version than there is; ANY_VERSION where there is none at all."""
    version = view.version(kind, id_)
    if expected is None or version == expected or (expected == ANY_VERSION and version > 0):
        return None
    return Rejected("changed-meanwhile", "It was changed since you read it; read it again and repeat the change.")


def refused_digest(report: ImportReport, expected: str | None) -> Rejected | None:
    """A refusal where an import would do something else now than what was looked at."""
    if expected is None or report.digest == expected:
        return None
    detail = "This import would do something else now than what was looked at; look again. Nothing was imported."
    return Rejected("changed-meanwhile", detail)
