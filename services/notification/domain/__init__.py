"""The rules of notification: frozen dataclasses and pure functions."""
