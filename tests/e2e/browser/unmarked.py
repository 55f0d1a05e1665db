"""Text that a page shows and that no language file has: what stands there unmarked, and came from no server."""

from __future__ import annotations

import calendar
import re
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, Response, Route

_WEB: Final = Path(__file__).parents[3] / "services" / "portal" / "web" / "build" / "pseudo"
_MARKED: Final = re.compile(r"⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LOOKS_MAX: Final = 20
_SHOWN: Final = """() => {
  const found = [];
  const foreign = (node) => node.closest('[lang]') !== document.documentElement && node.closest('[lang]') !== null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (holder === null || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(holder.tagName) || foreign(holder)) continue;
    if (holder.closest('time, pre, code') === null) found.push(node.textContent);
  }
  for (const holder of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    if (foreign(holder)) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(holder.getAttribute(name) ?? '');
  }
  return found;
}"""


class Data:
    """What the server told a page: names and the like, which no language file could have."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def hear(self, response: Response) -> None:
        """Remember the words of an answer."""
        if "json" in response.headers.get("content-type", ""):
            self._take(response.json())

    def _take(self, value: Any) -> None:
        match value:
            case str():
                self.words.update(word.casefold() for word in _WORD.findall(value))
            case list():
                for one in value:
                    self._take(one)
            case dict():
                for one in value.values():
                    self._take(one)


def marked_page(context: BrowserContext) -> None:
    """Give this context's pages the page whose texts are marked; everything else stays the portal's."""

    def instead(route: Route) -> None:
        document = route.request.resource_type == "document"
        path = "index.html" if document else route.request.url.split("?")[0].split("/", 3)[3]
        file = _WEB / path
        if not file.exists():
            # What a redirect leads to no route sees: it is the portal's own page until it is loaded again.
            route.continue_()
            return
        answer = route.fetch() if document else None
        kind = {"html": "text/html", "js": "text/javascript", "css": "text/css"}[file.suffix[1:]]
        headers = {**(answer.headers if answer else {}), "content-type": kind}
        route.fulfill(status=200, headers=headers, body=file.read_bytes())

    context.route(re.compile(r"^https?://[^/]+/((oidc|authorize|sign-in)[^#]*)?(\?[^#]*)?(#.*)?$"), instead)
    context.route(re.compile(r"/assets/"), instead)


def unmarked(page: Page, data: Data) -> list[str]:
    """What the page shows in words that neither the texts nor the server gave it, once it has been told all."""
    for _ in range(_LOOKS_MAX):
        if not (found := _found(page, data)):
            return []
        page.wait_for_timeout(100)
    return found


def _found(page: Page, data: Data) -> list[str]:
    found = []
    for text in page.evaluate(_SHOWN):
        rest = _MARKED.sub(" ", text)
        words = [word for word in _WORD.findall(rest) if word.casefold() not in data.words]
        if words and not _is_date(rest):
            found.append(text.strip())
    return sorted(set(found))


_OF_DATES: Final = {
    word.casefold()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for word in names
} | {"sept", "am", "pm", "gmt", "utc", "at"}


def _is_date(text: str) -> bool:
    """Whether its words are those of a date, a time or a zone, which the browser writes."""
    return all(word.casefold() in _OF_DATES for word in _WORD.findall(text))
