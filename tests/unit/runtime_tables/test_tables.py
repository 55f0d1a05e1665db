"""Tables for spreadsheets say what they were given, and nothing in them runs."""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
import re
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import TYPE_FORMULA
from starlette.requests import ClientDisconnect

from shared.runtime.problems import Problem
from shared.runtime.tables import Cell, Column, Downloads, Row, Table, language_of
from shared.runtime.tables.csvfile import neutral
from shared.runtime.tables.model import TEXT_CHARS_MAX, plain
from shared.runtime.tables.xlsxfile import XlsxWriter

SHANGHAI = ZoneInfo("Asia/Shanghai")
TABLE = Table("展位-expo", "展位 [1/2]: *?", (Column("Text"), Column("Anything")), SHANGHAI)
BEGINNINGS = tuple("=+-@\t\r＝＋－＠")
TRIMMED = ' \u00a0\u3000"`\u2018\u2019\u201c\u201d'
DANGEROUS = [
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t1",
    "\n=1",
    "  =1",
    '"=1',
    "' =1",
    "＝1",
    "－2",
]


async def made(
    rows: Sequence[Row], format_: Any = "csv", table: Table = TABLE, downloads: Downloads | None = None
) -> Any:
    async def read() -> AsyncIterator[Sequence[Row]]:
        for first in range(0, len(rows), 2):
            yield rows[first : first + 2]

    return await (downloads or Downloads()).answer(table, read(), format_)


async def sent(answer: Any, *, fails_at: int | None = None) -> bytes:
    """What a server gets to send; the connection breaks at a message, where one is named."""
    got: list[bytes] = []
    count = itertools.count()

    async def send(message: Any) -> None:
        if next(count) == fails_at:
            raise OSError("the connection broke")
        got.append(message.get("body", b""))

    async def receive() -> Any:
        raise AssertionError("nothing is received")

    await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)
    return b"".join(got)


async def body_of(answer: Any) -> bytes:
    body = await sent(answer)
    assert int(answer.headers["content-length"]) == len(body)
    return body


def csv_rows(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def sheet_of(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body)).active


_TEXTS = st.text(max_size=60) | st.builds(
    lambda before, mark, after: before + mark + after,
    st.text(" \t\r\n'\"“", max_size=3),
    st.sampled_from("=+-@＝＋－＠"),
    st.text(max_size=20),
)
_CELLS = _TEXTS | st.none() | st.integers(-(10**12), 10**12) | st.decimals(-1000, 1000, places=2, allow_nan=False)


@settings(deadline=None)
@given(st.lists(st.tuples(_TEXTS, _CELLS), max_size=6))
@example([(text, text) for text in DANGEROUS])
async def test_what_is_put_into_csv_comes_out_and_no_cell_begins_like_a_formula(rows: list[tuple[str, Cell]]) -> None:
    heading, *found = csv_rows(await body_of(await made(rows)))
    assert heading == ["Text", "Anything"]
    assert len(found) == len(rows)
    for put, out in zip(rows, found, strict=True):
        for cell, text in zip(put, out, strict=True):
            if isinstance(cell, str):
                assert text.replace("'", "") == plain(cell).replace("'", "")
                # Nor does any piece that another kind of separator would make a cell of its own.
                pieces = re.split("[;\t\n]", text)
                assert not any(piece.lstrip(TRIMMED).startswith(BEGINNINGS) for piece in pieces)
            else:
                # A number stays one, also where it begins with a minus.
                assert text == ("" if cell is None else str(cell))


@settings(deadline=None)
@given(st.lists(st.tuples(_TEXTS, _CELLS), max_size=6))
@example([(text, text) for text in DANGEROUS])
async def test_what_is_put_into_a_workbook_comes_out_and_no_cell_is_a_formula(rows: list[tuple[str, Cell]]) -> None:
    sheet = sheet_of(await body_of(await made(rows, "xlsx")))
    for number, put in enumerate(rows, start=2):
        for place, cell in enumerate(put, start=1):
            found = sheet.cell(number, place)
            assert found.data_type != TYPE_FORMULA
            if isinstance(cell, str):
                assert (found.value or "") == plain(cell)
                assert not found.value or (found.data_type == "s" and found.quotePrefix)
            elif cell is not None:
                assert found.data_type == "n"
                assert Decimal(str(found.value)) == cell


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_begins_like_a_formula_is_neutralized(text: str) -> None:
    assert neutral(text).startswith("'")
    assert neutral(f"Acme;{text}").startswith("Acme;'")


@pytest.mark.parametrize(
    "text", ["", "7.1/A-031", "Acme = good", "Müller + Söhne", "ООО «Алтай»", "a@b.example", "10-12"]
)
def test_what_does_not_is_left_as_it_is(text: str) -> None:
    assert neutral(text) == text


async def test_times_are_those_of_the_place_and_its_clock_stands_in_the_heading() -> None:
    table = Table("t", "t", (Column("Time (Asia/Shanghai)"),), SHANGHAI)
    rows = [(datetime(2027, 6, 10, 1, 2, 3, 999_000, tzinfo=UTC),)]
    assert csv_rows(await body_of(await made(rows, table=table))) == [["Time (Asia/Shanghai)"], ["2027-06-10 09:02:03"]]
    cell = sheet_of(await body_of(await made(rows, "xlsx", table))).cell(2, 1)
    assert (cell.value, cell.is_date) == (datetime(2027, 6, 10, 9, 2, 3), True)  # noqa: DTZ001 - as the sheet has it


