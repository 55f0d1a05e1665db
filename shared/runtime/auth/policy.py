"""What each role may do, in one table; what is not in it is refused.

Two questions are asked of every action: may this *role* do it at all, and only to *what is theirs*?
A route asks `authorize` about one thing that it has at hand; a list takes the `TenantScope` from `scope_for` and
hands it to the store, whose queries require one: so no route can forget the filter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, Final

from shared.runtime.auth.principal import Principal, Role
from shared.runtime.problems import forbidden


class Action(StrEnum):
    """Everything that the HTTP surface lets somebody do."""

    VENUE_READ = "venue.read"
    VENUE_WRITE = "venue.write"
    FAIR_READ = "fair.read"
    FAIR_READ_DRAFT = "fair.read-draft"
    FAIR_WRITE = "fair.write"
    FAIR_PUBLISH = "fair.publish"
    FAIR_CLOSE = "fair.close"
    FLOOR_PLAN_READ = "floor-plan.read"
    FLOOR_PLAN_WRITE = "floor-plan.write"
    EXHIBITOR_READ = "exhibitor.read"
    EXHIBITOR_READ_CONTACT = "exhibitor.read-contact"
    EXHIBITOR_REGISTER = "exhibitor.register"
    EXHIBITOR_IMPORT = "exhibitor.import"
    EXHIBITOR_CHANGE = "exhibitor.change"

    BOOTHS_READ = "booths.read"
    BOOTHS_BLOCK = "booths.block"
    RESERVATION_READ = "reservation.read"
    RESERVATION_HOLD = "reservation.hold"
    RESERVATION_EXTEND = "reservation.extend"
    RESERVATION_CONFIRM = "reservation.confirm"
    RESERVATION_CANCEL = "reservation.cancel"
    RESERVATION_CO_EXHIBITORS = "reservation.co-exhibitors"
    RESERVATION_ADMIT = "reservation.admit"
    RESERVATION_SELL = "reservation.sell"
    SALES_READ = "sales.read"

    HAPPENINGS_READ = "happenings.read"

    SPACES_READ = "spaces.read"
    SPACE_BOOKING_READ = "space-booking.read"
    SPACE_BOOKING_BOOK = "space-booking.book"
    SPACE_BOOKING_CHANGE = "space-booking.change"
    SPACE_BOOKING_KEEP = "space-booking.keep"
    CALENDAR_FEED_SHARE = "calendar-feed.share"

    INBOX_READ = "inbox.read"
    INBOX_MARK = "inbox.mark"
    PREFERENCES_READ = "preferences.read"
    PREFERENCES_CHANGE = "preferences.change"
    DELIVERIES_READ = "deliveries.read"
    DELIVERIES_RETRY = "deliveries.retry"

    DEAD_LETTERS_READ = "dead-letters.read"
    DEAD_LETTERS_REPLAY = "dead-letters.replay"
    DEAD_LETTERS_DROP = "dead-letters.drop"
    OUTBOX_READ = "outbox.read"
    OUTBOX_REPLAY = "outbox.replay"


class Relation(Enum):
    """To what an allowed role is confined."""

    ANY = "any"
    OWN_EXHIBITOR = "own exhibitor"
    OWN_ORGANIZER = "own organizer"


Rule = Mapping[Role, Relation]


def _rule(*, exhibitor: bool | None = None, organizer: bool | None = None, service: bool = False) -> Rule:
    """A rule: None refuses the role, False confines it to its own, True lets it do so to any. Admins may always."""
    rule: dict[Role, Relation] = {Role.ADMIN: Relation.ANY}
    if exhibitor is not None:
        rule[Role.EXHIBITOR] = Relation.ANY if exhibitor else Relation.OWN_EXHIBITOR
    if organizer is not None:
        rule[Role.ORGANIZER] = Relation.ANY if organizer else Relation.OWN_ORGANIZER
    if service:
        rule[Role.SERVICE] = Relation.ANY
    return MappingProxyType(rule)


_EVERYONE: Final = _rule(exhibitor=True, organizer=True, service=True)
_ORGANIZERS: Final = _rule(organizer=False)
_ORGANIZERS_AND_SERVICES: Final = _rule(organizer=False, service=True)
_PARTIES: Final = _rule(exhibitor=False, organizer=False)
_PARTIES_AND_SERVICES: Final = _rule(exhibitor=False, organizer=False, service=True)
_ADMINS: Final = _rule()

POLICY: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        Action.VENUE_READ: _EVERYONE,
        Action.VENUE_WRITE: _rule(organizer=True),  # venues belong to no single organizer
        Action.FAIR_READ: _EVERYONE,
        Action.FAIR_READ_DRAFT: _ORGANIZERS,
        Action.FAIR_WRITE: _ORGANIZERS,
        Action.FAIR_PUBLISH: _ORGANIZERS,
        Action.FAIR_CLOSE: _ORGANIZERS,
        Action.FLOOR_PLAN_READ: _EVERYONE,
        Action.FLOOR_PLAN_WRITE: _ORGANIZERS,
        Action.EXHIBITOR_READ: _EVERYONE,
        Action.EXHIBITOR_READ_CONTACT: _PARTIES_AND_SERVICES,
        Action.EXHIBITOR_REGISTER: _ORGANIZERS,
        Action.EXHIBITOR_IMPORT: _ORGANIZERS,
        Action.EXHIBITOR_CHANGE: _PARTIES,
        Action.BOOTHS_READ: _EVERYONE,
        Action.BOOTHS_BLOCK: _ORGANIZERS,
        Action.RESERVATION_READ: _PARTIES_AND_SERVICES,
        Action.RESERVATION_HOLD: _PARTIES,
        Action.RESERVATION_EXTEND: _PARTIES,
        Action.RESERVATION_CONFIRM: _PARTIES,
        Action.RESERVATION_CANCEL: _PARTIES,
        Action.RESERVATION_CO_EXHIBITORS: _PARTIES,
        Action.RESERVATION_ADMIT: _PARTIES,
        Action.RESERVATION_SELL: _ORGANIZERS,
        Action.HAPPENINGS_READ: _PARTIES_AND_SERVICES,
        Action.SALES_READ: _ORGANIZERS_AND_SERVICES,
        Action.SPACES_READ: _EVERYONE,
        Action.SPACE_BOOKING_READ: _ORGANIZERS_AND_SERVICES,
        Action.SPACE_BOOKING_BOOK: _ORGANIZERS,
        Action.SPACE_BOOKING_CHANGE: _ORGANIZERS,
        Action.SPACE_BOOKING_KEEP: _ORGANIZERS,  # of a venue that one runs
        Action.CALENDAR_FEED_SHARE: _ORGANIZERS,
        Action.INBOX_READ: _PARTIES,
        Action.INBOX_MARK: _PARTIES,
        Action.PREFERENCES_READ: _PARTIES,
        Action.PREFERENCES_CHANGE: _PARTIES,
        Action.DELIVERIES_READ: _PARTIES,
        Action.DELIVERIES_RETRY: _ORGANIZERS,
        Action.DEAD_LETTERS_READ: _ADMINS,
        Action.DEAD_LETTERS_REPLAY: _ADMINS,
        Action.DEAD_LETTERS_DROP: _ADMINS,
        Action.OUTBOX_READ: _ADMINS,
        Action.OUTBOX_REPLAY: _ADMINS,
    }
)


@dataclass(frozen=True, slots=True)
class TenantScope:
    """What somebody may see: everything, or only what is of one exhibitor or one organizer.

    Make one with `scope_for`. The default admits nothing.
    """

    everything: bool = False
    exhibitor: str | None = None
    organizer: str | None = None

    def admits(self, *, exhibitor: str | Collection[str] | None = None, organizer: str | None = None) -> bool:
        """Whether a thing of these tenants is inside; several exhibitors mean that each is a party to it."""
        if self.everything:
            return True
        if self.exhibitor is not None:
            return self.exhibitor in _several(exhibitor)
        return self.organizer is not None and self.organizer == organizer

    def query(
        self, *, exhibitor: str | Collection[str] | None = None, organizer: str | Collection[str] | None = None
    ) -> dict[str, Any]:
        """A MongoDB filter that lets only what is inside through.

        `exhibitor` and `organizer` name the field, or fields, that hold the exhibitors, and the organizers, who are
        parties. Where the scope needs a field that the collection does not have, nothing matches.
        """
        if self.everything:
            return {}
        choices: list[dict[str, Any]] = []
        if self.exhibitor is not None:
            choices = [{field: self.exhibitor} for field in _several(exhibitor)]
        elif self.organizer is not None:
            choices = [{field: self.organizer} for field in _several(organizer)]
        if not choices:
            return {"_id": {"$in": []}}
        return choices[0] if len(choices) == 1 else {"$or": choices}


def _several(names: str | Collection[str] | None) -> Collection[str]:
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else names


def scope_for(principal: Principal, action: Action) -> TenantScope:
    """What `principal` may do `action` to. Raises Problem 403 `role-not-allowed` where the role may not at all."""
    relation = POLICY.get(action, {}).get(principal.role)
    if relation is None:
        raise forbidden("role-not-allowed", f"The role {principal.role} may not do this ({action}).")
    if relation is Relation.OWN_EXHIBITOR:
        return TenantScope(exhibitor=principal.exhibitor)
    if relation is Relation.OWN_ORGANIZER:
        return TenantScope(organizer=principal.organizer)
    return TenantScope(everything=True)


def require_role(principal: Principal, action: Action) -> None:
    """Only the first question. Raises Problem 403 `role-not-allowed`; whoever calls it still asks the second."""
    scope_for(principal, action)


def authorize(
    principal: Principal,
    action: Action,
    *,
    exhibitor: str | Collection[str] | None = None,
    organizer: str | None = None,
) -> None:
    """Both questions about one thing, whose exhibitor (or exhibitors, each a party to it) and organizer are given.

    Raises Problem 403, `role-not-allowed` or `not-yours`; a confined role is refused where its tenant is not given.
    """
    if not scope_for(principal, action).admits(exhibitor=exhibitor, organizer=organizer):
        raise forbidden("not-yours", "This belongs to somebody else.")
