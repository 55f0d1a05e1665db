"""The languages' phrases: read once from the files beside this one, checked, filled, and their small grammar.

The phrases lie in one TOML file a language, so that a translator needs no Python. Every placeholder is checked when
they are read: a phrase that asks for something unknown stops the start, not a mail.
"""

from __future__ import annotations

import string
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_time

from services.notification.domain.happenings import Audience, Kind, Money
from services.notification.domain.recipients import LANGUAGES
from services.notification.ports import NAMES_MAX
from shared.runtime.money import written

OF_BOOTHS: Final = frozenset(
    {"booths", "fair", "exhibitor", "co_exhibitors", "admitted", "deadline", "extensions", "name"}
)
OF_SPACES: Final = frozenset(
    {"spaces", "venue", "when", "organizer", "title", "rank", "deadline", "due", "name", "because", "instead", "still"}
    | {"former_spaces", "former_when"}
)
OF_INVITATIONS: Final = frozenset({"spaces", "venue", "when", "organizer", "title", "name"})
"""The placeholders that news of each sort may ask for."""

RANKED: Final = frozenset(
    {
        Kind.SPACE_OPTIONED,
        Kind.SPACE_CHALLENGED,
        Kind.SPACE_CHALLENGE_MADE,
        Kind.SPACE_CHALLENGE_LIFTED,
        Kind.SPACE_RANK_CHANGED,
        Kind.SPACE_OVERTAKEN,
    }
)
"""News of options, which have a rank."""


class PhraseError(ValueError):
    """A phrase file lacks a text, or a text asks for something that nobody gives it."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases."""

    language: str
    locale: Locale
    words: Mapping[str, str]
    reasons: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, Mapping[str, str]]

    def fill(self, text: str, values: Mapping[str, str]) -> str:
        """A phrase with its placeholders filled. Chinese has spaces beside other scripts only, not between its own."""
        filled = ""
        for literal, field in _pieces(text):
            filled = _joined(filled, literal)
            if field is not None:
                filled = _joined(filled, values[field])
        return filled

    def plural(self, word: str, count: int) -> str:
        """The form of a word that goes with a count, by the language's CLDR plural rule."""
        forms = self.plurals[word]
        return forms.get(self.locale.plural_form(count), forms["other"])

    def listed(self, items: Sequence[str]) -> str:
        """Items in a row; a long row is cut and says how many are left out."""
        shown = self.words["separator"].join(items[:NAMES_MAX])
        left_out = len(items) - NAMES_MAX
        return self.words["more"].format(list=shown, count=left_out) if left_out > 0 else shown

    def booths(self, labels: Sequence[str]) -> str:
        """Booths with their noun and, from two on, their number."""
        form = "only" if len(labels) == 1 else "several"
        noun = self.plural("booths", len(labels))
        return self.words[form].format(noun=noun, list=self.listed(labels), count=len(labels))

    def moment(self, instant: datetime, time_zone: str) -> str:
        """An instant on the clock of a zone, with its offset, as in `26 August 2026, 14:05 (UTC+02:00)`."""
        local = _local(instant, time_zone)
        return self.words["moment"].format(date=self._date(local), time=self._time(local), zone=_offset(local))

    def money(self, money: Money) -> str:
        """An amount as the language writes it, with its currency."""
        return written(money.amount_minor, money.currency, self.locale)

    def span(self, start: datetime, end: datetime, time_zone: str) -> str:
        """From when to when on the clock of a zone; within a day the date is told once."""
        first, last = _local(start, time_zone), _local(end, time_zone)
        form = "same_day" if first.date() == last.date() else "several_days"
        return self.words[form].format(
            date=self._date(first),
            start=self._time(first),
            last_date=self._date(last),
            end=self._time(last),
            zone=_offset(last),
        )

    def _date(self, local: datetime) -> str:
        return format_date(local, "long", locale=self.locale)

    def _time(self, local: datetime) -> str:
        return format_time(local, "HH:mm", locale=self.locale)


