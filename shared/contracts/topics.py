"""The topics: who owns each, what its key is, how long it keeps, and what in it is personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.contracts import events as e


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic.

    `retention_ms` is None for a compacted topic, which keeps the last value of each key.
    """

    name: str
    owner: str
    key: str
    types: tuple[type[e.Event], ...]
    description: str
    retention_ms: int | None
    personal_data: str = "none"
    partitions: int = 6

    @property
    def compacted(self) -> bool:
        """Whether the topic holds only how things are now."""
        return self.retention_ms is None


_WEEK_MS: Final = 7 * 24 * 3600 * 1000

CATALOG_EVENTS: Final = Topic(
    "pavilion.catalog.events.v1",
    owner="catalog",
    key="id of the fair, booth or exhibitor",
    types=(
        e.FairPublished,
        e.FairClosed,
        e.BoothListed,
        e.BoothWithdrawn,
        e.ExhibitorRegistered,
        e.ExhibitorChanged,
        e.VenueDescribed,
        e.SpaceDescribed,
    ),
    description="What happened to fairs, their floor plans and their exhibitors, to venues and their spaces.",
    retention_ms=_WEEK_MS,
)
CATALOG_EXHIBITORS: Final = Topic(
    "pavilion.catalog.exhibitors.v1",
    owner="catalog",
    key="exhibitor id",
    types=(e.ExhibitorState,),
    description="Each exhibitor as it is now.",
    retention_ms=None,
    personal_data="email",
)
BOOKING_EVENTS: Final = Topic(
    "pavilion.booking.events.v1",
    owner="booking",
    key="reservation id",
    types=(
        e.ReservationHeld,
        e.ReservationExtended,
        e.ReservationConfirmed,
        e.ReservationSold,
        e.ReservationCancelled,
        e.ReservationExpired,
        e.CoExhibitorsChanged,
        e.ReservationAdmitted,
        e.SpaceRequested,
        e.SpaceOptioned,
        e.SpaceDefinite,
        e.SpaceChallenged,
        e.SpaceChallengeLifted,
        e.SpaceChallengeMade,
        e.SpaceRankChanged,
        e.SpaceOvertaken,
        e.SpaceYielded,
        e.SpaceOptionExpired,
        e.SpaceRescheduled,
        e.SpaceDetailsChanged,
        e.SpaceCancelled,
        e.SpaceDeclined,
        e.SpaceCompleted,
        e.SpaceNoShow,
        e.SpaceBlocked,
        e.SpaceUnblocked,
    ),
    description="What happened to reservations of booths and to bookings of spaces.",
    retention_ms=_WEEK_MS,
)
BOOKING_BOOTHS: Final = Topic(
    "pavilion.booking.booths.v1",
    owner="booking",
    key="booth id",
    types=(e.BoothNow,),
    description="Each booth's state as it is now.",
    retention_ms=None,
)
BOOKING_SPACES: Final = Topic(
    "pavilion.booking.spaces.v1",
    owner="booking",
    key="id of the space booking",
    types=(e.SpaceBookingNow,),
    description="Each booking of spaces, and each blocking, as it is now.",
    retention_ms=None,
)
BOOKING_INVITATIONS: Final = Topic(
    "pavilion.booking.invitations.v1",
    owner="booking",
    key="id of the space booking",
    types=(e.SpaceInvitations,),
    description="Who is invited to which booking of spaces, as it is now.",
    retention_ms=None,
    personal_data="name, email",
)
NOTIFICATION_EVENTS: Final = Topic(
    "pavilion.notification.events.v1",
    owner="notification",
    key="delivery id",
    types=(e.DeliverySent, e.DeliveryParked),
    description="What became of notices.",
    retention_ms=_WEEK_MS,
)

TOPICS: Final[tuple[Topic, ...]] = (
    CATALOG_EVENTS,
    CATALOG_EXHIBITORS,
    BOOKING_EVENTS,
    BOOKING_BOOTHS,
    BOOKING_SPACES,
    BOOKING_INVITATIONS,
    NOTIFICATION_EVENTS,
)
