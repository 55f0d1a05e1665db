"""The import contracts hold, and each of them is shown to bite: a fault is planted in a copy, and must be named."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).parent / "importlinter.ini"
PACKAGES = ("services", "shared", "deploy")

# Which module imports what it must not.
FAULTS = [
    ("services.booking.domain.planted", "services.booking.handlers"),
    ("services.booking.domain.planted", "services.booking.settings"),
    ("services.booking.handlers.planted", "services.booking.adapters.wire"),
    ("services.catalog.ports", "services.catalog.queries"),
    ("services.catalog.app.planted", "services.catalog.adapters.store"),
    ("services.catalog.app.planted", "services.catalog.bootstrap"),
    ("services.notification.handlers", "services.booking.ports"),
    ("services.portal.domain.planted", "services.portal.settings"),
    ("services.portal.app", "deploy"),
    ("services.portal.ports", "motor"),
    ("shared.runtime.planted", "services.booking.ports"),
    ("shared.contracts.planted", "shared.runtime.ids"),
    ("shared.runtime.http.planted", "aiokafka"),
]
UNPLACED = "services.notification.cellar"


def lint(root: Path) -> tuple[int, str]:
    """Run the linter on the packages under `root`; its exit code and what it says, in one line."""
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "400"}
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--config", CONFIG, "--no-cache"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, re.sub(r"\s+", " ", done.stdout + done.stderr)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, root / package, ignore=shutil.ignore_patterns("node_modules", "web", "__pycache__")
        )
    return root


def test_the_house_is_in_order() -> None:
    code, said = lint(ROOT)
    assert code == 0, said


def test_every_planted_fault_is_found_and_named(copy: Path) -> None:
    (copy / UNPLACED.replace(".", "/")).with_suffix(".py").touch()
    for module, target in FAULTS:
        with (copy / module.replace(".", "/")).with_suffix(".py").open("a") as file:
            file.write(f"\nimport {target}\n")
    code, said = lint(copy)
    assert code == 1, said
    assert "Contracts: 0 kept" in said, "each contract is broken by at least one of the faults"
    assert f"not listed as layers: - {UNPLACED}" in said
    for module, target in FAULTS:
        assert f"{module} -> {target}" in said, f"{module} imports {target}, and nobody noticed"
