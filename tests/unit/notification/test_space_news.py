"""News of spaces: who is told of what, once, and how it reads in three languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.notification.adapters.news_documents import decode_happening, encode_happening
from services.notification.adapters.phrasing import RANKED, audiences
from services.notification.adapters.wire import NEWS_TYPES
from services.notification.adapters.wording import word
from services.notification.domain.happenings import Audience, Kind, SpaceNews, SpaceTime, Span, concerned
from services.notification.domain.preferences import Preferences
from services.notification.domain.projections import Place
from services.notification.domain.recipients import LANGUAGES, Party, Recipient
from services.notification.handlers import set_preferences
from services.notification.ports import DeliveryFilter, Facts
from shared.contracts import events as e
from shared.contracts.samples import SAMPLES
from shared.contracts.topics import BOOKING_EVENTS, CATALOG_EVENTS
from shared.runtime.auth.policy import TenantScope
from shared.runtime.batch import Work
from shared.runtime.received import Received
from tests.unit.notification.builders import NOW, SPACE_KINDS, Rig, received

BOOKER, VENUE = (Recipient(Party.ORGANIZER, id_) for id_ in ("sco-expo", "trade-centre-ltd"))
SHOW = Span(NOW.replace(month=6, hour=1), NOW.replace(month=6, hour=10))
LATER = Span(SHOW.start + timedelta(days=1), SHOW.end + timedelta(days=1))
FACTS = Facts(
    {},
    {},
    {
        "centre": Place("centre", {"en": "Trade Centre", "zh": "贸易中心", "ru": "Торговый центр"}),
        "centre/hall-1": Place("centre/hall-1", {"en": "Hall 1", "zh": "1号馆", "ru": "Зал 1"}),
    },
)
CASES = [
    (kind, audience, language) for kind in SPACE_KINDS for audience, language in product(audiences(kind), LANGUAGES)
]


def news(kind: Kind = Kind.SPACE_DEFINITE, **changes: object) -> SpaceNews:
    made = SpaceNews(
        cause=f"ev-{kind.value}",
        at=NOW,
        sequence=1,
        kind=kind,
        venue="centre",
        organizer=BOOKER.id,
        venue_organizer=VENUE.id,
        booking="spb-1",
        time_zone="Asia/Shanghai",
        uses=(SpaceTime("centre/hall-1", SHOW, Span(SHOW.start - timedelta(days=2), SHOW.start)),),
        title="Tea congress",
        rank=2 if kind in RANKED else 0,
        deadline=NOW if kind in (Kind.SPACE_OPTIONED, Kind.SPACE_CHALLENGED, Kind.SPACE_CHALLENGE_MADE) else None,
        former=(SpaceTime("centre/hall-1", LATER),) if kind is Kind.SPACE_RESCHEDULED else (),
        due_percent=50 if kind is Kind.SPACE_CANCELLED else 0,
        may_override=("altai-expo",) if kind is Kind.SPACE_BLOCKED else (),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def event(type_: str, *, sequence: int = 1, **changes: object) -> Received:
    data = SAMPLES[type_].model_copy(update=changes)
    topic = CATALOG_EVENTS if isinstance(data, e.VenueDescribed | e.SpaceDescribed) else BOOKING_EVENTS
    return received(topic.name, data, f"ev-{type_}-{sequence}", "key", sequence)


@pytest.mark.parametrize(("kind", "audience", "language"), CASES)
def test_every_text_is_whole(kind: Kind, audience: Audience, language: str) -> None:
    told = word(news(kind), audience, BOOKER, FACTS, language)
    words = [told.title, told.text, told.greeting, told.footer, *(part for row in told.details for part in row)]
    assert all(part.strip() for part in words)
    assert not any("{" in part or "}" in part or "None" in part for part in words)
    names = FACTS.places["centre"].name[language], FACTS.places["centre/hall-1"].name[language]
    assert names[0] in told.text
    assert names[1] in told.text
    assert names[1] in told.title
    if language != "en":
        assert "Hall" not in told.text


def test_there_is_a_text_for_everyone_who_can_be_told() -> None:
    told = {(news(kind).kind, audience) for kind in SPACE_KINDS for _, audience in concerned(news(kind))}
    written = {(kind, audience) for kind, audience, _ in CASES}
    assert told <= written


@pytest.mark.parametrize(
    ("language", "when"),
    [
        ("en", "1 June 2027, 09:00–18:00 (UTC+08:00)"),
        ("ru", "1 июня 2027\u202fг., 09:00–18:00 (UTC+08:00)"),
        ("zh", "2027年6月1日 09:00–18:00（UTC+08:00）"),
    ],
)
def test_a_day_is_told_once_on_the_venues_clock(language: str, when: str) -> None:
    assert when in word(news(), Audience.BOOKER, BOOKER, FACTS, language).text


def test_several_days_and_times_are_told_as_such() -> None:
    longer = SpaceTime("centre/hall-1", Span(SHOW.start, SHOW.end + timedelta(days=2)))
    later = SpaceTime("centre/hall-1", Span(SHOW.start + timedelta(days=9), SHOW.end + timedelta(days=9)))
    text = word(news(uses=(longer, later)), Audience.BOOKER, BOOKER, FACTS, "en").text
    assert "1 June 2027, 09:00 – 3 June 2027, 18:00 (UTC+08:00) and 1 more" in text


def said(told: SpaceNews, audience: Audience = Audience.BOOKER, language: str = "en") -> str:
    return word(told, audience, BOOKER, FACTS, language).text


def test_why_and_what_else_could_be_had_is_said_where_there_is_something_to_say() -> None:
    declined = news(Kind.SPACE_DECLINED)
    assert said(declined).endswith("has been declined.")
    offer = SpaceTime("centre/hall-1", LATER)
    whole = said(replace(declined, reason="Another request was approved.", alternatives=(offer,)))
    assert whole.endswith(
        "has been declined. Reason: Another request was approved."
        " Could be had instead: Hall 1: 2 June 2027, 09:00–18:00 (UTC+08:00)."
    )
    assert said(replace(declined, reason="已批准其他申请"), language="zh").endswith("原因：已批准其他申请。")
    lifted = news(Kind.SPACE_CHALLENGE_LIFTED)
    assert "Another challenge" not in said(lifted)
    assert "Another challenge stands; decide by" in said(replace(lifted, deadline=NOW))


def test_a_move_says_from_where_to_where() -> None:
    text = said(news(Kind.SPACE_RESCHEDULED))
    assert text.index("2 June 2027") < text.index("1 June 2027")


def test_an_option_behind_something_firm_is_said_to_wait() -> None:
    changed = news(Kind.SPACE_RANK_CHANGED)
    assert said(changed).endswith("is now option no. 2.")
    assert said(replace(changed, waits=True)).endswith("is now option no. 2 in waiting (something firm is in its way).")
    assert word(news(Kind.SPACE_OPTIONED), Audience.BOOKER, BOOKER, FACTS, "en").title.startswith("Option no. 2 until")


async def test_what_happened_to_many_bookings_at_once_is_told_once(service: Rig) -> None:
    await service.hear(
        event(e.SpaceDefinite.type_, told_by="spb-1"), event(e.SpaceDefinite.type_, sequence=2, others=51)
    )
    [notice] = await service.notices(BOOKER)
    assert isinstance(notice.happening, SpaceNews)
    assert notice.happening.others == 51
    assert " and 51 more, is definite" in said(notice.happening)


def test_what_is_not_known_yet_is_called_by_its_id() -> None:
    text = word(news(), Audience.BOOKER, BOOKER, Facts({}, {}), "en").text
    assert "hall-1 at centre" in text


def test_the_table_of_facts_has_phases_deadlines_dues_and_alternatives() -> None:
    offer = SpaceTime("centre/hall-1", Span(SHOW.end, SHOW.end + timedelta(hours=9)))
    rows = dict(word(news(Kind.SPACE_DECLINED, alternatives=(offer,)), Audience.BOOKER, BOOKER, FACTS, "en").details)
    assert rows["Build-up"] == "30 May 2027, 09:00 – 1 June 2027, 09:00 (UTC+08:00)"
    assert rows["Could be had instead"].startswith("Hall 1: 1 June 2027, 18:00")
    assert "50 % of the price is due" in word(news(Kind.SPACE_CANCELLED), Audience.BOOKER, BOOKER, FACTS, "en").text


@pytest.mark.parametrize("kind", SPACE_KINDS)
def test_what_is_stored_is_what_happened(kind: Kind) -> None:
    assert decode_happening(encode_happening(news(kind))) == news(kind)


@pytest.mark.parametrize("type_", sorted(type_ for type_ in NEWS_TYPES if ".space." in type_))
async def test_each_event_reaches_the_inboxes_of_all_concerned_once(service: Rig, type_: str) -> None:
    await service.hear(event(type_), event(type_))
    for reader in (BOOKER, VENUE):
        [notice] = await service.notices(reader)
        assert notice.happening.kind.value == "space-" + type_.split(".")[3].replace("_", "-")


async def test_where_booker_and_venue_are_one_they_are_told_once(service: Rig) -> None:
    await service.hear(event(e.SpaceDefinite.type_, venue_organizer=BOOKER.id))
    [notice] = await service.notices(BOOKER)
    assert notice.audience is Audience.VENUE


async def test_that_a_booking_completed_is_nobodys_news(service: Rig) -> None:
    await service.hear(event(e.SpaceCompleted.type_), event(e.SpaceDetailsChanged.type_))
    assert [await service.notices(reader) for reader in (BOOKER, VENUE)] == [[], []]


async def test_names_are_learned_and_an_older_one_does_not_overwrite_a_newer(service: Rig) -> None:
    await service.hear(
        event(e.VenueDescribed.type_, sequence=2, name={"en": "New"}),
        event(e.VenueDescribed.type_, sequence=1, name={"en": "Old"}),
        event(e.SpaceDescribed.type_),
    )
    found = await service.service.archive.places(["trade-centre", "trade-centre/hall-1-2"])
    assert {place.called("en") for place in found.values()} == {"New", "Hall 1+2"}


async def test_each_party_has_its_own_mails_in_its_log(service: Rig) -> None:
    """A mail about a booking stands with whom it goes to, though both are told of the same event."""
    for reader in (BOOKER, VENUE):
        wishes = Preferences(reader, "en", f"{reader.id}@example.com")
        await service.service.core.committer.commit(Work("set", set_preferences(wishes)))
    await service.hear(event(e.SpaceDefinite.type_))
    for reader in (BOOKER, VENUE):
        mine = await service.service.archive.deliveries(TenantScope(organizer=reader.id), DeliveryFilter(), None, 10)
        assert [(one.recipient, one.tenant) for one in mine.items] == [(reader, reader.id)]
        assert mine.items[0].happening.organizer == BOOKER.id


def test_exhibitors_are_not_asked_about_news_that_never_reaches_them() -> None:
    assert not {kind.value for kind in SPACE_KINDS} & set(Preferences(Recipient(Party.EXHIBITOR, "acme")).table())
    assert {kind.value for kind in SPACE_KINDS} <= set(Preferences(VENUE).table())
