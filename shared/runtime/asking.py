"""Who asks for what is being done now; like the trace, it goes with the work and is written beside its events."""

from __future__ import annotations

from contextvars import ContextVar, Token

from shared.runtime.auth.principal import Principal

_current: ContextVar[Principal | None] = ContextVar("asker", default=None)


def current_asker() -> Principal | None:
    """Who asked for this over HTTP; None where nobody did: a timer is up, or an event has come."""
    return _current.get()


def enter(asker: Principal | None) -> Token[Principal | None]:
    """Do what follows on behalf of somebody, or of nobody; undo with `leave`."""
    return _current.set(asker)


def leave(token: Token[Principal | None]) -> None:
    """Go back to who asked before `enter`."""
    _current.reset(token)
