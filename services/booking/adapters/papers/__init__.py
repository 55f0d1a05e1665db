"""The papers that booking writes, each as a page and for print."""

from services.booking.adapters.papers.confirmation import Around, confirmation
from services.booking.adapters.papers.function_sheet import Named, function_sheet
from services.booking.adapters.papers.rendering import HTML_HEADERS, as_html, as_pdf

__all__ = ["HTML_HEADERS", "Around", "Named", "as_html", "as_pdf", "confirmation", "function_sheet"]
