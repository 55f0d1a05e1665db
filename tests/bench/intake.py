"""Events taken in from Kafka with inbox mark and effect, beside a bare `insert_many` of the same rows.

The effect is one document an event. Both write in chunks of 500 with the same write concern; the bare loop has the
rows ready in memory and no Kafka, no decoding, no decision.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.write_concern import WriteConcern

from shared.contracts import cloudevents
from shared.contracts.events import BoothNow
from shared.runtime import committer as committer_module
from shared.runtime import dead_letters
from shared.runtime.batch import Work
from shared.runtime.clock import SystemClock
from shared.runtime.committer import Committer
from shared.runtime.consumer import Consumer, Subscription
from shared.runtime.dead_letters import DeadLetters
from shared.runtime.decision import Accepted, Change, Outcome, View
from shared.runtime.received import Received
from shared.runtime.service import calm_collector
from shared.runtime.store import ASCENDING, Collection, Index, Kind, MongoStore
from tests.bench.stage import Stage
from tests.builders.counters import eventually

EVENTS = 20_000
CHUNK = 500
SEEN = Kind("seen", "seen", encode=dict, decode=dict)


def _take(event: Received) -> Work:
    state = {"booth": event.key, "state": event.data["state"] if event.data else None, "at": event.time}
    # Each key comes once here, so the document is new: nothing to look for.
    decision = Accepted((Change("seen", event.key, state),))

    def decide(_view: View, _now: datetime) -> Outcome:
        return decision

    return Work("take", decide, creates=(("seen", event.key),))


async def _publish(stage: Stage, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stage.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 6, 1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=stage.kafka, linger_ms=20, max_batch_size=200_000)
    await producer.start()
    now = SystemClock().now()
    sends = []
    for n in range(EVENTS):
        booth = f"bench/1/B-{n:05d}"
        event = BoothNow(booth=booth, fair="bench", hall="1", number=f"B-{n:05d}", state="free", area_m2=20, version=1)
        headers = cloudevents.headers(
            id_=f"{topic}/{booth}/1", type_=BoothNow.type_, source="/bench", time=now, sequence=1, subject="bench"
        )
        sends.append(await producer.send(topic, event.model_dump_json().encode(), key=booth.encode(), headers=headers))
    await asyncio.gather(*sends)
    await producer.stop()


async def _consumed(stage: Stage, topic: str, database: str) -> float:
    """Events a second, from the first applied batch to the last."""
    store = MongoStore(stage.mongo, database)
    await store.prepare([*committer_module.COLLECTIONS, *dead_letters.COLLECTIONS, Collection("seen")])
    committer = Committer(store, [SEEN, dead_letters.KIND], SystemClock())
    letters = DeadLetters(store, committer)
    calm_collector()  # as a service does when it starts
    consumer = Consumer(stage.kafka, Subscription(f"{database}-{topic}", (topic,), _take), committer, letters)
    applied: list[tuple[float, int]] = []
    committer.on_applied(lambda batch: applied.append((time.perf_counter(), len(batch))))
    await consumer.start()
    await eventually(lambda: _all_in(applied), "all events applied", seconds=120)
    await consumer.stop()
    await store.close()
    first, last = applied[0], applied[-1]
    return (EVENTS - first[1]) / (last[0] - first[0])


async def _all_in(applied: list[tuple[float, int]]) -> bool:
    return sum(count for _, count in applied) >= EVENTS


async def _bare(stage: Stage, source: str, database: str) -> float:
    """An effect and a mark for each event, a row each; the marks have the index on their age that the inbox has."""
    client: Any = AsyncIOMotorClient(stage.mongo)
    effects = await client[source]["seen"].find({}).to_list(None)
    pages = await client[source]["inbox"].find({}).to_list(None)
    marks = [{"_id": mark["id"], "at": page["at"]} for page in pages for mark in page["entries"]]
    rows = {"seen": effects, "inbox": marks}
    store = MongoStore(stage.mongo, database)
    await store.prepare([Collection("inbox", (Index((("at", ASCENDING),), ttl_seconds=86_400),)), Collection("seen")])
    await store.close()
    options = {"write_concern": WriteConcern(w="majority", j=True)}
    targets = {name: client[database].get_collection(name, **options) for name in rows}
    start = time.perf_counter()
    for begin in range(0, EVENTS, CHUNK):
        for name, documents in rows.items():
            await targets[name].insert_many(documents[begin : begin + CHUNK], ordered=False)
    seconds = time.perf_counter() - start
    client.close()
    return EVENTS / seconds


async def run(stage: Stage, rounds: int = 2) -> dict[str, Any]:
    """Both in turn, `rounds` times, best of each kept."""
    topic = "bench.intake"
    await _publish(stage, topic)
    consumed = bare = 0.0
    for turn in range(rounds):
        consumed = max(consumed, await _consumed(stage, topic, f"intake_{turn}"))
        bare = max(bare, await _bare(stage, f"intake_{turn}", f"intake_bare_{turn}"))
    return {
        "events_per_second": round(consumed),
        "bare_insert_per_second": round(bare),
        "ratio_to_bare_insert": round(consumed / bare, 2),
    }
