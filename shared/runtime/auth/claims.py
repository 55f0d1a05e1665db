"""How a principal is written into a JWT, and read from one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.runtime.auth.principal import Principal, Role


def from_claims(claims: Mapping[str, Any]) -> Principal:
    """The principal that verified `claims` name; raises ValueError where they name none."""
    texts = {name: claims.get(name) for name in ("sub", "role", "exhibitor", "organizer", "lang")}
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):
            raise ValueError(f"the claim {name} is no text")
    try:
        role = Role(texts["role"] or "")
    except ValueError:
        raise ValueError("the claim role names none of the known roles") from None
    return Principal(
        subject=texts["sub"] or "",
        role=role,
        exhibitor=texts["exhibitor"],
        organizer=texts["organizer"],
        language=texts["lang"] or "en",
    )


def to_claims(principal: Principal) -> dict[str, str]:
    """The claims that name `principal`."""
    claims = {
        "sub": principal.subject,
        "role": str(principal.role),
        "exhibitor": principal.exhibitor,
        "organizer": principal.organizer,
        "lang": principal.language,
    }
    return {name: value for name, value in claims.items() if value}
