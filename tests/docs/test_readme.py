"""The first two commands of the README, which are not run as it stands, are what Makefile and stack make of them."""

from __future__ import annotations

import io
import os
import re
import subprocess

import pytest
from rich.console import Console

from deploy.commands.up import _welcome
from deploy.stack.accounts import SAMPLE_PASSWORD, SAMPLES
from deploy.stack.options import PORT_DEFAULT
from tests.docs.pages import ROOT, blocks, printed_sign_ins, readme_sign_ins, text_of


def not_run(text: str | None = None) -> list[str]:
    """The lines of those of the README's commands that are not run as a reader would."""
    plain = [block for block in blocks("README.md", text) if block.language == "sh" and not block.runs]
    return [line for block in plain for line in block.text.splitlines()]


def last_step(target: str) -> str:
    """The last command that make would run for a target; "" where there is no such target."""
    # Without what a make that runs these tests was told.
    environment = {
        name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    }
    argv = ["make", "--dry-run", "--always-make", "--no-print-directory", target]
    done = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.splitlines()[-1] if done.returncode == 0 else ""


def welcome() -> str:
    """What `pavilion up` prints once it is ready."""
    console = Console(file=io.StringIO(), width=200)
    _welcome(console, f"http://127.0.0.1:{PORT_DEFAULT}", 1.0)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_the_readme_has_not_run_are_its_two_commands() -> None:
    assert not_run() == ["make up", "make test"]
    assert not_run("```sh run\na\n```\n\n```sh\nmake down\n```\n") == ["make down"]


@pytest.mark.parametrize(
    ("target", "step"),
    [
        ("up", "exec .venv/bin/pavilion up"),
        ("test", ".venv/bin/pytest -q -n 3 --dist loadfile tests"),
        ("down", ""),
    ],
)
def test_the_two_commands_end_in_the_stack_and_in_all_tests(target: str, step: str) -> None:
    assert last_step(target) == step


def test_the_stack_prints_one_address_and_the_sample_sign_ins() -> None:
    assert re.findall(r"http://\S+", welcome()) == [f"http://127.0.0.1:{PORT_DEFAULT}"]
    assert f"| `PAVILION_PORT` | `{PORT_DEFAULT}` |" in text_of("README.md")
    assert printed_sign_ins(welcome()) == {sample.account: SAMPLE_PASSWORD for sample in SAMPLES}


def test_the_sign_ins_of_the_readme_are_among_those_that_are_printed() -> None:
    told = readme_sign_ins()
    assert list(told) == ["emma", "olga", "lan"]
    assert told.items() <= printed_sign_ins(welcome()).items()
    assert [next(one.language for one in SAMPLES if one.account == account) for account in told] == ["en", "ru", "zh"]
    assert readme_sign_ins("sign in as `bob` (password `other`;").items() - printed_sign_ins(welcome()).items()
