"""Showing how far a long piece of work has got."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Step(Protocol):
    """One piece of work that is under way."""

    def advance(self, by: int = 1) -> None:
        """So much more is done."""

    def at(self, done: int, total: int | None = None, note: str = "") -> None:
        """So much is done altogether; `note` says what it waits for."""


class ProgressReporter(Protocol):
    """Whom long work tells how far it is."""

    def step(self, what: str, total: int | None = None) -> contextlib.AbstractContextManager[Step]:
        """A piece of work of `total` units, or of unknown length, that lasts as long as the context."""


class _Nothing:
    def advance(self, by: int = 1) -> None:
        """Nobody looks."""

    def at(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nobody looks."""


class Silent:
    """Shows nothing."""

    @contextlib.contextmanager
    def step(self, what: str, total: int | None = None) -> Iterator[Step]:  # noqa: ARG002
        """A step that nobody looks at."""
        yield _Nothing()


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, by: int = 1) -> None:
        self._progress.advance(self._task, by)

    def at(self, done: int, total: int | None = None, note: str = "") -> None:
        self._progress.update(self._task, completed=done, note=escape(note))
        if total is not None:
            self._progress.update(self._task, total=max(total, done))


class Bars:
    """Progress bars on a terminal; elsewhere a line for each step that is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
            transient=True,
        )

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Show steps while this lasts."""
        if not self._console.is_terminal:
            yield
            return
        with self._progress:
            yield

    @contextlib.contextmanager
    def step(self, what: str, total: int | None = None) -> Iterator[Step]:
        """A bar; when its work is done, a line with what it was and how long it took."""
        task = self._progress.add_task(escape(what), total=total, note="")
        try:
            yield _Bar(self._progress, task)
            shown = self._progress.tasks[self._progress.task_ids.index(task)]
            seconds = shown.elapsed or 0.0
            number = f" {int(shown.completed)}" if shown.completed else ""
            self._console.print(f"[green]✓[/] {escape(what)}{number} [dim]{seconds:.1f} s[/]", highlight=False)
        except Exception:
            self._console.print(f"[red]✗[/] {escape(what)}", highlight=False)
            raise
        finally:
            self._progress.remove_task(task)
