"""What all embedded servers have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from deploy.stack.process import Child


class Server(ABC):
    """Processes that are started and stopped together; an async context manager."""

    @abstractmethod
    async def start(self) -> Self:
        """Start, and wait until clients are served; StackError says what is wrong if they never are."""

    @abstractmethod
    def children(self) -> list[Child]:
        """The processes, in the order in which they are numbered."""

    @abstractmethod
    async def ready(self, index: int) -> None:
        """Wait until this member, already started, serves clients; StackError when it ends instead."""

    @abstractmethod
    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether this member, which runs, still answers questions."""

    async def stop(self, grace_seconds: float = 15.0) -> None:
        """Stop all processes in order; those that do not end within the grace are killed."""
        # Together: one that leaves alone may wait for a quorum that is leaving, too.
        for child in self.children():
            child.ask_to_end()
        for child in self.children():
            await child.stop(grace_seconds)

    async def kill(self, index: int = 0) -> None:
        """End one process as a power cut would."""
        await self.children()[index].kill()

    async def restart(self, index: int = 0) -> None:
        """Start one process that has ended, on its own data and ports, and wait until it serves clients."""
        self.children()[index].start()
        await self.ready(index)

    async def __aenter__(self) -> Self:
        try:
            return await self.start()
        except BaseException:
            await self.stop()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
