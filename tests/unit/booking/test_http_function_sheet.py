"""The function sheet over HTTP: to whom it is shown, as what, and with which guards."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from .house import ORGANIZER, STRANGER, House, exhibitor

BOOKING = {
    "space": "centre/hall-1",
    "start": "2027-06-01T09:00",
    "end": "2027-06-01T11:00",
    "title": "Tasting",
    "contacts": [{"name": "Anna", "email": "anna@example.org"}],
    "programme": [{"at": "2027-06-01T10:00+08:00", "text": "Welcome"}],
}


@pytest.fixture
async def client(house: House) -> httpx.AsyncClient:
    await house.open_venue()
    return await house.http(ORGANIZER)


async def sheet_url(client: httpx.AsyncClient) -> str:
    made = await client.post("/space-bookings", json=BOOKING)
    assert made.status_code == 201, made.text
    return f"/space-bookings/{made.json()['id']}/function-sheet"


async def test_the_page_is_shown_with_a_policy_that_lets_its_style_alone_through(client: httpx.AsyncClient) -> None:
    answer = await client.get(await sheet_url(client))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for text in ("Tasting", "anna@example.org", "Welcome", "10:00", "hall-1"):
        assert text in answer.text
    [style] = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "style=" not in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("language", "kind"), [("zh", "活动执行单"), ("ru", "Лист мероприятия"), ("en", "Function sheet")]
)
async def test_the_pdf_is_one_in_each_language(client: httpx.AsyncClient, language: str, kind: str) -> None:
    url = await sheet_url(client)
    answer = await client.get(url, params={"format": "pdf", "language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert re.fullmatch(r'inline; filename="function-sheet-spb-\w+\.pdf"', answer.headers["content-disposition"])
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert kind in text
    assert "Tasting" in text


async def test_it_follows_its_booking(client: httpx.AsyncClient) -> None:
    url = await sheet_url(client)
    cancelled = await client.post(url.replace("function-sheet", "cancel"), json={"reason": "no visas"})
    assert cancelled.status_code == 200
    page = (await client.get(url)).text
    assert '<p class="ended">Cancelled</p>' in page
    assert "no visas" in page
    assert "version 2" in page


@pytest.mark.parametrize("query", [{"language": "de"}, {"format": "docx"}])
async def test_another_language_or_format_is_refused(client: httpx.AsyncClient, query: dict[str, Any]) -> None:
    answer = await client.get(await sheet_url(client), params=query)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, f"query.{next(iter(query))}")


async def test_it_is_for_those_whose_booking_it_is(house: House, client: httpx.AsyncClient) -> None:
    url = await sheet_url(client)
    assert (await (await house.http(STRANGER)).get(url)).status_code == 404
    assert (await (await house.http(exhibitor("acme"))).get(url)).status_code == 403
    assert (await (await house.http(None)).get(url)).status_code == 401
