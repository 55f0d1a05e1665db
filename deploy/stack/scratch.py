"""Temporary directories that are removed even when whoever made them was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

_PREFIX = "pavilion-scratch-"


@contextlib.contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """A directory that is removed at the end; on the way in, those of dead processes are removed."""
    sweep()
    own = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-{purpose}-"))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def sweep() -> None:
    """Remove what processes that no longer run left behind."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = left.name.removeprefix(_PREFIX).split("-", 1)[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
