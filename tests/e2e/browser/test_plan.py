"""The floor plan under real mice, fingers, wheels and keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.e2e.browser.conftest import Open
from tests.e2e.browser.stage import FAIR, HALLS, ORGANIZER, Stage

WIDTH = "e => e.firstElementChild.getBoundingClientRect().width"
SCROLLED = "e => [e.scrollLeft, e.scrollTop]"
CHOSEN = '[data-booth][aria-selected="true"]'
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def frame_of(page: Page) -> Locator:
    return page.locator(".plan-frame")


def middle_of(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def enlarge(page: Page, times: int = 3) -> None:
    for _ in range(times):
        page.get_by_role("button", name="Zoom in").click()


def test_a_mouse_drags_the_plan_and_chooses_only_what_it_clicks(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    enlarge(page)
    frame, booth = frame_of(page), page.locator(f'[data-booth="{hall}/B-03"]')
    booth.scroll_into_view_if_needed()
    before = frame.evaluate(SCROLLED)
    # Taken at a booth and let go at the same booth, which has come along: still no click.
    x, y = middle_of(booth)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 60, steps=6)
    page.mouse.up()
    assert frame.evaluate(SCROLLED) == pytest.approx([before[0] - 90, before[1] - 60], abs=2)
    expect(page.locator(CHOSEN)).to_have_count(0)
    x, y = middle_of(booth)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)
    page.mouse.up()
    expect(booth).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("rest_ms", [0, 300])
def test_a_wheel_scrolls_and_with_ctrl_zooms_what_it_points_at(open_page: Open, hall: str, rest_ms: int) -> None:
    page = open_page("emma", viewport={"width": 1280, "height": 500})
    frame = frame_of(page)
    booth = page.locator(f'[data-booth="{hall}/B-05"]')
    booth.scroll_into_view_if_needed()
    down = page.evaluate("window.scrollY")
    x, y = middle_of(booth)
    width = frame.evaluate(WIDTH)
    page.mouse.move(x, y)
    page.mouse.wheel(0, 80)
    # The whole hall is in view: there is nothing to scroll but the page.
    page.wait_for_function(f"() => window.scrollY > {down}")
    page.evaluate(f"window.scrollTo(0, {down})")
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, -150)
        page.wait_for_timeout(rest_ms)
    page.keyboard.up("Control")
    page.wait_for_function(f"() => ({WIDTH})(document.querySelector('.plan-frame')) > {3.5 * width}")
    expect(page.locator('.plan-drawing[style*="transform"]')).to_have_count(0)
    assert middle_of(booth) == pytest.approx((x, y), abs=20)
    scrolled = frame.evaluate(SCROLLED)
    page.mouse.wheel(60, 40)
    page.wait_for_function(f"() => document.querySelector('.plan-frame').scrollTop === {scrolled[1] + 40}")
    assert page.evaluate("window.scrollY") == down


POINTED = """([booth, x, y]) => {
    const box = document.querySelector(`[data-booth="${booth}"]`).getBoundingClientRect();
    return [(x - box.left) / box.width, (y - box.top) / box.height];
}"""


def test_after_another_zoom_the_wheel_points_at_what_is_there_now(open_page: Open, hall: str) -> None:
    page = open_page("emma", viewport={"width": 1280, "height": 800})
    booth = page.locator(f'[data-booth="{hall}/B-05"]')
    booth.scroll_into_view_if_needed()
    x, y = middle_of(booth)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -450)
    page.keyboard.up("Control")
    page.get_by_role("listbox").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    turned = page.locator('.plan-drawing[style*="transform"]')
    expect(turned).to_have_count(0)
    before = page.evaluate(POINTED, [f"{hall}/B-05", x, y])
    page.keyboard.down("Control")
    page.mouse.wheel(0, 30)
    page.keyboard.up("Control")
    expect(turned).to_have_count(1)
    expect(turned).to_have_count(0)
    assert page.evaluate(POINTED, [f"{hall}/B-05", x, y]) == pytest.approx(before, abs=0.02)


def test_keys_zoom_fit_and_pan(open_page: Open, hall: str) -> None:
    page = open_page("emma")
    frame, plan = frame_of(page), page.get_by_role("listbox")
    plan.focus()
    width = frame.evaluate(WIDTH)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert frame.evaluate(WIDTH) == pytest.approx(2.25 * width)
    before, active = frame.evaluate(SCROLLED), plan.get_attribute("aria-activedescendant")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert frame.evaluate(SCROLLED) == [before[0] + 120, before[1] + 120]
    expect(plan).to_have_attribute("aria-activedescendant", str(active))
    page.keyboard.press("-")
    assert frame.evaluate(WIDTH) == pytest.approx(1.5 * width)
    page.keyboard.press("0")
    assert frame.evaluate(WIDTH) == pytest.approx(width)
    expect(page.get_by_role("button", name="Fit")).to_be_disabled()


def test_labels_say_more_where_there_is_more_room(open_page: Open, hall: str) -> None:
    page = open_page("emma", viewport={"width": 390, "height": 844})
    labels = page.locator(".plan-drawing .label")
    expect(labels.filter(has_text=re.compile("^A-03$"))).to_have_count(1)
    page.locator(f'[data-booth="{hall}/A-03"]').click()
    expect(labels.filter(has_text="Chosen")).to_have_count(0)
    page.get_by_role("listbox").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(labels.filter(has_text="✓ Chosen")).to_have_count(1)
    expect(labels.filter(has_text="24 m²").first).to_be_visible()


@dataclass
class Fingers:
    """Fingers on a screen, through the browser's own gesture recognition."""

    devtools: CDPSession

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


