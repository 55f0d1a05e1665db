"""Servers that run already, named by PAVILION_MONGO and PAVILION_KAFKA."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from deploy.stack.errors import StackError


async def check_mongo(url: str) -> None:
    """Make sure that a replica set answers there; StackError where none does."""
    try:
        async with AsyncMongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=5000) as client:
            hello = await client.admin.command("hello")
    except (InvalidURI, ConfigurationError) as error:
        raise StackError("PAVILION_MONGO is no address of a MongoDB.", f"Correct it: {error}.") from error
    except PyMongoError as error:
        # The driver's message may hold the address with its password, so it is not repeated.
        raise StackError(
            f"The MongoDB of PAVILION_MONGO does not answer ({type(error).__name__}).",
            "Start it, or correct the address.",
        ) from error
    if not hello.get("setName"):
        raise StackError(
            "The MongoDB of PAVILION_MONGO is no replica set, and transactions need one.",
            "Start it with --replSet and initiate it; one member is enough.",
        )


async def check_kafka(bootstrap: str) -> None:
    """Make sure that a broker answers there; StackError where none does."""
    with _silent("aiokafka"):
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
        try:
            await admin.start()
            await admin.describe_cluster()
        except (KafkaError, OSError, TimeoutError) as error:
            raise StackError(
                f"No Kafka broker answers at {bootstrap}.", "Start it, or correct PAVILION_KAFKA."
            ) from error
        finally:
            await admin.close()


@contextlib.contextmanager
def _silent(library: str) -> Iterator[None]:
    """Keep a library from saying in its words, before ours, what the caller says in a sentence."""
    logger = logging.getLogger(library)
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
