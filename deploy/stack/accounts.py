"""The embedded issuer's files: its key, its public key set, and the sample accounts that may sign in."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from argon2 import PasswordHasher

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


def write_accounts(directory: Path, *, password: str = SAMPLE_PASSWORD, shown: bool = True) -> Path:
    """Write the sample accounts, all with this password, where there are none; answers the file.

    `shown` lets the sign-in page tell everybody the password.

    The file holds a list of {account, display, role, exhibitor, organizer, language, password_hash (Argon2),
    sample_password}, and may be edited.
    """
    path = directory / "accounts.json"
    if path.exists():
        return path
    secrets = {"password_hash": PasswordHasher().hash(password), "sample_password": password if shown else None}
    accounts = [{**asdict(sample), **secrets} for sample in SAMPLES]
    arriving = path.with_suffix(".arriving")
    with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(accounts, file, indent=1, ensure_ascii=False)
    arriving.replace(path)
    return path
