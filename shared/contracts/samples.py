"""One believable instance of each event: frozen as its example, shown in the guides, used by tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from shared.contracts import events as e

_FAIR: Final = "silk-road-expo-2027"
_BOOTH: Final = f"{_FAIR}/N1/A-011"
_EXHIBITOR: Final = "tian-shan-tea-3f9a1c07"
_PARTNER: Final = "altai-honey-b2d4e6f8"
_UNTIL: Final = datetime(2027, 3, 1, 9, 15, tzinfo=UTC)
_RESERVATION: Final[dict[str, Any]] = {
    "reservation": "res-01a204b117347552b414b630bc6e1c45",
    "fair": _FAIR,
    "organizer": "sco-expo",
    "booths": [_BOOTH, f"{_FAIR}/N1/A-012"],
    "exhibitor": _EXHIBITOR,
    "co_exhibitors": [_PARTNER],
    "price": e.ReservationPrice(
        currency="CNY",
        amount_minor=4_968_000,
        booths=[
            e.BoothPrice(booth=_BOOTH, amount_minor=2_664_000),
            e.BoothPrice(booth=f"{_FAIR}/N1/A-012", amount_minor=2_304_000),
        ],
    ),
}
_DELIVERY: Final[dict[str, Any]] = {
    "delivery": "dlv-01a204b1173c72828abbca7aa43206ee",
    "kind": "reservation-confirmed",
    "recipient": _EXHIBITOR,
    "cause": "ev-01a204b118ad74168c9bd8e0ad02dbf6",
}
_VENUE: Final = "trade-centre"
_SHOW: Final = e.Span(start=datetime(2027, 6, 10, 1, tzinfo=UTC), end=datetime(2027, 6, 13, 10, tzinfo=UTC))
_USE: Final = e.SpaceUse(
    space="hall-1-2",
    atoms=["hall-1", "hall-2"],
    build_up=e.Span(start=datetime(2027, 6, 7, 0, tzinfo=UTC), end=_SHOW.start),
    show=_SHOW,
    dismantling=e.Span(start=_SHOW.end, end=datetime(2027, 6, 14, 10, tzinfo=UTC)),
)
_FORMER_USE: Final = _USE.model_copy(update={"space": "hall-1", "atoms": ["hall-1"]})
_SPACES: Final[dict[str, Any]] = {
    "booking": "spb-01a204b117347552b414b630bc6e1c46",
    "venue": _VENUE,
    "organizer": "sco-expo",
    "venue_organizer": "trade-centre-ltd",
    "title": "Silk Road Expo 2027",
    "time_zone": "Asia/Shanghai",
    "uses": [_USE],
}
_WORKING_WEEK: Final = [e.WeeklyHours(weekday=day, opens="09:00", closes="18:00") for day in range(1, 6)]

_ALL: Final[tuple[e.Event, ...]] = (
    e.FairPublished(
        fair=_FAIR,
        name={"en": "Silk Road Expo 2027", "zh": "2027丝绸之路博览会", "ru": "Экспо «Шёлковый путь» 2027"},
        organizer="sco-expo",
        venue="exchange-centre",
        starts=date(2027, 6, 10),
        ends=date(2027, 6, 13),
        time_zone="Asia/Shanghai",
        currency="CNY",
        rates=[e.Rate(per_m2_minor=128_000), e.Rate(per_m2_minor=148_000, hall="N1", open_sides=2)],
        product_groups=[e.ProductGroup(code="food", name={"en": "Food and drink", "zh": "食品饮料"})],
        deadlines=[e.Deadline(day=date(2027, 4, 15), name={"en": "Stand designs are due", "zh": "提交展位设计图"})],
    ),
    e.FairClosed(fair=_FAIR),
    e.BoothListed(
        booth=_BOOTH,
        fair=_FAIR,
        hall="N1",
        number="A-011",
        area_m2=18.0,
        outline=[[(12.0, 4.0), (18.0, 4.0), (18.0, 7.0), (12.0, 7.0), (12.0, 4.0)]],
        open_sides=2,
        part_of=[f"{_FAIR}/N1/A-011 B-010"],
    ),
    e.BoothWithdrawn(booth=_BOOTH, fair=_FAIR),
    e.ExhibitorRegistered(exhibitor=_EXHIBITOR, fair=_FAIR, name="Tian Shan Tea", country="KG"),
    e.ExhibitorChanged(exhibitor=_EXHIBITOR, fair=_FAIR, name="Tian Shan Tea & Honey", country="KG"),
    e.ExhibitorState(
        exhibitor=_EXHIBITOR,
        fair=_FAIR,
        organizer="sco-expo",
        name="Tian Shan Tea",
        names={"zh": "天山茶业", "ru": "Тянь-Шаньский чай"},
        country="KG",
        stands=["N1/A-011"],
        categories=["food"],
        email="stand@tian-shan-tea.example",
        language="ru",
    ),
    e.ReservationHeld(**_RESERVATION, expires_at=_UNTIL),
    e.ReservationExtended(**_RESERVATION, expires_at=_UNTIL, extensions=1),
    e.ReservationConfirmed(**_RESERVATION),
    e.ReservationSold(**_RESERVATION),
    e.ReservationCancelled(**_RESERVATION, reason="we take a larger stand"),
    e.ReservationExpired(**_RESERVATION),
    e.CoExhibitorsChanged(**_RESERVATION),
    e.ReservationAdmitted(**_RESERVATION, admitted=_PARTNER),
    e.BoothNow(
        booth=_BOOTH,
        fair=_FAIR,
        hall="N1",
        number="A-011",
        state="held",
        area_m2=18.0,
        open_sides=2,
        reservation=_RESERVATION["reservation"],
        exhibitor=_EXHIBITOR,
        until=_UNTIL,
        version=4,
    ),
    e.VenueDescribed(
        venue=_VENUE,
        name={"en": "Modern Trade Centre", "zh": "现代贸易交流中心", "ru": "Центр современной торговли"},
        organizer="trade-centre-ltd",
        time_zone="Asia/Shanghai",
        opening_hours=[e.WeeklyHours(weekday=day, opens="07:00", closes="24:00") for day in range(1, 8)],
        opening_exceptions=[e.OpeningException(date=date(2027, 10, 1))],
        office_hours=_WORKING_WEEK,
        policy=e.SpacePolicy(cancellation=[e.CancellationTerm(days_before=30, percent=50)]),
    ),
    e.SpaceDescribed(
        venue=_VENUE,
        space="hall-1-2",
        name={"en": "Hall 1+2", "zh": "1+2号馆", "ru": "Залы 1+2"},
        kind="hall",
        compositions=[e.Composition(atoms=["hall-1", "hall-2"])],
        buffer_before_minutes=60,
        buffer_after_minutes=120,
        area_m2=9_600,
        ceiling_m=12,
        floor_load_kg_m2=1_500,
        capacity={"exhibition": 4_800, "theatre": 6_000},
        equipment=["gantry crane", "rigging points"],
        accessible=True,
    ),
    e.SpaceRequested(**_SPACES),
    e.SpaceOptioned(**_SPACES, rank=2, expires_at=_UNTIL),
    e.SpaceDefinite(**_SPACES),
    e.SpaceChallenged(**_SPACES, rank=1, answer_by=_UNTIL, challenger="spb-01a204b1173c72828abbca7aa43206ef"),
    e.SpaceChallengeMade(**_SPACES, rank=2, answer_by=_UNTIL, challenged=["spb-01a204b1173c72828abbca7aa43206ee"]),
    e.SpaceChallengeLifted(**_SPACES, rank=1),
    e.SpaceRankChanged(**_SPACES, rank=1, former_rank=2),
    e.SpaceOvertaken(
        **_SPACES,
        rank=2,
        by="spb-01a204b1173c72828abbca7aa43206ef",
        reason="the summit needs the hall",
        former_rank=1,
    ),
    e.SpaceYielded(**_SPACES, in_silence=True),
    e.SpaceOptionExpired(**_SPACES),
    e.SpaceRescheduled(**_SPACES, former=[_FORMER_USE]),
    e.SpaceDetailsChanged(**_SPACES),
    e.SpaceCancelled(**_SPACES, reason="the fair was put off", due_percent=50),
    e.SpaceDeclined(**_SPACES, reason="another request was approved", alternatives=[_FORMER_USE]),
    e.SpaceCompleted(**_SPACES),
    e.SpaceNoShow(**_SPACES),
    e.SpaceBlocked(**_SPACES, reason="inspection of the sprinklers", may_override=["sco-expo"]),
    e.SpaceUnblocked(**_SPACES),
    e.SpaceBookingNow(
        booking=_SPACES["booking"],
        venue=_VENUE,
        organizer="sco-expo",
        state="option",
        uses=[_USE],
        rank=1,
        until=_UNTIL,
        version=2,
    ),
    e.SpaceInvitations(
        booking=_SPACES["booking"],
        venue=_VENUE,
        organizer="sco-expo",
        title="Green tea congress",
        time_zone="Asia/Shanghai",
        uses=[_USE],
        participants=[e.Participant(name="Анна Ким", email="anna.kim@example.org", language="ru")],
        version=3,
    ),
    e.DeliverySent(**_DELIVERY),
    e.DeliveryParked(**_DELIVERY, reason="the mail server refused the address"),
)

SAMPLES: Final[dict[str, e.Event]] = {event.type_: event for event in _ALL}
"""An instance by its CloudEvents type."""
