"""`pavilion token`: a bearer token of the embedded issuer, for curl and for other services."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import typer

from deploy.stack.errors import StackError
from shared.runtime.auth.principal import Principal, Role

if TYPE_CHECKING:
    from shared.runtime.auth import Issuer

LANGUAGES = ("zh", "ru", "en")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("token")(token)


def token(
    who: str = typer.Option(
        ..., "--as", metavar="WHO", help="exhibitor:ID, organizer, organizer:ID, service, service:NAME or admin"
    ),
    language: str = typer.Option("en", help="In which news are told: zh, ru or en."),
    hours: float = typer.Option(1.0, min=0.01, max=24 * 30, help="How long it holds."),
) -> None:
    """Print a bearer token with which WHO may call the services here."""
    from deploy.stack.options import data_from_environment
    from shared.runtime.auth import Issuer

    key = data_from_environment() / "issuer" / "key.pem"
    if not key.exists():
        raise StackError(f"There is no issuer's key at {key}.", "`make up` makes one when it starts.")
    principal = principal_of(who, language)
    issuer = Issuer.open(key)
    if principal.exhibitor is not None and _is_unknown(principal.exhibitor, issuer):
        note = (
            f"Note: no fair here has an exhibitor {principal.exhibitor!r}; what is booked in that name reaches nobody."
        )
        print(note, file=sys.stderr)
    print(issuer.mint(principal, timedelta(hours=hours)))


def _is_unknown(exhibitor: str, issuer: Issuer) -> bool:
    """Whether the stack that runs here, if any does, says that it has no such exhibitor, at no draft either."""
    import httpx

    from deploy.stack.lock import DataLock
    from deploy.stack.options import data_from_environment

    url = (DataLock(data_from_environment()).holder() or {}).get("url")
    if not url:
        return False
    admin = issuer.mint(Principal("pavilion-token", Role.ADMIN))
    try:
        found = httpx.get(
            f"{url}/api/catalog/exhibitors/{quote(exhibitor, safe='')}",
            headers={"Authorization": f"Bearer {admin}"},
            timeout=3,
            trust_env=False,
        )
    except httpx.HTTPError:
        return False  # No more than a hint is lost.
    return found.status_code == 404


def principal_of(who: str, language: str = "en") -> Principal:
    """Read `role` or `role:ID`; StackError where that names nobody, or nobody could be told anything."""
    from deploy.stack.accounts import DEMO_ORGANIZER

    if language not in LANGUAGES:
        raise StackError(f"Pavilion does not speak {language!r}.", f"Give one of {', '.join(LANGUAGES)}.")
    said, _, name = who.partition(":")
    match said, name:
        case "exhibitor", name if name:
            return Principal(f"exhibitor:{name}", Role.EXHIBITOR, exhibitor=name, language=language)
        case "organizer", name:
            organizer = name or DEMO_ORGANIZER
            return Principal(f"organizer:{organizer}", Role.ORGANIZER, organizer=organizer, language=language)
        case "service", name:
            return Principal(f"service:{name or 'cli'}", Role.SERVICE, language=language)
        case "admin", "":
            return Principal("admin:cli", Role.ADMIN, language=language)
    raise StackError(
        f"{who!r} names nobody.", "Write exhibitor:ID, organizer, organizer:ID, service, service:NAME or admin."
    )
