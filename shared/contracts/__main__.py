"""`python -m shared.contracts freeze | check | page [FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from shared.contracts.frozen import Refused, current_schema, freeze, is_frozen, problems, revisions
from shared.contracts.page import page
from shared.contracts.registry import CONTRACTS


def main(arguments: list[str]) -> int:
    """Run one of the commands; returns the exit code."""
    match arguments:
        case ["freeze"]:
            return _freeze()
        case ["check"]:
            return _check()
        case ["page"]:
            print(page(), end="")
        case ["page", path]:
            Path(path).write_text(page(), encoding="utf-8")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def _freeze() -> int:
    try:
        written = freeze()
    except Refused as refused:
        print(
            f"Nothing was frozen. A published version may only gain fields with defaults:\n{refused}", file=sys.stderr
        )
        return 1
    print(f"{len(written)} files written." if written else "Everything is frozen already.")
    return 0


def _check() -> int:
    found = []
    for type_, contract in CONTRACTS.items():
        frozen, current = revisions(type_), current_schema(contract)
        found += problems(contract, frozen, current)
        if not is_frozen(frozen, current):
            found.append(f"{type_}: is not frozen; run python -m shared.contracts freeze")
    print("\n".join(found) or "Every contract is frozen and compatible.", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
