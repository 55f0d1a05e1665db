"""Amounts of money as people count them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import get_currency_precision


def in_units(amount_minor: int, currency: str) -> Decimal:
    """An amount in the units of its currency (ISO 4217), with as many decimals as it has (CLDR)."""
    return Decimal(amount_minor).scaleb(-get_currency_precision(currency))
