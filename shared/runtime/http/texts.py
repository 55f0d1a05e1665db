"""Refuses JSON whose text is none: half of a character can neither be stored nor sent, and so never comes in.

JSON may write a character beyond the first 65,536 as two escapes. One of them alone is well-formed JSON, which Python's
own decoder takes, and no character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

import orjson
from starlette.types import Scope

from shared.runtime.http.call import header
from shared.runtime.problems import Problem, invalid

PROBLEM: Final = "holds half of a character"
REMEDY: Final = "send both of its halves, one after the other, or the character itself in UTF-8"
FOUND_MAX: Final = 20
NAME_CHARS_MAX: Final = 60
PLACE_NAMES_MAX: Final = 8
_HALF: Final = re.compile("[\ud800-\udfff]")
_HALF_ESCAPED: Final = re.compile(rb"\\u[dD][89a-fA-F]")

_Place: TypeAlias = "tuple[_Place, str | int] | None"
"""A member's name, and the place that it is within; None is the document itself."""


def may_hold_half(body: bytes) -> bool:
    """Whether a JSON document holds an escape that may be half of a character; most hold none."""
    return _HALF_ESCAPED.search(body) is not None


def check_text(scope: Scope, body: bytes) -> None:
    """Raises Problem 422, which names the places, where a JSON body of whatever kind holds half a character.

    Problem 400 where it is JSON and no UTF-8; of other kinds of JSON, as floor plans, their own readers say that with
    the place. What is no JSON is left to whoever decodes it. Nearly all bodies are seen to be whole without decoding.
    """
    if body.isascii() and b"\\" not in body and b"\0" not in body:
        return
    media_type = _media_type(scope)
    if media_type == "application/json" and not _is_utf8(body):
        raise Problem("malformed-json", "Malformed JSON", 400, "The body is no UTF-8; send the JSON as UTF-8.")
    if not _is_json(media_type) or not may_hold_half(body) or _is_whole(body):
        return
    try:
        places = list(islice(halves(json.loads(body)), FOUND_MAX))
    except (ValueError, RecursionError):
        return
    if places:
        raise invalid([{"field": place, "problem": PROBLEM, "remedy": REMEDY} for place in places])


def says_json(scope: Scope) -> bool:
    """Whether a request says that its body is JSON, of whatever kind."""
    return _is_json(_media_type(scope))


def halves(value: Any) -> Iterator[str]:
    """The place of each text or name in a decoded JSON document that holds half a character, as `booths.0`.

    Takes no more memory than the document is deep: places are put into words only where something is found.
    """
    if isinstance(value, str) and _HALF.search(value):
        yield "body"
    # Not by recursion: documents nest more deeply than functions may.
    open_: list[tuple[_Place, Iterator[tuple[str | int, Any]]]] = [(None, _members(value))]
    while open_:
        within, members = open_[-1]
        for name, one in members:
            place = (within, name)
            if (isinstance(name, str) and _HALF.search(name)) or (isinstance(one, str) and _HALF.search(one)):
                yield _shown(place)
            if isinstance(one, list | dict):
                open_.append((place, _members(one)))
                break
        else:
            open_.pop()


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    match value:
        case list():
            return enumerate(value)
        case dict():
            return iter(value.items())
        case _:
            return iter(())


def _shown(place: _Place) -> str:
    """A place in letters that can be sent back, its innermost names where it is long."""
    names: list[str] = []
    while place is not None:
        place, name = place
        shown = str(name).encode("utf-8", "backslashreplace").decode()
        names.append(shown if len(shown) <= NAME_CHARS_MAX else f"{shown[:NAME_CHARS_MAX]}…")
        if place is not None and len(names) == PLACE_NAMES_MAX:
            names.append("…")
            break
    return ".".join(reversed(names))


def _media_type(scope: Scope) -> str:
    return (header(scope, b"content-type") or "").partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        # UTF-16, which Python's decoder takes, is full of these.
        return b"\0" not in body
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_whole(body: bytes) -> bool:
    """Whether a decoder that takes no half character takes it, which is found out much sooner than where one is."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
