"""One short function per command; each gives the decision that the committer takes."""

from services.booking.handlers.exhibitors import learn_exhibitor
from services.booking.handlers.plan import block, close_fair, list_booth, publish_fair, unblock, withdraw_booth
from services.booking.handlers.reservations import (
    admit,
    cancel,
    change_co_exhibitors,
    confirm,
    expire,
    extend,
    hold,
    sell,
)

__all__ = [
    "admit",
    "block",
    "cancel",
    "change_co_exhibitors",
    "close_fair",
    "confirm",
    "expire",
    "extend",
    "hold",
    "learn_exhibitor",
    "list_booth",
    "publish_fair",
    "sell",
    "unblock",
    "withdraw_booth",
]
