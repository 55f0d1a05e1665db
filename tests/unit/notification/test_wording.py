"""Every kind of news reads whole, in every language, to everyone it concerns."""

from __future__ import annotations

import copy
import tomllib
from datetime import timedelta
from importlib import resources
from itertools import product
from typing import Any

import pytest

from services.notification.adapters import wording
from services.notification.adapters.phrasing import PhraseError, audiences, parse_phrases, phrases_in
from services.notification.adapters.wording import word
from services.notification.domain.happenings import Audience, Kind, Money
from services.notification.domain.projections import Contact, Fair
from services.notification.domain.recipients import (
    LANGUAGES,
    Recipient,
    accepted_languages,
    choose_language,
)
from services.notification.ports import Facts, Worded
from tests.unit.notification.builders import BOOTH_AUDIENCES, BOOTH_KINDS, FAIR, HOST, MAIN, NOW, ORGANIZER, happening

FACTS = Facts(
    {FAIR: Fair(FAIR, {"en": "Silk Road Expo", "zh": "丝路博览会", "ru": "Шёлковый путь"}, "Asia/Shanghai", ORGANIZER)},
    {
        "acme": Contact("acme", FAIR, ORGANIZER, "Acme Ltd", {"zh": "顶点公司", "ru": "Акме"}, "a@example.com", "en"),
        "borealis": Contact("borealis", FAIR, ORGANIZER, "Borealis AS"),
        "crimson": Contact("crimson", FAIR, ORGANIZER, "Crimson GmbH"),
    },
)
CASES = [
    (kind, audience, language) for kind in BOOTH_KINDS for audience, language in product(audiences(kind), LANGUAGES)
]


def told(kind: Kind, language: str, audience: Audience = Audience.MAIN, **changes: Any) -> Worded:
    reader: Recipient = HOST if audience is Audience.ORGANIZER else MAIN
    return word(happening(kind, **changes), audience, reader, FACTS, language)


@pytest.mark.parametrize(("kind", "audience", "language"), CASES)
def test_every_text_is_whole(kind: Kind, audience: Audience, language: str) -> None:
    news = told(kind, language, audience)
    words = [news.title, news.text, news.greeting, news.footer, *(part for row in news.details for part in row)]
    assert all(part.strip() for part in words)
    assert not any("{" in part or "}" in part or "None" in part for part in words)
    assert "7.1/A-031" in news.title
    assert "7.1/A-031" in news.text
    assert FACTS.fairs[FAIR].name[language] in news.text
    assert FAIR not in news.text


def test_there_is_a_text_for_everyone_who_can_be_told() -> None:
    assert {audience for _, audience, _ in CASES} == set(BOOTH_AUDIENCES)
    assert {kind for kind, _, _ in CASES} == set(BOOTH_KINDS)


@pytest.mark.parametrize(
    ("language", "deadline"),
    [
        ("en", "1 January 2027, 08:15 (UTC+08:00)"),
        ("ru", "1 января 2027\u202fг., 08:15 (UTC+08:00)"),
        ("zh", "2027年1月1日 08:15（UTC+08:00）"),
    ],
)
def test_a_deadline_is_told_on_the_venues_clock(language: str, deadline: str) -> None:
    assert deadline in told(Kind.HELD, language).text


def test_a_deadline_follows_summer_time_of_the_venue() -> None:
    summer = Facts({FAIR: Fair(FAIR, {"en": "Fair"}, "Europe/Berlin", ORGANIZER)}, {})
    news = word(happening(expires_at=NOW.replace(month=8)), Audience.MAIN, MAIN, summer, "en")
    assert "1 August 2027, 02:00 (UTC+02:00)" in news.text


def test_an_unknown_fair_is_called_by_its_slug_in_utc() -> None:
    news = word(happening(), Audience.MAIN, MAIN, Facts({}, {}), "en")
    assert FAIR in news.text
    assert "00:15 (UTC+00:00)" in news.text


