"""Routes on floor plans."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from services.catalog import handlers, queries
from services.catalog.adapters import plan_files
from services.catalog.adapters.geojson import write_document
from services.catalog.app.answering import (
    Digest,
    DryRun,
    Metres,
    Parts,
    actor,
    checked,
    commit_import,
    expected_version,
    found,
    heard,
    refuse_import,
    tagged,
)
from services.catalog.app.report_models import ImportReportEntry
from services.catalog.domain.actor import Actor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.report import ImportReport
from services.catalog.domain.venues import Hall
from shared.runtime.auth import Action
from shared.runtime.http import Call, CommandRoute
from shared.runtime.problems import forbidden, not_found

MEDIA_TYPE = "application/geo+json"
_BODY = {
    "requestBody": {
        "required": True,
        "description": "A GeoJSON FeatureCollection of polygons in metres in the hall's frame; "
        "each feature has the properties `number` and, optionally, `area_m2`.",
        "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
    }
}


def router(parts: Parts) -> APIRouter:
    """The routes on a hall's floor plan."""
    routes = APIRouter(prefix="/api/catalog/fairs", tags=["floor plans"], route_class=CommandRoute)

    @routes.get("/{fair}/halls/{hall}/floor-plan")
    async def show_plan(fair: str, hall: str, call: Call) -> Response:
        """The floor plan as GeoJSON, with an ETag; each feature says which booths it holds and lies inside."""
        asker = actor(call.principal, Action.FLOOR_PLAN_READ)
        stored = found("floor plan", f"{fair}/{hall}", await parts.shelf.plan(fair, hall, asker))
        return tagged(call, stored.version, lambda: orjson.dumps(write_document(stored.state)), MEDIA_TYPE)

    @routes.put("/{fair}/halls/{hall}/floor-plan", openapi_extra=_BODY)
    async def put_plan(
        fair: str,
        hall: str,
        call: Call,
        dry_run: DryRun = False,
        digest: Digest = None,
        width_m: Metres = None,
        depth_m: Metres = None,
    ) -> ImportReportEntry:
        """Replace a hall's floor plan, whole or not at all; 422 `floor-plan-invalid` carries everything wrong with it.

        On a published fair a booth that is not free can be neither dropped nor reshaped (409 `booth-not-free`, with
        what else the plan would change), and none can while what booking has told is not known here (503). A dry run
        may bring the hall's size, and then needs neither hall nor fair: a file can be checked before either is entered.
        The `digest` of its report, sent with the import, makes sure that just what was looked at is done.
        """
        asker = actor(call.principal, Action.FLOOR_PLAN_WRITE)
        planned = Hall(hall, {}, width_m, depth_m) if dry_run and width_m and depth_m else None
        known_fair = await parts.shelf.fair(fair, asker)
        if known_fair is None and planned is not None:
            read = await asyncio.to_thread(plan_files.read, call.body, fair, hall, planned, parts.geometry)
            return checked("floor-plan-invalid", ImportReport(read.errors, read.warnings, dry_run=True))
        stored = found("fair", fair, known_fair)
        _require_own(asker, stored.state)
        known = planned or await queries.hall_of(parts.shelf, stored.state, hall)
        # Reading and measuring thousands of outlines takes a good part of a second, which others need not wait for.
        read = await asyncio.to_thread(plan_files.read, call.body, fair, hall, known, parts.geometry)
        if read.plan is None and not read.errors:
            raise not_found("hall", hall)
        report = ImportReport(read.errors, read.warnings, dry_run=dry_run)
        if read.plan is None:
            refuse_import("floor-plan-invalid", report)
        if stored.state.state == "published":
            await heard(parts.bookings.heard(fair, hall), "It is not known which booths are free.")
        command = handlers.put_plan(
            read.plan,
            report.warnings,
            asker,
            dry_run=dry_run,
            expected=expected_version(call),
            expected_digest=digest,
        )
        return await commit_import(parts, command, "floor-plan-invalid", replace(report, errors=()))

    return routes


def _require_own(asker: Actor, fair: Fair) -> None:
    if not asker.runs(fair.organizer):
        raise forbidden("not-yours", f"The fair “{fair.slug}” is run by another organizer.")
