"""One stack for each data directory."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import TextIO

from deploy.stack.errors import StackError


class DataLock:
    """Held while a stack runs on a data directory.

    The kernel lets go of it when its holder ends, however that happens, so a file that was left
    behind locks nobody out; it only says that the last run did not end in order.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "lock"
        self._file: TextIO | None = None

    def take(self) -> bool:
        """Take it; the answer is whether the last holder ended without giving it back.

        Raises StackError when another stack holds it, or the directory cannot be written.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+")
        except OSError as error:
            why = "it is a file" if self._path.parent.is_file() else error.strerror
            raise StackError(
                f"The data directory {self._path.parent} cannot be written: {why}.",
                "Mend that, or choose another with PAVILION_DATA.",
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(file)
            file.close()
            raise self._taken(holder) from None
        stale = bool(_holder(file))
        self._file = file
        return stale

    def tell(self, url: str, **more: str) -> None:
        """Write down who holds it and where the stack is to be found; `more` must hold no secret."""
        if self._file is None:
            raise RuntimeError("the lock is not held")
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "url": url, **more}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.close()
            self._file = None

    def holder(self) -> dict[str, object] | None:
        """Who holds it now, as {pid, url}; None when nobody does."""
        if not self._path.exists():
            return None
        with self._path.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _holder(file)
        return None

    def _taken(self, holder: dict[str, object]) -> StackError:
        where = self._path.parent
        if not holder:
            return StackError(
                f"Pavilion is being started on {where} by another process.", "Wait for it, or choose PAVILION_DATA."
            )
        return StackError(
            f"Pavilion runs already on {where}: {holder['url']} (process {holder['pid']}).",
            f"Open that address; or stop it (Ctrl-C there, or `kill {holder['pid']}`); "
            "or choose another PAVILION_DATA and PAVILION_PORT for a second one.",
        )


def _holder(file: TextIO) -> dict[str, object]:
    file.seek(0)
    try:
        holder = json.load(file)
    except ValueError:  # Empty: nobody, or somebody who has only just begun.
        return {}
    return holder if isinstance(holder, dict) else {}
