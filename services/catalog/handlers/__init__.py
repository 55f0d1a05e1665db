"""One short function per command; each gives a decision for the committer."""

from services.catalog.handlers.booths import note_booth_status
from services.catalog.handlers.command import Command
from services.catalog.handlers.exhibitors import amend_exhibitor, put_exhibitors, register_exhibitor
from services.catalog.handlers.fairs import DryRun, close_fair, publish_fair, put_fair
from services.catalog.handlers.plans import put_plan
from services.catalog.handlers.spaces import SpacePut, local_day, note_space_use, put_spaces
from services.catalog.handlers.venues import put_venue

__all__ = [
    "Command",
    "DryRun",
    "SpacePut",
    "amend_exhibitor",
    "close_fair",
    "local_day",
    "note_booth_status",
    "note_space_use",
    "publish_fair",
    "put_exhibitors",
    "put_fair",
    "put_plan",
    "put_spaces",
    "put_venue",
    "register_exhibitor",
]
