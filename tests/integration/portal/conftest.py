from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from services.portal.bootstrap import build
from services.portal.settings import PortalSettings
from shared.runtime.service import Service
from tests.integration.portal.certified import INSTALLED, CertifiedProvider
from tests.needs import leave_out

PEOPLE: dict[str, dict[str, Any]] = {
    "emma": {
        "preferred_username": "emma",
        "name": "Northwind",
        "role": "exhibitor",
        "exhibitor": "northwind",
        "locale": "en",
    },
    "olga": {
        "preferred_username": "olga",
        "name": "Ольга",
        "role": ["organizer"],
        "organizer": "expo",
        "locale": "ru-RU",
    },
    "nobody": {"preferred_username": "nobody", "name": "Nobody"},
}


@pytest.fixture
def portal(tmp_path: Path, mongod: str, mongo_database: str) -> Callable[..., Service]:
    """Builds the portal as it is built in earnest, on a real store and by the real time."""

    def make(**settings: Any) -> Service:
        usual = {"issuer_key": str(tmp_path / "key.pem"), "web": tmp_path / "dist", "access_log": False}
        stored = {"mongo_url": mongod, "mongo_database": mongo_database}
        return build(PortalSettings(**{**usual, **stored, **settings}))

    return make


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[CertifiedProvider]:
    """Not started yet: it is told first where the portal is."""
    if not INSTALLED.exists():
        leave_out("tests with a certified provider", "it is not installed (`make test-tools`)")
    made = CertifiedProvider(tmp_path)
    made.people = PEOPLE
    yield made
    await made.stop()
