"""The function sheet of a booking, as a page and for print."""

from services.booking.adapters.sheets.content import Named, sheet_of
from services.booking.adapters.sheets.rendering import HTML_HEADERS, as_html, as_pdf

__all__ = ["HTML_HEADERS", "Named", "as_html", "as_pdf", "sheet_of"]
