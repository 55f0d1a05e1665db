"""How questions and what was found are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.invariants.findings import Finding

EXAMPLES_MAX: Final = 10


def show_findings(console: Console, findings: Sequence[Finding], *, verbose: bool = False) -> None:
    """Print each question with how much was looked at, and what was found."""
    table = Table("", "asked afterwards", "looked at", "differences", box=None, padding=(0, 1), header_style="bold")
    table.columns[2].justify = table.columns[3].justify = "right"
    for finding in findings:
        if finding.skipped:
            table.add_row(
                "[yellow]–[/]", f"{finding.question} [dim](not looked at: {escape(finding.skipped)})[/]", "", ""
            )
            continue
        mark = "[red]✗[/]" if finding.differences else "[green]✓[/]"
        note = f" [dim]({escape(finding.note)})[/]" if finding.note else ""
        table.add_row(mark, f"{finding.question}{note}", str(finding.looked_at), str(len(finding.differences)))
    console.print()
    console.print(table)
    for finding in findings:
        show_list(console, f"[red]{finding.question}[/]", finding.differences, verbose=verbose)


def show_list(console: Console, title: str, lines: Iterable[str], *, verbose: bool) -> None:
    """Print some lines under a title, or all of them where asked; nothing where there are none."""
    every = list(lines)
    if not every:
        return
    console.print(f"{title}: {len(every)}", highlight=False)
    shown = every if verbose else every[:EXAMPLES_MAX]
    for line in shown:
        console.print(f"  {escape(line)}", highlight=False)
    if len(every) > len(shown):
        console.print(f"  … and {len(every) - len(shown)} more (--verbose shows all)", highlight=False)
