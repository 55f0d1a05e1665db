"""Text search over exhibitors' names in every language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalog.domain import search
from tests.unit.catalog.kit import FAIR, UNHURRIED, Catalog

TABLE = """id,name,name_zh,name_ru
altai,Altai Instruments,阿尔泰仪器有限公司,Алтайские приборы
beijing,Beijing Gamease Technology,北京游戏科技,
muller,Müller & Söhne GmbH,,
pixel-27,27 Pixels,,Ёлка Пиксель
sega,SEGA Europe,,
"""


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("altai", ["altai"]),
        ("ALT instr", ["altai"]),
        ("instruments altai", ["altai"]),
        ("ltai", []),
        ("muller", ["muller"]),
        ("Mülle sohne", ["muller"]),
        ("阿尔泰", ["altai"]),
        ("仪器", ["altai"]),
        ("游", ["beijing"]),
        ("技", ["beijing"]),
        ("北京科技", []),
        ("北京 科技", ["beijing"]),
        ("приборы", ["altai"]),
        ("ПРИБ алт", ["altai"]),
        ("елка", ["pixel-27"]),
        ("27", ["pixel-27"]),
        ("ｓｅｇａ", ["sega"]),
        (".*", []),
        ("", ["pixel-27", "altai", "beijing", "muller", "sega"]),
        ("e", ["sega"]),
        ("altai sega", []),
    ],
)
async def test_words_are_found_by_their_beginnings_and_signs_anywhere(
    catalog: Catalog, query: str, ids: list[str]
) -> None:
    await catalog.fair()
    await catalog.put_table(TABLE)
    page = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params={"q": query})).json()
    assert [entry["id"] for entry in page["items"]] == ids


async def test_a_search_is_read_page_by_page_without_missing_or_repeating(catalog: Catalog) -> None:
    await catalog.fair()
    rows = "".join(f"house-{number},House of {'ABC'[number % 3]},\n" for number in range(23))
    await catalog.put_table("id,name,country\n" + rows + "other,Elsewhere,\n")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        options = {"q": "house", "limit": 5, **({"cursor": cursor} if cursor else {})}
        page = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params=options)).json()
        seen += [entry["id"] for entry in page["items"]]
        if (cursor := page["cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == 23
    assert [id_[:5] for id_ in seen] == ["house"] * 23


@pytest.mark.parametrize("limit", ["0", "201", "x"])
async def test_a_page_is_bounded(catalog: Catalog, limit: str) -> None:
    await catalog.fair()
    assert (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", params={"limit": limit})).status_code == 422


@settings(UNHURRIED)
@given(st.text(max_size=40), st.data())
def test_every_name_is_found_by_itself_and_by_the_beginning_of_any_of_its_words(name: str, data: st.DataObject) -> None:
    terms = search.index_terms([name])
    words = search.fold(name).split()
    word = data.draw(st.sampled_from(words)) if words else ""
    beginning = word[: data.draw(st.integers(1, len(word)))] if word else ""
    for query in (name, name.upper(), beginning):
        for wanted in search.query_terms(query):
            assert any(term.startswith(wanted) for term in terms), (query, wanted)


@settings(UNHURRIED)
@given(st.text(max_size=200))
def test_terms_hold_letters_and_digits_alone(text: str) -> None:
    for term in search.index_terms([text]) + search.query_terms(text):
        assert term.isalnum() or all(character.isalnum() or character.isdigit() for character in term)