def test_an_unknown_time_zone_falls_back_to_utc() -> None:
    odd = Facts({FAIR: Fair(FAIR, {"en": "Fair"}, "Mars/Olympus", ORGANIZER)}, {})
    assert "(UTC+00:00)" in word(happening(), Audience.MAIN, MAIN, odd, "en").text


@pytest.mark.parametrize(
    ("count", "russian", "english", "chinese"),
    [
        (1, "стенд 7.1/B-0", "booth 7.1/B-0", "展位 7.1/B-0"),
        (2, "2 стенда (", "2 booths (", "2 个展位（"),
        (5, "5 стендов (", "5 booths (", "5 个展位（"),
        (11, "11 стендов (", "11 booths (", "11 个展位（"),
        (21, "21 стенд (", "21 booths (", "21 个展位（"),
        (22, "22 стенда (", "22 booths (", "22 个展位（"),
    ],
)
def test_booths_are_counted_in_the_forms_of_the_language(count: int, russian: str, english: str, chinese: str) -> None:
    booths = tuple(f"{FAIR}/7.1/B-{n}" for n in range(count))
    for language, expected in (("ru", russian), ("en", english), ("zh", chinese)):
        assert expected in told(Kind.HELD, language, booths=booths).text


def test_a_long_list_is_cut_and_says_how_many_are_left_out() -> None:
    booths = tuple(f"{FAIR}/7.1/B-{n}" for n in range(8))
    assert "7.1/B-5 and 2 more)" in told(Kind.SOLD, "en", booths=booths).title
    assert "7.1/B-6" not in told(Kind.SOLD, "en", booths=booths).text


def test_names_are_told_in_the_readers_language_where_there_is_one() -> None:
    assert "顶点公司" in told(Kind.SOLD, "zh", Audience.ORGANIZER).text
    assert "Acme Ltd" in told(Kind.SOLD, "en", Audience.ORGANIZER).text
    assert "Borealis AS" in told(Kind.CO_EXHIBITORS_CHANGED, "ru").text


def test_chinese_has_spaces_beside_other_scripts_only() -> None:
    latin = Facts({FAIR: Fair(FAIR, {"zh": "CIIE 2027"}, "Asia/Shanghai", ORGANIZER)}, {})
    assert (
        "预订 CIIE 2027 的展位 7.1/A-031。"
        in word(happening(Kind.CONFIRMED, booths=(f"{FAIR}/7.1/A-031",)), Audience.MAIN, MAIN, latin, "zh").text
    )
    assert "预订丝路博览会的展位" in told(Kind.CONFIRMED, "zh", booths=(f"{FAIR}/7.1/A-031",)).text


def test_a_name_with_line_breaks_stays_on_one_line() -> None:
    nasty = Facts(FACTS.fairs, {"acme": Contact("acme", FAIR, ORGANIZER, "Acme\r\nBcc: x@example.com\u2028\x00")})
    text = word(happening(Kind.SOLD), Audience.ORGANIZER, HOST, nasty, "en").text
    assert "Acme Bcc: x@example.com for" in text
    assert "\n" not in text


def test_braces_in_a_name_are_only_letters() -> None:
    odd = Facts(FACTS.fairs, {"acme": Contact("acme", FAIR, ORGANIZER, "{fair} {0} {acme.__class__}")})
    assert "{fair} {0} {acme.__class__}" in word(happening(Kind.SOLD), Audience.ORGANIZER, HOST, odd, "en").text


def test_nobody_is_named_where_no_co_exhibitor_is_left() -> None:
    assert "now: none" in told(Kind.CO_EXHIBITORS_CHANGED, "en", co_exhibitors=()).text


