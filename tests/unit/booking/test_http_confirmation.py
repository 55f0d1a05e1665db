"""The confirmation of a reservation: what it says in three languages, to whom, and from when on."""

from __future__ import annotations

import io
import re
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from shared.contracts import events as e
from shared.runtime.clock import ManualClock

from .house import ADMIN, ORGANIZER, SERVICE, STRANGER, House, exhibitor, listed, published

ACME, BETA, OTHER = exhibitor("acme"), exhibitor("beta"), exhibitor("other")
FAIR = {
    "name": {"en": "Expo <i>2027</i>", "zh": "博览会", "ru": "Выставка"},
    "rates": [{"per_m2_minor": 10_050, "open_sides": 2}],
    "deadlines": [
        {"day": "2027-05-01", "name": {"en": "Stand designs", "zh": "展台设计图", "ru": "Проекты стендов"}},
        {"day": "2027-04-01", "name": {"en": "Catalogue entry"}},
    ],
}


def named(name: str, title: str, **names: str) -> e.ExhibitorState:
    return e.ExhibitorState.model_validate(
        {"exhibitor": name, "fair": "expo", "organizer": "sco", "name": title, "names": names, "language": "en"}
    )


@pytest.fixture
async def held(house: House) -> dict[str, Any]:
    return await hold(house)


async def hold(house: House) -> dict[str, Any]:
    """Acme holds two booths with Beta at a fair with prices, in a venue that is known."""
    await house.open_venue()
    sizes = {"A-2": 12.1, "A-1": 20.0}
    corners = [listed(one).model_copy(update={"open_sides": 2, "area_m2": size}) for one, size in sizes.items()]
    await house.tell(published(**FAIR), *corners, named("acme", "Acme", zh="顶点"), named("beta", "Beta"))
    body = {"fair": "expo", "booths": ["1/A-2", "1/A-1"], "exhibitor": "acme", "co_exhibitors": ["beta"]}
    answer = await (await house.http(ACME)).post("/reservations", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def confirmed(house: House, held: dict[str, Any]) -> str:
    return await confirm(house, held)


async def confirm(house: House, held: dict[str, Any]) -> str:
    """Confirm five minutes later; where the paper is then."""
    assert isinstance(house.clock, ManualClock)
    house.advance(minutes=5)
    assert (await (await house.http(ACME)).post(f"/reservations/{held['id']}/confirm")).status_code == 200
    return f"/reservations/{held['id']}/confirmation"


def bare(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub("<[^>]+>", " ", answer.text.partition("<main>")[2]).split())


def cells(answer: httpx.Response) -> list[str]:
    return re.findall("<td[^>]*>([^<]*)</td>", answer.text)


async def test_it_tells_booths_in_the_reservations_order_with_their_sum_and_what_is_due_in_order(
    house: House, confirmed: str
) -> None:
    answer = await (await house.http(ACME)).get(confirmed)
    assert cells(answer) == [
        *("1", "A-2", "Corner", "12.1 m²", "CN¥1,216.05"),
        *("1", "A-1", "Corner", "20 m²", "CN¥2,010.00"),
        *("Total", "", "", "32.1 m²", "CN¥3,226.05"),
        *("1 April 2027", "Catalogue entry", "1 May 2027", "Stand designs"),
    ]
    text = bare(answer)
    for told in ("Acme", "Beta", "Confirmed on 1 January 2027 08:05", "1–4 Jun 2027", "Centre", "sco"):
        assert told in text
    assert "&lt;i&gt;2027" in answer.text
    assert "contract with the organizer is still to be made" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("展位确认书", "博览会", "顶点", "双面开口", "2027年6月1日至4日", "展台设计图", "合计")),
        ("ru", ("Подтверждение бронирования стенда", "Выставка", "Угловой", "1–4 июн. 2027", "Проекты стендов")),
        ("en", ("Booth confirmation", "Acme", "Corner", "CN¥3,226.05", "Stand designs")),
    ],
)
async def test_print_is_one_in_each_language(
    house: House, confirmed: str, language: str, words: tuple[str, ...]
) -> None:
    answer = await (await house.http(ACME)).get(confirmed, params={"format": "pdf", "language": language})
    assert answer.headers["content-type"] == "application/pdf"
    assert re.fullmatch(r'inline; filename="confirmation-res-\w+\.pdf"', answer.headers["content-disposition"])
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages)
    for word in words:
        assert "".join(word.split()) in text
    assert "\0" not in text


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ({"hours": 15, "minutes": 58}, "1 January 2027"),  # confirmed after midnight in Shanghai
        ({"hours": 17}, "2 January 2027"),  # midnight has passed there, and not in UTC
    ],
)
async def test_prices_are_those_of_the_day_of_the_hold_at_the_fair(
    house: House, until: dict[str, float], day: str
) -> None:
    house.advance(**until)
    paper = await confirm(house, await hold(house))
    told = bare(await (await house.http(ACME)).get(paper))
    assert f"the day of the hold, {day};" in told


