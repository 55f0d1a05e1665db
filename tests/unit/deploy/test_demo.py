"""The demonstration fair is a sound fair folder, and is what its script writes."""

from __future__ import annotations

from pathlib import Path

from deploy.demo.generate import main
from deploy.fairs import read_folder
from deploy.stack.accounts import DEMO_ORGANIZER, SAMPLES
from deploy.stack.demo import DEMO_FOLDER


def test_the_folder_is_what_the_script_writes(tmp_path: Path) -> None:
    main(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) == 6
    assert {name: (DEMO_FOLDER / name).read_bytes() for name in written} == written


def test_the_folder_has_nothing_wrong_and_the_sample_accounts_are_in_it() -> None:
    folder = read_folder(DEMO_FOLDER)
    assert folder.organizer == DEMO_ORGANIZER
    assert sum(len(hall.stands) for hall in folder.halls) == 99
    table = (DEMO_FOLDER / "exhibitors.csv").read_text()
    ids = {line.split(",", 1)[0] for line in table.splitlines()[1:]}
    assert len(ids) == 80
    assert {sample.exhibitor for sample in SAMPLES if sample.exhibitor} <= ids
