"""What the documents name is there: links, make targets, commands, settings."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from urllib.parse import unquote, urlsplit

import pytest
import typer
from typer.main import get_command

import deploy.commands
from services.booking.domain.spaces.booking import SpaceState
from services.booking.settings import BookingSettings
from services.catalog.settings import CatalogSettings
from services.notification.settings import NotificationSettings
from services.portal.handlers import TOO_MANY_ATTEMPTS
from services.portal.settings import PortalSettings
from shared.runtime.settings import PREFIX, ServiceSettings
from tests.docs.pages import PAGES, ROOT, blocks, prose, spoken, text_of

SETTINGS = (ServiceSettings, CatalogSettings, BookingSettings, NotificationSettings, PortalSettings)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_LOCAL = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|var|mnt|Users)/|\.\./shared\b")


def links(page: str, text: str | None = None) -> list[str]:
    return _LINK.findall(prose(page, text))


def anchors(page: str) -> set[str]:
    """The ids that a page's headings get."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken_links(page: str, text: str | None = None) -> list[str]:
    """Links of a page that lead nowhere."""
    broken = []
    for link in links(page, text):
        parts = urlsplit(link)
        if parts.scheme in {"http", "https"}:
            continue
        target = (ROOT / page).parent / unquote(parts.path) if parts.path else ROOT / page
        inside = target.resolve().is_relative_to(ROOT)
        lost = parts.fragment and parts.fragment not in anchors(str(target.resolve().relative_to(ROOT)))
        if not inside or not target.exists() or lost:
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert broken_links(page) == []


def test_a_link_that_leads_nowhere_is_found() -> None:
    text = "[a](docs/none.md) [b](#the-command) [c](#nowhere) [d](docs/guides/organizer.md#nowhere) [e](https://e.org)"
    found = ["docs/none.md", "#nowhere", "docs/guides/organizer.md#nowhere"]
    assert broken_links("README.md", text) == found


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_place_on_somebody_s_machine(page: str) -> None:
    assert _LOCAL.findall(text_of(page)) == []


def make_targets() -> set[str]:
    return set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_that_is_named_exists(page: str) -> None:
    named = re.findall(r"(?:^|[\s;&|=\d])make ([a-z][a-z-]*)\b", f" {spoken(page)}".replace("\n", "\n "))
    assert sorted(set(named) - make_targets()) == []


def test_the_readers_are_told_of_every_make_target() -> None:
    told = spoken("README.md") + spoken("CONTRIBUTING.md")
    assert sorted(target for target in make_targets() if f"make {target}" not in told) == []


def commands() -> set[str]:
    """Every command as it is typed: `check`, `dead-letters list`."""
    app = typer.Typer()
    for module in pkgutil.iter_modules(deploy.commands.__path__):
        importlib.import_module(f"deploy.commands.{module.name}").register(app)
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        found |= {f"{name} {one}" for one in below} if below else {name}
    return found


def named_commands(text: str) -> set[str]:
    """The commands that a text calls by `pavilion …`."""
    groups = {name.split()[0] for name in commands() if " " in name}
    found = set()
    for name, rest in re.findall(r"\bpavilion ([a-z][a-z-]+)(?: ([a-z]+))?", text):
        found.add(f"{name} {rest}" if name in groups else name)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_exists(page: str) -> None:
    assert sorted(named_commands(spoken(page)) - commands()) == []


def test_every_command_is_explained_in_a_guide_or_the_readme() -> None:
    told = set().union(*(named_commands(spoken(page)) for page in PAGES if page.startswith(("README", "docs/guides"))))
    assert sorted(commands() - told) == []


