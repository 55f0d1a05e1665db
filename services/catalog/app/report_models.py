"""Import reports as answers carry them."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from services.catalog.domain.report import Finding, ImportReport


class FindingEntry(BaseModel):
    """One thing that is wrong or odd in an import; `at` is the row or feature."""

    at: str = Field(examples=["row 12"])
    field: str
    problem: str
    remedy: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """The entry of a finding."""
        return cls(at=finding.at, field=finding.field, problem=finding.problem, remedy=finding.remedy)


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


class ImportReportEntry(BaseModel):
    """The whole answer to an import."""

    errors: list[FindingEntry]
    warnings: list[FindingEntry]
    counts: CountsEntry
    joint_stands: list[JointStandEntry]
    dry_run: bool

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        """The entry of a report."""
        counts = report.counts
        return cls(
            errors=[FindingEntry.of(finding) for finding in report.errors],
            warnings=[FindingEntry.of(finding) for finding in report.warnings],
            counts=CountsEntry(
                created=counts.created,
                changed=counts.changed,
                unchanged=counts.unchanged,
                withdrawn=counts.withdrawn,
            ),
            joint_stands=[JointStandEntry(booth=j.booth, parts=list(j.parts)) for j in report.joint_stands],
            dry_run=report.dry_run,
        )
