"""Tests on a real fair are left out where it is missing, but never in CI."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.outcomes import Failed, Skipped

from tests.builders.real_fair import NAME, real_fair


def test_the_folder_is_found(tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    (folder / "fair.json").write_text("{}")
    assert real_fair({"PAVILION_TEST_DATA": str(tmp_path), "CI": "true"}) == folder


def test_without_the_folder_a_test_is_left_out_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(Skipped, match=rf"no fair folder at {tmp_path}/{NAME}; set PAVILION_TEST_DATA"):
        real_fair({"PAVILION_TEST_DATA": str(tmp_path)})


def test_without_the_folder_a_test_fails_in_ci(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="CI must run tests with a real fair: no fair folder at"):
        real_fair({"PAVILION_TEST_DATA": str(tmp_path), "CI": "true"})
