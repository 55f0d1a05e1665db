"""A fair's exhibitors as a table: all of them, addresses only for those who may have them."""

from __future__ import annotations

import csv
import io

import openpyxl

from services.catalog.adapters.downloads import _words
from shared.runtime.auth import Principal
from tests.unit.catalog.kit import ADMIN, FAIR, ORGANIZER, RIVAL, SERVICE, Catalog, exhibitor

TABLE = """id,name,country,stands,category_codes,email,language,name_zh
altai,Altai Instruments,Kazakhstan,N1/A-1; N2/B-7,201 202,office@altai.example,ru,阿尔泰仪器
baltic,"=Baltic, Bros.",Latvia,,301,bros@baltic.example,,
"""


async def rows(catalog: Catalog, by: Principal, **query: str) -> list[dict[str, str]]:
    answer = await catalog.ask("GET", "/downloads/exhibitors", by=by, params={"fair": FAIR, "language": "en", **query})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_every_exhibitor_is_there_with_an_address_for_those_who_may_have_it(catalog: Catalog) -> None:
    await catalog.fair(publish=True)
    await catalog.put_table(TABLE)
    for who in (ORGANIZER, ADMIN, SERVICE):
        found = {row["Id"]: row for row in await rows(catalog, who)}
        assert found.keys() == {"altai", "baltic"}
        assert found["altai"]["Mail"] == "office@altai.example"
        assert (found["altai"]["Name in Chinese"], found["altai"]["Booths"]) == ("阿尔泰仪器", "N1/A-1; N2/B-7")
        assert found["baltic"]["Name"] == "'=Baltic, Bros."
    assert {row["Mail"] for row in await rows(catalog, RIVAL)} == {""}
    assert {row["Id"]: row["Mail"] for row in await rows(catalog, exhibitor("altai"))} == {
        "altai": "office@altai.example",
        "baltic": "",
    }


async def test_a_search_narrows_it_and_pages_are_put_together(catalog: Catalog) -> None:
    await catalog.fair()
    many = "".join(f"many-{n},Many {n},KZ\n" for n in range(450))
    await catalog.put_table(f"id,name,country\n{many}")
    assert len({row["Id"] for row in await rows(catalog, ORGANIZER)}) == 450
    assert [row["Id"] for row in await rows(catalog, ORGANIZER, q="449")] == ["many-449"]


async def test_a_workbook_holds_the_same(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table(TABLE)
    query = {"fair": FAIR, "format": "xlsx", "language": "zh"}
    answer = await catalog.ask("GET", "/downloads/exhibitors", params=query)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    heading, *found = sheet.iter_rows(values_only=True)
    assert heading[:2] == ("编号", "名称")
    assert {row[1] for row in found} == {"Altai Instruments", "=Baltic, Bros."}


def test_every_language_has_every_word() -> None:
    assert _words("en").keys() == _words("ru").keys() == _words("zh").keys()
