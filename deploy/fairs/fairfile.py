"""Reading fair.json: the fair's settings and its venue, as the API takes them; what they mean is the server's to judge.

What is of the wrong kind is told here, and something plain stands in for it, so that the server can be asked about the
rest: it looks at what fields mean only where all of them are of the right kind.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from deploy.fairs.model import Problem

FAIR_FILE: Final = "fair.json"
HOLD_SECONDS_USUAL_MIN: Final = 60

_REQUIRED: Final = ("slug", "name", "venue", "starts", "ends", "time_zone", "currency")
_NUMBERS: Final = ("hold_ttl_seconds", "hold_extensions_max", "held_booths_max")
_LISTS: Final = ("rates", "deadlines")
_PLACE: Final = ("city", "country")
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_fair(
    fair: Mapping[str, Any], problems: list[Problem], warnings: list[Problem]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings and venue; what is wrong or odd is added to `problems` and `warnings`."""
    problems += _missing(fair, _REQUIRED, "")
    unknown = sorted(set(fair) - {*_REQUIRED, *_NUMBERS, *_LISTS, *_PLACE, "organizer"})
    warnings += [Problem(FAIR_FILE, field, "is not known and was left aside") for field in unknown]
    venue = _venue(fair, problems)
    given = {**fair, "name": _names(fair.get("name")), "venue": venue.get("slug")}
    faults = [*_faults(given, ""), *_faults(venue, "venue.")]
    problems += faults
    warnings += _hasty(given)
    wrong = {problem.at for problem in problems if problem.file == FAIR_FILE}
    settings: dict[str, Any] = {
        field: given[field] for field in (*_REQUIRED, *_NUMBERS, *_LISTS) if field in given and field not in wrong
    }
    venue = {field: value for field, value in venue.items() if value is not None and f"venue.{field}" not in wrong}
    return _with_stand_ins(settings, venue)


def _with_stand_ins(settings: dict[str, Any], venue: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Something plain for what is required and missing or wrong; no fair and no venue is called like it."""
    nameless = f"nameless-{secrets.token_hex(6)}"
    venue = {"slug": nameless, **venue}
    day = settings.get("starts") or settings.get("ends") or "2000-01-01"
    plain = {"slug": nameless, "name": {"en": nameless}, "starts": day, "ends": day, "currency": "EUR"}
    zone = {"time_zone": venue.get("time_zone", "UTC")}
    return {**plain, **zone, **settings, "venue": venue["slug"]}, venue


def _venue(fair: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    given = fair.get("venue")
    place = {field: fair[field] for field in _PLACE if field in fair}
    if isinstance(given, str):
        return {"slug": given, "time_zone": fair.get("time_zone"), **place}
    if not isinstance(given, dict):
        if given not in (None, ""):
            problems.append(Problem(FAIR_FILE, "venue", "is no venue", "give slug, name, city and country"))
        return {}
    problems += _missing(given, ("slug", "name"), "venue.")
    known = {field: given[field] for field in _PLACE if field in given}
    zone = given.get("time_zone", fair.get("time_zone"))
    return {**place, **known, "slug": given.get("slug"), "name": _names(given.get("name")), "time_zone": zone}


def _missing(given: Mapping[str, Any], fields: Sequence[str], prefix: str) -> list[Problem]:
    absent = [field for field in fields if given.get(field) in (None, "", {})]
    return [Problem(FAIR_FILE, f"{prefix}{field}", "is missing", "add it") for field in absent]


def _faults(given: Mapping[str, Any], prefix: str) -> list[Problem]:
    """The fields that are there and of the wrong kind. A venue's zone may be the fair's, where it is told already."""
    found = []
    for field, (fits, problem, remedy) in _KINDS.items():
        value = given.get(field)
        of_the_fair = prefix and (field not in ("slug", "name"))
        if value not in (None, "", {}) and not of_the_fair and not fits(value):
            found.append(Problem(FAIR_FILE, f"{prefix}{field}", f"{value!r} {problem}", remedy))
    return found


def _hasty(given: Mapping[str, Any]) -> list[Problem]:
    seconds = given.get("hold_ttl_seconds")
    if not isinstance(seconds, int) or not 0 < seconds < HOLD_SECONDS_USUAL_MIN:
        return []
    problem = f"a hold ends after {seconds} s, which is hardly enough to confirm it; it is counted in seconds"
    return [Problem(FAIR_FILE, "hold_ttl_seconds", problem)]


def _names(value: Any) -> Any:
    """A name by language; one that is given as bare text is taken for English."""
    return {"en": value} if isinstance(value, str) and value else value


def is_slug(value: Any) -> bool:
    """Whether it can become a part of an address."""
    return isinstance(value, str) and _SLUG.fullmatch(value) is not None


def _is_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_A_SLUG: Final = (is_slug, "is no slug", "use lower-case words joined by hyphens")
_A_DATE: Final = (_is_date, "is no date", "write it as 2027-05-31")
_KINDS: Final[Mapping[str, tuple[Callable[[Any], bool], str, str]]] = {
    "slug": _A_SLUG,
    "name": (_is_name, "is no name", 'give a text, or one for each language, as {"en": "..."}'),
    "starts": _A_DATE,
    "ends": _A_DATE,
    "time_zone": (_is_text, "is no time zone", "give one such as Asia/Shanghai"),
    "currency": (_is_text, "is no currency", "give three capital letters such as CNY"),
    "rates": (_is_list, "is no price list", 'give a list, as [{"per_m2_minor": 128000}]'),
    "deadlines": (_is_list, "is no list of days", 'give a list, as [{"day": "2027-03-31", "name": {"en": "..."}}]'),
    **dict.fromkeys(_NUMBERS, (_is_number, "is no whole number", "give a number, without quotation marks")),
}
