"""Tables for spreadsheets: made on the server, whole or not at all, with nothing in a cell that a program would run."""

from shared.runtime.tables.answer import Downloads, Format, Rows
from shared.runtime.tables.model import Cell, Column, Row, Table, language_of

__all__ = ["Cell", "Column", "Downloads", "Format", "Row", "Rows", "Table", "language_of"]
