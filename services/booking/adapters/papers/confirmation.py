"""What the confirmation of a reservation says: who has which booths at which fair, for how much, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_interval
from babel.numbers import format_decimal

from services.booking.adapters.papers.paper import Notes, Paper, Part, Table, Words, told_facts, words_in
from services.booking.domain.exhibitor import Exhibitor
from services.booking.domain.fair import Fair
from services.booking.domain.prices import Price
from services.booking.domain.reservation import SOLD, Reservation
from services.booking.domain.spaces.venue import Language
from services.booking.ports import BoothSeen, ReservationAt
from shared.runtime.money import written


@dataclass(frozen=True, slots=True)
class Around:
    """What a confirmation tells of besides its reservation.

    `booths` are the reservation's own, in its order; `exhibitors` those known of who stand there, by id; `venue` is
    what it is called in the reader's language. `price` is None where none was told, or the reader may not know it.
    """

    fair: Fair
    venue: str
    booths: Sequence[BoothSeen]
    exhibitors: Mapping[str, Exhibitor]
    price: Price | None


def confirmation(at: ReservationAt, around: Around, language: Language, now: datetime) -> Paper:
    """The confirmation of a reservation that was confirmed once, as it is at its version."""
    reservation, fair = at.reservation, around.fair
    words = words_in(language, fair.time_zone)
    return Paper(
        language=language,
        region=words("region"),
        kind=words("confirmation"),
        title=fair.called(language),
        state=_state(reservation, words),
        ended=reservation.ended,
        facts=_facts(reservation, around, language, words),
        parts=tuple(_parts(reservation, around, language, words)),
        zone=words("zone", zone=fair.time_zone),
        version=words("reservation_version", id=reservation.id, version=at.version, at=words.moment(now)),
        print=words("print"),
    )


def _state(reservation: Reservation, words: Words) -> str:
    came = reservation.ended_at or reservation.sold_at or reservation.confirmed_at
    state = words.one_of("reservation_states", str(reservation.state))
    return words("since", state=state, at=words.moment(came)) if came else state


def _facts(reservation: Reservation, around: Around, language: Language, words: Words) -> tuple[tuple[str, str], ...]:
    def called(id_: str) -> str:
        found = around.exhibitors.get(id_)
        return found.called(language) if found else id_

    return told_facts(
        (words("exhibitor"), called(reservation.exhibitor)),
        (words("co_exhibitors"), words("separator").join(called(one) for one in reservation.co_exhibitors)),
        (words("state"), _state(reservation, words)),
        (words("dates"), _dates(around.fair, words)),
        (words("venue"), around.venue),
        (words("organizer"), reservation.organizer),
    )


def _dates(fair: Fair, words: Words) -> str:
    if fair.starts is None or fair.ends is None:
        return ""
    return format_interval(fair.starts, fair.ends, "yMMMMd", locale=words.locale)


def _parts(reservation: Reservation, around: Around, language: Language, words: Words) -> Iterator[Part]:
    yield _booths(around, words)
    if reservation.ended:
        return
    if around.fair.deadlines:
        rows = tuple((words.day(one.day), one.called(language)) for one in around.fair.deadlines)
        yield Table(words("deadlines"), (words("due_day"), words("due")), rows)
    held_on = words.day(reservation.held_at.astimezone(words.zone))
    priced = (words("price_of", day=held_on),) if around.price is not None else ()
    contract = words("contract_stands" if reservation.state is SOLD else "no_contract")
    # Neighbours may open or close a side of a stand that is taken.
    yield Notes(words("notes"), (*priced, words("as_planned"), contract))


def _booths(around: Around, words: Words) -> Table:
    """Each booth with its amount and, below, all of them; without amounts where no price is told."""
    price = around.price
    columns = (words("hall"), words("booth"), words("stand"), words("area"))
    rows = [
        (*_hall_and_number(one), words.one_of("sides", str(one.open_sides)), _area(one.area_m2, words))
        for one in around.booths
    ]
    total = (words("total"), "", "", _area(sum(one.area_m2 for one in around.booths), words))
    if price is None:
        return Table(words("booths"), columns, tuple(rows), figures=1, total=total)
    amounts = [_amount(amount, price.currency, words) for amount in price.amounts_minor]
    return Table(
        words("booths"),
        (*columns, words("amount")),
        tuple((*row, amount) for row, amount in zip(rows, amounts, strict=True)),
        figures=2,
        total=(*total, _amount(price.amount_minor, price.currency, words)),
    )


def _hall_and_number(booth: BoothSeen) -> tuple[str, str]:
    hall, _, number = booth.label.partition("/")
    return hall, number


def _area(m2: float, words: Words) -> str:
    # The sum of areas is told as exactly as they are, not as binary fractions add up.
    return words("square_metres", m2=format_decimal(round(m2, 3), locale=words.locale))


def _amount(amount_minor: int | None, currency: str, words: Words) -> str:
    if amount_minor is None:
        return words("on_request")
    return written(amount_minor, currency, words.locale)
