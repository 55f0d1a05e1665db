"""A child process that writes to a log file, is stopped in order, and never outlives its parent."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from deploy.stack.errors import StackError

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02
_libc = ctypes.CDLL(None, use_errno=True)


class Child:
    """One process of its own group, with standard output and error in a log file.

    The kernel kills it when the thread that started it ends, however that happens, so start it
    from a thread that lives as long as it should. It does not hang on an event loop: it may be
    started under one and stopped under another.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = [str(part) for part in argv]
        self.log = log
        self.env = env
        self.cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def start(self) -> None:
        """Start it; its log file is appended to.

        Raises StackError when the program cannot be executed at all.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            try:
                self._process = subprocess.Popen(
                    self.argv,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=None if self.env is None else dict(self.env),
                    cwd=self.cwd,
                    process_group=0,
                    preexec_fn=lambda: _die_with(parent),
                )
            except OSError as error:
                raise StackError(
                    f"{self.name} could not be started: {error.strerror} ({self.argv[0]}).",
                    "Check that this file exists, is executable and was made for this machine.",
                ) from error

    @property
    def pid(self) -> int:
        """The process id; RuntimeError before the first start."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs or before it started."""
        return None if self._process is None else self._process.poll()

    def signal(self, number: int) -> None:
        """Send a signal to the whole group; nothing happens when it has ended already."""
        if self._process is not None and self._process.poll() is None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return

    async def kill(self) -> None:
        """End it at once, as a power cut would, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        await self.ended()

    def ask_to_end(self) -> None:
        """Send SIGTERM, and wake it if it was suspended."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)

    async def stop(self, grace_seconds: float = 15.0) -> None:
        """Ask it to end; after the grace, kill it."""
        self.ask_to_end()
        try:
            await asyncio.wait_for(self.ended(), grace_seconds)
        except TimeoutError:
            await self.kill()

    async def ended(self) -> None:
        """Wait until it has ended."""
        while self.running:  # noqa: ASYNC110 - an Event would tie the child to one event loop
            await asyncio.sleep(_POLL_SECONDS)

    def output(self, lines: int = 20) -> str:
        """The last lines that this run of it wrote."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            last = deque(log, maxlen=lines)
        return b"".join(last).decode("utf-8", "replace").rstrip()

    async def until(
        self,
        ready: Callable[[], Awaitable[bool]],
        *,
        timeout_seconds: float,
        poll_seconds: float = _POLL_SECONDS,
        why_not: Callable[[], str] = lambda: "it does not serve yet",
    ) -> None:
        """Wait until `ready()` answers true; `why_not()` tells what was missing to the end.

        Raises StackError, with the reason as far as the log tells it, when the process ends
        first or the time is over.
        """
        deadline = time.monotonic() + timeout_seconds
        while not await ready():
            if not self.running:
                raise self.diagnosis(f"{self.name} ended while it was starting (exit code {self.exit_code}).")
            if time.monotonic() > deadline:
                raise self.diagnosis(f"{self.name} was not ready after {timeout_seconds:g} seconds: {why_not()}.")
            await asyncio.sleep(poll_seconds)

    def diagnosis(self, what: str) -> StackError:
        """The error to raise for this child, naming the usual suspects when its log shows them."""
        output = self.output(200)
        for sign, remedy in _SIGNS:
            if sign in output:
                return StackError(what, remedy.format(log=self.log))
        last = self.output(5)
        return StackError(f"{what} Its last lines:\n{last}\n" if last else what, f"Its log is {self.log}.")


_SIGNS = (
    ("No space left on device", "The disk is full: free some space and start again. (log: {log})"),
    ("not enough free space", "The disk is full: free some space and start again. (log: {log})"),
    ("libcurl.so.4", "It needs a system library: `apt-get install libcurl4`."),
    ("libcrypto.so.3", "It needs OpenSSL 3 from the system (Debian 12, Ubuntu 22.04 or newer)."),
    ("libssl.so.3", "It needs OpenSSL 3 from the system (Debian 12, Ubuntu 22.04 or newer)."),
    ("Address already in use", "Another program took its port first: start again. (log: {log})"),
    ("address already in use", "Another program took its port first: start again. (log: {log})"),
    ("java.lang.OutOfMemoryError", "Its heap was too small for this data. (log: {log})"),
)


def _die_with(parent: int) -> None:
    """Run in the child before it becomes the program: ask the kernel to kill it with its parent."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # The parent ended between fork and here, so no signal will come.
        os.kill(os.getpid(), signal.SIGKILL)
