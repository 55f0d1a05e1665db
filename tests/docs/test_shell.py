"""A block that does not do what its page says is found, and one that does is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.pages import Block
from tests.docs.shell import Failed, Reader


def _block(text: str, **words: str) -> Block:
    return Block("page.md", 1, "sh", {"run": "", **words}, text)


@pytest.fixture
def alone(tmp_path: Path) -> Reader:
    return Reader(tmp_path, {"PATH": os.environ["PATH"]}, seconds_max=20)


def test_variables_and_files_last_from_block_to_block(alone: Reader) -> None:
    alone.follow(_block("WHO='a b'\nexport X=1"))
    alone.follow(Block("page.md", 1, "python", {"file": "x.py"}, "print('from a file')"))
    assert alone.follow(_block('echo "$WHO $X"; cat x.py', says="a b 1")) == "a b 1\nprint('from a file')\n"


def test_a_directory_that_a_page_goes_to_lasts_from_block_to_block(alone: Reader) -> None:
    alone.follow(_block('cd "$(mktemp -d)"'))
    alone.follow(Block("page.md", 1, "python", {"file": "x.py"}, "pass"))
    place = alone.follow(_block("ls x.py && pwd", says="x.py")).splitlines()[1]
    assert Path(place).parent == alone.directory


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("false", {}, "exit code 1"),
        ("false | true", {}, "exit code 1"),
        ('echo "$UNKNOWN"', {}, "UNKNOWN: unbound variable"),
        ("echo no", {"says": "yes"}, "does not say 'yes'"),
        ("echo no", {"until": "yes"}, "never said 'yes'"),
    ],
)
def test_a_command_that_does_not_do_it_is_found(alone: Reader, text: str, words: dict[str, str], why: str) -> None:
    with pytest.raises(Failed, match=why):
        alone.follow(_block(text, **words))


def test_what_runs_on_is_stopped_once_it_has_said_it(alone: Reader) -> None:
    assert alone.follow(_block("while true; do echo here; sleep 0.1; done", until="here")) == "here\n"
