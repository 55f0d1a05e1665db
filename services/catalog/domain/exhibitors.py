"""Exhibitors of a fair, their entries and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from services.catalog.domain.actor import Actor
from services.catalog.domain.naming import LANGUAGE_TAG_PATTERN, NOTICE_LANGUAGES, has_control_characters, is_slug
from services.catalog.domain.report import Finding

NAME_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 254
LIST_LENGTH_MAX = 100
ITEM_LENGTH_MAX = 120
EXHIBITOR_ID_LENGTH_MAX = 80

_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


@dataclass(frozen=True, slots=True)
class Exhibitor:
    """Who takes part in a fair; `language` is the one that notices to it are written in."""

    id: str
    fair: str
    organizer: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    stands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    email: str | None = None
    language: str = "en"


def check_exhibitor(exhibitor: Exhibitor, at: str) -> list[Finding]:
    """What is wrong with the entry; `at` says where it stands."""
    found = []
    if not is_slug(exhibitor.id):
        problem = f"{exhibitor.id!r} is no id"
        found.append(
            Finding(
                at,
                "id",
                problem,
                "use lower-case words joined by hyphens, or leave it out",
                "no-id",
                {"id": exhibitor.id},
            )
        )
    if not exhibitor.name:
        found.append(Finding(at, "name", "missing", "give the exhibitor's name", "name-missing"))
    for text, name in ((exhibitor.name, "name"), (exhibitor.country, "country")):
        if len(text) > NAME_LENGTH_MAX or has_control_characters(text):
            problem = f"longer than {NAME_LENGTH_MAX} characters, or unprintable"
            found.append(
                Finding(at, name, problem, "shorten it to plain text", "text-unusable", {"max": NAME_LENGTH_MAX})
            )
    if exhibitor.email is not None and not is_email(exhibitor.email):
        found.append(
            Finding(at, "email", "is no e-mail address", "give one such as office@example.org, or none", "no-address")
        )
    if exhibitor.language not in NOTICE_LANGUAGES:
        problem = f"{exhibitor.language!r} is none of {', '.join(NOTICE_LANGUAGES)}"
        found.append(
            Finding(
                at,
                "language",
                problem,
                f"give one of {', '.join(NOTICE_LANGUAGES)}",
                "language-unknown",
                {"language": exhibitor.language, "known": ", ".join(NOTICE_LANGUAGES)},
            )
        )
    found += _check_names(exhibitor.names, at)
    for items, name in ((exhibitor.stands, "stands"), (exhibitor.categories, "category_codes")):
        if len(items) > LIST_LENGTH_MAX or any(len(item) > ITEM_LENGTH_MAX for item in items):
            problem = f"more than {LIST_LENGTH_MAX} entries, or one longer than {ITEM_LENGTH_MAX} characters"
            found.append(
                Finding(
                    at,
                    name,
                    problem,
                    "check that the right text is in this column",
                    "list-unusable",
                    {"entries": LIST_LENGTH_MAX, "max": ITEM_LENGTH_MAX},
                )
            )
    return found


def told(exhibitor: Exhibitor) -> dict[str, str]:
    """The entry's fields as the columns of a table have them."""
    return {
        "name": exhibitor.name,
        "country": exhibitor.country,
        "stands": "; ".join(exhibitor.stands),
        "category_codes": " ".join(exhibitor.categories),
        "email": exhibitor.email or "",
        "language": exhibitor.language,
        **{f"name_{language}": text for language, text in exhibitor.names.items()},
    }


def is_email(text: str) -> bool:
    """Whether mail could be sent to it, as far as its form tells."""
    return len(text) <= EMAIL_LENGTH_MAX and _EMAIL.fullmatch(text) is not None


def _check_names(names: Mapping[str, str], at: str) -> list[Finding]:
    found = []
    for language, text in names.items():
        if re.match(LANGUAGE_TAG_PATTERN, language) is None:
            found.append(
                Finding(at, f"name_{language}", "is no language tag", "use tags such as zh, ru, en", "no-language-tag")
            )
        if len(text) > NAME_LENGTH_MAX or has_control_characters(text):
            problem = f"longer than {NAME_LENGTH_MAX} characters, or unprintable"
            found.append(
                Finding(
                    at,
                    f"name_{language}",
                    problem,
                    "shorten it to plain text",
                    "text-unusable",
                    {"max": NAME_LENGTH_MAX},
                )
            )
    return found


def is_itself(actor: Actor, exhibitor: Exhibitor) -> bool:
    """Whether the exhibitor asks about itself."""
    return actor.exhibitor is not None and actor.exhibitor == exhibitor.id


def sees_all_of(actor: Actor, exhibitor: Exhibitor) -> bool:
    """Whether the actor may see the address, too: the fair's organizer, the exhibitor itself, and services."""
    return actor.reads_contacts or actor.runs(exhibitor.organizer) or is_itself(actor, exhibitor)


def as_seen_by(actor: Actor, exhibitor: Exhibitor) -> Exhibitor:
    """The entry as this actor may see it."""
    return exhibitor if sees_all_of(actor, exhibitor) else replace(exhibitor, email=None)
