"""Runs a service: settings, parts, server, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import signal
import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeVar

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from shared.runtime import tracing
from shared.runtime.components import Component
from shared.runtime.health import Health
from shared.runtime.http.connection import BoundedConnection
from shared.runtime.logging import configure_logging
from shared.runtime.settings import ServiceSettings, SettingsError, load_settings

_log = structlog.get_logger("service")
S = TypeVar("S", bound=ServiceSettings)

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_MISUSED: Final = 2
STOP_SECONDS_MAX: Final = 20.0
_YOUNG_OBJECTS_MAX: Final = 50_000


@dataclass(slots=True)
class Service:
    """A service, wired: `components` start in order and stop in reverse."""

    app: FastAPI
    settings: ServiceSettings
    components: Sequence[Component] = ()
    health: Health = field(default_factory=Health)


Build = Callable[[S], Service | Awaitable[Service]]


def run(build: Build[S], settings: type[S] | S = ServiceSettings) -> NoReturn:  # type: ignore[assignment]
    """Run the service that `build(settings)` wires until SIGTERM or SIGINT, then exit.

    `settings` is a settings class, read from the environment, or an instance. Exit codes: 0 stopped in order,
    1 a part failed, 2 a setting is missing or wrong (said in one sentence on standard error).
    """
    try:
        chosen = load_settings(settings) if isinstance(settings, type) else settings
    except SettingsError as error:
        print(f"The service cannot start: {error}", file=sys.stderr)
        sys.exit(EXIT_MISUSED)
    configure_logging(chosen.service, level=chosen.log_level, format_=chosen.log_format)
    tracing.configure_tracing(chosen.service, endpoint=chosen.otlp_endpoint, sample_ratio=chosen.trace_sample_ratio)
    try:
        code = uvloop.run(_live(build, chosen))
    finally:
        tracing.shutdown_tracing()
    sys.exit(code)


async def _live(build: Build[S], settings: S) -> int:
    try:
        built = build(settings)
        service = await built if inspect.isawaitable(built) else built
    except SettingsError as error:
        print(f"The service cannot start: {error}", file=sys.stderr)
        return EXIT_MISUSED
    return await serve(service)


def calm_collector() -> None:
    """Keep the garbage collector from walking what stays for good, and from starting with every few hundred objects.

    A batch makes tens of thousands that live until it is written; collecting among them found nothing and took a fifth
    of an event's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS_MAX, 20, 50)


async def serve(service: Service, *, stop: asyncio.Event | None = None) -> int:
    """Start the components, serve HTTP until a signal (or until `stop` is set), drain; returns the exit code."""
    stop = stop or asyncio.Event()
    started: list[Component] = []
    code = EXIT_OK
    with _signals(stop):
        try:
            for component in service.components:
                await component.start()
                started.append(component)
            calm_collector()
            code = await _serve_http(service, stop)
        except Exception as error:  # noqa: BLE001 - whatever a part raises ends the service, in order and said aloud
            _log.error("service.failed", exc_info=error)
            code = EXIT_FAILED
        finally:
            service.health.drain()
            for component in reversed(started):
                code = max(code, await _stop(component))
    _log.info("service.stopped", code=code)
    return code


def server_config(service: Service) -> uvicorn.Config:
    """How a service is served: its bounds, and whose word about a caller's address counts."""
    settings = service.settings
    return uvicorn.Config(
        service.app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=BoundedConnection,
        limit_concurrency=settings.connections_max,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        lifespan="off",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=max(1, round(settings.drain_seconds_max)),
    )


async def _serve_http(service: Service, stop: asyncio.Event) -> int:
    settings = service.settings
    server = _Server(server_config(service))
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        stopping.cancel()
        await serving
        _log.error("service.not_listening", host=settings.host, port=settings.port)
        return EXIT_FAILED
    _log.info("service.draining")
    # Unready and draining before the listener closes: streams end themselves, requests in flight are finished.
    service.health.drain()
    server.handle_exit(signal.SIGTERM, None)
    await serving
    return EXIT_OK


async def _stop(component: Component) -> int:
    name = type(component).__name__
    try:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await component.stop()
    except Exception as error:  # noqa: BLE001 - the other parts must still be stopped
        _log.error("service.part.stop_failed", part=name, exc_info=error)
        return EXIT_FAILED
    return EXIT_OK


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        # uvicorn exits the process where the port is taken; a part that fails is ours to report.
        try:
            await super().startup(sockets=sockets)  # type: ignore[arg-type]
        except SystemExit as refused:
            raise OSError(f"cannot listen on {self.config.host}:{self.config.port}") from refused
        for listener in self.servers:
            for socket in listener.sockets:
                _log.info("service.listening", address="{}:{}".format(*socket.getsockname()[:2]))


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Generator[None, None, None]:
    """SIGTERM and SIGINT set `stop`; outside the main thread (tests) signals are not ours to take."""
    loop = asyncio.get_running_loop()
    taken: list[signal.Signals] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(RuntimeError, ValueError):
            loop.add_signal_handler(number, stop.set)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
