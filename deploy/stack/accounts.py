"""The embedded issuer's files: its key, its public key set, and the sample accounts that may sign in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.runtime.auth import Issuer, Principal, Role

SAMPLE_PASSWORD = "pavilion"  # noqa: S105 - a sample, printed at every start, for a stack on the loopback address
DEMO_ORGANIZER = "jiaozhou-expo"


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody who may sign in to try things."""

    account: str
    display: str
    role: Role
    exhibitor: str | None = None
    organizer: str | None = None
    language: str = "en"

    @property
    def principal(self) -> Principal:
        """Who this account is to the services."""
        return Principal(
            subject=f"account:{self.account}",
            role=self.role,
            exhibitor=self.exhibitor,
            organizer=self.organizer,
            language=self.language,
        )


SAMPLES = (
    Sample("organizer", "Jiaozhou Expo", Role.ORGANIZER, organizer=DEMO_ORGANIZER),
    Sample("lan", "兰州精密仪器有限公司", Role.EXHIBITOR, exhibitor="lanzhou-precision-instruments", language="zh"),
    Sample("olga", "ООО «Алтай Агро»", Role.EXHIBITOR, exhibitor="altai-agro", language="ru"),
    Sample("emma", "Northwind Textiles Ltd", Role.EXHIBITOR, exhibitor="northwind-textiles", language="en"),
    Sample("admin", "Administrator", Role.ADMIN),
)


def issuer_of(directory: Path) -> Issuer:
    """The embedded issuer, its key and key set made where they are missing."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    issuer = Issuer.open(directory / "key.pem")
    issuer.write_jwks(directory / "jwks.json")
    return issuer


def write_accounts(
    directory: Path, *, password: str = SAMPLE_PASSWORD, admin_password: str = SAMPLE_PASSWORD, shown: bool = True
) -> Path:
    """Write the sample accounts, all with this password but the administrator, where there are none; answers the file.

    `shown` lets the sign-in page tell everybody the passwords.

    The file holds a list of {account, display, role, exhibitor, organizer, language, password_hash (Argon2),
    sample_password}, and may be edited.
    """
    path = directory / "accounts.json"
    if path.exists():
        return path
    accounts = []
    for sample in SAMPLES:
        own = admin_password if sample.role == Role.ADMIN else password
        secrets = {"password_hash": PasswordHasher().hash(own), "sample_password": own if shown else None}
        accounts.append({**asdict(sample), **secrets})
    _write(path, accounts)
    return path


def change_passwords(path: Path, *, password: str, admin_password: str) -> list[str]:
    """Give sample accounts these passwords where theirs are others; answers whose were changed.

    Everything else in the file, such as accounts that somebody added or took out, stays as it is.
    """
    accounts = json.loads(path.read_text())
    wanted = {sample.account: admin_password if sample.role == Role.ADMIN else password for sample in SAMPLES}
    changed = []
    for account in accounts:
        own = wanted.get(account["account"])
        if own is not None and not _matches(account["password_hash"], own):
            account["password_hash"] = PasswordHasher().hash(own)
            if account.get("sample_password") is not None:
                account["sample_password"] = own
            changed.append(account["account"])
    if changed:
        _write(path, accounts)
    return changed


def _matches(password_hash: str, password: str) -> bool:
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _write(path: Path, accounts: list[dict[str, Any]]) -> None:
    arriving = path.with_suffix(".arriving")
    with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(accounts, file, indent=1, ensure_ascii=False)
    arriving.replace(path)
