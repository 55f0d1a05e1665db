"""Commands on calendar feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.booking.domain import actor as actors
from services.booking.domain.spaces import commands
from services.booking.domain.spaces.feed import CalendarFeed
from services.booking.handlers.spaces.answers import unknown_venue
from services.booking.ports import CALENDAR_FEED, SPACE, VENUE
from shared.runtime.decision import Accepted, Change, Decide, Outcome, Rejected, View


def open_feed(command: commands.OpenFeed) -> Decide:
    """Make a feed of what the actor may see."""

    def decide(view: View, now: datetime) -> Outcome:
        if command.venue and view.peek(VENUE, command.venue) is None:
            return unknown_venue(command.venue)
        if command.space and view.peek(SPACE, command.space) is None:
            remedy = f"take one of /api/catalog/venues/{command.venue}/spaces"
            item = {"field": "space", "problem": f"there is no space “{command.space}”", "remedy": remedy}
            return Rejected("space-unknown", f"There is no space “{command.space}”.", (item,))
        feed = CalendarFeed(
            id=command.feed,
            viewer=command.actor.organizer or "",
            secret=command.secret,
            language=command.language,
            made_at=now,
            venue=command.venue,
            space=command.space,
            organizer=command.organizer,
        )
        return Accepted((Change(CALENDAR_FEED, feed.id, feed, fresh=True),), feed)

    return decide


def revoke_feed(command: commands.RevokeFeed) -> Decide:
    """Let a feed's link open nothing any more; again is no harm."""

    def decide(view: View, _now: datetime) -> Outcome:
        feed: CalendarFeed | None = view.get(CALENDAR_FEED, command.feed)
        if feed is None:
            return Rejected("feed-unknown", f"There is no feed “{command.feed}”.")
        if not actors.runs(command.actor, feed.viewer):
            return Rejected("not-yours", "This feed is another organizer's.")
        if feed.revoked:
            return Accepted((), feed)
        revoked = replace(feed, revoked=True)
        return Accepted((Change(CALENDAR_FEED, feed.id, revoked),), revoked)

    return decide
