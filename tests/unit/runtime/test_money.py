"""Amounts of money in the units that ISO 4217 gives a currency, as languages write them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from shared.runtime import money

PAGE = Path(money.__file__).parents[2] / "services/portal/web/src/prices/money.ts"


@pytest.mark.parametrize(
    ("currency", "units", "english"),
    [
        ("CNY", "1200.50", "CN¥1,200.50"),
        ("JPY", "120050", "¥120,050"),
        ("KWD", "120.050", "KWD120.050"),
        # By custom, which CLDR tells, these have no decimals.
        ("IRR", "1200.50", "IRR1,200.50"),
        ("RSD", "1200.50", "RSD1,200.50"),
        ("HUF", "1200.50", "HUF1,200.50"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(currency: str, units: str, english: str) -> None:
    assert money.in_units(120_050, currency) == Decimal(units)
    assert money.written(120_050, currency, "en").replace("\N{NO-BREAK SPACE}", "") == english


def test_languages_write_it_in_their_own_way() -> None:
    assert money.written(120_050, "CNY", "zh") == "¥1,200.50"
    assert " ".join(money.written(120_050, "RUB", "ru").split()) == "1 200,50 ₽"


def test_the_page_counts_as_the_services_do() -> None:
    page = {
        code: int(digits)
        for digits, codes in re.findall(r'(\d): "([A-Z ]+)"', PAGE.read_text())
        for code in codes.split()
    }
    assert page
    assert page == {code: money.decimals_of(code) for code in page}
    assert {code for code in page if money.decimals_of(code) != 2} == set(money._OTHER_THAN_TWO)
