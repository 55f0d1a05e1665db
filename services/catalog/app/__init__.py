"""The catalog's routes and subscribers: decode, hand over, encode."""

from __future__ import annotations

from fastapi import APIRouter

from services.catalog.app import downloads, exhibitors, fairs, plans, spaces, venues
from services.catalog.app.answering import Parts
from services.catalog.app.subscribers import subscriptions

__all__ = ["Parts", "routers", "subscriptions"]


def routers(parts: Parts) -> tuple[APIRouter, ...]:
    """All routes of the catalog."""
    return tuple(room.router(parts) for room in (venues, spaces, fairs, plans, exhibitors, downloads))
