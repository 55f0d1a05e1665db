"""Exhibitors over HTTP: tables all or nothing, single entries, and who sees an address."""

from __future__ import annotations

from typing import Any

import pytest

from services.catalog.domain.report import CHANGES_MAX
from tests.unit.catalog.kit import ADMIN, FAIR, ORGANIZER, RIVAL, SERVICE, Catalog, exhibitor, fair_settings

TABLE = """name,country,stands,category_codes,email,language,name_zh
Altai Instruments,Kazakhstan,N1/A-1; N2/B-7,201 202,office@altai.example,ru,阿尔泰仪器
"Baltic, Bros.",Latvia,,301,,,
"""
STATE = "pavilion.catalog.exhibitors.v1"


async def listed(catalog: Catalog, **options: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await catalog.ask("GET", f"/fairs/{FAIR}/exhibitors", **options)).json()["items"]
    return items


async def test_a_table_comes_in_and_is_told_on_both_topics_in_one_sequence(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_table(TABLE)
    assert answer.json()["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "withdrawn": 0}
    first, second = await listed(catalog)
    assert first | {"id": "", "version": 0} == {
        "id": "",
        "fair": FAIR,
        "name": "Altai Instruments",
        "names": {"zh": "阿尔泰仪器"},
        "country": "Kazakhstan",
        "stands": ["N1/A-1", "N2/B-7"],
        "categories": ["201", "202"],
        "email": "office@altai.example",
        "language": "ru",
        "version": 0,
    }
    assert (second["name"], second["email"], second["language"]) == ("Baltic, Bros.", None, "en")
    assert first["id"].startswith("altai-instruments-")
    assert [(e["type"], e["key"], e["seq"]) for e in await catalog.told()] == [
        ("exhibitor.registered", first["id"], 1),
        ("exhibitor.registered", second["id"], 1),
    ]
    states = await catalog.told(topic=STATE)
    assert [(e["type"], e["key"], e["seq"]) for e in states] == [
        ("exhibitor.state", first["id"], 1),
        ("exhibitor.state", second["id"], 1),
    ]
    assert (states[0]["data"]["email"], states[0]["data"]["organizer"]) == ("office@altai.example", "steppe-fairs")
    assert all("email" not in event["data"] for event in await catalog.told())


async def test_groups_and_halls_that_the_fair_does_not_have_are_odd_and_come_in(catalog: Catalog) -> None:
    await catalog.fair()
    groups = [{"code": "201", "name": {"en": "Instruments"}}]
    assert (await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(product_groups=groups))).status_code == 200
    table = "name,stands,category_codes\nAltai,N1/A-1; N9/B-7,201 999\nBaltic,N1/A-2,201\n"
    answer = await catalog.put_table(table)
    warnings = answer.json()["warnings"]
    assert [(w["at"], w["code"], w["values"]) for w in warnings] == [
        ("row 2", "group-unknown", {"group": "999"}),
        ("row 2", "hall-unknown", {"hall": "N9", "stand": "N9/B-7"}),
    ]
    assert answer.json()["counts"]["created"] == 2
    # A fair without groups has not said which there are.
    assert (await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings())).status_code == 200
    again = (await catalog.put_table(table)).json()["warnings"]
    assert [w["code"] for w in again] == ["hall-unknown"]


async def test_what_cannot_be_listed_is_counted_once(catalog: Catalog) -> None:
    await catalog.fair()
    groups = [{"code": "201", "name": {"en": "Instruments"}}]
    assert (await catalog.ask("PUT", f"/fairs/{FAIR}", json=fair_settings(product_groups=groups))).status_code == 200
    table = "name,category_codes\n" + "Altai,999\n" * 1_101
    warnings = (await catalog.put_table(table)).json()["warnings"]
    # 1,100 namesakes of the first, and 1,101 unknown groups.
    assert (len(warnings), warnings[-1]["problem"]) == (1_001, "1201 more findings are not listed")


async def test_the_same_table_again_changes_and_tells_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table(TABLE)
    before = await catalog.told()
    for table in (TABLE.encode(), b"\xef\xbb\xbf" + TABLE.encode(), TABLE.replace("\n", "\r\n").encode()):
        answer = await catalog.put_table(table)
        assert answer.json()["counts"] == {"created": 0, "changed": 0, "unchanged": 2, "withdrawn": 0}
    assert await catalog.told() == before


