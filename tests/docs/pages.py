"""The documents, and what in them is to be run.

A fenced block is run where its first line says so: `sh run` must end well; `sh run says="…"` must print that text, too;
`sh run until="…"` is stopped as soon as it has printed it; `python file=NAME` is kept as a file of that name, for the
blocks after it. The blocks of a page are run in order and share their variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)

_FENCE = re.compile(r"^(`{3,})(.*)$")
_WORD = re.compile(r'(\w+)(?:="([^"]*)"|=(\S+))?')


@dataclass(frozen=True)
class Block:
    """A fenced block: `line` is where it begins, `words` what its first line says."""

    page: str
    line: int
    language: str
    words: dict[str, str]
    text: str

    @property
    def runs(self) -> bool:
        return self.language == "sh" and "run" in self.words

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, text: str | None = None) -> list[Block]:
    """The fenced blocks of a page, in order; AssertionError where one is never closed."""
    found: list[Block] = []
    lines = iter(enumerate((text_of(page) if text is None else text).splitlines(), start=1))
    for number, line in lines:
        if fence := _FENCE.match(line):
            language, _, rest = fence[2].strip().partition(" ")
            words = {match[1]: match[2] or match[3] or "" for match in _WORD.finditer(rest)}
            body = "\n".join(_until(fence[1], lines, f"{page}:{number}"))
            found.append(Block(page, number, language, words, body))
    return found


def _until(fence: str, lines: Iterator[tuple[int, str]], where: str) -> Iterator[str]:
    for _, line in lines:
        if line.rstrip() == fence:
            return
        yield line
    raise AssertionError(f"{where}: this block is never closed")


def prose(page: str, text: str | None = None) -> str:
    """A page without its fenced blocks, line for line."""
    kept: list[str] = []
    fence = ""
    for line in (text_of(page) if text is None else text).splitlines():
        match = _FENCE.match(line)
        if fence:
            fence = "" if line.rstrip() == fence else fence
            kept.append("")
        elif match:
            fence = match[1]
            kept.append("")
        else:
            kept.append(line)
    return "\n".join(kept)


def spoken(page: str) -> str:
    """Everything on a page that is code: fenced blocks, and what stands between backticks."""
    inline = re.findall(r"`([^`\n]+)`", prose(page))
    return "\n".join([*(block.text for block in blocks(page)), *inline])


def readme_sign_ins(text: str | None = None) -> dict[str, str]:
    """The accounts as which the README has its reader sign in, or watch, each with the one password that it tells."""
    page = prose("README.md", text)
    [password] = re.findall(r"password `(\w+)`", page)
    accounts = re.findall(r"(?:sign in as|, and) `([a-z]+)`", page)
    return dict.fromkeys(accounts, password)


def printed_sign_ins(said: str) -> dict[str, str]:
    """The accounts and passwords of the table that the stack prints when it is ready."""
    table = said.partition("sign in as")[2]
    return dict(re.findall(r"^ *(\w+) +(\w+) +\S.* \([a-z]+\) *$", table, re.MULTILINE))
