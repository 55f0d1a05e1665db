"""What is missing leaves a test out, or fails it in CI, by one rule for all."""

from __future__ import annotations

import re

import pytest
from _pytest.outcomes import Failed, Skipped

from deploy.stack.ci import in_ci
from deploy.stack.errors import KafkaUnavailable
from deploy.stack.paths import ROOT
from tests.needs import where_kafka_runs


@pytest.mark.parametrize("said", ["true", "True", "1", "yes", "woodpecker"])
def test_ci_is_whatever_says_so(said: str) -> None:
    assert in_ci({"CI": said})


@pytest.mark.parametrize("environment", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "0"}, {"CI": " No "}])
def test_a_no_is_no_ci(environment: dict[str, str]) -> None:
    assert not in_ci(environment)


@pytest.mark.parametrize(
    ("ci", "outcome", "said"),
    [("", Skipped, "left out: chaos: No Java."), ("true", Failed, "CI must run chaos: No Java.")],
)
def test_without_kafka_a_test_is_left_out_and_in_ci_it_fails(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException], said: str
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=said), where_kafka_runs("chaos"):
        raise KafkaUnavailable("No Java.", "Install it.")


def asks_itself(text: str) -> bool:
    """Whether a source asks the environment for CI."""
    return re.search(r"""(environ|environment|env)(\.get\(|\[)["']CI["']""", text) is not None


def test_nobody_else_asks_whether_this_is_ci() -> None:
    sources = [path for room in ("deploy", "shared", "tests") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in sources if asks_itself(path.read_text())] == ["ci.py"]
    assert asks_itself('if os.environ.get("{}") == "true":'.format("CI"))
