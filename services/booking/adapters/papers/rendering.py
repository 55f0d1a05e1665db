"""A paper as HTML, and by Typst as PDF.

Neither is put together from text: the page's template escapes what it is given, and Typst reads it as data, so that
nothing in it can be taken for markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from importlib import resources
from typing import Final

import cvttf_NotoSansCJK_Regular as noto_sans_cjk
import typst
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from services.booking.adapters.papers.paper import LANGUAGES, Paper

_FILES: Final = resources.files(__package__)
_STYLE: Final = _FILES.joinpath("paper.css").read_text("utf-8")
_TYPST: Final = _FILES.joinpath("paper.typ").read_bytes()
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HTML_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
}
"""What a paper's page may do: show itself."""


def as_html(paper: Paper) -> str:
    """A page that needs nothing else; its links lead to the other languages and to the PDF."""
    return _template().render(paper=paper, style=_STYLE, languages=LANGUAGES)


def as_pdf(paper: Paper) -> bytes:
    """The same for print, with its text to be searched and read aloud. It keeps a core busy: call it in a thread."""
    data = json.dumps(asdict(paper), ensure_ascii=False)
    printed = typst.Compiler(_TYPST, sys_inputs={"paper": data}, font_paths=_fonts()).compile(format="pdf")
    if not isinstance(printed, bytes):
        raise TypeError("a PDF is one file")
    return printed


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("paper.html")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only what is installed with Pavilion, so that a paper looks the same from every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(resources.files(noto_sans_cjk))])
