"""What the catalog's routes share: who asks, committing, and answers that say what was wrong."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, NoReturn

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.catalog.app.report_models import ImportReportEntry
from services.catalog.domain.actor import Actor
from services.catalog.domain.report import Finding, ImportReport
from services.catalog.handlers import Command
from services.catalog.handlers.command import ANY_VERSION, things_wrong
from services.catalog.ports import Bookings, BookingsUnheard, Geometry, Shelf, World
from shared.runtime.auth import Action, Principal, Role, require_role
from shared.runtime.committer import Answer, Committer, Work
from shared.runtime.decision import Accepted, Outcome, Rejected
from shared.runtime.http import CallContext, rejection, render
from shared.runtime.http.commands import KEYED
from shared.runtime.http.etags import has_it
from shared.runtime.problems import Problem, forbidden, invalid, not_found, unavailable

STATUSES: Final = {
    "venue-unknown": 404,
    "fair-unknown": 404,
    "exhibitor-unknown": 404,
    "venue-invalid": 422,
    "fair-invalid": 422,
    "exhibitor-invalid": 422,
    "exhibitors-invalid": 422,
    "organizer-missing": 422,
    "time-zone-differs": 422,
    "spaces-invalid": 422,
    "too-many-spaces": 422,
    "changed-meanwhile": 412,
}
PAGE_LIMIT_MAX: Final = 200
_TAG: Final = re.compile(r'(?:W/)?"v([0-9]{1,18})"')
PERSONAL: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
"""What is shown depends on who asks: drafts and addresses are not for everybody, so no cache may pass them on."""

Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT_MAX, description="entries at most")]
Cursor = Annotated[str | None, Query(max_length=1_000, description="from the answer before, for what follows it")]
Metres = Annotated[float | None, Query(gt=0, le=100_000, description="of a dry run: how large the hall is")]
VenueZone = Annotated[str | None, Query(max_length=80, description="of a dry run: the zone that the venue is to have")]
Digest = Annotated[
    str | None,
    Query(max_length=64, description="of a dry run's report: 412 where the import would do something else now"),
]
DryRun = Annotated[bool, Query(description="only say what would become of it")]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes work with."""

    committer: Committer
    shelf: Shelf
    world: World
    geometry: Geometry
    bookings: Bookings


def actor(principal: Principal, action: Action) -> Actor:
    """On whose behalf a request acts; raises Problem 403 where its role may not do such a thing at all."""
    require_role(principal, action)
    return Actor(
        organizer=principal.organizer if principal.role is Role.ORGANIZER else None,
        exhibitor=principal.exhibitor if principal.role is Role.EXHIBITOR else None,
        everywhere=principal.role is Role.ADMIN,
        reads_contacts=principal.role is Role.SERVICE,
    )


def owner(principal: Principal, named: str | None) -> str:
    """Whose a new venue or fair is: the organizer's who enters it, or whom an admin names.

    Raises Problem 403 where an organizer names another.
    """
    if principal.role is Role.ADMIN:
        return named or ""
    if named is not None and named != principal.organizer:
        raise forbidden("not-yours", "Only an admin enters something for another organizer.")
    return principal.organizer or ""


async def commit(
    parts: Parts, call: CallContext, command: Command, encode: Callable[[Any], BaseModel], *, status: int = 200
) -> Answer:
    """Decide and write a command; its answer, which a repeated POST or PATCH gets again byte for byte."""
    rendered = render(lambda accepted: encode(accepted.answer), status=status, statuses=STATUSES)
    idempotency = call.idempotency if call.scope["method"] in KEYED else None
    committed = await parts.committer.commit(
        Work(command.name, command.decide, command.reads, idempotency=idempotency, render=rendered)
    )
    if committed.answer is None:
        raise TypeError(f"{command.name} was committed without an answer")
    return committed.answer


