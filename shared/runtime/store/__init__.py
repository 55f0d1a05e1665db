"""Where a service keeps its state: one port, a MongoDB adapter and an in-memory one that pass the same tests."""

from shared.runtime.store.memory import MemoryStore
from shared.runtime.store.model import (
    ASCENDING,
    DESCENDING,
    Collection,
    Conflict,
    Document,
    Index,
    Insert,
    Key,
    Kind,
    OutboxEvent,
    Put,
    Reads,
    Remove,
    Store,
    StoreError,
    StoreUnavailable,
    Touch,
    WriteRefused,
    Writes,
)
from shared.runtime.store.mongo import MongoStore

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "Collection",
    "Conflict",
    "Document",
    "Index",
    "Insert",
    "Key",
    "Kind",
    "MemoryStore",
    "MongoStore",
    "OutboxEvent",
    "Put",
    "Reads",
    "Remove",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "Touch",
    "WriteRefused",
    "Writes",
]
