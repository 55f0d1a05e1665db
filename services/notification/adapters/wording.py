"""News in words: a happening becomes a title, a text and a table of facts in the reader's language.

The phrases lie beside this file, one TOML file a language, so that a translator needs no Python. They are read once,
and every placeholder is checked then: a phrase that asks for something unknown stops the start, not a mail.
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

from services.notification.domain.happenings import Audience, Happening, Kind
from services.notification.domain.recipients import LANGUAGES, Party, Recipient
from services.notification.ports import NAMES_MAX, Facts, Worded

PLACEHOLDERS: Final = frozenset(
    {"booths", "fair", "exhibitor", "co_exhibitors", "admitted", "deadline", "extensions", "name"}
)


class PhraseError(ValueError):
    """A phrase file lacks a text, or a text asks for something that nobody gives it."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's phrases."""

    language: str
    locale: Locale
    words: Mapping[str, str]
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
        try:
            local = instant.astimezone(ZoneInfo(time_zone))
        except (ZoneInfoNotFoundError, ValueError):
            local = instant.astimezone(UTC)
        offset = local.strftime("%z")
        zone = f"UTC{offset[:3]}:{offset[3:]}"
        date = format_date(local, "long", locale=self.locale)
        return self.words["moment"].format(date=date, time=format_time(local, "HH:mm", locale=self.locale), zone=zone)


def word(happening: Happening, audience: Audience, recipient: Recipient, facts: Facts, language: str) -> Worded:
    """News for one reader. `language` is one of LANGUAGES."""
    phrases = phrases_in(language)
    values = _values(phrases, happening, recipient, facts)
    texts = phrases.texts[happening.kind.value]
    greeting = "greeting" if recipient.party is Party.EXHIBITOR else "greeting_organizer"
    return Worded(
        language=language,
        title=phrases.fill(texts["title"], values),
        text=phrases.fill(texts[audience.value], values),
        fair=values["fair"],
        greeting=phrases.fill(phrases.words[greeting], values),
        details=_details(phrases, happening, values),
        footer=phrases.fill(phrases.words["footer"], values),
        open=phrases.words["open"],
    )


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


def _values(phrases: Phrases, happening: Happening, recipient: Recipient, facts: Facts) -> dict[str, str]:
    fair = facts.fairs.get(happening.fair)

    def called(exhibitor: str) -> str:
        contact = facts.contacts.get(exhibitor)
        return one_line(contact.called(phrases.language)) if contact else exhibitor

    values = {
        "booths": phrases.booths(happening.booth_labels()),
        "fair": one_line(fair.called(phrases.language)) if fair else happening.fair,
        "name": called(recipient.id),
        "exhibitor": called(happening.exhibitor),
        "co_exhibitors": phrases.listed([called(e) for e in happening.co_exhibitors]) or phrases.words["nobody"],
        "extensions": phrases.plural("extensions", happening.extensions).format(count=happening.extensions),
    }
    if happening.admitted:
        values["admitted"] = called(happening.admitted)
    if happening.expires_at:
        values["deadline"] = phrases.moment(happening.expires_at, fair.time_zone if fair else "UTC")
    return values


def _details(phrases: Phrases, happening: Happening, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    rows = {
        "fair": values["fair"],
        "booths": phrases.listed(happening.booth_labels()),
        "exhibitor": values["exhibitor"],
        "co_exhibitors": values["co_exhibitors"] if happening.co_exhibitors else "",
        "admitted": values.get("admitted", ""),
        "deadline": values.get("deadline", ""),
        "reason": one_line(happening.reason),
        "reservation": happening.reservation,
    }
    return tuple((phrases.words[label], value) for label, value in rows.items() if value)


def one_line(text: str) -> str:
    """Text without line breaks or control characters, so that a name cannot become a header or a paragraph."""
    printable = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


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
    also = {Kind.CO_EXHIBITORS_CHANGED: (Audience.REMOVED,), Kind.ADMITTED: (Audience.ADMITTED,)}
    return (Audience.MAIN, Audience.CO, *also.get(kind, ()), Audience.ORGANIZER)


def _given(kind: Kind) -> frozenset[str]:
    """The placeholders that a kind of news can fill."""
    withheld = set()
    if kind not in (Kind.HELD, Kind.EXTENDED):
        withheld.add("deadline")
    if kind is not Kind.EXTENDED:
        withheld.add("extensions")
    if kind is not Kind.ADMITTED:
        withheld.add("admitted")
    return PLACEHOLDERS - withheld


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
