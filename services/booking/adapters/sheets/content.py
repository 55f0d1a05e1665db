"""What a function sheet says, in a reader's words and by the venue's clock; how it looks is told elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from services.booking.domain.spaces.booking import OPTION, SpaceBooking, Use
from services.booking.domain.spaces.times import Span, local, minute_of
from services.booking.domain.spaces.venue import Language
from services.booking.ports import SpaceBookingAt

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_PHASES: Final = ("build_up", "show", "dismantling")


@dataclass(frozen=True, slots=True)
class Named:
    """What a sheet says of a venue and its spaces, in the reader's language."""

    venue: str
    spaces: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the columns' names and the rows. A column that is empty in every row is left out."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the running order: what is at which time, and where."""

    day: str
    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A function sheet. `ended` says that nothing of it will be, so that nobody works by it."""

    language: str
    region: str
    kind: str
    title: str
    state: str
    ended: bool
    facts: tuple[tuple[str, str], ...]
    times: Table
    order_heading: str
    order: tuple[Day, ...]
    equipment_heading: str
    equipment: tuple[str, ...]
    contacts: Table | None
    notes_heading: str
    notes: tuple[str, ...]
    zone: str
    version: str
    print: str


@dataclass(frozen=True, slots=True)
class _Words:
    """One language's words, and how its dates read."""

    told: Mapping[str, Any]
    locale: Locale
    zone: ZoneInfo

    def __call__(self, name: str, **values: object) -> str:
        return str(self.told[name]).format(**values)

    def day(self, moment: datetime) -> str:
        return format_date(moment, "full", locale=self.locale)

    def moment(self, minute: int) -> str:
        at = local(minute, self.zone)
        return f"{format_date(at, 'long', locale=self.locale)} {_clock(at)}"

    def span(self, span: Span | None) -> str:
        """From when to when; a day is told once, and midnight ends the day before it."""
        if span is None:
            return ""
        first = local(span.start, self.zone)
        last, end = _last_moment(local(span.end, self.zone))
        begin = f"{self._short(first)} {_clock(first)}"
        return f"{begin}–{end}" if last.date() == first.date() else f"{begin} – {self._short(last)} {end}"

    def _short(self, moment: datetime) -> str:
        return format_date(moment, "medium", locale=self.locale)


def sheet_of(at: SpaceBookingAt, named: Named, language: Language, now: datetime) -> Sheet:
    """The function sheet of a booking as it is at its version."""
    booking, details = at.booking, at.booking.details
    zone = ZoneInfo(booking.time_zone)
    told = _words(language)
    words = _Words(told, Locale.parse(told["locale"]), zone)
    contacts = tuple((one.name, one.role, one.phone, one.email) for one in details.contacts)
    columns = (words("name"), words("role"), words("phone"), words("email"))
    return Sheet(
        language=language,
        region=words("region"),
        kind=words("sheet"),
        title=details.title or f"{words('untitled')} {booking.id}",
        state=_state(booking, words),
        ended=not booking.claims(),
        facts=_facts(booking, named, words),
        times=_times(booking, named, words),
        order_heading=words("order"),
        order=_order(booking, named, words),
        equipment_heading=words("equipment"),
        equipment=details.equipment,
        contacts=_without_empty_columns(Table(words("contacts"), columns, contacts)) if contacts else None,
        notes_heading=words("notes"),
        notes=tuple(line for line in (line.strip() for line in details.notes.splitlines()) if line),
        zone=words("zone", zone=zone.key),
        version=words("version", id=booking.id, version=at.version, at=words.moment(minute_of(now))),
        print=words("print"),
    )


def _state(booking: SpaceBooking, words: _Words) -> str:
    state = str(words.told["states"][str(booking.state)])
    if booking.state is not OPTION:
        return state
    ranked = words("rank", state=state, rank=booking.rank)
    return f"{ranked}, {words('until', at=words.moment(booking.until))}" if booking.until else ranked


def _facts(booking: SpaceBooking, named: Named, words: _Words) -> tuple[tuple[str, str], ...]:
    details = booking.details
    facts = (
        (words("venue"), named.venue),
        (words("organizer"), booking.organizer),
        (words("state"), _state(booking, words)),
        (words("reason"), booking.reason),
        (words("setup"), str(words.told["setups"].get(details.setup, details.setup))),
        (words("people"), "" if details.people is None else str(details.people)),
    )
    return tuple(fact for fact in facts if fact[1])


def _times(booking: SpaceBooking, named: Named, words: _Words) -> Table:
    """Each time with all the spaces that are used then."""
    together: dict[tuple[Span | None, ...], list[Use]] = {}
    for use in booking.uses:
        together.setdefault((use.show, use.build_up, use.dismantling), []).append(use)
    rows = tuple(
        (_spaces(uses, named, words), words.span(build_up), words.span(show), words.span(dismantling))
        for (show, build_up, dismantling), uses in sorted(together.items(), key=lambda one: one[1][0].start)
    )
    columns = (words("space"), *(words(phase) for phase in _PHASES))
    return _without_empty_columns(Table(words("spaces"), columns, rows))


def _order(booking: SpaceBooking, named: Named, words: _Words) -> tuple[Day, ...]:
    """Everything that begins or ends, and the programme, in the order of time and day by day."""
    marks: dict[tuple[int, int, str], list[Use]] = {}
    for use in booking.uses:
        for place, phase in enumerate(_PHASES):
            span: Span | None = getattr(use, phase)
            if span is not None:
                # What ends at a moment goes before what begins at it.
                marks.setdefault((span.end, 2 * place, words("ends", phase=words(phase))), []).append(use)
                marks.setdefault((span.start, 2 * place + 1, words("begins", phase=words(phase))), []).append(use)
    entries = [(minute, place, text, _spaces(uses, named, words)) for (minute, place, text), uses in marks.items()]
    entries += [(minute, len(_PHASES) * 2, text, "") for minute, text in booking.details.programme]
    days: dict[str, list[tuple[str, str, str]]] = {}
    for minute, place, text, where in sorted(entries):
        moment = local(minute, words.zone)
        ends = place < 2 * len(_PHASES) and place % 2 == 0
        day, clock = _last_moment(moment) if ends else (moment, _clock(moment))
        days.setdefault(words.day(day), []).append((clock, text, where))
    return tuple(Day(day, tuple(found)) for day, found in days.items())


def _spaces(uses: Iterable[Use], named: Named, words: _Words) -> str:
    return words("separator").join(dict.fromkeys(named.spaces.get(use.space, use.space) for use in uses))


def _without_empty_columns(table: Table) -> Table:
    kept = [place for place in range(len(table.columns)) if any(row[place] for row in table.rows)]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return Table(table.heading, tuple(table.columns[place] for place in kept), rows)


def _last_moment(moment: datetime) -> tuple[datetime, str]:
    """A day and a time on it at which something ends: midnight ends the day before it."""
    clock = _clock(moment)
    return (moment - timedelta(days=1), "24:00") if clock == "00:00" else (moment, clock)


def _clock(moment: datetime) -> str:
    return format_time(moment, "HH:mm")


@lru_cache(maxsize=len(LANGUAGES))
def _words(language: Language) -> Mapping[str, Any]:
    source = resources.files(__package__).joinpath("words", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))
