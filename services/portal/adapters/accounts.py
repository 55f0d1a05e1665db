"""The accounts file: a JSON list, read again when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from services.portal.domain.accounts import Account

_log = structlog.get_logger(__name__)


class AccountsFileError(Exception):
    """The accounts file cannot be used; the message says why, and never repeats a value from it."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: str = Field(min_length=1, max_length=200)
    password_hash: str = Field(pattern=r"^\$argon2")
    display: str = ""
    role: Literal["exhibitor", "organizer", "service", "admin"]
    exhibitor: str | None = None
    organizer: str | None = None
    language: str = "en"
    sample_password: str | None = None

    @model_validator(mode="after")
    def _names_its_tenant(self) -> _Row:
        if self.role == "exhibitor" and not self.exhibitor:
            raise ValueError("an exhibitor's account names its exhibitor")
        if self.role == "organizer" and not self.organizer:
            raise ValueError("an organizer's account names its organizer")
        return self

    def account_of(self) -> Account:
        return Account(
            account=self.account,
            password_hash=self.password_hash,
            display=self.display or self.account,
            role=self.role,
            exhibitor=self.exhibitor,
            organizer=self.organizer,
            language=self.language,
            sample_password=self.sample_password,
        )


_ROWS = TypeAdapter(list[_Row])


class FileAccounts:
    """Accounts from a file `[{account, display, role, exhibitor, organizer, language, password_hash,
    sample_password}]`.

    A file that becomes unusable while the service runs is logged, and what was read last stays in force.
    """

    def __init__(self, path: Path) -> None:
        """Raises AccountsFileError where the file cannot be used now."""
        self._path = path
        self._stamp = self._stat()
        self._accounts = _read(path)

    def find(self, account: str) -> Account | None:
        """The account of that name, or None."""
        self._refresh()
        return self._accounts.get(account)

    def samples(self) -> Sequence[Account]:
        """Those whose password is shown to everybody."""
        self._refresh()
        return [account for account in self._accounts.values() if account.sample_password is not None]

    def _stat(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise AccountsFileError(f"The accounts file {self._path} cannot be read: {error.strerror}.") from error
        return status.st_mtime_ns, status.st_size

    def _refresh(self) -> None:
        try:
            stamp = self._stat()
            if stamp == self._stamp:
                return
            self._accounts = _read(self._path)
            self._stamp = stamp
        except AccountsFileError as error:
            _log.warning("accounts.refresh.failed", reason=str(error))


def _read(path: Path) -> dict[str, Account]:
    try:
        rows = _ROWS.validate_json(path.read_bytes())
    except OSError as error:
        raise AccountsFileError(f"The accounts file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, entry['loc'])) or 'file'}: {entry['msg']}" for entry in error.errors()[:5]
        )
        raise AccountsFileError(f"The accounts file {path} is not as it should be: {wrong}.") from None
    accounts = {row.account: row.account_of() for row in rows}
    if len(accounts) != len(rows):
        raise AccountsFileError(f"The accounts file {path} has an account twice.")
    return accounts
