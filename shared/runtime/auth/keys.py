"""The issuer's public keys, from a file or over HTTP, fetched again when an unknown one is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
import orjson
import structlog

_log = structlog.get_logger()
FETCH_SECONDS_MAX: Final = 5.0
JWKS_BYTES_MAX: Final = 262_144
RETRY_SECONDS_MIN: Final = 0.5
REFRESH_SECONDS_MAX: Final = 300.0


class KeysUnavailable(Exception):
    """The key set cannot be read; the message says from where and why."""


class KeySet:
    """Keys by `kid`.

    `source` is a file's path or an http(s) URL. A `kid` that is unknown makes it read the source again, at most every
    `refresh_min_seconds`, so that tokens with made-up kids cannot make the service a hammer. Every
    `refresh_max_seconds` it is read again all the same: a key that the issuer has withdrawn is trusted no longer.
    `read` gets it another way than by file or HTTP; it raises OSError where it cannot.
    """

    def __init__(
        self,
        source: str,
        *,
        refresh_min_seconds: float = 10.0,
        refresh_max_seconds: float = REFRESH_SECONDS_MAX,
        monotonic: Callable[[], float] = time.monotonic,
        read: Callable[[], Awaitable[bytes]] | None = None,
    ) -> None:
        self._source = source
        self._refresh_min_seconds = refresh_min_seconds
        self._refresh_max_seconds = refresh_max_seconds
        self._monotonic = monotonic
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at: float | None = None
        self._failed_at: float | None = None
        self._lock = asyncio.Lock()
        remote = source.startswith(("http://", "https://"))
        self._read = read or (self._fetch if remote else self._open)

    async def find(self, kid: str) -> jwt.PyJWK | None:
        """The key called `kid`, or None where the issuer has none; raises KeysUnavailable before any could be read."""
        key = self._keys.get(kid)
        if key is not None and not self._older_than(self._refresh_max_seconds):
            return key
        async with self._lock:
            unknown = kid not in self._keys and self._older_than(self._refresh_min_seconds)
            if not self._keys or unknown or self._older_than(self._refresh_max_seconds):
                await self._refresh()
        return self._keys.get(kid)

    async def ready(self) -> None:
        """Make sure that there are keys; raises KeysUnavailable."""
        if not self._keys:
            async with self._lock:
                if not self._keys:
                    await self._refresh()

    def _older_than(self, seconds: float) -> bool:
        return self._read_at is None or self._monotonic() - self._read_at >= seconds

    def _unavailable(self, error: Exception | None = None) -> KeysUnavailable:
        why = f" ({type(error).__name__})" if error else ""
        return KeysUnavailable(f"the key set {self._source} cannot be read{why}")

    async def _refresh(self) -> None:
        if self._failed_at is not None and self._monotonic() - self._failed_at < RETRY_SECONDS_MIN:
            # Whoever queued up behind a failing read shares its fate rather than repeat it one by one.
            raise self._unavailable()
        try:
            keys = jwt.PyJWKSet.from_dict(_object(await self._read())).keys
        except (OSError, httpx.HTTPError, httpx.InvalidURL, jwt.PyJWTError, ValueError) as error:
            if not self._keys:
                # Not counted as read: a service that starts before its issuer should not wait out the interval.
                self._failed_at = self._monotonic()
                raise self._unavailable(error) from error
            self._read_at = self._monotonic()
            _log.warning("auth.keys.refresh_failed", source=self._source, error=type(error).__name__)
            return
        self._read_at = self._monotonic()
        self._keys = {key.key_id: key for key in keys if key.key_id}

    async def _open(self) -> bytes:
        return await asyncio.to_thread(Path(self._source).read_bytes)

    async def _fetch(self) -> bytes:
        async with httpx.AsyncClient(timeout=FETCH_SECONDS_MAX) as client:
            response = await client.get(self._source)
            response.raise_for_status()
            if len(response.content) > JWKS_BYTES_MAX:
                raise ValueError("the key set is too large")
            return response.content


def _object(text: bytes) -> dict[str, Any]:
    document = orjson.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("this is no key set")  # noqa: TRY004 - what was read is wrong, not the call
    return document
