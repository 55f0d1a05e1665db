"""The servers behind a Pavilion, for those who look into stores and topics instead of asking the API."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.stack.errors import StackError
from deploy.stack.lock import DataLock
from deploy.stack.mongod import Mongod
from deploy.stack.options import data_from_environment, kafka_addresses, mongo_address
from deploy.stack.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Servers:
    """Where MongoDB, Kafka and the caught mail are; `broker` is `kafka` or `memory`. What is not known is None."""

    mongo_url: str | None
    bootstrap: str | None
    broker: str
    maildir: Path | None


def servers_from_environment(environment: Mapping[str, str] = os.environ) -> Servers:
    """The servers that PAVILION_MONGO and PAVILION_KAFKA name, else those of the stack that runs on the data directory.

    Raises StackError where nothing runs here and neither variable is set.
    """
    data = data_from_environment(environment)
    mongo, kafka = mongo_address(environment), kafka_addresses(environment)
    holder = DataLock(data).holder()
    if not holder:
        if mongo is None:
            raise StackError(
                f"Pavilion does not run on {data}, and PAVILION_MONGO is not set.",
                "Start it with `make up`, point PAVILION_DATA to its data, or set PAVILION_MONGO and PAVILION_KAFKA.",
            )
        return Servers(mongo, kafka, environment.get("PAVILION_BROKER") or "kafka", None)
    return _of_stack(data, holder, mongo, kafka)


def servers_behind(url: str, environment: Mapping[str, str] = os.environ) -> Servers:
    """The servers behind the Pavilion at `url`; none of them known where it is not the one that runs here."""
    data = data_from_environment(environment)
    holder = DataLock(data).holder()
    if holder and str(holder.get("url", "")).rstrip("/") == url.rstrip("/"):
        return servers_from_environment(environment)
    mongo, kafka = mongo_address(environment), kafka_addresses(environment)
    return Servers(mongo, kafka, environment.get("PAVILION_BROKER") or "kafka", None)


def _of_stack(data: Path, holder: Mapping[str, Any], mongo: str | None, kafka: str | None) -> Servers:
    ports: dict[str, int] = json.loads((data / "ports.json").read_text())
    if mongo is None:
        members = [ports[name] for name in sorted(ports) if name.startswith("mongod-")]
        mongo = Mongod(data / "mongod", ports=members).url
    if kafka is None:
        brokers = [ports[name] for name in sorted(ports) if name.startswith("kafka-client-")]
        kafka = str(holder.get("bootstrap") or ",".join(f"{LOOPBACK}:{port}" for port in brokers))
    maildir = data / "mail"
    return Servers(mongo, kafka, str(holder.get("broker", "kafka")), maildir if maildir.is_dir() else None)
