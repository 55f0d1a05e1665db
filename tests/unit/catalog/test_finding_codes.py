"""Whatever the catalog finds in a file or an entry of the desk has a code, which the page tells in its languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from services.catalog import domain

CATALOG = Path(domain.__file__).parents[1]
SAID_IN = (
    *(f"domain/{name}.py" for name in ("report", "plan_features", "exhibitor_rows", "exhibitors")),
    *(f"adapters/{name}.py" for name in ("tables", "plan_files", "geojson")),
    "handlers/exhibitors.py",
)
CODE_AT = {"Finding": 4, "_unread": 3, "_Wrong": 3}
TEXTS = CATALOG.parent / "portal/web/src/desk/texts"


def said() -> dict[str, list[set[str] | None]]:
    """For each code the names of the values that come with it, wherever it is given; None where they are worked out."""
    found: dict[str, list[set[str] | None]] = {}
    for path in SAID_IN:
        for node in ast.walk(ast.parse((CATALOG / path).read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODE_AT):
                continue
            at = CODE_AT[node.func.id]
            if any(isinstance(given, ast.Starred) for given in node.args) or passes_on(node):
                continue
            where = f"{path}:{node.lineno}"
            assert len(node.args) > at, f"{where} gives no code"
            code = node.args[at]
            assert isinstance(code, ast.Constant), f"{where} gives a code that is worked out"
            found.setdefault(str(code.value), []).append(values_of(node, at))
    return found


def passes_on(call: ast.Call) -> bool:
    """Whether it hands on what it was given itself, as what builds findings for others does."""
    code = call.args[CODE_AT["Finding"]] if len(call.args) > CODE_AT["Finding"] else None
    return isinstance(code, ast.Name | ast.Attribute)


def values_of(call: ast.Call, at: int) -> set[str] | None:
    if len(call.args) <= at + 1:
        return {str(keyword.arg) for keyword in call.keywords}
    values = call.args[at + 1]
    if not isinstance(values, ast.Dict):
        return None
    return {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}


def test_the_page_knows_every_code_and_no_other() -> None:
    listed = re.search(r"FINDING_CODES = \[(.*?)\]", (TEXTS / "findings.ts").read_text(encoding="utf-8"), re.DOTALL)
    assert listed is not None
    assert sorted(said()) == re.findall(r'"([a-z0-9-]+)"', listed[1])


@pytest.mark.parametrize("language", ["ru", "zh"])
def test_what_a_language_tells_comes_with_the_finding(language: str) -> None:
    source = (TEXTS / f"findings-{language}.ts").read_text(encoding="utf-8")
    told = dict(
        re.findall(r'^  "?([a-z0-9-]+)"?: \((.*?)(?=^  "?[a-z0-9-]+"?: \(|^};)', source, re.DOTALL | re.MULTILINE)
    )
    given = said()
    assert sorted(told) == sorted(given)
    for code, text in told.items():
        names = set(re.findall(r'v\.(?:text|number|count|place)\("(\w+)"\)', text))
        for values in given[code]:
            assert values is None or names <= values, f"{code} in {language} tells {names - values}"
