"""The rules of booking: frozen dataclasses and pure functions."""
