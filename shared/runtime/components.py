"""The parts that every service starts first and stops last, whatever else it has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from shared.runtime.committer import Committer
from shared.runtime.store import Collection, Store, StoreUnavailable

log = structlog.get_logger(__name__)

_STORE_TRIES_MAX: Final = 12
_STORE_WAIT_SECONDS: Final = 0.5


class Component(Protocol):
    """A part with a life: started before requests are taken, stopped after the last was answered."""

    async def start(self) -> None:
        """Begin; raises where the service cannot run without it."""
        ...

    async def stop(self) -> None:
        """Finish what is begun, and end."""
        ...


class StoreComponent:
    """The store: its collections declared at the start, its connections given back at the end."""

    def __init__(self, store: Store, collections: Sequence[Collection]) -> None:
        self._store = store
        self._collections = collections

    async def start(self) -> None:
        """Apply declarations; waits for a store that is still starting. Raises StoreUnavailable after a minute."""
        for tries in range(_STORE_TRIES_MAX):
            try:
                await self._store.prepare(self._collections)
            except StoreUnavailable as failure:
                log.warning("store.unavailable", error=str(failure))
                if tries == _STORE_TRIES_MAX - 1:
                    raise
                await asyncio.sleep(_STORE_WAIT_SECONDS)
            else:
                return

    async def stop(self) -> None:
        """Give its connections back."""
        await self._store.close()


class CommitterComponent:
    """Stops the committer after those who feed it."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    async def start(self) -> None:
        """It works as soon as the store is there."""

    async def stop(self) -> None:
        """Finish what it has taken."""
        await self._committer.drain()
