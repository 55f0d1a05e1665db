"""A booking service in memory, whose clock the tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.runtime.auth import Issuer
from shared.runtime.store import MemoryStore

from .house import House


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    issuer = Issuer.open(tmp_path / "issuer.pem")
    issuer.write_jwks(tmp_path / "jwks.json")
    return issuer


@pytest.fixture
async def house(issuer: Issuer, tmp_path: Path) -> AsyncIterator[House]:
    house = House(MemoryStore(), issuer, tmp_path / "jwks.json")
    await house.start()
    yield house
    await house.stop()
