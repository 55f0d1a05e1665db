"""The page has words for all that it may be told of; its other languages are held to the English by their types."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.notification.domain.happenings import Kind
from services.portal.domain.refusals import SignInRefusal
from shared.contracts.topics import BOOKING_EVENTS

TEXTS = Path(__file__).parents[3] / "services" / "portal" / "web" / "src" / "texts" / "en.ts"


def worded(table: str) -> set[str]:
    """The names in a table of the English texts."""
    found = re.search(rf"^  {table}: {{\n(.*?)^  }}", TEXTS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None, table
    return set(re.findall(r'^    "?([a-z_-]+)"?:', found[1], re.MULTILINE))


@pytest.mark.parametrize(("table", "of"), [("happened", "space"), ("happenedToBooths", "reservation")])
def test_every_event_that_a_history_may_show_has_words(table: str, of: str) -> None:
    types = [one.type_.split(".") for one in BOOKING_EVENTS.types]
    assert worded(table) == {parts[3] for parts in types if parts[2] == of}


def test_every_sign_in_that_comes_to_nothing_has_words() -> None:
    assert {str(refusal) for refusal in SignInRefusal} <= worded("problem")


def test_every_kind_of_news_that_an_inbox_may_show_has_words() -> None:
    assert worded("kinds") == {kind.value for kind in Kind if not kind.of_invitations}
