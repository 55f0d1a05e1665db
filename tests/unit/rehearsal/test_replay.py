"""`pavilion replay` against a service in memory."""

from __future__ import annotations

import pytest

from deploy.commands.replay import replay_after
from deploy.stack.errors import StackError
from tests.unit.rehearsal.conftest import Catalog


async def test_a_position_past_the_last_is_said_to_be_that(catalog: Catalog) -> None:
    admin = catalog.access.admin(catalog.http)
    with pytest.raises(StackError, match="999999 is past the last of catalog, which is 0"):
        await replay_after(admin, "catalog", 999_999)
    assert await replay_after(admin, "catalog", 0) == 0
