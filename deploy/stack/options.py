"""What the stack is told: by environment variables for people, by arguments for tests."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from deploy.stack.errors import StackError
from deploy.stack.keeper import PATIENCE_SECONDS
from deploy.stack.paths import ROOT

BrokerKind = Literal["kafka", "memory"]
SERVICES = ("catalog", "booking", "notification", "portal")
PORT_DEFAULT = 8000


@dataclass(frozen=True, slots=True)
class Options:
    """How to run the stack.

    `port` 0 takes a free one for the portal. `broker` None takes Apache Kafka where it can run, else
    the in-memory one. `kafka`, `mongo` and `smtp` are addresses of servers that run already.
    `processes` and `service_env` are by service; a service without an entry runs once, with nothing added.
    With `restart_dead`, a service that answers nothing for `patience_seconds` is taken for dead, too.
    """

    data: Path
    port: int = PORT_DEFAULT
    broker: BrokerKind | None = None
    kafka: str | None = None
    mongo: str | None = None
    smtp: str | None = None
    brokers: int = 1
    mongod_members: int = 1
    services: tuple[str, ...] = SERVICES
    processes: Mapping[str, int] = field(default_factory=dict)
    service_env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    service_module: str = "services.{service}"
    restart_dead: bool = True
    patience_seconds: float = PATIENCE_SECONDS
    ready_seconds: float = 180.0

    @property
    def logs(self) -> Path:
        """Where each process's output goes."""
        return self.data / "logs"

    @property
    def issuer(self) -> Path:
        """The embedded issuer's key, key set and sample accounts."""
        return self.data / "issuer"


def data_from_environment(environment: Mapping[str, str] = os.environ) -> Path:
    """The data directory: PAVILION_DATA, or `.pavilion` in the project."""
    return Path(environment.get("PAVILION_DATA") or ROOT / ".pavilion").expanduser().resolve()


def options_from_environment(environment: Mapping[str, str] = os.environ) -> Options:
    """Read the PAVILION_ variables; StackError names the one that makes no sense."""
    said = environment.get("PAVILION_PORT") or str(PORT_DEFAULT)
    if not said.isdecimal() or int(said) > 65_535:
        raise StackError(f"PAVILION_PORT is {said!r}, which is no port.", "Set it to a number from 1 to 65535.")
    return Options(
        data=data_from_environment(environment),
        port=int(said),
        broker=_broker(environment.get("PAVILION_BROKER")),
        kafka=kafka_addresses(environment),
        mongo=mongo_address(environment),
        smtp=environment.get("PAVILION_SMTP") or None,
    )


def _broker(said: str | None) -> BrokerKind | None:
    match said:
        case None | "":
            return None
        case "kafka":
            return "kafka"
        case "memory":
            return "memory"
        case _:
            raise StackError(f"PAVILION_BROKER is {said!r}.", "Set it to `kafka` or `memory`, or leave it out.")


def mongo_address(environment: Mapping[str, str]) -> str | None:
    """PAVILION_MONGO, None where it is not set; StackError where it is no address. It may hold a password."""
    said = environment.get("PAVILION_MONGO") or None
    if said is not None and not re.match(r"mongodb(\+srv)?://.", said):
        raise StackError(
            "PAVILION_MONGO is no address of a MongoDB.", "Write it as mongodb://host:port/?replicaSet=name."
        )
    return said


def kafka_addresses(environment: Mapping[str, str]) -> str | None:
    """PAVILION_KAFKA, None where it is not set; StackError where it does not list host:port, with commas between."""
    said = environment.get("PAVILION_KAFKA") or None
    for one in (said or "").split(","):
        if said is not None:
            address(one.strip(), "PAVILION_KAFKA")
    return said


def address(said: str, name: str) -> tuple[str, int]:
    """Split `host:port`; StackError names the variable when it is none."""
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal():
        raise StackError(f"{name} is {said!r}, which is no address.", "Write it as host:port.")
    return host, int(port)
