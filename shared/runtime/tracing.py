"""Traces: W3C `traceparent` in and out of every hop, exported over OTLP only where an endpoint is configured.

What must always work is the carrying: an event's `traceparent` leads back to the request that caused it, exporter or
not. So the current trace lives in one context variable as its header text, and spans are made only while exporting.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from typing import Final

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

_HEADER: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)
_random = random.SystemRandom()
_bits = random.Random(_random.getrandbits(256)).getrandbits

Attributes = Mapping[str, str | int | float | bool]


class _Exporting:
    """Whether spans are made, and by whom; one per process."""

    provider: TracerProvider | None = None
    tracer: trace.Tracer | None = None


def configure_tracing(
    service: str, *, endpoint: str = "", sample_ratio: float = 1.0, exporter: SpanExporter | None = None
) -> None:
    """Export spans to the OTLP/HTTP `endpoint` (its base URL), or to `exporter`; with neither, only carry traces.

    `sample_ratio` (0..1) applies to traces that begin here; a trace that comes in keeps its caller's choice.
    """
    if not endpoint and exporter is None:
        _Exporting.provider = _Exporting.tracer = None
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    provider = TracerProvider(
        resource=Resource.create({"service.name": service}),
        sampler=ParentBased(TraceIdRatioBased(sample_ratio)),
        shutdown_on_exit=False,
    )
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint.rstrip("/") + "/v1/traces")))
    _Exporting.provider = provider
    _Exporting.tracer = provider.get_tracer("pavilion")


def shutdown_tracing() -> None:
    """Send what is still buffered and stop exporting."""
    if _Exporting.provider is not None:
        _Exporting.provider.shutdown()
    _Exporting.provider = _Exporting.tracer = None


def exporting() -> bool:
    """Whether spans are made at all."""
    return _Exporting.tracer is not None


def current_traceparent() -> str | None:
    """The present trace as a `traceparent` header, or None outside any."""
    return _current.get()


def trace_id() -> str | None:
    """The present trace's id, 32 hex digits, or None outside any."""
    current = _current.get()
    return current[3:35] if current is not None else None


def new_traceparent() -> str:
    """A trace that begins here and is not sampled."""
    return f"00-{_bits(128) or 1:032x}-{_bits(64) or 1:016x}-00"


def well_formed(traceparent: str | None) -> bool:
    """Whether `traceparent` follows the W3C recommendation."""
    return traceparent is not None and _HEADER.fullmatch(traceparent) is not None


def enter(traceparent: str | None) -> Token[str | None]:
    """Make `traceparent` the present trace, or begin a new one where it is missing or malformed; undo with `leave`."""
    return _current.set(traceparent if well_formed(traceparent) else new_traceparent())


def leave(token: Token[str | None]) -> None:
    """Go back to the trace before `enter`."""
    _current.reset(token)


@contextmanager
def span_from(
    traceparent: str | None, name: str, *, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes | None = None
) -> Iterator[trace.Span]:
    """Work inside the trace that `traceparent` names (a new one where it is None), as a span called `name`.

    Costs a context variable and nothing more while nothing is exported. Exceptions pass through and mark the span.
    """
    tracer = _Exporting.tracer
    if tracer is None:
        token = enter(traceparent)
        try:
            yield trace.INVALID_SPAN
        finally:
            _current.reset(token)
        return
    parent = trace.set_span_in_context(NonRecordingSpan(_context(traceparent))) if well_formed(traceparent) else None
    with tracer.start_as_current_span(name, context=parent, kind=kind, attributes=dict(attributes or {})) as span:
        token = _current.set(_header(span.get_span_context()))
        try:
            yield span
        finally:
            _current.reset(token)


def span(name: str, *, attributes: Attributes | None = None) -> AbstractContextManager[trace.Span]:
    """A span inside the present trace."""
    return span_from(_current.get(), name, attributes=attributes)


def _context(traceparent: str | None) -> SpanContext:
    header = traceparent or new_traceparent()
    return SpanContext(
        trace_id=int(header[3:35], 16),
        span_id=int(header[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(int(header[53:55], 16)),
    )


def _header(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"
