"""Which process listens on which port, the same ones after a restart where they are still free."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import psutil

from deploy.stack.errors import StackError
from deploy.stack.ports import free_port, is_free


class PortPlan:
    """Ports by name, remembered in the data directory."""

    def __init__(self, data: Path) -> None:
        self._path = data / "ports.json"
        self._remembered = self._read()
        self._given: dict[str, int] = {}

    def give(self, name: str) -> int:
        """This name's port: the one it had, unless somebody else sits there now."""
        port = self._remembered.get(name)
        while port is None or port in self._given.values() or not is_free(port):
            port = free_port()
        self._given[name] = port
        return port

    def give_all(self, names: Iterable[str]) -> list[int]:
        """Ports for several names."""
        return [self.give(name) for name in names]

    def insist(self, name: str, port: int) -> int:
        """This very port; StackError says who sits there."""
        if port == 0:
            return self.give(name)
        if not is_free(port):
            raise StackError(
                f"Port {port} is taken{_by_whom(port)}.",
                f"Stop that, or choose another: `PAVILION_PORT={port + 100} make up`.",
            )
        self._given[name] = port
        return port

    def save(self) -> None:
        """Remember what was given."""
        self._path.write_text(json.dumps(self._given, indent=1, sort_keys=True))

    def _read(self) -> dict[str, int]:
        try:
            known = json.loads(self._path.read_text())
        except (OSError, ValueError):  # Nothing is lost with it: new ports are given. The lock says what is wrong.
            return {}
        return {name: port for name, port in known.items() if isinstance(port, int)} if isinstance(known, dict) else {}


def _by_whom(port: int) -> str:
    try:
        listening = (c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN)
        owners = {c.pid for c in listening if c.pid and getattr(c.laddr, "port", None) == port}
        names = {f"{psutil.Process(pid).name()} (process {pid})" for pid in owners}
    except (psutil.Error, PermissionError):
        return ""
    return f" by {', '.join(sorted(names))}" if names else ""
