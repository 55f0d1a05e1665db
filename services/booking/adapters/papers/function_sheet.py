"""What a function sheet says: a booking's spaces and times, its running order, set-up and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.booking.adapters.papers.paper import (
    Day,
    Items,
    Notes,
    Order,
    Paper,
    Part,
    Table,
    Words,
    clock,
    told_facts,
    without_empty_columns,
    words_in,
)
from services.booking.domain.spaces.booking import OPTION, SpaceBooking, Use
from services.booking.domain.spaces.times import Span, local, moment_of
from services.booking.domain.spaces.venue import Language
from services.booking.ports import SpaceBookingAt

_PHASES: Final = ("build_up", "show", "dismantling")


@dataclass(frozen=True, slots=True)
class Named:
    """What a sheet says of a venue and its spaces, in the reader's language."""

    venue: str
    spaces: Mapping[str, str]


def function_sheet(at: SpaceBookingAt, named: Named, language: Language, now: datetime) -> Paper:
    """The function sheet of a booking as it is at its version."""
    booking, details = at.booking, at.booking.details
    words = words_in(language, booking.time_zone)
    return Paper(
        language=language,
        region=words("region"),
        kind=words("sheet"),
        title=details.title or f"{words('untitled')} {booking.id}",
        state=_state(booking, words),
        ended=not booking.claims(),
        facts=_facts(booking, named, words),
        parts=tuple(_parts(booking, named, words)),
        zone=words("zone", zone=booking.time_zone),
        version=words("version", id=booking.id, version=at.version, at=words.moment(now)),
        print=words("print"),
    )


def _state(booking: SpaceBooking, words: Words) -> str:
    state = words.one_of("states", str(booking.state))
    if booking.state is not OPTION:
        return state
    ranked = words("rank", state=state, rank=booking.rank)
    return f"{ranked}, {words('until', at=words.moment(moment_of(booking.until)))}" if booking.until else ranked


def _facts(booking: SpaceBooking, named: Named, words: Words) -> tuple[tuple[str, str], ...]:
    details = booking.details
    return told_facts(
        (words("venue"), named.venue),
        (words("organizer"), booking.organizer),
        (words("state"), _state(booking, words)),
        (words("reason"), booking.reason),
        (words("setup"), words.one_of("setups", details.setup)),
        (words("people"), "" if details.people is None else str(details.people)),
    )


def _parts(booking: SpaceBooking, named: Named, words: Words) -> Iterator[Part]:
    details = booking.details
    yield _times(booking, named, words)
    yield Order(words("order"), _days(booking, named, words))
    if details.equipment:
        yield Items(words("equipment"), details.equipment)
    if details.contacts:
        columns = (words("name"), words("role"), words("phone"), words("email"))
        rows = tuple((one.name, one.role, one.phone, one.email) for one in details.contacts)
        yield without_empty_columns(Table(words("contacts"), columns, rows))
    lines = tuple(line for line in (line.strip() for line in details.notes.splitlines()) if line)
    if lines:
        yield Notes(words("notes"), lines)


def _times(booking: SpaceBooking, named: Named, words: Words) -> Table:
    """Each time with all the spaces that are used then."""
    together: dict[tuple[Span | None, ...], list[Use]] = {}
    for use in booking.uses:
        together.setdefault((use.show, use.build_up, use.dismantling), []).append(use)
    rows = tuple(
        (_spaces(uses, named, words), _span(build_up, words), _span(show, words), _span(dismantling, words))
        for (show, build_up, dismantling), uses in sorted(together.items(), key=lambda one: one[1][0].start)
    )
    columns = (words("space"), *(words(phase) for phase in _PHASES))
    return without_empty_columns(Table(words("spaces"), columns, rows))


def _span(span: Span | None, words: Words) -> str:
    """From when to when; a day is told once, and midnight ends the day before it."""
    if span is None:
        return ""
    first = local(span.start, words.zone)
    last, end = _last_moment(local(span.end, words.zone))
    begin = f"{words.short(first)} {clock(first)}"
    return f"{begin}–{end}" if last.date() == first.date() else f"{begin} – {words.short(last)} {end}"


def _days(booking: SpaceBooking, named: Named, words: Words) -> tuple[Day, ...]:
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
        day, at = _last_moment(moment) if ends else (moment, clock(moment))
        days.setdefault(words.weekday(day), []).append((at, text, where))
    return tuple(Day(day, tuple(found)) for day, found in days.items())


def _spaces(uses: Iterable[Use], named: Named, words: Words) -> str:
    return words("separator").join(dict.fromkeys(named.spaces.get(use.space, use.space) for use in uses))


def _last_moment(moment: datetime) -> tuple[datetime, str]:
    """A day and a time on it at which something ends: midnight ends the day before it."""
    at = clock(moment)
    return (moment - timedelta(days=1), "24:00") if at == "00:00" else (moment, at)
