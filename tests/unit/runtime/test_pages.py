"""How entries come onto pages, and pages into an order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.runtime import outbox, pages
from shared.runtime.outbox_order import in_sequence
from shared.runtime.store import Document

NOW = datetime(2027, 5, 10, tzinfo=UTC)


def test_entries_are_cut_into_pages_by_number_and_by_bytes() -> None:
    many = pages.insert("x", [{"id": str(n)} for n in range(1_201)], NOW).documents
    assert [page["count"] for page in many] == [500, 500, 201]
    assert [entry["id"] for page in many for entry in page["entries"]] == [str(n) for n in range(1_201)]
    heavy = pages.insert("x", [{"id": str(n), "data": b"x" * 900_000} for n in range(5)], NOW).documents
    assert [page["count"] for page in heavy] == [2, 2, 1]


def test_an_entry_larger_than_a_page_has_one_of_its_own() -> None:
    large = pages.insert("x", [{"id": "a"}, {"id": "b", "data": b"x" * 3_000_000}, {"id": "c"}], NOW).documents
    assert [[entry["id"] for entry in page["entries"]] for page in large] == [["a"], ["b"], ["c"]]


def test_a_row_keeps_its_position_when_its_page_is_thinned_out() -> None:
    told: list[Document] = [_entry("k", n) for n in range(1, 4)]
    [page] = outbox.written(told, NOW).documents
    page.update(first=11, last=13)
    page["entries"] = page["entries"][1:]
    assert [(row.sequence, row.position) for row in outbox.rows([page])] == [(2, 12), (3, 13)]


def _entry(key: str, sequence: int) -> dict[str, Any]:
    fields = dict.fromkeys(("type", "data", "subject", "traceparent"))
    return {"id": f"t/{key}/{sequence}", "topic": "t", "key": key, "seq": sequence, **fields}


@given(
    st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_pages_find_an_order_in_which_every_key_rises_however_clocks_mixed_them_up(
    transactions: Any, random: Any
) -> None:
    """Transactions one after another, each telling the next sequences of some keys, read in any order."""
    reached = dict.fromkeys("abcd", 0)
    written = []
    for number, keys in enumerate(transactions):
        entries = []
        for key in keys:
            reached[key] += 1
            entries.append(_entry(key, reached[key]))
        written.append({"_id": str(number), "entries": entries})
    random.shuffle(written)
    ordered = in_sequence(written)
    assert sorted(page["_id"] for page in ordered) == sorted(page["_id"] for page in written)
    seen = dict.fromkeys("abcd", 0)
    for page in ordered:
        for entry in page["entries"]:
            assert entry["seq"] == seen[entry["key"]] + 1
            seen[entry["key"]] += 1


def test_pages_in_order_stay_as_they_are() -> None:
    written = [{"_id": str(n), "entries": [_entry(f"k{n % 3}", n // 3 + 1)]} for n in range(9)]
    assert in_sequence(written) == written
