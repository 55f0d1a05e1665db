from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from services.portal.bootstrap import build
from services.portal.settings import PortalSettings
from shared.runtime.clock import ManualClock
from shared.runtime.service import Service
from shared.runtime.store import MemoryStore

PASSWORD = "a sample password"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """A hash that is quick to compare: what argon2 costs in earnest would be paid in every test."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def accounts_file(tmp_path: Path, password_hash: str) -> Path:
    rows = [
        {"account": "emma", "display": "Northwind", "role": "exhibitor", "exhibitor": "northwind", "language": "en"},
        {"account": "olga", "display": "Altai", "role": "exhibitor", "exhibitor": "altai", "language": "ru"},
        {"account": "organizer", "display": "Expo", "role": "organizer", "organizer": "expo"},
    ]
    for row in rows:
        row |= {"password_hash": password_hash, "sample_password": PASSWORD}
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps(rows))
    return path


def changed(accounts_file: Path, account: str, **values: str) -> None:
    """Give an account of the file other values."""
    rows = json.loads(accounts_file.read_text())
    accounts_file.write_text(json.dumps([row | values if row["account"] == account else row for row in rows]))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2027, 3, 1, 9, 0, tzinfo=UTC))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def portal(
    tmp_path: Path, accounts_file: Path, clock: ManualClock, store: MemoryStore
) -> Iterator[Callable[..., Service]]:
    """Builds the portal as it is built in earnest, with a store in memory and a clock that stands still."""

    def make(**settings: Any) -> Service:
        usual = {"public_url": "http://portal.test"}
        usual |= {"issuer_key": str(tmp_path / "key.pem"), "accounts": str(accounts_file), "web": tmp_path / "dist"}
        return build(PortalSettings(**{**usual, "access_log": False, **settings}), store=store, clock=clock)

    return make