async def test_what_a_table_has_no_column_for_stays_and_what_it_leaves_empty_goes(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table(TABLE)
    answer = await catalog.put_table("name,country,stands\nAltai Instruments,Kazakhstan,\n")
    assert answer.json()["counts"] == {"created": 0, "changed": 1, "unchanged": 0, "withdrawn": 0}
    first, _ = await listed(catalog)
    assert (first["stands"], first["email"], first["names"]) == ([], "office@altai.example", {"zh": "阿尔泰仪器"})
    await catalog.put_table("name,country,email,name_zh\nAltai Instruments,Kazakhstan,,\n")
    first, _ = await listed(catalog)
    assert (first["email"], first["names"], first["categories"]) == (None, {}, ["201", "202"])
    assert [(e["type"], e["seq"]) for e in await catalog.told(key=first["id"])] == [
        ("exhibitor.registered", 1),
        ("exhibitor.changed", 2),
        ("exhibitor.changed", 3),
    ]


async def test_namesakes_are_kept_apart_and_found_again(catalog: Catalog) -> None:
    await catalog.fair()
    table = "name,country\nFloppy Club,Denmark\nFLOPPY  club,Denmark\nFloppy Club,Norway\n"
    answer = await catalog.put_table(table)
    assert [(w["at"], w["field"]) for w in answer.json()["warnings"]] == [("row 3", "name"), ("row 4", "name")]
    ids = [entry["id"] for entry in await listed(catalog)]
    assert len(set(ids)) == 3
    assert (await catalog.put_table(table)).json()["counts"]["unchanged"] == 3
    swapped = "name,country\nFloppy Club,Norway\nFLOPPY  club,Denmark\nFloppy Club,Denmark\n"
    await catalog.put_table(swapped)
    assert sorted(entry["id"] for entry in await listed(catalog)) == sorted(ids)


async def test_a_row_may_bring_its_own_id_and_change_its_name(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    await catalog.put_table("id,name\naltai,Altai Ltd.\n")
    assert [(e["id"], e["name"], e["version"]) for e in await listed(catalog)] == [("altai", "Altai Ltd.", 2)]


async def test_an_id_of_another_fair_is_refused_and_nothing_comes_in(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    await catalog.ask("PUT", "/fairs/second-expo", json=fair_settings())
    answer = await catalog.ask("PUT", "/fairs/second-expo/exhibitors", content=b"id,name\nbaltic,Baltic\naltai,Altai\n")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pavilion:problem:exhibitors-invalid")
    assert [(e["at"], e["field"]) for e in answer.json()["errors"]] == [("row 3", "id")]
    assert (await catalog.ask("GET", "/exhibitors/baltic")).status_code == 404


@pytest.mark.parametrize(
    ("table", "at", "field", "says"),
    [
        ("", "file", "", "empty"),
        ("\ufeff\n\n", "file", "", "empty"),
        ("name,country\n", "file", "", "no rows"),
        ("country\nLatvia\n", "row 1", "name", "missing"),
        ("name,Land\nA,B\n", "row 1", "Land", "unknown column"),
        ("name,emial\nA,B\n", "row 1", "emial", "unknown column"),
        ("name,name\nA,B\n", "row 1", "name", "comes 2 times"),
        ("name,name_\nA,B\n", "row 1", "name_", "unknown column"),
        ("name;country\nA;B\n", "row 1", "", "semicolons"),
        ("name\tcountry\nA\tB\n", "row 1", "", "tabs"),
        ("name,country\nA,B\n,C\n", "row 3", "name", "missing"),
        ('name,country\n"A\nB",C\n   ,D\n', "row 4", "name", "missing"),
        ('name,country\n"A\nB",C,D\n', "row 2", "", "3 cells under 2 columns"),
        ("name,country\nA,B,C\n", "row 2", "", "3 cells under 2 columns"),
        ("name,country\nA,B\n\nC\n", "row 4", "", "1 cells under 2 columns"),
        ('name,country\nA,B\n"C"D,E\n', "row 3", "", "cannot be read"),
        ('name,country\nA,B\n"C,D\n', "row 3", "", "cannot be read"),
        ("name,email\nA,nobody\n", "row 2", "email", "no e-mail address"),
        ("name,email\nA,a@b.example;c@d.example\n", "row 2", "email", "no e-mail address"),
        ("name,language\nA,tlh\n", "row 2", "language", "none of zh, ru, en"),
        ("name,id\nA,Not A Slug\n", "row 2", "id", "is no id"),
        ("name,id\nA,x\nB,x\n", "row 3", "id", "used twice"),
        ("name\n" + "A" * 201 + "\n", "row 2", "name", "longer than 200"),
        ("name\nA\x07B\n", "row 2", "name", "unprintable"),
    ],
)
async def test_a_wrong_table_is_refused_with_the_place(
    catalog: Catalog, table: str, at: str, field: str, says: str
) -> None:
    await catalog.fair()
    answer = await catalog.put_table(table)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:pavilion:problem:exhibitors-invalid")
    (error,) = answer.json()["errors"]
    assert (error["at"], error["field"]) == (at, field)
    assert says in error["problem"]
    assert error["remedy"]
    assert await listed(catalog) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("name,country\nA,B\nMüller,C\n".encode("latin-1"), "byte 0xfc at byte 19 of the file"),
        ("name\nA\n".encode("utf-16"), "UTF-16"),
    ],
)
async def test_a_table_in_another_encoding_is_refused_with_the_byte(catalog: Catalog, body: bytes, says: str) -> None:
    await catalog.fair()
    (error,) = (await catalog.put_table(body)).json()["errors"]
    assert says in error["problem"]
    assert "CSV UTF-8" in error["remedy"]


async def test_all_faults_of_a_table_are_reported_in_order(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_table("name,email,language\nA,x,\n,,\nB,,xx\nC,b@c.example\nD,,\n,b@c.example,de\n")
    assert [(e["at"], e["field"]) for e in answer.json()["errors"]] == [
        ("row 2", "email"),
        ("row 4", "language"),
        ("row 5", ""),
        ("row 7", "name"),
        ("row 7", "language"),
    ]


async def test_too_many_rows_are_refused(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_table("name\n" + "A\n" * 20_001)
    assert [e["problem"] for e in answer.json()["errors"]] == ["more than 20000 rows"]


async def test_a_dry_run_reports_and_writes_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    answer = await catalog.put_table(TABLE, params={"dry_run": "true"})
    assert (answer.json()["dry_run"], answer.json()["counts"]["created"]) == (True, 2)
    assert await listed(catalog) == []
    refused = await catalog.put_table("name\n", params={"dry_run": "true"})
    assert (refused.status_code, refused.json()["dry_run"]) == (422, True)


async def test_a_report_says_what_is_registered_and_what_changes_field_by_field(catalog: Catalog) -> None:
    await catalog.fair()
    before = "name,country,stands,email,name_zh\nAltai,KZ,1/A; 1/B,a@altai.example,阿尔泰\nBaikal,RU,,,\n"
    await catalog.put_table(before)
    table = "name,country,stands,email,name_zh\nAltai,KZ,1/B,a@altai.example,\nBaikal,RU,,,\nCaspi,KZ,,,\n"
    answer = await catalog.put_table(table, params={"dry_run": "true"})
    new, changed = answer.json()["changes"]
    assert (new["at"], new["name"], new["kind"]) == ("row 4", "Caspi", "created")
    assert [(f["field"], f["after"]) for f in new["fields"]] == [
        ("name", "Caspi"),
        ("country", "KZ"),
        ("language", "en"),
    ]
    assert (changed["at"], changed["name"], changed["kind"]) == ("row 2", "Altai", "changed")
    assert changed["fields"] == [
        {"field": "stands", "before": "1/A; 1/B", "after": "1/B"},
        {"field": "name_zh", "before": "阿尔泰", "after": ""},
    ]


async def test_an_import_does_what_was_looked_at_or_nothing(catalog: Catalog) -> None:
    await catalog.fair()
    seen = (await catalog.put_table(TABLE, params={"dry_run": "true"})).json()
    first = TABLE.splitlines()[:2]
    await catalog.put_table("\n".join(first))
    refused = await catalog.put_table(TABLE, params={"digest": seen["digest"]})
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:pavilion:problem:changed-meanwhile")
    assert len(await listed(catalog)) == 1
    now = (await catalog.put_table(TABLE, params={"dry_run": "true"})).json()
    assert (await catalog.put_table(TABLE, params={"digest": now["digest"]})).json()["counts"]["created"] == 1


async def test_a_report_lists_so_many_changes_and_counts_them_all(catalog: Catalog) -> None:
    await catalog.fair()
    table = "name\n" + "".join(f"Exhibitor {n}\n" for n in range(CHANGES_MAX + 1))
    told = (await catalog.put_table(table, params={"dry_run": "true"})).json()
    assert (len(told["changes"]), told["counts"]["created"]) == (CHANGES_MAX, CHANGES_MAX + 1)
    other = table.replace(f"Exhibitor {CHANGES_MAX}\n", "Somebody else\n")
    assert (await catalog.put_table(other, params={"dry_run": "true"})).json()["digest"] != told["digest"]


async def test_one_exhibitor_is_registered_and_its_namesake_gets_another_id(catalog: Catalog) -> None:
    await catalog.fair()
    body = {"name": " Altai  Instruments ", "names": {"zh": "阿尔泰仪器", "ru": ""}, "language": "zh"}
    first, second = [(await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", json=body)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]
    assert (first.json()["name"], first.json()["names"]) == ("Altai Instruments", {"zh": "阿尔泰仪器"})
    own_id = body | {"id": first.json()["id"]}
    taken = await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", json=own_id)
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:pavilion:problem:exhibitor-exists")
    wrong = await catalog.ask("POST", f"/fairs/{FAIR}/exhibitors", json={"name": "", "email": "x"})
    assert [item["field"] for item in wrong.json()["items"]] == ["name", "email"]


async def test_an_address_is_shown_to_those_only_who_may_have_it(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name,email\naltai,Altai,office@altai.example\n")
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    for by, sees in (
        (ORGANIZER, True),
        (ADMIN, True),
        (SERVICE, True),
        (exhibitor("altai"), True),
        (exhibitor("baltic"), False),
        (RIVAL, False),
    ):
        address = "office@altai.example" if sees else None
        assert (await catalog.ask("GET", "/exhibitors/altai", by=by)).json()["email"] == address
        assert (await listed(catalog, by=by))[0]["email"] == address


async def test_before_its_fair_is_published_only_itself_and_its_organizer_see_an_exhibitor(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    statuses = [
        (await catalog.ask("GET", "/exhibitors/altai", by=by)).status_code
        for by in (ORGANIZER, ADMIN, exhibitor("altai"), RIVAL, exhibitor("baltic"), SERVICE)
    ]
    assert statuses == [200, 200, 200, 404, 404, 404]


async def test_an_exhibitor_changes_how_it_is_written_to_and_not_where_it_stands(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name,email\naltai,Altai,office@altai.example\n")
    own = {"email": "new@altai.example", "language": "zh", "names": {"zh": "阿尔泰"}}
    changed = await catalog.ask("PATCH", "/exhibitors/altai", by=exhibitor("altai"), json=own)
    assert {key: changed.json()[key] for key in own} == own
    for by, fields in ((exhibitor("altai"), {"stands": ["N1/A-1"]}), (exhibitor("altai"), {"name": "Bigger Altai"})):
        refused = await catalog.ask("PATCH", "/exhibitors/altai", by=by, json=fields)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:pavilion:problem:not-yours")
    moved = await catalog.ask("PATCH", "/exhibitors/altai", json={"stands": ["N1/A-1"], "email": None})
    assert (moved.json()["stands"], moved.json()["email"]) == (["N1/A-1"], None)
    assert (await catalog.ask("PATCH", "/exhibitors/altai", json={"stands": ["N1/A-1"]})).json()["version"] == 3
    assert [e["seq"] for e in await catalog.told(key="altai")] == [1, 2, 3]


async def test_a_change_of_what_was_read_is_refused_once_somebody_else_has_changed_it(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    read = (await catalog.ask("GET", "/exhibitors/altai")).headers["etag"]
    unchanged = await catalog.ask("GET", "/exhibitors/altai", headers={"If-None-Match": read})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    async def change(tag: str, **fields: Any) -> tuple[int, str | None]:
        answer = await catalog.ask("PATCH", "/exhibitors/altai", json=fields, headers={"If-Match": tag})
        return answer.status_code, answer.json().get("type")

    changed_meanwhile = (412, "urn:pavilion:problem:changed-meanwhile")
    assert await change(read, country="Kazakhstan") == (200, None)
    assert await change(read, country="Latvia") == changed_meanwhile
    for strange in ('"theirs"', f'"v{"9" * 5000}"', '"v1-public"', "v1"):
        assert await change(strange, country="Latvia") == changed_meanwhile
    told = [event["data"]["country"] for event in await catalog.told(key="altai")]
    assert told == ["", "Kazakhstan"]
    assert await change("*", country="Latvia") == (200, None)
    now = (await catalog.ask("GET", "/exhibitors/altai", headers={"If-None-Match": read})).headers["etag"]
    # A proxy that compresses marks tags as weak.
    assert await change(f"W/{now}", country="Estonia") == (200, None)
    own = {"json": {"language": "ru"}, "by": exhibitor("altai"), "headers": {"If-Match": now}}
    assert (await catalog.ask("PATCH", "/exhibitors/altai", **own)).status_code == 412
    # A rival is not told by the refusal what version there is.
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    rival = await catalog.ask("PATCH", "/exhibitors/altai", by=RIVAL, json={}, headers={"If-Match": read})
    assert rival.status_code == 403


async def test_what_one_reader_keeps_is_not_said_to_be_what_another_may_see(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name,email\naltai,Altai,office@altai.example\n")
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    readers = (ORGANIZER, ADMIN, SERVICE, exhibitor("altai"), RIVAL, exhibitor("baltic"))
    shown = [await catalog.ask("GET", "/exhibitors/altai", by=by) for by in readers]
    for kept in shown:
        for by, own in zip(readers, shown, strict=True):
            headers = {"If-None-Match": kept.headers["etag"]}
            answer = await catalog.ask("GET", "/exhibitors/altai", by=by, headers=headers)
            assert (answer.status_code == 304) == (kept.content == own.content), by
            assert answer.content == (b"" if answer.status_code == 304 else own.content)
    assert [answer.json()["email"] for answer in shown] == ["office@altai.example"] * 4 + [None] * 2


async def test_a_change_whose_answer_was_lost_is_answered_again_and_not_refused_as_somebody_elses(
    catalog: Catalog,
) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    read = (await catalog.ask("GET", "/exhibitors/altai")).headers["etag"]
    headers = {"If-Match": read, "Idempotency-Key": "change"}
    first = await catalog.ask("PATCH", "/exhibitors/altai", json={"country": "Latvia"}, headers=headers)
    again = await catalog.ask("PATCH", "/exhibitors/altai", json={"country": "Latvia"}, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert [event["seq"] for event in await catalog.told(key="altai")] == [1, 2]


async def test_nobody_else_changes_an_exhibitor(catalog: Catalog) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    hidden = await catalog.ask("PATCH", "/exhibitors/altai", by=RIVAL, json={"language": "ru"})
    assert hidden.status_code == 404
    await catalog.ask("POST", f"/fairs/{FAIR}/publish")
    for by in (RIVAL, exhibitor("baltic"), SERVICE):
        assert (await catalog.ask("PATCH", "/exhibitors/altai", by=by, json={"language": "ru"})).status_code == 403
    assert (await catalog.ask("GET", "/exhibitors/altai")).json()["language"] == "en"


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"email": "nowhere"}, "email"), ({"language": "de"}, "language"), ({"names": {"Chinese": "x"}}, "name_Chinese")],
)
async def test_a_wrong_change_is_refused_by_field(catalog: Catalog, fields: dict[str, Any], field: str) -> None:
    await catalog.fair()
    await catalog.put_table("id,name\naltai,Altai\n")
    answer = await catalog.ask("PATCH", "/exhibitors/altai", json=fields)
    assert (answer.status_code, [item["field"] for item in answer.json()["items"]]) == (422, [field])


async def test_no_id_names_a_fair_and_an_exhibitor(catalog: Catalog) -> None:
    """They tell of themselves on one topic: a rival who takes a fair's slug for an exhibitor would silence the fair."""
    await catalog.fair()
    await catalog.fair(slug="rivals-fair")
    squatter = {"id": FAIR, "name": "Squatter"}
    refused = await catalog.ask("POST", "/fairs/rivals-fair/exhibitors", json=squatter)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:pavilion:problem:exhibitor-exists")
    table = await catalog.put_table(f"id,name\n{FAIR},Squatter\n")
    assert table.status_code == 422
    assert f"the id {FAIR!r} is the slug of a fair" in table.text
    await catalog.ask("POST", "/fairs/rivals-fair/exhibitors", json={"id": "early-bird", "name": "Early Bird"})
    late = await catalog.ask("PUT", "/fairs/early-bird", json=fair_settings())
    assert (late.status_code, late.json()["type"]) == (409, "urn:pavilion:problem:fair-exists")
    assert (await catalog.ask("POST", f"/fairs/{FAIR}/publish")).status_code == 200
