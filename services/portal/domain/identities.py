"""Who somebody is, as a provider's claims say it; whoever they give no role is not let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from services.portal.domain.refusals import SignInRefusal

ROLES: Final = ("exhibitor", "organizer", "service", "admin")
LANGUAGES: Final = ("zh", "ru", "en")
TEXT_CHARS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who signed in. `subject` is unique with the provider and never changes; `account` is for people."""

    subject: str
    account: str
    display: str
    role: str
    exhibitor: str | None = None
    organizer: str | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """In which claims a provider says what, and what it calls our roles (`roles`: its word -> ours).

    A name that no claim has leads by its dots into objects, as `realm_access.roles` does.
    """

    account: str = "preferred_username"
    display: str = "name"
    role: str = "role"
    exhibitor: str = "exhibitor"
    organizer: str = "organizer"
    language: str = "locale"
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({role: role for role in ROLES}))


def identity_of(claims: Mapping[str, object], names: ClaimNames) -> Identity | SignInRefusal:
    """Who the verified `claims` name; a refusal where they name nobody who may be let in."""
    subject = _text(claims.get("sub"))
    if subject is None:
        return SignInRefusal.UNTRUSTED
    role = _role(_claim(claims, names.role), names.roles)
    if isinstance(role, SignInRefusal):
        return role
    exhibitor = _text(_claim(claims, names.exhibitor)) if role == "exhibitor" else None
    organizer = _text(_claim(claims, names.organizer)) if role == "organizer" else None
    if (role == "exhibitor" and exhibitor is None) or (role == "organizer" and organizer is None):
        return SignInRefusal.NO_TENANT
    account = _text(_claim(claims, names.account)) or subject
    return Identity(
        subject=subject,
        account=account,
        display=_text(_claim(claims, names.display)) or account,
        role=role,
        exhibitor=exhibitor,
        organizer=organizer,
        language=_language(_text(_claim(claims, names.language))),
    )


def _claim(claims: Mapping[str, object], name: str) -> object:
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _role(said: object, roles: Mapping[str, str]) -> str | SignInRefusal:
    """The only role of ours among one word or several; two of them would leave open what somebody may do."""
    words = said if isinstance(said, list) else [said]
    ours = {roles[word] for word in words if isinstance(word, str) and word in roles}
    if len(ours) > 1:
        return SignInRefusal.SEVERAL_ROLES
    return next(iter(ours), SignInRefusal.NO_ROLE)


def _text(value: object) -> str | None:
    """A text that names something; providers also send a single one as a list."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_CHARS_MAX else None


def _language(tag: str | None) -> str:
    """The page's language for a BCP 47 tag such as `zh-Hans-CN`, or `ru_RU` as some write it."""
    primary = (tag or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else "en"
