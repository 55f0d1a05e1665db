"""What a refusal says to people is a sentence, in every service."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from deploy.stack.paths import ROOT

REFUSALS = {"Refusal", "Rejected"}
SOURCES = sorted((ROOT / "services").glob("*/**/*.py"))


def told(source: str) -> Iterator[str]:
    """The text of every refusal that is written where it is made; what is filled in stands as `…`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            text = text_of(node.args[1])
            if text is not None:
                yield text


def text_of(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
    return None


def is_sentence(text: str) -> bool:
    return text.endswith(".") and not text[0].islower()


def test_every_refusal_is_a_sentence() -> None:
    found = [(path, text) for path in SOURCES for text in told(path.read_text())]
    assert len(found) >= 30
    assert [f"{path.relative_to(ROOT)}: {text}" for path, text in found if not is_sentence(text)] == []


@pytest.mark.parametrize("planted", ['Refusal("a", "no stop")', 'Rejected("a", f"no {thing}")', 'Refusal("a", "low.")'])
def test_a_refusal_that_is_none_is_found(planted: str) -> None:
    assert [is_sentence(text) for text in told(planted)] == [False]
