"""Everything in here runs real processes on real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

DEADLINE_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.servers)
            item.add_marker(pytest.mark.timeout(DEADLINE_SECONDS))
