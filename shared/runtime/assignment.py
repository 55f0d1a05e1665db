"""Which partitions a consumer has, as the group last told it."""

from __future__ import annotations

from aiokafka import ConsumerRebalanceListener, TopicPartition


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc]
    """Remembers what is assigned, for readiness; holds no lock, as one shared with the poll would deadlock."""

    def __init__(self) -> None:
        self.assigned: set[TopicPartition] = set()
        self.ever = False

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """See ConsumerRebalanceListener."""
        self.assigned -= set(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """See ConsumerRebalanceListener."""
        self.assigned = set(assigned)
        self.ever = True
