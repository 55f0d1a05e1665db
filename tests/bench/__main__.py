"""`make bench`: measures on real servers, side by side in one run; prints tables and writes JSON."""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from deploy.stack.paths import ROOT
from tests.bench import fair, holds, intake, plan, second_browser, seen, spaces, streams
from tests.bench.stage import stage

RESULTS = ROOT / "bench-results"
PARTS = ("holds", "intake", "spaces", "plan", "streams", "fair")

# (part, row, column) -> what is to be reached; "<" at most, ">" at least.
TARGETS: Mapping[tuple[str, str, str], tuple[str, float]] = {
    ("holds", "64", "ratio_to_one_by_one"): (">", 5),
    ("holds", "64", "ratio_to_bare_loop"): (">", 1),
    ("holds", "256", "ratio_to_one_by_one"): (">", 7),
    ("holds", "256", "ratio_to_bare_loop"): (">", 1),
    ("intake", "intake", "ratio_to_bare_insert"): (">", 0.5),
    ("spaces", "64", "ratio_to_one_by_one"): (">", 5),
    ("spaces", "64", "cost_in_tenfold_calendar"): ("<", 1.2),
    ("spaces", "free", "p99_ms"): ("<", 20),
    ("plan", "page", "pan_p50_ms"): ("<", 16.7),
    ("plan", "page", "changes_p50_ms"): ("<", 20),
    ("plan", "second_browser", "held_p99_ms"): ("<", 1_000),
    ("plan", "bundle", "entry_gzip_kb"): ("<", 200),
    ("streams", "delay_ms", "p99"): ("<", 500),
    ("fair", "on_sale", "seconds"): ("<", 12),
    ("fair", "on_sale", "lost_p99_ms"): ("<", 1_000),
    ("fair", "seen", "p50"): ("<", 50),
    ("fair", "seen", "p99"): ("<", 250),
    ("fair", "ready", "again_seconds"): ("<", 12),
    ("fair", "memory_mb", "catalog"): ("<", 200),
    ("fair", "memory_mb", "booking"): ("<", 200),
    ("fair", "memory_mb", "notification"): ("<", 200),
    ("fair", "memory_mb", "portal"): ("<", 200),
}


async def measure(parts: list[str], rounds: int, console: Console) -> dict[str, Any]:
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="pavilion-bench-") as scratch:
        if {"holds", "intake", "spaces"} & set(parts):
            async with stage(Path(scratch)) as servers:
                if "holds" in parts:
                    with console.status("holds over HTTP, beside one transaction a request and a bare loop …"):
                        results["holds"] = await holds.run(servers, rounds)
                if "intake" in parts:
                    with console.status("events taken in, beside bare inserts …"):
                        results["intake"] = {"intake": await intake.run(servers, rounds)}
                if "spaces" in parts:
                    with console.status("spaces booked, beside one transaction a request; what is free …"):
                        results["spaces"] = await spaces.run(servers, rounds)
        if {"plan", "streams"} & set(parts):
            async with plan.stack_with_fair(Path(scratch)) as (stack, made):
                if "plan" in parts:
                    with console.status("a plan of 5,000 booths in a browser, beside a bare SVG page …"):
                        results["plan"] = await plan.run(made, rounds)
                    with console.status("one browser watches another …"):
                        results["plan"]["second_browser"] = await second_browser.run(made)
                if "streams" in parts:
                    with console.status("a thousand event streams through one portal …"):
                        results["streams"] = await streams.run(stack, made, Path(scratch))
        if "fair" in parts:
            with console.status("the whole stack: ready, an on-sale storm, how soon a command is seen …"):
                async with fair.venue(Path(scratch)) as (venue, ready):
                    on_sale = await fair.storm(venue)
                    visible = await seen.run(venue)
                    used = fair.memory(venue.stack)
            results["fair"] = {"ready": ready, "on_sale": on_sale, "seen": visible, "memory_mb": used}
    return results


def show(results: dict[str, Any], console: Console) -> list[str]:
    """Print a table a part; gives the targets that were missed."""
    missed: list[str] = []
    for part, rows in results.items():
        table = Table("", "figure", "measured", "to reach", title=part, title_justify="left")
        for row, figures in rows.items():
            for column, value in figures.items():
                target = TARGETS.get((part, row, column))
                reached = target is None or (value >= target[1] if target[0] == ">" else value <= target[1])
                told = "" if target is None else f"{'≥' if target[0] == '>' else '≤'} {target[1]:g}"
                style = "" if target is None else ("green" if reached else "red")
                table.add_row(row, column, str(value), told, style=style)
                if not reached:
                    missed.append(f"{part} {row} {column}: {value}, to reach {told}")
        console.print(table)
    return missed


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"of {', '.join(PARTS)}; default all")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is run; the best of each kind counts")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    console = Console()
    results = uvloop.run(measure(arguments.parts, arguments.rounds, console))
    missed = show(results, console)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    machine = {"machine": platform.machine(), "python": platform.python_version()}
    target.write_text(json.dumps({**machine, "results": results, "missed": missed}, indent=1))
    console.print(f"Written to {target.relative_to(ROOT)}.")
    for sentence in missed:
        console.print(f"[red]missed[/]: {sentence}", highlight=False)


if __name__ == "__main__":
    main()
