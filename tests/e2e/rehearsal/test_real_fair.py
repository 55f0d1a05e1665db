"""A real fair of 998 stands and 1,783 exhibitors, booked as they stood, through the public API."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.client.progress import Silent
from deploy.fairs import read_folder
from deploy.rehearsal.booking import Fate
from deploy.rehearsal.run import Options, Rehearsal, rehearse
from deploy.stack.supervisor import Stack
from tests.e2e.rehearsal.conftest import access_to, servers_of, stack_on

pytestmark = pytest.mark.timeout(900)


@pytest.mark.kafka
async def test_a_real_fair_is_rehearsed_on_apache_kafka_and_once_more_without_doubling(real_fair: Path) -> None:
    async with stack_on("kafka") as stack:
        first = await _rehearse(stack, real_fair)
        _as_the_folder_has_it(first, Fate.BOOKED)
        again = await _rehearse(stack, real_fair)
        _as_the_folder_has_it(again, Fate.THERE)
        assert not again.imported.changed_anything
        assert {o.reservation for o in again.outcomes} == {o.reservation for o in first.outcomes}


async def test_a_real_fair_is_rehearsed_on_the_in_memory_broker(real_fair: Path) -> None:
    async with stack_on("memory") as stack:
        _as_the_folder_has_it(await _rehearse(stack, real_fair), Fate.BOOKED)


async def _rehearse(stack: Stack, folder: Path) -> Rehearsal:
    return await rehearse(read_folder(folder), access_to(stack), servers_of(stack), Silent(), Options())


def _as_the_folder_has_it(done: Rehearsal, fate: Fate) -> None:
    different = {finding.question: finding.differences[:3] for finding in done.findings if finding.differences}
    assert (different, done.outstanding, done.refused) == ({}, (), ())
    assert {outcome.fate for outcome in done.outcomes} == {fate}
    assert not [finding.question for finding in done.findings if finding.skipped]
    looked_at = {finding.question: finding.looked_at for finding in done.findings}
    assert looked_at["booths as in the folder"] == 998
    assert looked_at["confirmations published once, in order"] == len(done.outcomes) == 684
    assert looked_at["mailed once to each who stands there"] == 1859
    assert looked_at["shown once in each inbox"] == 1859
    assert sum(outcome.admitted for outcome in done.outcomes) == (10 if fate is Fate.BOOKED else 0)
