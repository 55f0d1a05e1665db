"""Folders of all sorts, rehearsed on the in-memory broker, which every machine can run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.client import Api, ApiRefused, Http
from deploy.client.progress import Silent
from deploy.fairs import FolderInvalid, import_folder, read_folder
from deploy.rehearsal.booking import Fate
from deploy.rehearsal.matching import How
from deploy.rehearsal.run import Options, Rehearsal, rehearse
from deploy.stack.accounts import DEMO_ORGANIZER
from deploy.stack.errors import StackError
from deploy.stack.supervisor import Stack
from services.notification.mailer import MailerLimits
from tests.builders.folders import Folder, row_of, stand
from tests.e2e.rehearsal.conftest import access_to, servers_of, stack_on

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with stack_on("memory") as running:
        yield running


async def run(stack: Stack, folder: Folder, **options: bool) -> Rehearsal:
    return await rehearse(
        read_folder(folder.path), access_to(stack), servers_of(stack), Silent(), Options(concurrency=8, **options)
    )


def differences(done: Rehearsal) -> list[str]:
    found = [f"{finding.question}: {said}" for finding in done.findings for said in finding.differences]
    return found + [f"{outcome.booking.label}: {outcome.why}" for outcome in done.refused] + list(done.outstanding)


async def test_other_names_other_scripts_and_no_list_at_all(stack: Stack, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", slug="many-tongues", hold_ttl_seconds=60, held_booths_max=1)
    folder.hall(
        "主馆 A区",
        stand("甲 12", (0, 0, 4, 3), ["兰州精密仪器有限公司", "ООО «Алтай Агро»"]),
        stand("12/3", (5, 0, 4, 3), ["兰州精密仪器有限公司"]),
        stand(7, (10, 0, 4, 3), "兰州精密仪器有限公司"),
        stand("---1", (15, 0, 4, 3), []),
        file="main.geojson",
    )
    folder.hall(None, *row_of(["Жайлау «Сүт» ЖШС"]), file="Зал 2.geojson", size_m=None)
    first = await run(stack, folder)
    assert differences(first) == []
    assert first.matching.count()[How.NOBODY] == 5
    assert len(first.roster.registered) == 3
    again = await run(stack, folder)
    assert differences(again) == []
    assert {outcome.fate for outcome in again.outcomes} == {Fate.THERE}
    assert again.roster.registered == ()


async def test_stands_inside_stands_inside_stands(stack: Stack, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", slug="nested").hall(
        "1",
        stand("A-1a", (2, 2, 4, 4), ["Inner Ltd"]),
        stand("A-1b", (10, 2, 4, 4), ["Host Ltd"]),
        stand("A-1", (0, 0, 20, 10), ["Host Ltd", "Guest Ltd"]),
        stand("A-1g", (0, 0, 40, 20), ["Nation", "Inner Ltd"]),
        stand("B-1", (0, 30, 4, 4), ["Host Ltd"]),
    )
    folder.table(("Host Ltd", "KZ", "1/A1; 1/B1"), ("Nation", "KZ", "1/A1g"), ("Inner Ltd", "KZ", "1/A1a"))
    done = await run(stack, folder)
    assert differences(done) == []
    admitted = {outcome.booking.label: outcome.admitted for outcome in done.outcomes}
    assert admitted == {"1/A-1g": 0, "1/A-1": 1, "1/A-1a": 1, "1/A-1b": 0, "1/B-1": 0}


async def test_a_fair_where_nobody_stands_yet(stack: Stack, tmp_path: Path) -> None:
    folder = (
        Folder(tmp_path / "fair", slug="empty-floor").hall("1", *row_of([], [])).table(("Altai Ltd", "KZ", "1/A001"))
    )
    done = await run(stack, folder)
    assert differences(done) == []
    assert done.outcomes == ()
    assert [entry.why for entry in done.matching.unseen] == ["the plan shows nobody on that stand"]


async def test_stands_that_overlap_in_part_are_refused_with_their_place(stack: Stack, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", slug="crooked").hall(
        "1", stand("A-1", (0, 0, 10, 10), ["Altai Ltd"]), stand("A-2", (5, 5, 10, 10), ["Orda"])
    )
    with pytest.raises(FolderInvalid) as invalid:
        await run(stack, folder)
    assert [problem.place for problem in invalid.value.problems] == ["halls/hall-1.geojson, feature 2 (A-2)"]


async def test_a_stand_that_a_real_exhibitor_took_is_a_difference(stack: Stack, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", slug="taken").hall("1", *row_of(["Altai Ltd"], []))
    folder.table(("Altai Ltd", "altai"), ("Orda", "orda"), columns="name,id")
    access = access_to(stack)
    assert differences(await run(stack, folder)) == []
    async with Http(stack.url) as http:
        body = {"fair": "taken", "booths": ["1/A-002"], "exhibitor": "orda"}
        await access.exhibitor(http, "orda").post("/api/booking/reservations", body)
    found = differences(await run(stack, folder))
    assert found == ["booths as in the folder: 1/A-002: held by orda, but the plan shows nobody there"]


async def test_real_addresses_are_not_replaced_unless_one_says_so(stack: Stack, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "fair", slug="addressed").hall("1", *row_of(["Altai Ltd"]))
    folder.table(("Altai Ltd", "altai-real", "office@altai.example"), columns="name,id,email")
    async with Http(stack.url) as http:
        api = access_to(stack).organizer(http, DEMO_ORGANIZER)
        await import_folder(read_folder(folder.path), api, organizer=DEMO_ORGANIZER)
        folder.table(("Altai Ltd", "altai-real"), columns="name,id")
        with pytest.raises(StackError, match="1 exhibitor of “addressed” has mail addresses that are not in"):
            await run(stack, folder)
        assert differences(await run(stack, folder, replace_addresses=True)) == []
        shown = await api.get("/api/catalog/exhibitors/altai-real")
        assert shown["email"] == "altai-real@rehearsal.invalid"


async def test_a_service_that_dies_in_the_middle_changes_nothing_at_the_end_but_a_few_mails_that_come_again(
    stack: Stack, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "fair", slug="interrupted").hall("1", *row_of(*([f"Exhibitor {n}"] for n in range(19))))
    folder.hall("2", *row_of(*([f"Exhibitor {n}", "Exhibitor 0"] for n in range(19))))
    rehearsal = asyncio.create_task(run(stack, folder))
    async with Http(stack.url) as http:
        organizer = access_to(stack).organizer(http, DEMO_ORGANIZER)
        for service in ("booking", "notification"):
            # What is waited for happens in other processes.
            while not rehearsal.done() and await _booked(organizer) < (5 if service == "booking" else 15):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await stack.kill(service)
            await stack.restart(service)
    again = [said for said in differences(await rehearsal) if said.endswith("was mailed 2 times")]
    assert differences(await rehearsal) == again
    assert len(again) <= MailerLimits().unrecorded_max


async def _booked(organizer: Api) -> int:
    """How many stands of the interrupted fair are taken."""
    try:
        booths = (await organizer.get("/api/booking/fairs/interrupted/booths"))["booths"]
    except ApiRefused:
        return 0
    return sum(1 for booth in booths if booth["state"] != "free")