def _local(instant: datetime, time_zone: str) -> datetime:
    try:
        return instant.astimezone(ZoneInfo(time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return instant.astimezone(UTC)


def _offset(local: datetime) -> str:
    offset = local.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


@lru_cache(maxsize=1_000)
def _pieces(text: str) -> tuple[tuple[str, str | None], ...]:
    """A phrase taken apart, once: each literal with the placeholder after it. There are fewer phrases than kept."""
    return tuple((literal, field) for literal, field, _, _ in string.Formatter().parse(text))


def _joined(before: str, after: str) -> str:
    if before.endswith(" ") and _wide(before.rstrip()[-1:]) and _wide(after[:1]):
        return before.rstrip() + after
    if after.startswith(" ") and _wide(before[-1:]) and _wide(after.lstrip()[:1]):
        return before + after.lstrip()
    return before + after


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=len(LANGUAGES))
def phrases_in(language: str) -> Phrases:
    """A language's phrases. Raises PhraseError where they are not whole."""
    source = resources.files(__package__).joinpath("phrases", f"{language}.toml")
    return parse_phrases(language, tomllib.loads(source.read_text("utf-8")))


def parse_phrases(language: str, tables: Mapping[str, Any]) -> Phrases:
    """Phrases from a phrase file's tables. Raises PhraseError where one is missing or asks for something unknown."""
    phrases = Phrases(
        language=language,
        locale=Locale.parse(tables["locale"]),
        words=tables["words"],
        reasons=tables["reasons"],
        plurals=tables["plurals"],
        texts={kind.value: tables.get(kind.value, {}) for kind in Kind},
    )
    for kind in Kind:
        for name in ("title", *(audience.value for audience in audiences(kind))):
            _check(language, kind, name, phrases.texts[kind.value].get(name, ""))
    for plural, forms in phrases.plurals.items():
        if missing := phrases.locale.plural_form.tags - forms.keys() | ({"other"} - forms.keys()):
            raise PhraseError(f"{language}: {plural} lacks the plural form {', '.join(sorted(missing))}")
    return phrases


def audiences(kind: Kind) -> tuple[Audience, ...]:
    """Who can be told of a kind of news."""
    if kind.of_invitations:
        return (Audience.PARTICIPANT,)
    if kind is Kind.SPACE_BLOCKED:
        return (Audience.VENUE, Audience.ALLOWED)
    if kind.of_spaces:
        return (Audience.BOOKER, Audience.VENUE)
    also = {Kind.CO_EXHIBITORS_CHANGED: (Audience.REMOVED,), Kind.ADMITTED: (Audience.ADMITTED,)}
    return (Audience.MAIN, Audience.CO, *also.get(kind, ()), Audience.ORGANIZER)


def _given(kind: Kind) -> frozenset[str]:
    """The placeholders that a kind of news can fill."""
    if kind.of_invitations:
        return OF_INVITATIONS
    withheld = set()
    if kind.of_spaces:
        if kind not in (Kind.SPACE_OPTIONED, Kind.SPACE_CHALLENGED, Kind.SPACE_CHALLENGE_MADE):
            withheld.add("deadline")
        if kind not in RANKED:
            withheld.add("rank")
        if kind is not Kind.SPACE_CANCELLED:
            withheld.add("due")
        if kind is not Kind.SPACE_DECLINED:
            withheld.add("instead")
        if kind is not Kind.SPACE_CHALLENGE_LIFTED:
            withheld.add("still")
        if kind is not Kind.SPACE_RESCHEDULED:
            withheld |= {"former_spaces", "former_when"}
        return OF_SPACES - withheld
    if kind not in (Kind.HELD, Kind.EXTENDED):
        withheld.add("deadline")
    if kind is not Kind.EXTENDED:
        withheld.add("extensions")
    if kind is not Kind.ADMITTED:
        withheld.add("admitted")
    return OF_BOOTHS - withheld


def _check(language: str, kind: Kind, name: str, text: str) -> None:
    if not text.strip():
        raise PhraseError(f"{language}: {kind.value} lacks {name}")
    asked = {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    if unknown := asked - _given(kind):
        raise PhraseError(f"{language}: {kind.value}.{name} asks for {', '.join(sorted(unknown))}")


def check_phrases() -> None:
    """Read every language's phrases. Raises PhraseError where they are not whole."""
    for language in LANGUAGES:
        phrases_in(language)
