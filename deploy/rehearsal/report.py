"""How a rehearsal is shown."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.invariants.report import show_findings, show_list
from deploy.rehearsal.booking import Fate
from deploy.rehearsal.matching import How, Match, Matching, Unseen
from deploy.rehearsal.run import Rehearsal
from deploy.words import counted

_PLAIN: Final = frozenset({How.NAME, How.STAND, How.NOBODY})


def show_rehearsal(console: Console, done: Rehearsal, *, verbose: bool = False) -> None:
    """Print who was recognised how, what was booked, and every question with its differences."""
    show_matching(console, done.matching, verbose=verbose)
    _show_booking(console, done)
    show_findings(console, done.findings, verbose=verbose)
    for sentence in done.outstanding:
        console.print(f"[red]✗[/] still outstanding: {escape(sentence)}", highlight=False)
    number = done.differences
    if number:
        console.print(f"\n[bold red]✗ {counted(number, 'difference')}[/] between the folder and what became of it.")
    else:
        console.print("\n[bold green]✓ The rehearsal ended as the folder has it.[/]")


def show_matching(console: Console, matching: Matching, *, verbose: bool = False) -> None:
    """Print by what the plan's names were recognised, and whom plan or list has alone."""
    table = Table("names on the plan", "", box=None, padding=(0, 2), header_style="bold")
    for how, number in matching.count().items():
        if number:
            table.add_row(str(how), str(number))
    console.print()
    console.print(table)
    guessed = [match for match in matching.matches if match.how not in _PLAIN]
    show_list(console, "Recognised though the names differ", [_recognised(match) for match in guessed], verbose=verbose)
    nobody = [match for match in matching.matches if match.how is How.NOBODY]
    lines = [f"“{match.name}” on {match.stand.label}" for match in nobody]
    show_list(console, "On the plan, not in the list (registered for the rehearsal)", lines, verbose=verbose)
    _show_unseen(console, matching, verbose=verbose)


def _recognised(match: Match) -> str:
    meant = match.row.name if match.row is not None else "nobody"
    return f"{match.stand.label}: “{match.name}” is “{meant}” in the list ({match.how})"


def _show_unseen(console: Console, matching: Matching, *, verbose: bool) -> None:
    if matching.without_stand:
        console.print(f"In the list without a stand: {counted(matching.without_stand, 'exhibitor')}.", highlight=False)
    if matching.unseen:
        entries = len({entry.row.line for entry in matching.unseen})
        unseen = counted(entries, "exhibitor")
        console.print(f"In the list, but not shown on their stand by the plan: {unseen}.", highlight=False)
    by_why: dict[str, list[Unseen]] = {}
    for entry in matching.unseen:
        by_why.setdefault(entry.why, []).append(entry)
    for why, group in sorted(by_why.items(), key=lambda pair: -len(pair[1])):
        shown = group if verbose else group[:3]
        named = "; ".join(f"{entry.row.name} ({entry.listed})" for entry in shown)
        more = " …" if len(group) > len(shown) else ""
        console.print(f"  {len(group)} × {escape(why)}: [dim]{escape(named)}{more}[/]", highlight=False)


def _show_booking(console: Console, done: Rehearsal) -> None:
    fates = Counter(outcome.fate for outcome in done.outcomes)
    said = ", ".join(f"{fates[fate]} {fate}" for fate in Fate if fates[fate]) or "none is occupied"
    console.print(f"\nStands: {len(done.outcomes)} occupied; {said}.", highlight=False)
    several = Counter(outcome.booking.exhibitor for outcome in done.outcomes)
    beside = sum(len(outcome.booking.co_exhibitors) for outcome in done.outcomes)
    admitted = sum(outcome.admitted for outcome in done.outcomes)
    console.print(
        f"Exhibitors: {len(several)} took stands, {sum(1 for n in several.values() if n > 1)} of them several; "
        f"{beside} co-exhibitors; {admitted} were admitted to floor that another holds.",
        highlight=False,
    )
    console.print(f"Requests: {done.requests}, of them {done.retries} sent again.", highlight=False)
    for outcome in done.refused:
        console.print(
            f"[red]✗[/] {escape(outcome.booking.label)} was not booked for {escape(outcome.booking.exhibitor)}: "
            f"{escape(outcome.why)}",
            highlight=False,
        )
