"""The machinery that every service has: committer, relay, consumers, dead letters and timers, wired once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.contracts.topics import TOPICS
from shared.runtime import committer as committer_module
from shared.runtime import dead_letters as dead_letters_module
from shared.runtime.clock import Clock
from shared.runtime.committer import Committer, CommitterLimits
from shared.runtime.components import CommitterComponent, Component, StoreComponent
from shared.runtime.consumer import Consumer, Subscription
from shared.runtime.dead_letters import DeadLetters
from shared.runtime.deadlines import Deadline, Deadlines
from shared.runtime.health import Health, NotReady
from shared.runtime.publisher import KafkaPublisher
from shared.runtime.relay import Relay, RelayLimits
from shared.runtime.settings import ServiceSettings
from shared.runtime.store import Collection, Kind, Store


@dataclass(slots=True)
class Core:
    """One service's machinery. Start `components` in order, stop them in reverse."""

    store: Store
    committer: Committer
    dead_letters: DeadLetters
    relay: Relay
    consumers: list[Consumer]
    deadlines: Deadlines
    collections: tuple[Collection, ...]
    components: list[Component] = field(default_factory=list)


def build_core(
    settings: ServiceSettings,
    *,
    owner: str,
    store: Store,
    clock: Clock,
    health: Health,
    kinds: Sequence[Kind],
    collections: Sequence[Collection],
    subscriptions: Sequence[Subscription] = (),
    deadlines: Sequence[Deadline] = (),
    limits: CommitterLimits | None = None,
    relay_limits: RelayLimits | None = None,
) -> Core:
    """Wire the machinery of service `owner`, which publishes the topics that it owns.

    With the store of tests in memory, `components` may stay unstarted: the committer works without them.
    """
    everything = (*committer_module.COLLECTIONS, *dead_letters_module.COLLECTIONS, *collections)
    limits = limits or CommitterLimits(
        batch_commands_max=settings.batch_commands_max, batches_in_flight_max=settings.batches_in_flight_max
    )
    committer = Committer(store, [*kinds, dead_letters_module.KIND], clock, limits)
    letters = DeadLetters(store, committer)
    publisher = KafkaPublisher(settings.kafka_bootstrap, f"/{owner}", in_memory=settings.broker == "memory")
    relay = Relay(store, publisher, [topic for topic in TOPICS if topic.owner == owner], clock, relay_limits)
    committer.on_applied(lambda _: relay.wake())
    consumers = [Consumer(settings.kafka_bootstrap, s, committer, letters) for s in subscriptions]
    timers = Deadlines(store, committer, deadlines, clock)

    async def store_ready() -> None:
        try:
            await store.ping()
        except Exception as failure:
            raise NotReady(f"the store does not answer: {type(failure).__name__}") from failure

    health.add("store", store_ready)
    health.add("relay", relay.ready)
    for subscription, consumer in zip(subscriptions, consumers, strict=True):
        health.add(f"consumer:{subscription.group}", consumer.ready)
    components: list[Component] = [
        StoreComponent(store, everything),
        relay,
        CommitterComponent(committer),
        *consumers,
        timers,
    ]
    return Core(store, committer, letters, relay, consumers, timers, everything, components)
