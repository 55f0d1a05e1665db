"""The whole stack, and real Chromium before it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from deploy.stack.options import Options
from deploy.stack.scratch import scratch
from deploy.stack.supervisor import Stack
from tests.e2e.browser.stage import FAIR, HALLS, Stage
from tests.needs import leave_out

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
PASSWORD = "pavilion"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.servers)


class RunningStack:
    """The stack on a loop of its own, in a thread that lives as long as it does."""

    def __init__(self, data: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stack", daemon=True)
        self._thread.start()
        self.stack = Stack(Options(data=data, port=0, restart_dead=False))
        self.do(self.stack.start())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a step of the stack and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(180)

    def stop(self) -> None:
        self.do(self.stack.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()


@pytest.fixture(scope="module")
def built_page() -> None:
    """The page as it is in the source now."""
    # Builds only what is not built yet, so that tests side by side do not pull the page from under each other.
    subprocess.run(["make", "--silent", "build-page"], cwd=ROOT, check=True, capture_output=True)


@pytest.fixture(scope="module")
def running_stack(built_page: None) -> Iterator[RunningStack]:
    with scratch("browser") as data:
        running = RunningStack(data)
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="module")
def stage(running_stack: RunningStack) -> Stage:
    stage = Stage(running_stack.stack.url, running_stack.stack.issuer)
    stage.set_up()
    return stage


# No longer than a module: it keeps an event loop running in this thread, in which no async test could run its own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    binary = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if binary is None:
        leave_out("tests in a browser", "Chromium is not installed")
    browser = playwright.chromium.launch(executable_path=binary, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def halls() -> Iterator[int]:
    """The halls of the module's fair that no test has touched yet."""
    return iter(range(1, HALLS + 1))


@pytest.fixture
def hall(halls: Iterator[int]) -> str:
    """A hall that no other test touches."""
    return str(next(halls))


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, stage: Stage, hall: str) -> Iterator[Open]:
    """Opens the hall in a browser of its own, signed in; fails the test on anything the page's console complains of."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(account: str, *, language: str = "en", **context: Any) -> Page:
        made = chromium.new_context(locale=language, **{"viewport": {"width": 1280, "height": 860}, **context})
        contexts.append(made)
        page = made.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None
        )
        page.goto(f"{stage.url}/#/{FAIR}/{hall}")
        page.locator("input[name=account]").fill(account)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").click()
        expect(page.locator(".connection.live")).to_be_visible()
        expect(page.locator("[data-booth]").first).to_be_visible()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
