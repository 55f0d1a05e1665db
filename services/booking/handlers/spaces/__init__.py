"""One short function per command on spaces; each gives the decision that the committer takes."""

from services.booking.handlers.spaces.book import block, book
from services.booking.handlers.spaces.feeds import open_feed, revoke_feed
from services.booking.handlers.spaces.importing import import_calendar
from services.booking.handlers.spaces.life import (
    approve,
    cancel,
    challenge,
    change_details,
    decline,
    give_way,
    go_definite,
    mark_no_show,
    pass_time,
)
from services.booking.handlers.spaces.moving import reschedule, swap
from services.booking.handlers.spaces.plan import describe_space, describe_venue
from services.booking.handlers.spaces.series import (
    book_series,
    cancel_series,
    change_series_details,
    reschedule_series,
)

__all__ = [
    "approve",
    "block",
    "book",
    "book_series",
    "cancel",
    "cancel_series",
    "challenge",
    "change_details",
    "change_series_details",
    "decline",
    "describe_space",
    "describe_venue",
    "give_way",
    "go_definite",
    "import_calendar",
    "mark_no_show",
    "open_feed",
    "pass_time",
    "reschedule",
    "reschedule_series",
    "revoke_feed",
    "swap",
]
