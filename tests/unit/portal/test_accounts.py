from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.portal.adapters.accounts import AccountsFileError, FileAccounts
from services.portal.adapters.passwords import Argon2Passwords, hash_password
from services.portal.domain.accounts import Account
from shared.runtime.service import Service
from shared.runtime.settings import SettingsError

EMMA = {"account": "emma", "password_hash": "$argon2id$x", "role": "exhibitor", "exhibitor": "northwind"}


def written(path: Path, rows: Any) -> Path:
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(json.dumps(rows))
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))
    return path


def test_accounts_are_read_with_their_tenant_and_shown_by_name(tmp_path: Path) -> None:
    accounts = FileAccounts(written(tmp_path / "a.json", [EMMA]))
    assert accounts.find("emma") == Account("emma", "$argon2id$x", "emma", "exhibitor", exhibitor="northwind")
    assert accounts.find("olga") is None


def test_only_accounts_with_a_sample_password_are_samples(tmp_path: Path) -> None:
    rows = [EMMA, {**EMMA, "account": "olga", "sample_password": "shown"}]
    accounts = FileAccounts(written(tmp_path / "a.json", rows))
    assert [one.account for one in accounts.samples()] == ["olga"]


def test_a_changed_file_counts_from_the_next_question_on(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", [EMMA])
    accounts = FileAccounts(path)
    written(path, [{**EMMA, "account": "olga"}])
    assert accounts.find("emma") is None
    assert accounts.find("olga") is not None


@pytest.mark.parametrize("damage", ["{", "[{}]", None], ids=["no-json", "no-account", "gone"])
def test_a_file_that_is_damaged_later_leaves_the_accounts_as_they_were(tmp_path: Path, damage: str | None) -> None:
    path = written(tmp_path / "a.json", [EMMA])
    accounts = FileAccounts(path)
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage)
    assert accounts.find("emma") is not None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**EMMA, "password_hash": "open-sesame"}], "password_hash"),
        ([{**EMMA, "role": "king"}], "role"),
        ([{**EMMA, "exhibitor": None}], "names its exhibitor"),
        ([{**EMMA, "role": "organizer"}], "names its organizer"),
        ([EMMA, EMMA], "twice"),
        ({"accounts": []}, "array"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_that_repeats_no_secret(tmp_path: Path, rows: Any, said: str) -> None:
    with pytest.raises(AccountsFileError, match=said) as refused:
        FileAccounts(written(tmp_path / "a.json", rows))
    assert "open-sesame" not in str(refused.value)


async def test_passwords_match_their_own_hash_and_no_other() -> None:
    passwords = Argon2Passwords()
    hashed = hash_password("right")
    assert await passwords.matches(hashed, "right")
    assert not await passwords.matches(hashed, "wrong")
    assert not await passwords.matches(None, "nobody has this account")
    assert not await passwords.matches("$argon2id$broken", "right")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"accounts": ""}, "PAVILION_ACCOUNTS is not set"),
        ({"accounts": "/nowhere/accounts.json"}, "cannot be read"),
        ({"upstream_booking": "booking:8002"}, "PAVILION_UPSTREAM_BOOKING"),
        ({"upstream_catalog": "https://catalog/api"}, "PAVILION_UPSTREAM_CATALOG"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    portal: Callable[..., Service], settings: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        portal(**settings)
