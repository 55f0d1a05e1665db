"""Runs a page's blocks, one after the other, as a reader would: in one directory, with variables that last."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block


class Failed(AssertionError):
    """A block did not do what its page says."""


@dataclass(frozen=True)
class Reader:
    """Somebody who follows a page in `directory`; `environment` is what their shell was started with."""

    directory: Path
    environment: Mapping[str, str]
    seconds_max: float = 120.0

    @property
    def _variables(self) -> Path:
        return self.directory / ".variables"

    @property
    def _place(self) -> Path:
        """Where the page's last `cd` led."""
        noted = self.directory / ".place"
        return Path(noted.read_text().strip()) if noted.exists() else self.directory

    def follow(self, block: Block) -> str:
        """Do what a block says, and give what it printed. Raises Failed."""
        if name := block.words.get("file"):
            (self._place / name).write_text(block.text + "\n", encoding="utf-8")
            return ""
        return self._stopped(block) if "until" in block.words else self._ended(block)

    def _script(self, text: str) -> list[str]:
        # Every variable is handed on to the next block, as in one shell.
        before = f"if [ -f {self._variables} ]; then . {self._variables}; fi\nset -a\n"
        return [
            "bash",
            "-euo",
            "pipefail",
            "-c",
            f"{before}{text}\nexport -p > {self._variables}\npwd > {self.directory}/.place\n",
        ]

    def _start(self, block: Block) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._script(block.text),
            cwd=self._place,
            # What a page makes by mktemp goes with the directory.
            env={**self.environment, "TMPDIR": str(self.directory)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _ended(self, block: Block) -> str:
        process = self._start(block)
        try:
            output, _ = process.communicate(timeout=self.seconds_max)
        except subprocess.TimeoutExpired:
            _end(process, signal.SIGKILL)
            raise Failed(f"{block.where}: not done after {self.seconds_max:g} s:\n{block.text}") from None
        if process.returncode != 0:
            raise Failed(f"{block.where}: exit code {process.returncode}:\n{block.text}\n---\n{output}")
        wanted = block.words.get("says")
        if wanted and wanted not in output:
            raise Failed(f"{block.where}: does not say {wanted!r}:\n{block.text}\n---\n{output}")
        return output

    def _stopped(self, block: Block) -> str:
        """Run until it has said what it should, then interrupt it."""
        process = self._start(block)
        assert process.stdout is not None
        late = threading.Timer(self.seconds_max, _end, (process, signal.SIGKILL))
        late.start()
        output = ""
        try:
            for line in process.stdout:
                output += line
                if block.words["until"] in line:
                    return output
        finally:
            late.cancel()
            _end(process, signal.SIGINT)
            process.stdout.close()
        raise Failed(f"{block.where}: never said {block.words['until']!r}:\n{block.text}\n---\n{output}")


def _end(process: subprocess.Popen[str], number: signal.Signals) -> None:
    deadline = time.monotonic() + 10
    while process.poll() is None:
        os.killpg(process.pid, number if time.monotonic() < deadline else signal.SIGKILL)
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            continue
