"""Amounts of money: whole minor units of an ISO 4217 currency in events and answers, units where people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from babel.core import Locale
from babel.numbers import parse_pattern

_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_OTHER_THAN_TWO: Final = {code: digits for digits, codes in _DECIMALS.items() for code in codes.split()}


def decimals_of(currency: str) -> int:
    """How many decimals a currency has by ISO 4217, list one.

    Not by CLDR, which tells what is customary where it is paid in cash: for IRR none, so an amount would be read as a
    hundred times what it is.
    """
    return _OTHER_THAN_TWO.get(currency, 2)


def in_units(amount_minor: int, currency: str) -> Decimal:
    """An amount in the units of its currency."""
    return Decimal(amount_minor).scaleb(-decimals_of(currency))


def written(amount_minor: int, currency: str, locale: Locale | str) -> str:
    """An amount as a language writes it, with its currency and all the decimals that this has."""
    known = Locale.parse(locale)
    pattern = parse_pattern(known.currency_formats["standard"].pattern)
    digits = decimals_of(currency)
    pattern.frac_prec = (digits, digits)
    text: str = pattern.apply(in_units(amount_minor, currency), known, currency=currency, currency_digits=False)
    return text
