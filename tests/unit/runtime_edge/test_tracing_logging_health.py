from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator

import orjson
import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.runtime import health as health_module
from shared.runtime import metrics, tracing
from shared.runtime.health import Health, NotReady
from shared.runtime.logging import configure_logging

SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
UNSAMPLED = SAMPLED[:-2] + "00"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    made = InMemorySpanExporter()
    tracing.configure_tracing("try", exporter=made)
    yield made
    tracing.shutdown_tracing()


@pytest.mark.parametrize(
    "broken", [None, "", "00", "xx" + SAMPLED[2:], SAMPLED.upper(), "00-" + "0" * 32 + SAMPLED[35:]]
)
def test_without_an_exporter_a_trace_is_carried_and_a_broken_one_replaced(broken: str | None) -> None:
    with tracing.span_from(SAMPLED, "work"):
        assert tracing.current_traceparent() == SAMPLED
        with tracing.span("inside"):
            assert tracing.trace_id() == SAMPLED[3:35]
    assert tracing.current_traceparent() is None
    with tracing.span_from(broken, "work"):
        assert tracing.well_formed(tracing.current_traceparent())
        assert tracing.current_traceparent() != broken


def test_spans_are_children_of_what_came_in_and_parents_of_what_goes_out(exporter: InMemorySpanExporter) -> None:
    with tracing.span_from(SAMPLED, "outer", attributes={"group": "booking"}):
        outward = tracing.current_traceparent()
        with tracing.span("inner"):
            pass
    inner, outer = exporter.get_finished_spans()
    assert outer.parent is not None
    assert f"{outer.parent.span_id:016x}" == SAMPLED[36:52]
    assert outward == f"00-{SAMPLED[3:35]}-{outer.get_span_context().span_id:016x}-01"
    assert inner.parent is not None
    assert inner.parent.span_id == outer.get_span_context().span_id
    assert dict(outer.attributes or {}) == {"group": "booking"}


def test_a_caller_that_does_not_sample_is_followed_and_its_trace_still_carried(exporter: InMemorySpanExporter) -> None:
    with tracing.span_from(UNSAMPLED, "outer"):
        assert tracing.trace_id() == UNSAMPLED[3:35]
        assert str(tracing.current_traceparent()).endswith("-00")
    assert exporter.get_finished_spans() == ()


def test_an_exception_passes_through_and_marks_its_span(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(KeyError), tracing.span_from(None, "work"):
        raise KeyError("gone")
    [span] = exporter.get_finished_spans()
    assert not span.status.is_ok
    assert tracing.current_traceparent() is None


@pytest.fixture
def lines() -> Iterator[io.BytesIO]:
    root, old = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.BytesIO()
    configure_logging("booking", stream=stream)  # type: ignore[arg-type]
    yield stream
    structlog.configure(**old)
    root.handlers[:] = handlers
    root.setLevel(level)


def written(lines: io.BytesIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in lines.getvalue().splitlines()]


def test_a_log_line_is_one_json_object_with_service_level_time_and_trace(lines: io.BytesIO) -> None:
    with tracing.span_from(SAMPLED, "work"):
        structlog.get_logger().info("reservation.held", booths=2, text="two\nlines")
    structlog.get_logger().debug("not.worth.it")
    [line] = written(lines)
    assert line.pop("time")
    assert line == {
        "event": "reservation.held",
        "level": "info",
        "service": "booking",
        "trace_id": SAMPLED[3:35],
        "booths": 2,
        "text": "two\nlines",
    }


@pytest.mark.parametrize("key", ["password", "token", "Authorization", "body", "email", "cookie"])
def test_what_must_not_be_logged_is_withheld_whoever_logs_it(lines: io.BytesIO, key: str) -> None:
    structlog.get_logger().info("slip.of.the.pen", **{key: "hush-hush"})
    assert b"hush-hush" not in lines.getvalue()
    assert written(lines)[0][key] == "(withheld)"


def test_libraries_speak_in_the_same_shape(lines: io.BytesIO) -> None:
    logging.getLogger("some.library").error("could not %s", "connect", exc_info=OSError("no route"))
    logging.getLogger("aiokafka").info("chatter")
    [line] = written(lines)
    assert (line["event"], line["logger"], line["level"]) == ("library.message", "some.library", "error")
    assert line["message"] == "could not connect"
    assert "OSError: no route" in str(line["exception"])


def test_metrics_are_shown_in_prometheus_text() -> None:
    metrics.commit_conflicts.inc(0)
    text = metrics.render().decode()
    assert "pavilion_commit_conflicts_total" in text
    assert "process_resident_memory_bytes" in text


async def test_readiness_names_each_part_and_hides_what_drivers_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "CHECK_SECONDS_MAX", 0.05)
    health = Health()

    async def fine() -> None:
        return

    async def waiting() -> None:
        raise NotReady("no partition assigned yet")

    async def broken() -> None:
        raise RuntimeError("mongodb://user:secret@host")

    async def stuck() -> None:
        await asyncio.Event().wait()

    for name, check in {"a": fine, "b": waiting, "c": broken, "d": stuck}.items():
        health.add(name, check)
    readiness = await health.readiness()
    assert not readiness.ready
    assert readiness.parts == {
        "a": "ok",
        "b": "no partition assigned yet",
        "c": "failed with RuntimeError",
        "d": "no answer within 0.05 s",
    }
    with pytest.raises(ValueError, match="already"):
        health.add("a", fine)


async def test_a_draining_service_is_not_ready() -> None:
    health = Health()
    assert (await health.readiness()).ready
    health.drain()
    assert (await health.readiness()).parts == {"service": "stopping"}