def known_variables() -> set[str]:
    """Every PAVILION_ variable that the code reads: settings of services, and names written out."""
    fields = {f"{PREFIX}{name.upper()}" for kind in SETTINGS for name in kind.model_fields}
    sources = [path for room in ("deploy", "shared") for path in (ROOT / room).rglob("*.py")]
    written = {name for path in sources for name in re.findall(r'"(PAVILION_[A-Z_]+)"', path.read_text())}
    return fields | written


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_is_named_exists(page: str) -> None:
    assert sorted(set(re.findall(r"PAVILION_[A-Z_]*[A-Z]", text_of(page))) - known_variables()) == []


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_setting_of_a_service_is_listed_with_its_default(kind: type[ServiceSettings]) -> None:
    rows = {cells[1].strip(): cells[2].strip() for cells in _rows(text_of("docs/settings.md"), kind)}
    own = {
        f"`{PREFIX}{name.upper()}`": f"`{_plain(field.default)}`" if _plain(field.default) else ""
        for name, field in kind.model_fields.items()
        if kind is ServiceSettings or name in kind.__annotations__
    }
    assert rows == own


def _rows(text: str, kind: type[ServiceSettings]) -> list[list[str]]:
    """The rows of the table under the heading of a service."""
    title = "Every service" if kind is ServiceSettings else kind.model_fields["service"].default
    section = text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return [line.split("|") for line in section.splitlines() if line.startswith("| `")]


def _plain(value: object) -> str:
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if hasattr(value, "is_relative_to") and value.is_relative_to(ROOT):
        value = value.relative_to(ROOT)  # type: ignore[attr-defined]
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_what_is_to_be_run_is_found_and_what_is_not_is_left_alone() -> None:
    page = '# t\n\n```sh run says="all well"\na\nb\n```\n\n```sh\nmake up\n```\n\n```python file=x.py\nc\n```\n'
    first, second, third = blocks("README.md", page)
    assert (first.runs, first.text, first.line, first.words["says"]) == (True, "a\nb", 3, "all well")
    assert not second.runs
    assert (third.language, third.words) == ("python", {"file": "x.py"})


def test_a_block_that_is_never_closed_is_found() -> None:
    with pytest.raises(AssertionError, match=r"README\.md:1: this block is never closed"):
        blocks("README.md", "```sh run\necho\n")


def test_every_decision_is_listed_by_its_number_and_title() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    titles = [
        f"- {page.name[:4]} [{page.read_text().splitlines()[0].removeprefix('# ')}]({page.name})" for page in pages
    ]
    assert [line for line in text_of("docs/decisions/README.md").splitlines() if line.startswith("- ")] == titles
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))


# How the mailer's own bookkeeping says no: nobody can ask for that over HTTP.
INNER = frozenset({"not-due", "not-in-hand"})
_REFUSERS = frozenset(
    {"Problem", "Rejected", "Refused", "wrong", "Refusal", "BoothRefusal", "forbidden", "conflict", "refuse_import"}
)
_NAME = re.compile(r"[a-z]+(-[a-z]+)+|unavailable|unexpected")


BOOKING_IS = {f"booking-{state}" for state in SpaceState}
"""What a space booking is that a command does not suit; made of its state."""


def refusals() -> set[str]:
    """Every problem's name in the sources: said where something is refused, or kept in a table or a constant."""
    found: set[object] = set()
    for path in (path for room in ("services", "shared/runtime") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            said: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _REFUSERS:
                said = node.args
            elif isinstance(node, ast.Tuple) and path.name == "answers.py" and len(node.elts) == 2:
                said = node.elts
            found |= {one.value for one in said if isinstance(one, ast.Constant)}
    return (
        {name for name in found if isinstance(name, str) and _NAME.fullmatch(name)} | {TOO_MANY_ATTEMPTS} | BOOKING_IS
    )


def test_every_problem_is_listed_for_integrators_and_no_other() -> None:
    section = text_of("docs/guides/integrator.md").split("\n## Problems\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "`" in line]
    listed = {name for line in rows for name in re.findall(r"`([a-z-]+)`", line)}
    assert listed == refusals() - INNER


def test_what_is_kept_from_integrators_is_still_said() -> None:
    assert refusals() >= INNER