async def test_a_file_keeps_its_name_whatever_letters_it_has() -> None:
    answer = await made([])
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"__-expo.csv\"; filename*=UTF-8''%E5%B1%95%E4%BD%8D-expo.csv"
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"


async def test_what_a_cell_cannot_hold_is_replaced_or_cut_with_a_sign() -> None:
    long = "长" * (TEXT_CHARS_MAX + 1)
    for format_ in ("csv", "xlsx"):
        body = await body_of(await made([("a\x00b\x0bc\ud800", long)], format_))
        text, cut = csv_rows(body)[1] if format_ == "csv" else [c.value for c in sheet_of(body)[2]]
        assert text == "a\ufffdb\ufffdc\ufffd"
        assert cut == "长" * (TEXT_CHARS_MAX - 1) + "…"


async def test_too_many_rows_are_refused_before_anything_is_sent() -> None:
    downloads = Downloads(rows_max=3)
    await made([("a", 1)] * 3, downloads=downloads)
    with pytest.raises(Problem) as refused:
        await made([("a", 1)] * 4, "xlsx", downloads=downloads)
    assert (refused.value.slug, refused.value.status) == ("download-too-large", 422)


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
async def test_nothing_is_left_of_a_table_whether_it_was_sent_refused_or_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    downloads = Downloads(rows_max=3)

    async def failing() -> AsyncIterator[Sequence[Row]]:
        yield [("a", 1)]
        raise RuntimeError("the store went away")

    await made([("a", 1)] * 3, format_, downloads=downloads)
    with pytest.raises(Problem):
        await made([("a", 1)] * 4, format_, downloads=downloads)
    with pytest.raises(RuntimeError, match="went away"):
        await downloads.answer(TABLE, failing(), format_)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - a folder of the test alone


async def test_only_a_few_are_made_at_once_and_a_fault_frees_its_place() -> None:
    downloads = Downloads(at_once_max=1)

    async def amid() -> AsyncIterator[Sequence[Row]]:
        with pytest.raises(Problem) as refused:
            await made([], downloads=downloads)
        assert refused.value.status == 503
        raise RuntimeError("the store went away")
        yield []

    with pytest.raises(RuntimeError, match="went away"):
        await downloads.answer(TABLE, amid(), "csv")
    await body_of(await made([], downloads=downloads))


async def test_a_download_counts_until_it_was_sent_however_that_ends() -> None:
    downloads = Downloads(at_once_max=1)
    for fails_at in (None, 0, 1):
        answer = await made([("a", 1)], downloads=downloads)
        with pytest.raises(Problem, match="Many downloads"):
            await made([], downloads=downloads)
        if fails_at is None:
            await sent(answer)
        else:
            with pytest.raises(ClientDisconnect):
                await sent(answer, fails_at=fails_at)
    await made([], downloads=downloads)


async def test_who_takes_too_long_to_take_it_makes_room_for_others() -> None:
    downloads = Downloads(at_once_max=1, sending_seconds_max=0.0)
    answer = await made([("a", 1)], downloads=downloads)

    async def never(_: Any = None) -> Any:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, never, never)
    await made([], downloads=downloads)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """What lies where temporary files do."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: list(tmp_path.rglob("*"))


async def test_a_workbook_leaves_no_temporary_file_however_it_ends(temporary: Callable[[], list[Path]]) -> None:
    await body_of(await made([("a", 1)] * 5, "xlsx"))
    assert temporary() == []
    with pytest.raises(Problem):
        await made([("a", 1)] * 5, "xlsx", downloads=Downloads(rows_max=3))
    assert temporary() == []
    seen: list[Path] = []
    begun = asyncio.Event()

    async def amid(*, waits: bool) -> AsyncIterator[Sequence[Row]]:
        yield [("a", 1)]
        seen.extend(temporary())
        begun.set()
        if waits:
            await asyncio.Event().wait()
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError, match="went away"):
        await Downloads().answer(TABLE, amid(waits=False), "xlsx")
    assert seen, "there was something to remove"
    assert temporary() == []
    begun.clear()
    asked = asyncio.create_task(Downloads().answer(TABLE, amid(waits=True), "xlsx"))
    await begun.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert temporary() == []


async def test_what_is_written_when_it_is_cancelled_is_written_to_its_end_before_it_is_removed(
    temporary: Callable[[], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), threading.Event()
    order: list[str] = []
    loop = asyncio.get_running_loop()

    def write(_writer: XlsxWriter, _rows: Sequence[Row]) -> None:
        loop.call_soon_threadsafe(begun.set)
        go_on.wait()
        order.append("written")

    removed = XlsxWriter.discard

    def discard(writer: XlsxWriter) -> None:
        order.append("removed")
        removed(writer)

    monkeypatch.setattr(XlsxWriter, "write", write)
    monkeypatch.setattr(XlsxWriter, "discard", discard)
    asked = asyncio.create_task(made([("a", 1)], "xlsx"))
    await begun.wait()
    asked.cancel()
    loop.call_soon(loop.call_soon, go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert order == ["written", "removed"]
    assert temporary() == []


@pytest.mark.parametrize(
    ("wished", "found"), [(("zh-Hans", "ru"), "zh"), ((None, "ru-RU"), "ru"), (("de", None), "en"), ((), "en")]
)
def test_headings_are_in_the_first_language_that_is_written(wished: tuple[str | None, ...], found: str) -> None:
    assert language_of(*wished) == found
