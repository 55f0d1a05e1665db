"""How things are named: slugs, halls, booth numbers, and ids that a second import finds again."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_LENGTH_MAX = 80
HALL_PATTERN = r"^[^\s/\x00-\x1f]+( [^\s/\x00-\x1f]+)*$"
HALL_LENGTH_MAX = 40
BOOTH_NUMBER_LENGTH_MAX = 80
LANGUAGE_TAG_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
NOTICE_LANGUAGES = ("zh", "ru", "en")

_SLUG = re.compile(SLUG_PATTERN)
_ADDRESS = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_JOINT_SUFFIX = re.compile(r"\d(g|[abcy])\b", re.IGNORECASE)
_SLUG_STEM_LENGTH_MAX = 48


def is_slug(text: str) -> bool:
    """Whether the text is lower-case ASCII words joined by single hyphens, at most `SLUG_LENGTH_MAX` long."""
    return len(text) <= SLUG_LENGTH_MAX and _SLUG.fullmatch(text) is not None


def slugify(text: str) -> str:
    """A slug that reminds of the text; empty where nothing in it can be written in ASCII."""
    folded = unicodedata.normalize("NFKD", text).casefold().encode("ascii", "ignore").decode()
    stem = "-".join(re.findall(r"[a-z0-9]+", folded))
    return stem[:_SLUG_STEM_LENGTH_MAX].rstrip("-")


def tidy(text: str) -> str:
    """The text in Unicode's composed form with runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def has_control_characters(text: str) -> bool:
    """Whether the text holds characters that no label shows."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def booth_id(fair: str, hall: str, number: str) -> str:
    """The booth's id everywhere: fair/hall/number. Neither a fair nor a hall holds a slash; a number may."""
    return f"{fair}/{hall}/{number}"


def plan_id(fair: str, hall: str) -> str:
    """The id of a hall's floor plan at a fair."""
    return f"{fair}/{hall}"


def reads_as_number(number: str) -> bool:
    """Whether a stand number looks like gangway addresses (`A-011`, `A-011 B-010`, `12/3`) and no placeholder."""
    addresses = number.split(" ")
    return all(_ADDRESS.fullmatch(address) for address in addresses) and any(c.isdigit() for c in number)


def joint_rank(number: str) -> int:
    """How much a number speaks for an outline over others: 0 for the suffix g, 1 for none, 2 for a, b, c, y."""
    suffixes = {found.lower() for found in _JOINT_SUFFIX.findall(number)}
    if "g" in suffixes:
        return 0
    return 2 if suffixes else 1


def same_name_key(text: str) -> str:
    """The name as compared: compatibility forms, case and white space do not tell names apart."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def exhibitor_id(fair: str, name: str, country: str, occurrence: int) -> str:
    """The id of the `occurrence`-th (from 0) exhibitor of that name and country; the same at every import."""
    digest = hashlib.sha256("|".join((fair, same_name_key(name), country, str(occurrence))).encode()).hexdigest()
    return f"{slugify(name) or 'exhibitor'}-{digest[:8]}"