async def test_co_exhibitors_see_the_booths_and_not_what_they_cost(house: House, confirmed: str) -> None:
    answer = await (await house.http(BETA)).get(confirmed)
    assert cells(answer)[:8] == ["1", "A-2", "Corner", "12.1 m²", "1", "A-1", "Corner", "20 m²"]
    assert "¥" not in answer.text
    assert "amounts" not in answer.text


async def test_only_those_whom_the_reservation_concerns_see_it(house: House, confirmed: str) -> None:
    for who, status in ((ORGANIZER, 200), (ADMIN, 200), (SERVICE, 200), (OTHER, 404), (STRANGER, 404), (None, 401)):
        assert (await (await house.http(who)).get(confirmed)).status_code == status


async def test_there_is_none_before_the_exhibitor_has_confirmed(house: House, held: dict[str, Any]) -> None:
    answer = await (await house.http(ACME)).get(f"/reservations/{held['id']}/confirmation")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pavilion:problem:not-confirmed")
    assert (await (await house.http(ACME)).post(f"/reservations/{held['id']}/cancel")).status_code == 200
    assert (await (await house.http(ACME)).get(f"/reservations/{held['id']}/confirmation")).status_code == 409


async def test_it_follows_its_reservation_to_the_contract_and_to_its_end(house: House, confirmed: str) -> None:
    organizer = await house.http(ORGANIZER)
    assert (await organizer.post(confirmed.replace("confirmation", "sell"))).status_code == 200
    sold = bare(await organizer.get(confirmed))
    assert "Sold on 1 January 2027 08:05" in sold
    assert "confirms the contract with the organizer" in sold
    assert (await organizer.post(confirmed.replace("confirmation", "cancel"))).status_code == 200
    ended = await organizer.get(confirmed)
    assert '<p class="ended">Cancelled on 1 January 2027 08:05</p>' in ended.text
    assert "confirms" not in bare(ended)


async def test_a_booth_without_a_rate_is_on_request_and_makes_the_sum_so(house: House) -> None:
    await house.open_fair("A", "B", rates=[{"per_m2_minor": 100, "hall": "2"}], venue="unknown-centre")
    acme = await house.http(ACME)
    held = await acme.post("/reservations", json={"fair": "expo", "booths": ["1/A"], "exhibitor": "acme"})
    await acme.post(f"/reservations/{held.json()['id']}/confirm")
    answer = await acme.get(f"/reservations/{held.json()['id']}/confirmation")
    assert cells(answer)[-1] == "on request"
    assert "unknown-centre" in answer.text


@pytest.mark.parametrize("query", [{"language": "de"}, {"format": "docx"}])
async def test_another_language_or_format_is_refused(house: House, confirmed: str, query: dict[str, str]) -> None:
    answer = await (await house.http(ACME)).get(confirmed, params=query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"query.{next(iter(query))}")
