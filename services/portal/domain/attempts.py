"""How often a password may be tried: for one account from one address, for one account, and from one address.

The first bound is small and stops guessing; it locks out nobody else. The second is large: it ends guessing from many
addresses at once, and whoever wants to lock somebody out has to come from many. The third ends trying one password on
many accounts.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """At most `attempts_max` tries in any `window_seconds`."""

    attempts_max: int
    window_seconds: int


@dataclass(frozen=True, slots=True)
class Attempts:
    """The instants of the tries that still count, oldest first."""

    at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class TooMany:
    """No further try now; the next is possible after `retry_after_seconds`."""

    retry_after_seconds: int


@dataclass(frozen=True, slots=True)
class Counted:
    """One of the counts that a try belongs to. `forgives` all of its tries when the password was right, or that one."""

    id: str
    limit: AttemptLimit
    forgives: bool


@dataclass(frozen=True, slots=True)
class AttemptLimits:
    """The bounds of one account from one address, of one account from anywhere, and of one address."""

    pair: AttemptLimit
    account: AttemptLimit
    address: AttemptLimit

    def counts(self, account: str, address: str) -> tuple[Counted, ...]:
        """What a try for that account from that address is counted in.

        Only the first forgets when somebody signs in: an attacker's own account must not clear what his address did.
        """
        name, origin = account.casefold(), _origin(address)
        return (
            Counted(_digest("", name, origin), self.pair, forgives=True),
            Counted(_digest("account", name), self.account, forgives=False),
            Counted(_digest("address", origin), self.address, forgives=False),
        )

    def coming_back(self, address: str) -> tuple[Counted, ...]:
        """What an answer of the provider that arrives from that address is counted in, until it opened a session."""
        return (Counted(_digest("callback", _origin(address)), self.address, forgives=False),)


def _digest(*parts: str) -> str:
    """A digest, since people type passwords into the wrong field."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _origin(address: str) -> str:
    """Whom an address belongs to: of IPv6, one subscriber has a whole /64 (RFC 6177) and could change at will."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))


def try_once(attempts: Attempts, limit: AttemptLimit, now: datetime) -> Attempts | TooMany:
    """Count one more try, before its password is looked at: rivals in flight at once cannot slip past the limit."""
    window = timedelta(seconds=limit.window_seconds)
    counting = tuple(at for at in attempts.at if now - at < window)
    if len(counting) >= limit.attempts_max:
        wait = counting[-limit.attempts_max] + window - now
        return TooMany(max(1, math.ceil(wait.total_seconds())))
    return Attempts((*counting, now))


def succeeded(attempts: Attempts, at: datetime, *, forgives: bool) -> Attempts:
    """What still counts after the try of that instant had the right password; empty where nothing does."""
    if forgives or at not in attempts.at:
        return Attempts() if forgives else attempts
    index = attempts.at.index(at)
    return Attempts(attempts.at[:index] + attempts.at[index + 1 :])