@pytest.mark.parametrize(("kind", "audience", "language"), CASES)
def test_a_name_that_ends_with_a_full_stop_is_not_followed_by_another(
    kind: Kind, audience: Audience, language: str
) -> None:
    limited = {one: Contact(one, FAIR, ORGANIZER, f"{one.title()} Co., Ltd.") for one in FACTS.contacts}
    happened = happening(kind, co_exhibitors=("borealis", "crimson"))
    reader = HOST if audience is Audience.ORGANIZER else MAIN
    text = word(happened, audience, reader, Facts(FACTS.fairs, limited), language).text
    assert "Ltd.." not in text
    assert "Ltd.。" not in text


def _tables(language: str) -> dict[str, Any]:
    source = resources.files(wording.__package__).joinpath("phrases", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda tables: tables["held"].update(main="until {dedline}"), "held.main asks for dedline"),
        (lambda tables: tables["sold"].update(main="until {deadline}"), "sold.main asks for deadline"),
        (lambda tables: tables["admitted"].pop("admitted"), "admitted lacks admitted"),
        (lambda tables: tables.pop("expired"), "expired lacks title"),
        (lambda tables: tables["plurals"]["booths"].pop("few"), "booths lacks the plural form few"),
    ],
)
def test_a_spoilt_phrase_file_is_refused(spoil: Any, complaint: str) -> None:
    tables = copy.deepcopy(_tables("ru"))
    parse_phrases("ru", tables)
    spoil(tables)
    with pytest.raises(PhraseError, match=complaint):
        parse_phrases("ru", tables)


def test_all_languages_have_the_same_phrases() -> None:
    shapes = {
        language: {
            (section, key)
            for section, table in _tables(language).items()
            if isinstance(table, dict) and section != "plurals"
            for key in table
        }
        for language in LANGUAGES
    }
    assert shapes["ru"] == shapes["en"] == shapes["zh"]
    assert {language: phrases_in(language).language for language in LANGUAGES} == {one: one for one in LANGUAGES}


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("ru;q=0.5, zh-CN, en;q=0.8", ("zh-CN", "en", "ru")),
        ("de", ("de",)),
        ("fr;q=0, en;q=x, ru", ("ru",)),
        ("", ()),
        (None, ()),
    ],
)
def test_accept_language_is_read_by_weight(header: str | None, tags: tuple[str, ...]) -> None:
    assert accepted_languages(header) == tags


def test_the_first_language_that_notices_are_written_in_is_taken() -> None:
    assert choose_language(["de", None, "zh_Hant_TW", "ru"]) == "zh"
    assert choose_language(["de", None]) == "en"


def test_expiry_is_told_to_the_minute_even_across_midnight() -> None:
    late = NOW.replace(hour=15, minute=59) + timedelta(minutes=2)
    assert "2 January 2027, 00:01 (UTC+08:00)" in told(Kind.EXTENDED, "en", expires_at=late).title


@pytest.mark.parametrize(
    ("language", "row"),
    [
        ("en", ("Price", "CN¥12,345.60")),
        ("zh", ("价格", "¥12,345.60")),
        ("ru", ("Цена", "12\xa0345,60\xa0CN¥")),
    ],
)
def test_a_price_is_written_as_each_language_does(language: str, row: tuple[str, str]) -> None:
    assert row in told(Kind.CONFIRMED, language, price=Money(1_234_560, "CNY")).details
    yen = dict(told(Kind.CONFIRMED, "en", price=Money(12_345, "JPY")).details)
    assert yen["Price"] == "JP¥12,345"


@pytest.mark.parametrize(
    ("kind", "audience", "shown"),
    [
        (Kind.HELD, Audience.MAIN, True),
        (Kind.SOLD, Audience.ORGANIZER, True),
        (Kind.HELD, Audience.CO, False),
        (Kind.CANCELLED, Audience.MAIN, False),
    ],
)
def test_what_is_paid_is_between_exhibitor_and_organizer(kind: Kind, audience: Audience, shown: bool) -> None:
    news = told(kind, "en", audience, price=Money(100, "CNY"))
    assert ("Price" in dict(news.details)) == shown
