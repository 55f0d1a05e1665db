"""Logs: one JSON object a line on standard output, `snake.case.event` names, trace ids, no body, no secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, BinaryIO, Final

import orjson
import structlog

from shared.runtime import tracing

_SECRET: Final = frozenset(
    {"authorization", "cookie", "set_cookie", "password", "token", "secret", "body", "csrf", "client_secret", "email"}
)
_NOISY: Final = ("aiokafka", "httpx", "httpcore", "pymongo", "asyncio", "faststream")


def configure_logging(
    service: str, *, level: str = "INFO", format_: str = "json", stream: BinaryIO | None = None
) -> None:
    """Set structlog and the standard library's logging up, both to one stream (standard output where none is given).

    `level` is a standard level name; `format_` is `json` or `console`. Values under keys that name secrets,
    bodies or addresses are replaced, whoever logs them.
    """
    out = stream if stream is not None else sys.stdout.buffer
    severity = logging.getLevelNamesMapping()[level]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _Stamp(service),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        _redact,
    ]
    render: structlog.types.Processor = _render_json if format_ == "json" else _render_console
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        logger_factory=structlog.BytesLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = _Bridge(out, [*shared, render])
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(severity)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(severity, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = name != "uvicorn.access"


class _Stamp:
    """Says which service speaks, and in which trace."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = self._service
        trace_id = tracing.trace_id()
        if trace_id is not None:
            event.setdefault("trace_id", trace_id)
        return event


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if key.lower() in _SECRET:
            event[key] = "(withheld)"
    return event


def _render_json(_: Any, __: str, event: MutableMapping[str, Any]) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)


_console = structlog.dev.ConsoleRenderer(colors=False)


def _render_console(logger: Any, name: str, event: MutableMapping[str, Any]) -> bytes:
    return str(_console(logger, name, event)).encode()


class _Bridge(logging.Handler):
    """Carries what libraries log through the standard library into the same stream and shape."""

    def __init__(self, out: BinaryIO, processors: list[structlog.types.Processor]) -> None:
        super().__init__()
        self._out = out
        self._processors = processors

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; a failure goes to the standard library's own last resort."""
        try:
            event: Any = {"event": "library.message", "logger": record.name, "message": record.getMessage()}
            if record.exc_info:
                event["exc_info"] = record.exc_info
            for processor in self._processors:
                event = processor(None, record.levelname.lower(), event)
            self._out.write(event + b"\n")
            self._out.flush()
        except (OSError, ValueError, TypeError):
            self.handleError(record)
