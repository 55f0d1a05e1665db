"""What each room of a service may speak: read from the source, with planted faults to show that it is read."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("booking", "catalog", "notification", "portal")
ROOMS = ("domain", "ports", "handlers", "queries")

# The domain decides on what it is told: it asks neither the time, nor chance, nor the world.
UNPURE = {"asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "sqlite3", "ssl"}
UNPURE |= {"shutil", "signal", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid"}
CLOCKS = frozenset({"now", "utcnow", "today", "fromtimestamp"})

ALLOWED: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "ports": frozenset({"shared.runtime.decision"}),
    "handlers": frozenset({"shared.runtime.decision"}),
    "queries": frozenset({"shared.runtime.decision", "shared.runtime.clock", "orjson"}),
}
EXCEPTIONS = {
    # A live feed is a question that stays open: it says in the log, and outlives, that the store was away.
    "services/booking/queries/feed.py": frozenset({"shared.runtime.store", "structlog"}),
}


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.text}"


def files(root: Path, service: str, room: str) -> list[Path]:
    base = root / "services" / service
    return sorted((base / room).rglob("*.py")) or [base / f"{room}.py"]


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level + (node.module or ""), node.lineno
            elif node.module:
                # `from shared.runtime import store` names a module too, so the whole is what is judged.
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def foreign(name: str, service: str, room: str, file: str) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return False
    own = [f"services.{service}.domain"]
    if room != "domain":
        own += [f"services.{service}.{other}" for other in ("ports", room)]
    known = (*own, *ALLOWED[room], *EXCEPTIONS.get(file, ()))
    return not any(name == prefix or name.startswith(f"{prefix}.") for prefix in known)


def faults(root: Path) -> list[Fault]:
    """Everything in the inner rooms that does not belong there."""
    return [fault for service in SERVICES for room in ROOMS for fault in _in_room(root, service, room)]


def _in_room(root: Path, service: str, room: str) -> Iterator[Fault]:
    for path in files(root, service, room):
        file = str(path.relative_to(root))
        tree = ast.parse(path.read_text(), file)
        for name, line in imported(tree):
            if foreign(name, service, room, file):
                yield Fault(file, line, f"imports {name}")
            elif room == "domain" and name.partition(".")[0] in UNPURE:
                yield Fault(file, line, f"imports {name}, and the domain is pure")
        if room in ("domain", "handlers"):
            yield from (Fault(file, line, f"asks the time ({call})") for call, line in _clock_calls(tree))


def _clock_calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield ast.unparse(node.func), node.lineno


def test_the_inner_rooms_hold_only_what_belongs_there() -> None:
    assert [str(fault) for fault in faults(ROOT)] == []


def test_every_exception_is_still_needed() -> None:
    for file, names in EXCEPTIONS.items():
        used = {name for name, _ in imported(ast.parse((ROOT / file).read_text()))}
        assert {name for name in names if any(one == name or one.startswith(f"{name}.") for one in used)} == names


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_service_has_every_room(service: str, room: str) -> None:
    assert all(path.exists() for path in files(ROOT, service, room))


@pytest.mark.parametrize(
    ("room", "source", "said"),
    [
        ("domain", "import orjson", "imports orjson"),
        ("domain", "from pydantic import BaseModel", "imports pydantic.BaseModel"),
        ("domain", "from shared.runtime.decision import Accepted", "imports shared.runtime.decision.Accepted"),
        ("domain", "from shared.runtime import ids", "imports shared.runtime.ids"),
        ("domain", "from services.booking import ports", "imports services.booking.ports"),
        ("domain", "import services.catalog.domain", "imports services.catalog.domain"),
        ("domain", "from ..handlers import reserve", "imports ..handlers"),
        ("domain", "def f():\n    import uuid", "imports uuid, and the domain is pure"),
        ("domain", "from random import random", "imports random.random, and the domain is pure"),
        ("domain", "from datetime import datetime\nx = datetime.now()", "asks the time (datetime.now)"),
        ("handlers", "from datetime import date\nx = date.today()", "asks the time (date.today)"),
        ("handlers", "from shared.runtime.store import Store", "imports shared.runtime.store.Store"),
        ("handlers", "from services.booking.adapters import wire", "imports services.booking.adapters.wire"),
        ("handlers", "from services.booking import adapters", "imports services.booking.adapters"),
        ("queries", "import structlog", "imports structlog"),
        ("queries", "from shared.contracts import events", "imports shared.contracts.events"),
        ("ports", "import motor.motor_asyncio", "imports motor.motor_asyncio"),
    ],
)
def test_a_planted_fault_is_found_and_named(tmp_path: Path, room: str, source: str, said: str) -> None:
    for service in SERVICES:
        for name in ROOMS:
            (tmp_path / "services" / service / name).mkdir(parents=True)
            (tmp_path / "services" / service / name / "rules.py").write_text("from __future__ import annotations\n")
    assert faults(tmp_path) == []
    (tmp_path / "services" / "booking" / room / "planted.py").write_text(source)
    [fault] = faults(tmp_path)
    assert (fault.file, fault.text) == (f"services/booking/{room}/planted.py", said)
