"""What is measured, as Prometheus metrics in a registry of our own; `/metrics` shows it."""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

REGISTRY: Final = CollectorRegistry(auto_describe=True)
REGISTRY.register(PLATFORM_COLLECTOR)
REGISTRY.register(GC_COLLECTOR)
ProcessCollector(registry=REGISTRY)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_LATENCY: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_DELAYS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"pavilion_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"pavilion_{name}", text, labels, registry=REGISTRY)


def _histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"pavilion_{name}", text, labels, buckets=buckets, registry=REGISTRY)


# The HTTP edge.
http_seconds = _histogram(
    "http_request_seconds", "From a request's first byte to its answer's last.", _LATENCY, "method", "route", "status"
)
http_in_flight = _gauge("http_requests_in_flight", "Requests being answered.")
live_streams = _gauge("live_streams", "Open server-sent event streams.")

# The committer.
decision_seconds = _histogram(
    "decision_seconds",
    "From a command's arrival at the committer to its durable outcome.",
    _LATENCY,
    "command",
    "outcome",
)
commit_seconds = _histogram("commit_seconds", "One transaction, from load to acknowledged commit.", _LATENCY)
commit_batch_size = _histogram("commit_batch_size", "Commands in one transaction.", _SIZES)
commit_conflicts = _counter("commit_conflicts_total", "Batches decided again because another process was first.")
commit_failures = _counter("commit_failures_total", "Batches that could not be committed.", "reason")
commands_replayed = _counter("commands_replayed_total", "Commands answered from their idempotency record.")

# Outbox and relay.
outbox_backlog = _gauge("outbox_backlog", "Events written and not yet acknowledged by the broker.")
outbox_age_seconds = _gauge("outbox_age_seconds", "Age of the oldest event that is not yet published.")
relay_published = _counter("relay_published_total", "Events that the broker acknowledged.", "topic")
relay_failures = _counter("relay_failures_total", "Publishing rounds that failed and are tried again.")
relay_leader = _gauge("relay_leader", "1 while this process holds the relay's lease.")
publish_delay_seconds = _histogram(
    "publish_delay_seconds", "From an event's decision to the broker's acknowledgement.", _DELAYS
)

# Consumer and inbox.
consumer_lag = _gauge("consumer_lag", "Events in the topic after the last applied one.", "group", "topic", "partition")
consumer_batch_size = _histogram("consumer_batch_size", "Events applied in one transaction.", _SIZES, "group")
events_applied = _counter("events_applied_total", "Events whose effect was committed.", "group", "type")
events_duplicate = _counter("events_duplicate_total", "Events seen before, and dropped.", "group")
events_rejected = _counter("events_rejected_total", "Events answered with a business refusal.", "group", "reason")
events_retried = _counter("events_retried_total", "Times that an event's effect was tried again.", "group")
events_parked = _counter("events_parked_total", "Events put aside for a person.", "group", "reason")
dead_letters = _gauge("dead_letters", "Events that wait in the dead-letter store.", "group")

# Timers and notices.
deadlines_fired = _counter("deadlines_fired_total", "Durable timers whose command was committed.", "kind")
deadline_delay_seconds = _histogram("deadline_delay_seconds", "How late durable timers fired.", _DELAYS, "kind")
mail_sent = _counter("mail_sent_total", "Mails that the mail server took.", "kind")
mail_failed = _counter("mail_failed_total", "Attempts to send a mail that failed.", "kind")


def render(registry: CollectorRegistry = REGISTRY) -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)
