"""The catalog's routes and subscribers: decode, hand over, encode."""

from __future__ import annotations

from fastapi import APIRouter

from services.catalog.app import exhibitors, fairs, plans, venues
from services.catalog.app.answering import Parts
from services.catalog.app.subscribers import subscriptions

__all__ = ["Parts", "routers", "subscriptions"]


def routers(parts: Parts) -> tuple[APIRouter, ...]:
    """All routes of the catalog."""
    return (venues.router(parts), fairs.router(parts), plans.router(parts), exhibitors.router(parts))
