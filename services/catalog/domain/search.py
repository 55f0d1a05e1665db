"""Text search over names in any language: words to be found by their beginnings, Chinese by neighbouring signs.

MongoDB's text index splits words at spaces and stems by one language a document; it finds nothing inside a Chinese
name. So an entry stores its own terms: each word as it is, and for each run of Chinese, Japanese or Korean
signs every pair of neighbours. A query asks for terms that begin with each of its words (an anchored expression,
which an ordinary index answers), so `北京` is found inside `北京游戏科技`, and `zurich` finds `Zürich`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

TERM_LENGTH_MAX = 32
TERMS_MAX = 200
QUERY_TERMS_MAX = 10

_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")


def fold(text: str) -> str:
    """The text without case, accents and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare)


def index_terms(texts: Iterable[str]) -> list[str]:
    """The terms by which an entry with these names is found, sorted, at most `TERMS_MAX`."""
    terms: dict[str, None] = {}
    for text in texts:
        for piece, is_signs in _pieces(text):
            if is_signs:
                terms.update(dict.fromkeys(piece[at : at + 2] for at in range(len(piece))))
            else:
                terms[piece[:TERM_LENGTH_MAX]] = None
    return sorted(list(terms)[:TERMS_MAX])


def query_terms(text: str) -> list[str]:
    """The beginnings that all have to be found for a query; empty where it holds no word."""
    terms: dict[str, None] = {}
    for piece, is_signs in _pieces(text):
        if is_signs and len(piece) > 1:
            terms.update(dict.fromkeys(piece[at : at + 2] for at in range(len(piece) - 1)))
        else:
            terms[piece[:TERM_LENGTH_MAX]] = None
    return list(terms)[:QUERY_TERMS_MAX]


def sort_key(name: str) -> str:
    """By what a list of names is sorted."""
    return fold(name)[:120]


def _pieces(text: str) -> Iterable[tuple[str, bool]]:
    """The text's words and runs of signs, each with whether it is the latter."""
    for word in _WORD.findall(fold(text)):
        at = 0
        for run in _SIGNS.finditer(word):
            if run.start() > at:
                yield word[at : run.start()], False
            yield run.group(), True
            at = run.end()
        if at < len(word):
            yield word[at:], False
