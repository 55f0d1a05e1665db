"""What a function sheet says: every phase and programme item by the venue's clock, in three languages."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from services.booking.adapters.papers import Named, as_html, as_pdf, function_sheet
from services.booking.adapters.papers.paper import LANGUAGES, Day, Order, Paper, Table, words_in
from services.booking.domain.spaces.booking import (
    CANCELLED,
    DEFINITE,
    OPTION,
    Contact,
    Details,
    SpaceBooking,
    SpaceState,
    Use,
)
from services.booking.domain.spaces.times import Span, minute_of
from services.booking.domain.spaces.venue import Language
from services.booking.ports import SpaceBookingAt

NOW = datetime(2027, 1, 1, tzinfo=UTC)
NAMED = Named("国际物流中心", {"c/hall": "一号馆", "c/yard": "Двор"})


def minute(day: int, hour: int, *, month: int = 6) -> int:
    return minute_of(datetime(2027, month, day, hour, tzinfo=UTC))


def use(space: str, start: int, end: int, **phases: Span) -> Use:
    return Use(space, (space,), Span(start, end), **phases)


def sheet(*uses: Use, language: Language = "en", details: Details | None = None, **more: Any) -> Paper:
    zone = more.pop("time_zone", "Asia/Shanghai")
    state = more.pop("state", DEFINITE)
    booking = SpaceBooking("spb-1", "c", "tea", "sco", zone, uses, state, details or Details(title="Tasting"), **more)
    return function_sheet(SpaceBookingAt(booking, 3), NAMED, language, NOW)


def times(found: Paper) -> Table:
    return next(part for part in found.parts if isinstance(part, Table))


def days(found: Paper) -> tuple[Day, ...]:
    return next(part for part in found.parts if isinstance(part, Order)).days


def test_spaces_that_are_used_alike_stand_together_and_empty_columns_are_left_out() -> None:
    build_up = Span(minute(1, 0), minute(1, 1))
    hall, yard = (use(name, minute(1, 1), minute(1, 9), build_up=build_up) for name in ("c/hall", "c/yard"))
    found = sheet(hall, yard, use("c/hall", minute(2, 1), minute(2, 2)))
    assert times(found).columns == ("Space", "Build-up", "Show")
    assert times(found).rows == (
        ("一号馆, Двор", "1 Jun 2027 08:00–09:00", "1 Jun 2027 09:00–17:00"),
        ("一号馆", "", "2 Jun 2027 09:00–10:00"),
    )


def test_the_running_order_has_phases_and_programme_in_turn_and_midnight_ends_its_day() -> None:
    show, out = Span(minute(1, 1), minute(1, 10)), Span(minute(1, 10), minute(1, 16))
    hall = Use("c/hall", ("hall",), show, Span(minute(31, 10, month=5), minute(1, 1)), out)
    programme = ((minute(1, 4), "Lunch"), (minute(1, 1), "Doors open"))
    found = sheet(hall, details=Details(programme=programme))
    assert [(day.day, day.entries) for day in days(found)] == [
        ("Monday, 31 May 2027", (("18:00", "Build-up begins", "一号馆"),)),
        (
            "Tuesday, 1 June 2027",
            (
                ("09:00", "Build-up ends", "一号馆"),
                ("09:00", "Show begins", "一号馆"),
                ("09:00", "Doors open", ""),
                ("12:00", "Lunch", ""),
                ("18:00", "Show ends", "一号馆"),
                ("18:00", "Dismantling begins", "一号馆"),
                ("24:00", "Dismantling ends", "一号馆"),
            ),
        ),
    ]
    assert times(found).rows == (
        ("一号馆", "31 May 2027 18:00 – 1 Jun 2027 09:00", "1 Jun 2027 09:00–18:00", "1 Jun 2027 18:00–24:00"),
    )


def test_times_are_by_the_venues_clock_on_either_side_of_a_change() -> None:
    # The clocks of Berlin go back in the night to 31 October 2027.
    night = use("c/hall", minute(30, 20, month=10), minute(31, 5, month=10))
    found = sheet(night, time_zone="Europe/Berlin")
    assert times(found).rows == (("一号馆", "30 Oct 2027 22:00 – 31 Oct 2027 06:00"),)
    assert "Europe/Berlin" in found.zone


@pytest.mark.parametrize(
    ("state", "more", "told", "ended"),
    [
        (DEFINITE, {}, "Definite", False),
        (OPTION, {"rank": 2, "expires_at": minute(2, 4, month=5)}, "Option, place 2, until 2 May 2027 12:00", False),
        (CANCELLED, {"reason": "no visas"}, "Cancelled", True),
    ],
)
def test_the_state_is_told_and_what_has_ended_stands_out(
    state: SpaceState, more: dict[str, Any], told: str, ended: bool
) -> None:
    found = sheet(use("c/hall", minute(1, 1), minute(1, 2)), state=state, **more)
    assert (found.state, found.ended) == (told, ended)
    assert ('class="ended"' in as_html(found)) == ended
    assert ("no visas" in as_html(found)) == ended


def test_every_language_has_every_word() -> None:
    def names(told: Any) -> set[str]:
        return {f"{name}.{key}" for name, table in told.items() if isinstance(table, dict) for key in table} | {*told}

    first, *others = (words_in(language, "UTC").told for language in LANGUAGES)
    assert all(names(other) == names(first) for other in others)
    assert set(first["states"]) == {str(state) for state in SpaceState}
    assert set(first["reservation_states"]) == {"confirmed", "sold", "cancelled"}
    assert set(first["sides"]) == {"0", "1", "2", "3", "4"}


DETAILS = Details(
    title="上合绿茶洽谈会 <script>alert(1)</script>",
    people=420,
    setup="theatre",
    equipment=("#strong[LED]", "кабины переводчиков"),
    contacts=(Contact("Әлия Қасымова", "aliya@example.org", "+7 727 1", "Programme"), Contact("李伟")),
    notes="Ворота 3\n\n<b>夜间</b>",
)


def printed(found: Paper) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(found))).pages)
    return "".join(text.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("活动执行单", "布置形式剧院式", "2027年6月1日", "展期开始一号馆")),
        ("ru", ("Лист мероприятия", "Рассадка театр", "1 июня 2027", "Мероприятие: начало")),
        ("en", ("Function sheet", "Set-up theatre", "Tuesday, 1 June 2027", "Show begins")),
    ],
)
def test_page_and_print_carry_the_same_in_three_scripts_and_nothing_is_taken_for_markup(
    language: Language, words: tuple[str, ...]
) -> None:
    found = sheet(use("c/hall", minute(1, 1), minute(1, 2)), language=language, details=DETAILS)
    page, print_ = as_html(found), printed(found)
    told = (*words, "上合绿茶洽谈会", "#strong[LED]", "кабины переводчиков", "Әлия Қасымова", "+7 727 1", "Ворота 3")
    bare = "".join(re.sub("<[^>]+>", "", page).split())
    for text in told:
        assert "".join(text.split()) in print_
        assert "".join(text.split()) in bare
    assert "<script>alert(1)</script>" in print_
    assert "<script>" not in page
    assert "&lt;b&gt;夜间&lt;/b&gt;" in page
    assert f'<html lang="{language}">' in page


def test_print_is_tagged_titled_and_has_no_letter_without_a_glyph() -> None:
    found = sheet(use("c/hall", minute(1, 1), minute(1, 2)), language="zh", details=DETAILS)
    reader = PdfReader(io.BytesIO(as_pdf(found)))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == f"{found.title} · 活动执行单"
    assert "\0" not in printed(found)
    missing = replace(found, title="\U000e0041\ua66e")
    assert "\0" in printed(missing), "a letter that no font has reads as NUL"


def test_a_large_booking_prints_on_as_many_pages_as_it_takes() -> None:
    uses = tuple(use(f"c/room-{n}", minute(1 + n % 20, 1), minute(1 + n % 20, 2)) for n in range(200))
    found = sheet(*uses)
    assert len(PdfReader(io.BytesIO(as_pdf(found))).pages) > 2
    assert len(times(found).rows) == 20
