"""Entity tags of what is polled, RFC 9110, section 13.1.2."""

from __future__ import annotations


def has_it(if_none_match: str | None, etag: str) -> bool:
    """Whether somebody who sends this If-None-Match has what the tag stands for, by weak comparison."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag.removeprefix("W/") in tags or tags == {"*"}
