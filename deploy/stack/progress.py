"""Saying what the stack is doing, on a terminal and in a log."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """Whom the stack tells what it does."""

    def step(self, what: str) -> contextlib.AbstractContextManager[None]:
        """Something that takes a while has begun; it is done when the context ends without an error."""

    def say(self, what: str) -> None:
        """A sentence."""


class Notes:
    """Keeps the sentences, for tests."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Note the step when it is done."""
        yield
        self.lines.append(what)

    def say(self, what: str) -> None:
        """Note the sentence."""
        self.lines.append(what)


class Terminal:
    """Shows running steps with spinners on a terminal; elsewhere prints a line for each step that is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (SpinnerColumn(finished_text=" "), TextColumn("{task.description}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)

    @contextlib.contextmanager
    def starting(self) -> Iterator[None]:
        """Show steps while this lasts."""
        if not self._console.is_terminal:
            yield
            return
        with self._progress:
            yield

    @contextlib.contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show a spinner, then a line with the time that it took."""
        began = time.monotonic()
        task = self._progress.add_task(escape(what), total=None)
        try:
            yield
            self._console.print(f"[green]✓[/] {escape(what)} [dim]{time.monotonic() - began:.1f} s[/]", highlight=False)
        except Exception:
            self._console.print(f"[red]✗[/] {escape(what)}", highlight=False)
            raise
        finally:
            self._progress.remove_task(task)

    def say(self, what: str) -> None:
        """Print a sentence."""
        self._console.print(escape(what), highlight=False)
