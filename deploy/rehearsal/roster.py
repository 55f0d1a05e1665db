"""The fair's exhibitors as the catalog has them: their ids, and addresses under which nobody real is mailed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deploy.client.api import Api, ApiRefused, stable_key
from deploy.client.progress import ProgressReporter
from deploy.fairs.entering import CSV
from deploy.fairs.model import FairFolder, ListedExhibitor
from deploy.fairs.table import written
from deploy.rehearsal.matching import Matching
from deploy.rehearsal.names import same_name
from deploy.stack.errors import StackError
from deploy.words import counted

ADDRESS_DOMAIN: Final = "rehearsal.invalid"
"""RFC 2606 promises that nobody has this domain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An exhibitor as the catalog has it. Personal data: email."""

    id: str
    name: str
    country: str
    stands: tuple[str, ...]
    email: str | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is who: the exhibitor id of each row of the list (by its line) and of each name that only the plan has."""

    by_line: Mapping[int, str]
    by_name: Mapping[str, str]
    registered: tuple[str, ...] = ()
    everybody: tuple[str, ...] = ()


def rehearsal_address(exhibitor: str) -> str:
    """Where an exhibitor's mail goes during a rehearsal."""
    return f"{exhibitor}@{ADDRESS_DOMAIN}"


async def entries(api: Api, fair: str) -> list[Entry]:
    """Every exhibitor of the fair; none where there is no such fair. Raises ApiRefused, ApiUnreachable."""
    try:
        return [_entry(item) async for item in api.pages(f"/api/catalog/fairs/{fair}/exhibitors", "items", "cursor")]
    except ApiRefused as refused:
        if refused.status == 404:
            return []
        raise


def refuse_real_addresses(folder: FairFolder, known: Iterable[Entry]) -> None:
    """Raises StackError where addresses would be lost that the folder's own list could not bring back."""
    kept = {row.email for row in folder.exhibitors if row.email}
    real = [e for e in known if e.email and e.email != rehearsal_address(e.id) and e.email not in kept]
    if real:
        has = "has" if len(real) == 1 else "have"
        raise StackError(
            f"{counted(len(real), 'exhibitor')} of “{folder.slug}” {has} mail addresses that are not in the folder, "
            f"such as {real[0].name}'s; a rehearsal would replace them, so that nobody real is mailed.",
            "Rehearse under another slug or on another data directory, or say --replace-addresses.",
        )


async def settle_roster(folder: FairFolder, matching: Matching, api: Api, progress: ProgressReporter) -> Roster:
    """Learn everybody's id, register whom only the plan has, and give all of them addresses that reach nobody.

    Raises ApiRefused, ApiUnreachable.
    """
    known = await entries(api, folder.slug)
    by_line, rest = ids_of_rows(folder.exhibitors, known)
    by_name = {name: id_ for name in matching.plan_only if (id_ := _known_as(name, rest)) is not None}
    missing = [name for name in matching.plan_only if name not in by_name]
    if missing:
        with progress.step("Registering exhibitors that only the plan has", len(missing)) as step:
            for name in missing:
                entry = await _register(folder.slug, name, matching, api)
                by_name[name] = entry.id
                known.append(entry)
                step.advance()
    with progress.step("Addresses for the rehearsal") as step:
        step.at(await _give_addresses(folder.slug, known, api))
    return Roster(by_line, by_name, tuple(missing), tuple(entry.id for entry in known))


def ids_of_rows(rows: Sequence[ListedExhibitor], known: Sequence[Entry]) -> tuple[dict[int, str], list[Entry]]:
    """The id of each row, by its line, and the entries that belong to no row.

    Of several with the same name and country, those whose stands agree belong together, the others in their order.
    """
    waiting: dict[tuple[str, str], list[Entry]] = {}
    by_id = {entry.id: entry for entry in known}
    given = {row.id for row in rows if row.id}
    for entry in known:
        if entry.id not in given:
            waiting.setdefault((same_name(entry.name), entry.country), []).append(entry)
    found = {row.line: row.id for row in rows if row.id in by_id}
    for agree in (True, False):
        for row in rows:
            same = waiting.get((same_name(row.name), row.country), [])
            fitting = [entry for entry in same if not agree or set(entry.stands) == set(row.stands)]
            if row.line not in found and fitting:
                found[row.line] = fitting[0].id
                same.remove(fitting[0])
    return found, [entry for same in waiting.values() for entry in same]


def _known_as(name: str, entries_: Iterable[Entry]) -> str | None:
    """Whom an earlier rehearsal registered under this name."""
    return next((entry.id for entry in entries_ if same_name(entry.name) == same_name(name)), None)


async def _register(fair: str, name: str, matching: Matching, api: Api) -> Entry:
    stands = [match.stand.label for match in matching.matches if match.name == name]
    body = {"name": name, "stands": stands[:100]}
    made = await api.post(
        f"/api/catalog/fairs/{fair}/exhibitors", body, key=stable_key(fair, "register", name, *stands)
    )
    return _entry(made)


async def _give_addresses(fair: str, known: Iterable[Entry], api: Api) -> int:
    real = [entry for entry in known if entry.email != rehearsal_address(entry.id)]
    if real:
        rows = [["id", "name", "country", "email"]]
        rows += [[entry.id, entry.name, entry.country, rehearsal_address(entry.id)] for entry in real]
        await api.put_file(f"/api/catalog/fairs/{fair}/exhibitors", written(rows), CSV)
    return len(real)


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(item["id"], item["name"], item["country"], tuple(item["stands"]), item["email"])
