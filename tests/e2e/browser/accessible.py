"""What axe finds on a page: the rules of WCAG 2.2, levels A and AA, that a program can check."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[3] / "services" / "portal" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@lru_cache(maxsize=1)
def _axe() -> str:
    return _AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """Each violation with the rule, where it is and what is wrong."""
    # What moves in is looked at once it stands.
    page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
    page.evaluate(_axe())
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", _RULES)
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
