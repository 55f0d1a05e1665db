"""What booking's tables for spreadsheets say, in their reader's words."""

from services.booking.adapters.tables.content import (
    booth_row,
    booths_table,
    happening_row,
    happenings_table,
    reservation_row,
    reservations_table,
    space_rows,
    spaces_table,
)
from services.booking.adapters.tables.words import Words, words_in

__all__ = [
    "Words",
    "booth_row",
    "booths_table",
    "happening_row",
    "happenings_table",
    "reservation_row",
    "reservations_table",
    "space_rows",
    "spaces_table",
    "words_in",
]
