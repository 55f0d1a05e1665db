"""In which order pages of the outbox are published."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from graphlib import TopologicalSorter
from itertools import pairwise

from shared.runtime.store import Document


def in_sequence(pages: Sequence[Document]) -> list[Document]:
    """Pages as they come, but so that each key's rows rise in sequence.

    Such an order exists: a later row of a key was decided on what the earlier one's transaction had committed.
    """
    if len(pages) < 2:
        return list(pages)
    of_key: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for index, page in enumerate(pages):
        for entry in page["entries"]:
            of_key.setdefault((entry["topic"], entry["key"]), []).append((entry["seq"], index))
    before: dict[int, set[int]] = {index: set() for index in range(len(pages))}
    for places in of_key.values():
        for (_, earlier), (_, later) in pairwise(sorted(places)):
            if earlier != later:
                before[later].add(earlier)
    order = TopologicalSorter(before)
    order.prepare()
    found: list[Document] = []
    ready: list[int] = []
    while order.is_active():
        for index in order.get_ready():
            heapq.heappush(ready, index)
        first = heapq.heappop(ready)
        found.append(pages[first])
        order.done(first)
    return found
