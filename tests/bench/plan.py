"""The floor plan of 5,000 booths in headless Chromium: the real page on the real stack, beside a bare SVG page.

Both pages get the same plan and the same changes over the same public origin, in turn, in one browser. Frames are not
held to the screen's rhythm, so that a frame's time is what it costs. What the numbers mean:

- `first_paint_ms`: from opening the address, signed in, to the frame that shows every booth with its state;
- `pan_*`: time between frames while the mouse drags the plan, zoomed in; `zoom_*`: while ctrl and wheel zoom it;
- `changes_*`: from the message with 200 changed booths to the frame that shows all of them.
"""

from __future__ import annotations

import asyncio
import gzip
import math
import os
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from deploy.stack.accounts import SAMPLE_PASSWORD
from deploy.stack.options import Options
from deploy.stack.paths import ROOT
from deploy.stack.supervisor import Stack
from tests.bench.made_fair import BOOTHS, FAIR, HALL, MadeFair, hall_m, made_fair
from tests.builders.counters import eventually

CHANGES: Final = 200
CHANGE_ROUNDS: Final = 10
CHANGE_ROUNDS_MAX: Final = 60
PAN_STEPS: Final = 160
ZOOM_STEPS: Final = 40
VIEWPORT: Final = {"width": 1280, "height": 860}
_PAGES: Final = Path(__file__).parent / "pages"
_WEB: Final = ROOT / "services" / "portal" / "web" / "dist"
_PATIENCE_SECONDS: Final = 60
_UNCAPPED: Final = ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"]
_FRAME: Final = ".plan-frame"


@asynccontextmanager
async def stack_with_fair(directory: Path) -> AsyncIterator[tuple[Stack, MadeFair]]:
    """The whole stack on Apache Kafka with the made-up fair."""
    async with Stack(Options(data=directory / "plan", port=0, broker="kafka")) as stack:
        yield stack, await made_fair(stack)


async def run(fair: MadeFair, rounds: int = 2) -> dict[str, Any]:
    """Both pages in turn, `rounds` times; the better of each figure counts, and the ratios of those."""
    best: dict[str, dict[str, float]] = {"page": {}, "bare": {}}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=_UNCAPPED)
        for _ in range(rounds):
            for kind, figures in best.items():
                for name, value in (await _measured(browser, fair, kind)).items():
                    figures[name] = min(value, figures.get(name, math.inf))
        await browser.close()
    ratios = {f"{name}_to_bare": round(value / best["bare"][name], 2) for name, value in best["page"].items()}
    return {**best, "ratios": ratios, "bundle": {"entry_gzip_kb": entry_gzip_kb()}}


def chromium() -> str | None:
    """Where the browser is; None lets playwright say that there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def entry_gzip_kb() -> float:
    """What a first visit loads of scripts and styles, in kB (1,000 bytes) of gzip."""
    page = (_WEB / "index.html").read_text()
    names = [part.split('"', 1)[0] for part in page.split('="/assets/')[1:]]
    sizes = [len(gzip.compress((_WEB / "assets" / name).read_bytes(), 9)) for name in names]
    return round(sum(sizes) / 1000, 1)


async def _measured(browser: Browser, fair: MadeFair, kind: str) -> dict[str, float]:
    context = await browser.new_context(locale="en", viewport=VIEWPORT)  # type: ignore[arg-type]
    try:
        page = await signed_in(context, fair, "emma")
        await _open(page, fair, kind)
        first = await page.evaluate("bench.firstPaintMs")
        changes = await _changes(page, fair)
        pan = await _pan(page)
        zoom = await _zoom(page)
        return {"first_paint_ms": round(first, 1), **_of("pan", pan), **_of("zoom", zoom), **_of("changes", changes)}
    finally:
        await context.close()


async def signed_in(context: BrowserContext, fair: MadeFair, account: str) -> Page:
    """A page of the portal on which a sample account is signed in."""
    page = await context.new_page()
    await page.goto(fair.url)
    await page.locator("input[name=account]").fill(account)
    await page.locator("input[name=password]").fill(SAMPLE_PASSWORD)
    await page.locator("form button[type=submit]").click()
    await page.locator("header.top").wait_for()
    return page


async def _open(page: Page, fair: MadeFair, kind: str) -> None:
    await page.goto("about:blank")
    await page.add_init_script(path=_PAGES / "watch.js")
    await page.add_init_script(f"bench.wanted = {BOOTHS}")

    async def bare(route: Route) -> None:
        await route.fulfill(path=_PAGES / "bare.html", content_type="text/html")

    await page.route("**/bare", bare)
    width, depth = hall_m()
    address = f"/#/{FAIR}/{HALL}" if kind == "page" else f"/bare#{FAIR},{HALL},{width},{depth}"
    await page.goto(fair.url + address)
    await until(page, "bench.firstPaintMs !== null")


async def _changes(page: Page, fair: MadeFair) -> list[float]:
    """How long each round's changes took until they were drawn; only rounds that came in one message count."""
    chosen = random.Random(7).sample(fair.booths, CHANGES + 1)
    found: list[float] = []
    for turn in range(CHANGE_ROUNDS_MAX):
        await page.evaluate("bench.messages.length = 0")
        await fair.move("unblock" if turn % 2 else "block", chosen)
        whole = f"bench.messages.reduce((n, one) => n + (one.drawnMs === null ? 0 : one.booths), 0) >= {len(chosen)}"
        await until(page, whole)
        found += [one["drawnMs"] for one in await page.evaluate("bench.messages") if one["booths"] >= CHANGES]
        if len(found) >= CHANGE_ROUNDS and turn % 2:
            break
        await asyncio.sleep(0.3)
    return found


async def until(page: Page, expression: str) -> None:
    """Until it is true on the page; playwright's own wait needs an eval, which the page's policy forbids."""

    async def is_so() -> bool:
        return bool(await page.evaluate(expression))

    await eventually(is_so, expression, seconds=_PATIENCE_SECONDS)


async def _pan(page: Page) -> list[float]:
    """Zoom in, then drag the plan about in circles."""
    x, y = await _middle(page)
    await _ctrl_wheel(page, -150, 6)
    await page.wait_for_timeout(500)
    await page.evaluate("bench.watchFrames", _FRAME)
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(PAN_STEPS):
        angle = 4 * math.pi * step / PAN_STEPS
        await page.mouse.move(x + 200 * math.sin(angle), y + 200 * (math.cos(angle) - 1))
    await page.mouse.up()
    frames: list[float] = await page.evaluate("bench.stopFrames()")
    return frames


async def _zoom(page: Page) -> list[float]:
    await page.evaluate("bench.watchFrames", _FRAME)
    await _ctrl_wheel(page, 60, ZOOM_STEPS // 2)
    await _ctrl_wheel(page, -60, ZOOM_STEPS // 2)
    frames: list[float] = await page.evaluate("bench.stopFrames()")
    return frames


async def _ctrl_wheel(page: Page, delta: int, steps: int) -> None:
    x, y = await _middle(page)
    await page.mouse.move(x, y)
    await page.keyboard.down("Control")
    for _ in range(steps):
        await page.mouse.wheel(0, delta)
    await page.keyboard.up("Control")


async def _middle(page: Page) -> tuple[float, float]:
    box = await page.locator(_FRAME).bounding_box()
    if box is None:
        raise RuntimeError("the plan is not shown")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _of(name: str, times: list[float]) -> dict[str, float]:
    if not times:
        raise RuntimeError(f"no frame was counted for {name}")
    ordered = sorted(times)
    return {
        f"{name}_p50_ms": round(ordered[len(ordered) // 2], 1),
        f"{name}_p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }
