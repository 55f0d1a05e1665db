"""The documents' commands do what the documents say, on a whole stack with the demonstration fair."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deploy.stack.demo import bring_demo
from deploy.stack.options import Options
from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack
from tests.docs.pages import PAGES, ROOT, blocks
from tests.docs.shell import Reader

T = TypeVar("T")
RUNNABLE = [page for page in PAGES if any(block.runs for block in blocks(page))]
pytestmark = pytest.mark.servers


class _Loop:
    """An event loop in a thread of its own, so that the stack lives on between steps."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stack", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(240)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()


async def _with_demo(stack: Stack) -> None:
    await stack.start()
    await bring_demo(stack)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """The data directory of a stack that runs, as after `make up`."""
    with scratch("docs") as directory:
        loop = _Loop()
        stack = Stack(Options(data=directory, port=0, restart_dead=False, ready_seconds=180))
        try:
            loop.do(_with_demo(stack))
            yield directory
        finally:
            loop.do(stack.stop())
            loop.end()


@pytest.fixture
def reader(data: Path, tmp_path: Path) -> Reader:
    """A reader in a directory that looks like the project's, and into which the page may write."""
    for name in (".venv", "deploy"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".pavilion").symlink_to(data)
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("PAVILION_")}
    return Reader(tmp_path, {**theirs, "PAVILION_DATA": str(data), "COLUMNS": "200"})


@pytest.mark.parametrize("page", RUNNABLE)
def test_a_reader_who_follows_a_page_gets_what_it_says(page: str, reader: Reader) -> None:
    for block in blocks(page):
        if block.runs or "file" in block.words:
            reader.follow(block)
    # What a page has its reader write goes elsewhere, so that git has nothing to say about it afterwards.
    ours = {".venv", "deploy", ".pavilion", ".variables", ".place"}
    assert [path.name for path in reader.directory.iterdir() if path.name not in ours and path.name[:4] != "tmp."] == []
