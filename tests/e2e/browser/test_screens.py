"""The main pages at three sizes: none scrolls sideways, axe finds nothing, and a picture of each is kept.

The pictures lie in `test-artifacts/screens`, to be looked at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.accessible import violations
from tests.e2e.browser.centre import DAY, VENUE, enter, open_centre
from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import FAIR, Stage

SCREENS = Path(__file__).parents[3] / "test-artifacts" / "screens"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}
# A phone has the least room, and Russian wants the most.
SHOWN = [("phone", "en"), ("phone", "ru"), ("tablet", "ru"), ("desktop", "en")]
# Whose page, its address, and what shows that it is there.
PAGES = {
    "fairs": ("emma", "#fairs", ".fair-card strong"),
    "plan": ("emma", f"#/{FAIR}/48", "[data-booth]"),
    "bookings": ("emma", "#bookings", ".reservation"),
    "happenings": ("organizer", f"#happenings?fair={FAIR}", ".log > li"),
    "desk": ("organizer", f"#desk/{FAIR}/overview", ".hall-bars li"),
    "desk-plan": ("organizer", f"#desk/{FAIR}/plan/48", ".side-table .row"),
    "desk-sales": ("organizer", f"#desk/{FAIR}/sales", ".chart-frame canvas"),
    "venue": ("organizer", f"#venues/{VENUE}/{DAY}/day", ".timeline .bar"),
}


@pytest.fixture(scope="module")
def centre(stage: Stage) -> None:
    """The venue with an option and something definite."""
    open_centre(stage)
    enter(stage, "hall-1", DAY, (9, 12), "Tea tasting")
    enter(stage, "hall-2", DAY, (10, 17), "Silk salon", state="option")


def look(page: Page, name: str, size: str) -> None:
    """Keep a picture of the page, and hold it against what every page owes."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    # What is out of sight is not drawn before it is looked at, and a picture of the whole page is no looking.
    page.evaluate("for (const row of document.querySelectorAll('.row')) row.style.contentVisibility = 'visible'")
    picture = page.screenshot(path=SCREENS / f"{name}-{size}.png", full_page=True)
    assert len(picture) > 10_000
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(page) == []


@pytest.mark.parametrize(("size", "language"), SHOWN)
@pytest.mark.usefixtures("centre")
def test_every_page_fits_and_is_kept_as_a_picture(
    stage: Stage, open_page: Open, hall: str, size: str, language: str
) -> None:
    stage.hold("emma", f"{hall}/A-01", f"{hall}/C-01")
    width, height = SIZES[size]
    pages: dict[str, Page] = {}
    for name, (account, address, sign) in PAGES.items():
        if account not in pages:
            pages[account] = open_page(account, language=language, viewport={"width": width, "height": height})
        page = pages[account]
        page.evaluate("address => { location.hash = address }", address)
        expect(page.locator(sign).first).to_be_visible()
        look(page, name, f"{size}-{language}")
