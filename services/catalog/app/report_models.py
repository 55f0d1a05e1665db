"""Import reports as answers carry them."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from services.catalog.domain.report import CHANGES_MAX, ChangeKind, EntryChange, Finding, ImportReport, bounded


class FindingEntry(BaseModel):
    """One thing that is wrong or odd in an import; `at` is the row or feature."""

    at: str = Field(examples=["row 12"])
    field: str
    problem: str
    remedy: str
    code: str = Field(description="which it is, for telling it in another language", examples=["number-twice"])
    values: dict[str, str | float] = Field(description="what is particular to it", examples=[{"first": "feature 3"}])

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The entry of a finding."""
        return cls(
            at=finding.at,
            field=finding.field,
            problem=finding.problem,
            remedy=finding.remedy,
            code=finding.code,
            values=dict(finding.values),
        )


class CountsEntry(BaseModel):
    """How many entries an import creates, changes, leaves and takes away."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0


class JointStandEntry(BaseModel):
    """A stand that holds others, in the short form hall/number."""

    booth: str
    parts: list[str]


class FieldChangeEntry(BaseModel):
    """A field that an import changes, as texts; both are empty where a text could not say it, as of an outline."""

    field: str
    before: str
    after: str


class EntryChangeEntry(BaseModel):
    """What an import does to an exhibitor (`id`) or a booth (`id` is hall/number)."""

    at: str = Field(description="the row, empty for booths", examples=["row 12"])
    id: str
    name: str
    kind: ChangeKind
    fields: list[FieldChangeEntry]

    @classmethod
    def of(cls, change: EntryChange) -> Self:
        """The entry of a change."""
        fields = [FieldChangeEntry(field=f.field, before=f.before, after=f.after) for f in change.fields]
        return cls(at=change.at, id=change.id, name=change.name, kind=change.kind, fields=fields)


class ImportReportEntry(BaseModel):
    """The whole answer to an import."""

    errors: list[FindingEntry]
    warnings: list[FindingEntry]
    counts: CountsEntry
    joint_stands: list[JointStandEntry]
    dry_run: bool
    changes: list[EntryChangeEntry] = Field(description=f"the first {CHANGES_MAX}; `counts` say how many there are")
    digest: str = Field(description="the same where an import does the same; empty where it has errors")

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        """The entry of a report, with as many findings as can be listed."""
        counts = report.counts
        return cls(
            errors=[FindingEntry.of(finding) for finding in bounded(report.errors)],
            warnings=[FindingEntry.of(finding) for finding in bounded(report.warnings)],
            counts=CountsEntry(
                created=counts.created,
                changed=counts.changed,
                unchanged=counts.unchanged,
                withdrawn=counts.withdrawn,
            ),
            joint_stands=[JointStandEntry(booth=j.booth, parts=list(j.parts)) for j in report.joint_stands],
            dry_run=report.dry_run,
            changes=[EntryChangeEntry.of(change) for change in report.changes],
            digest=report.digest,
        )
