"""A real fair's folder, for the tests that hold Pavilion against a fair as it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tests.needs import leave_out

NAME = "gamescom-2026"


def real_fair(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder below PAVILION_TEST_DATA; where there is none, the test is left out, which in CI is a failure."""
    data = Path(environment.get("PAVILION_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    folder = data / NAME
    if not (folder / "fair.json").is_file():
        leave_out("tests with a real fair", f"no fair folder at {folder}; set PAVILION_TEST_DATA", environment)
    return folder


def floor_plans(folder: Path) -> dict[str, bytes]:
    """The floor plan of each hall, as the folder has it."""
    return {path.stem.removeprefix("hall-"): path.read_bytes() for path in sorted(folder.glob("halls/*.geojson"))}
