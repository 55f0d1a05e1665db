"""Names made comparable, and how alike two of them are."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Final

_WORDS: Final = re.compile(r"\w+")
_LEGAL_FORMS: Final = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gbr",
        "gmbh",
        "haftungsbeschränkt",
        "inc",
        "kg",
        "kk",
        "lda",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "mbh",
        "nv",
        "oao",
        "ooo",
        "oy",
        "oyj",
        "oü",
        "plc",
        "pte",
        "pty",
        "pvt",
        "sa",
        "sarl",
        "sas",
        "sasu",
        "se",
        "sl",
        "spa",
        "spzoo",
        "srl",
        "sro",
        "ug",
        "zao",
        "ао",
        "зао",
        "ооо",
        "пао",
    ]
)
_CHINESE_FORMS: Final = ("股份有限公司", "有限责任公司", "有限公司", "公司")
_INITIALS: Final = re.compile(r"\b(\w)\.(?=\w\b|\w\.|\s|$)")


def same_name(text: str) -> str:
    """The name without differences of width, case and white space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def core_words(text: str) -> tuple[str, ...]:
    """The words that tell a company from others: no legal form, no punctuation."""
    folded = _INITIALS.sub(r"\1", same_name(text))
    for form in _CHINESE_FORMS:
        folded = folded.replace(form, " ")
    words = _WORDS.findall(folded)
    return tuple(word for word in words if word not in _LEGAL_FORMS) or tuple(words)


def likeness(one: str, other: str) -> float:
    """From 0 to 1; 1 where the names differ in legal form and punctuation at most."""
    first, second = " ".join(core_words(one)), " ".join(core_words(other))
    if first == second:
        return 1.0
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