@pytest.fixture
def phone(open_page: Open, hall: str) -> Page:
    return open_page("emma", **PHONE)


@pytest.fixture
def fingers(phone: Page) -> Fingers:
    return Fingers(phone.context.new_cdp_session(phone))


def test_two_fingers_zoom_and_one_pans(phone: Page, fingers: Fingers) -> None:
    frame = frame_of(phone)
    frame.scroll_into_view_if_needed()
    width = frame.evaluate(WIDTH)
    x, y = middle_of(frame)
    fingers.touch("touchStart", (x - 20, y), (x + 20, y))
    for apart in (30, 40, 50, 60):
        fingers.touch("touchMove", (x - apart, y), (x + apart, y))
    fingers.touch("touchEnd")
    phone.wait_for_function(f"() => ({WIDTH})(document.querySelector('.plan-frame')) > {2.8 * width}")
    assert frame.evaluate(WIDTH) == pytest.approx(3 * width, rel=0.05)
    assert phone.evaluate("window.visualViewport.scale") == 1
    expect(phone.locator(CHOSEN)).to_have_count(0)

    before = frame.evaluate(SCROLLED)
    fingers.touch("touchStart", (x, y))
    for moved in range(10, 101, 10):
        fingers.touch("touchMove", (x - moved, y))
    fingers.touch("touchEnd")
    phone.wait_for_function(f"() => document.querySelector('.plan-frame').scrollLeft > {before[0] + 50}")
    expect(phone.locator(CHOSEN)).to_have_count(0)


def test_a_tap_beside_a_booth_means_the_nearest(phone: Page, hall: str) -> None:
    booth = phone.locator(f'[data-booth="{hall}/A-06"]')
    booth.scroll_into_view_if_needed()
    box = booth.bounding_box()
    assert box is not None
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] - 3)
    expect(booth).to_have_attribute("aria-selected", "true")
    phone.touchscreen.tap(box["x"] + box["width"] + 14, box["y"] + box["height"] / 2)
    expect(phone.locator(CHOSEN)).to_have_count(1)


def test_what_is_not_in_this_hall_is_told_of_the_others(open_page: Open, hall: str, stage: Stage) -> None:
    other = str(int(hall) % HALLS + 1)
    with stage.client(ORGANIZER) as client:
        entry = {"name": "Elsewhere Only", "stands": [f"{other}/A-03"]}
        at = f"/api/catalog/fairs/{FAIR}/exhibitors"
        assert client.post(at, json=entry, headers={"Idempotency-Key": f"elsewhere-{hall}"}).is_success
    page = open_page("emma")
    frame_of(page)
    page.get_by_label("Find by number or exhibitor").fill("elsewhere only")
    expect(page.get_by_text("No booth matches")).to_be_visible()
    page.locator(".also-in").get_by_role("link").first.press("Enter")
    expect(page).to_have_url(re.compile(f"#/{FAIR}/{other}$"))
    expect(page.locator(".booth-list .rows li")).to_have_count(1)
    expect(page.locator(".booth-list .parts")).to_contain_text("Elsewhere Only")
