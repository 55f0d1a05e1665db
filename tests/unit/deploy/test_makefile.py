"""Two who install in one place at one time do not meet."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.stack.paths import ROOT

PIP = """#!/bin/sh
echo begun >> pip.log
sleep 0.5
echo done >> pip.log
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-stack.txt", "pyproject.toml", ".venv/bin/python"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for program in (tmp_path / "pip.sh", tmp_path / ".venv/bin/python"):
        program.write_text(PIP)
        program.chmod(0o755)
    return tmp_path


def make(place: Path) -> subprocess.Popen[str]:
    argv = ["make", "install", "PIP=./pip.sh"]
    return subprocess.Popen(argv, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is missing here")
def test_the_second_installation_waits_for_the_first_and_does_nothing_twice(place: Path) -> None:
    said = [running.communicate(timeout=30)[0] for running in (make(place), make(place))]
    assert sorted("Another make is installing here; waiting for it" in each for each in said) == [False, True]
    assert (place / "pip.log").read_text().split() == ["begun", "done"] * 2


def test_where_there_is_no_flock_it_installs_all_the_same(place: Path) -> None:
    tools = place / "tools"
    tools.mkdir()
    for name in ("bash", "sh", "sleep", "echo", "touch", "test", "find", "python3", "uname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    argv = [str(shutil.which("make")), "install", "PIP=./pip.sh", f"SHELL={tools}/bash"]
    done = subprocess.run(
        argv, cwd=place, env={"PATH": str(tools)}, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (place / ".venv/bin/.installed").exists()
