"""Mails as bytes. Written out by hand because the standard library's `EmailMessage` takes ten times as long for each,
and a fair's confirmations are thousands; what it parses back is tested to be the same."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Final

_WORD_BYTES_MAX: Final = 45
"""With its frame an encoded word is then 72 characters long; RFC 2047 allows 75."""
_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
_PLAIN: Final = re.compile(r"[ -~]*")
_PLAIN_PHRASE: Final = re.compile(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*")


def text_header(text: str) -> str:
    """An unstructured header's value, in encoded words where it is not plain ASCII. Never breaks out of its header."""
    if _PLAIN.fullmatch(text) and "=?" not in text:
        return text
    return _encoded(text)


def mailbox_header(name: str, address: str) -> str:
    """One mailbox with a display name (RFC 5322 section 3.4). The address must be a plain one, in ASCII."""
    if not name:
        return address
    phrase = name if _PLAIN_PHRASE.fullmatch(name) else _encoded(name)
    return f"{phrase} <{address}>"


def _encoded(text: str) -> str:
    """RFC 2047 encoded words, folded one a line."""
    words = (base64.b64encode(chunk).decode("ascii") for chunk in _chunks(text))
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _chunks(text: str) -> Iterator[bytes]:
    """The text in UTF-8, in pieces that end between characters."""
    piece = b""
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(piece) + len(encoded) > _WORD_BYTES_MAX:
            yield piece
            piece = b""
        piece += encoded
    if piece:
        yield piece


def alternative(headers: Sequence[tuple[str, str]], boundary: str, bodies: Sequence[tuple[str, str]]) -> bytes:
    """A multipart/alternative message (RFC 2046 section 5.1.4) of bodies, each a media type and its text, in UTF-8.

    The last is what a program shows that can.

    Header values must come from this module, or be plain ASCII on one line; raises ValueError for any other.
    """
    head = [*headers, ("MIME-Version", "1.0"), ("Content-Type", f'multipart/alternative; boundary="{boundary}"')]
    lines = [f"{name}: {_safe(value)}" for name, value in head]
    for media_type, body in bodies:
        lines += ["", f"--{boundary}", f'Content-Type: {media_type}; charset="utf-8"']
        lines += ["Content-Transfer-Encoding: base64", "", _base64(body)]
    return "\r\n".join([*lines, "", f"--{boundary}--", ""]).encode("ascii")


def _safe(value: str) -> str:
    """A header's value, folded at most the way that this module folds."""
    if all(_PLAIN.fullmatch(line) and line for line in value.split("\r\n ")):
        return value
    raise ValueError("a header's value has line breaks or is not ASCII")


def _base64(body: str) -> str:
    canonical = _LINE_BREAK.sub("\r\n", body)
    lines = base64.encodebytes(canonical.encode("utf-8", "replace")).decode("ascii").splitlines()
    return "\r\n".join(lines)
