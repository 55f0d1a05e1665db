"""Which Pavilion to talk to, and with whose tokens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from deploy.client.api import Api, Http
from deploy.stack.errors import StackError
from deploy.stack.lock import DataLock
from deploy.stack.options import PORT_DEFAULT, data_from_environment
from shared.runtime.auth import Issuer, Principal, Role

TOKENS_HOLD: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Access:
    """An address, and either the embedded issuer, which makes anybody's token, or one token that was given."""

    url: str
    issuer: Issuer | None = None
    token: str | None = None

    def organizer(self, http: Http, organizer: str) -> Api:
        """The API as an organizer sees it, or as the holder of the given token."""
        principal = Principal(f"organizer:{organizer}", Role.ORGANIZER, organizer=organizer)
        return Api(http, self.token or self._mint(principal))

    def admin(self, http: Http) -> Api:
        """The API as an administrator sees it, or as the holder of the given token."""
        return Api(http, self.token or self._mint(Principal("admin:cli", Role.ADMIN)))

    def exhibitor(self, http: Http, exhibitor: str) -> Api:
        """The API as that exhibitor sees it. Raises StackError without the issuer."""
        return Api(http, self._mint(Principal(f"exhibitor:{exhibitor}", Role.EXHIBITOR, exhibitor=exhibitor)))

    def require_issuer(self, why: str) -> None:
        """Raises StackError where only a given token is at hand."""
        if self.issuer is None:
            raise StackError(
                f"{why}, so the embedded issuer's key is needed.",
                "Point PAVILION_DATA to the data directory of the stack, and give no token.",
            )

    def _mint(self, principal: Principal) -> str:
        self.require_issuer(f"A token of {principal.subject} must be made")
        assert self.issuer is not None  # noqa: S101 - required above
        return self.issuer.mint(principal, TOKENS_HOLD)


def access_from_environment(
    url: str | None = None, token: str | None = None, environment: Mapping[str, str] = os.environ
) -> Access:
    """The address and tokens that options and environment name.

    The address is `url`, else PAVILION_URL, else that of the stack that runs on the data directory, else the default
    port here. Raises StackError where there is neither a token (`token`, PAVILION_TOKEN) nor an issuer's key.
    """
    data = data_from_environment(environment)
    address = (url or environment.get("PAVILION_URL") or _running(data) or _default(environment)).rstrip("/")
    if not address.startswith(("http://", "https://")):
        raise StackError(f"{address!r} is no address.", "Write it as http://host:port.")
    given = token or environment.get("PAVILION_TOKEN") or None
    if given is not None:
        return Access(address, None, given)
    key = data / "issuer" / "key.pem"
    if not key.exists():
        raise StackError(
            f"There is no issuer's key at {key}, and no token was given.",
            "Start the stack with `make up`, point PAVILION_DATA to its data, or give --token or PAVILION_TOKEN.",
        )
    return Access(address, Issuer.open(key))


def _running(data: Path) -> str | None:
    holder = DataLock(data).holder()
    url = (holder or {}).get("url")
    return url if isinstance(url, str) else None


def _default(environment: Mapping[str, str]) -> str:
    return f"http://127.0.0.1:{environment.get('PAVILION_PORT') or PORT_DEFAULT}"