async def commit_import(parts: Parts, command: Command, slug: str, read: ImportReport) -> ImportReportEntry:
    """Decide and write an import; raises the problem that carries the whole report where it is refused.

    `read` is what reading the file found; it lends its warnings to a refusal.
    """
    committed = await parts.committer.commit(Work(command.name, command.decide, command.reads))
    outcome: Outcome | None = committed.outcome
    match outcome:
        case Accepted(answer=ImportReport() as report):
            return ImportReportEntry.of(report)
        case Rejected(reason=reason, items=items) if reason == slug:
            refuse_import(slug, replace(read, errors=tuple(Finding(**item) for item in items)))
        case Rejected(more={"report": ImportReport() as report}):
            told = ImportReportEntry.of(report).model_dump()
            raise rejection(replace(outcome, more=told), STATUSES)
        case Rejected():
            raise rejection(outcome, STATUSES)
    raise TypeError(f"{command.name} was committed without a report")


def checked(slug: str, report: ImportReport) -> ImportReportEntry:
    """What reading a file found, where there is nothing yet to hold it against; raises the problem that carries it."""
    if report.errors:
        refuse_import(slug, report)
    return ImportReportEntry.of(report)


def refuse_import(slug: str, report: ImportReport) -> NoReturn:
    """Raises the problem 422 that carries an import's report; nothing was written."""
    first = f"the first at {report.errors[0].at}" if len(report.errors) > 1 else f"at {report.errors[0].at}"
    detail = f"{things_wrong(report.errors)}, {first}. Nothing was imported."
    raise Problem(slug, "The import has errors", 422, detail, **ImportReportEntry.of(report).model_dump())


async def heard(hearing: Awaitable[None], unknown: str) -> None:
    """Wait for what booking has told; raises Problem 503 that says what is unknown."""
    try:
        await hearing
    except BookingsUnheard as error:
        raise unavailable(f"{unknown} {error}", retry_after_seconds=2) from error


def personal(content: BaseModel) -> Response:
    """An answer for nobody but the asker."""
    return Response(content.model_dump_json(), media_type="application/json", headers=PERSONAL)


def tagged(call: CallContext, version: int, content: Callable[[], bytes], media_type: str, shown: str = "") -> Response:
    """An answer with an ETag, or 304 without a body where the asker has this version already.

    `shown` names what the asker sees of it where that is not all. A browser that has changed hands must not be told
    that what it keeps is what would be shown.
    """
    etag = f'"v{version}{shown}"'
    headers = {"ETag": etag, **PERSONAL}
    if has_it(call.header("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(content(), media_type=media_type, headers=headers)


def tagged_entry(call: CallContext, version: int, entry: BaseModel, shown: str = "") -> Response:
    """One entry with its ETag, or 304; see `tagged`."""
    return tagged(call, version, lambda: entry.model_dump_json().encode(), "application/json", shown)


def expected_version(call: CallContext) -> int | None:
    """The version that If-Match names, None without one; raises Problem 412 for a tag that is not ours.

    A tag counts although a proxy has marked it as weak, as they do when they compress: it names a version, whatever the
    bytes. ANY_VERSION for `*`, which asks that there be something to change.
    """
    asked = (call.header("if-match") or "").strip()
    if asked in {"", "*"}:
        return ANY_VERSION if asked else None
    tag = _TAG.fullmatch(asked)
    if tag is None:
        raise Problem("changed-meanwhile", "Refused", 412, "If-Match names no version; send the ETag that you read.")
    return int(tag[1])


def found(what: str, id_: str, value: Any | None) -> Any:
    """The value; raises Problem 404 where there is none."""
    if value is None:
        raise not_found(what, id_)
    return value


def slug_of(path: str | None, body: str | None) -> str:
    """The slug that a request names in its path, its body, or both alike; raises Problem 422."""
    if path and body and path != body:
        remedy = "give the same slug as in the path, or leave it out"
        raise invalid([{"field": "slug", "problem": f"is {body!r}, but the path says {path!r}", "remedy": remedy}])
    if not (slug := path or body):
        raise invalid([{"field": "slug", "problem": "Field required", "remedy": "add it"}])
    return slug
