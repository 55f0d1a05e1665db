"""Booking and catalog in memory, and a way to speak to them as anybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.client import Access, Http
from shared.runtime.auth import Issuer
from shared.runtime.store import MemoryStore
from tests.unit.booking.house import House
from tests.unit.catalog import kit


@dataclass
class BookingHall:
    """Booking in memory, with the fair `expo` to be opened, and access to it."""

    house: House
    access: Access
    http: Http


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[BookingHall]:
    issuer = Issuer(Ed25519PrivateKey.generate())
    issuer.write_jwks(tmp_path / "jwks.json")
    house = House(MemoryStore(), issuer, tmp_path / "jwks.json")
    await house.start()
    async with Http("http://booking", transport=httpx.ASGITransport(house.booking.app)) as http:
        yield BookingHall(house, Access("http://booking", issuer), http)
    await house.stop()


@dataclass
class Catalog:
    """The catalog in memory, and access to it."""

    access: Access
    http: Http


@pytest.fixture
async def catalog(tmp_path: Path) -> AsyncIterator[Catalog]:
    async with kit.running(MemoryStore(), tmp_path, bookings=kit.Attentive()) as running:
        transport = httpx.ASGITransport(running.service.app)
        async with Http("http://catalog", transport=transport) as http:
            yield Catalog(Access("http://catalog", running.issuer), http)
