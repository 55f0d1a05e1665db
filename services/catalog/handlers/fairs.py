"""Commands on fairs: their settings, publishing, closing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.catalog.domain import booths, events
from services.catalog.domain.actor import Actor
from services.catalog.domain.fairs import Fair, check_fair, settings_of
from services.catalog.domain.naming import plan_id
from services.catalog.domain.plans import Plan
from services.catalog.domain.report import Finding
from services.catalog.domain.venues import Venue
from services.catalog.handlers.command import Command, accepted, as_items, refused_fair, refused_version, things_wrong
from services.catalog.ports import BOOTH, EXHIBITOR, FAIR, NOTICE, PLAN, VENUE, World
from shared.runtime.decision import Change, Outcome, Rejected, View


@dataclass(frozen=True, slots=True)
class DryRun:
    """Only say what would become of it; `venue_time_zone` is of a venue that is to be entered or changed before."""

    venue_time_zone: str | None = None


def put_fair(
    fair: Fair,
    actor: Actor,
    world: World,
    *,
    expected: int | None = None,
    create_only: bool = False,
    dry_run: DryRun | None = None,
) -> Command:
    """Enter a fair as a draft or change its settings; a public fair's are announced anew. Answer: the Stored fair."""
    planned_zone = dry_run.venue_time_zone if dry_run else None
    findings = check_fair(fair) + _check_against_world(fair, world)

    def decide(view: View, _now: datetime) -> Outcome:
        if findings:
            return Rejected("fair-invalid", f"{things_wrong(findings)} with the fair.", as_items(findings))
        old: Fair | None = view.get(FAIR, fair.slug)
        venue: Venue | None = view.peek(VENUE, fair.venue)
        zone = planned_zone or (venue.time_zone if venue else None)
        # Fairs and exhibitors tell of themselves on one topic by their ids, so no id may name both.
        if old is None and view.get(EXHIBITOR, fair.slug) is not None:
            return Rejected("fair-exists", f"The slug “{fair.slug}” is taken.")
        if refusal := _refused_settings(fair, old, zone, actor, create_only=create_only):
            return refusal
        if refusal := refused_version(view, FAIR, fair.slug, expected):
            return refusal
        new = replace(fair, organizer=old.organizer, state=old.state, planned_halls=old.planned_halls) if old else fair
        changes = () if new == old else (Change(FAIR, new.slug, new), *_announced(new))
        return accepted(view, FAIR, new.slug, new, changes, dry_run=dry_run is not None)

    reads = ((FAIR, fair.slug), (VENUE, fair.venue), (NOTICE, fair.slug), (EXHIBITOR, fair.slug))
    return Command("put_fair", decide, reads)


def publish_fair(slug: str, actor: Actor) -> Command:
    """Make a fair public with every booth of its floor plans; a public fair stays as it is. Answer: the Stored fair."""

    def decide(view: View, _now: datetime) -> Outcome:
        fair: Fair | None = view.get(FAIR, slug)
        if refusal := refused_fair(fair, slug, actor):
            return refusal
        assert fair is not None  # noqa: S101 - refused above
        if fair.state == "closed":
            return Rejected("fair-closed", f"The fair “{slug}” is closed.")
        if fair.state == "published":
            return accepted(view, FAIR, slug, fair, ())
        new = replace(fair, state="published")
        plans: list[Plan] = [p for p in view.get_many(PLAN, (plan_id(slug, h) for h in fair.planned_halls)) if p]
        listed = [booths.published(slug, plan.hall, booth) for plan in plans for booth in plan.booths]
        view.get_many(BOOTH, (booth.id for booth in listed))
        changes = [Change(BOOTH, booth.id, booth, (events.BoothListed(booth),)) for booth in listed]
        return accepted(view, FAIR, slug, new, (Change(FAIR, slug, new), *_announced(new), *changes))

    return Command("publish_fair", decide, ((FAIR, slug), (NOTICE, slug)))


def close_fair(slug: str, actor: Actor) -> Command:
    """End a public fair's sale; a closed fair stays as it is. Answer: the Stored fair."""

    def decide(view: View, _now: datetime) -> Outcome:
        fair: Fair | None = view.get(FAIR, slug)
        if refusal := refused_fair(fair, slug, actor):
            return refusal
        assert fair is not None  # noqa: S101 - refused above
        if fair.state == "draft":
            return Rejected("fair-not-published", f"The fair “{slug}” is a draft; only a published fair can be closed.")
        if fair.state == "closed":
            return accepted(view, FAIR, slug, fair, ())
        new = replace(fair, state="closed")
        closed = Change(NOTICE, slug, settings_of(new), (events.FairClosed(slug),))
        return accepted(view, FAIR, slug, new, (Change(FAIR, slug, new), closed))

    return Command("close_fair", decide, ((FAIR, slug), (NOTICE, slug)))


def _announced(fair: Fair) -> tuple[Change, ...]:
    if fair.state != "published":
        return ()
    notice = settings_of(fair)
    return (Change(NOTICE, fair.slug, notice, (events.FairPublished(notice),)),)


def _refused_settings(
    fair: Fair, old: Fair | None, venue_zone: str | None, actor: Actor, *, create_only: bool
) -> Rejected | None:
    if old is not None:
        if refusal := refused_fair(old, fair.slug, actor):
            # A rival's draft is not shown, yet its slug is taken.
            taken = refusal.reason == "fair-unknown"
            return Rejected("fair-exists", f"The slug “{fair.slug}” is taken.") if taken else refusal
        if create_only:
            return Rejected("fair-exists", f"There is a fair “{fair.slug}” already.")
        if old.state == "closed":
            return Rejected("fair-closed", f"The fair “{fair.slug}” is closed; its settings stay as they are.")
        if old.planned_halls and old.venue != fair.venue:
            return Rejected("fair-has-plans", "A fair with floor plans cannot move to another venue.")
    elif not fair.organizer:
        return Rejected("organizer-missing", "Say in `organizer` who runs the fair.")
    if venue_zone is None:
        return Rejected("venue-unknown", f"There is no venue “{fair.venue}”; enter it first.")
    if venue_zone != fair.time_zone:
        detail = f"The venue “{fair.venue}” lies in {venue_zone}, so its fairs cannot run on {fair.time_zone}."
        return Rejected("time-zone-differs", detail)
    return None


def _check_against_world(fair: Fair, world: World) -> list[Finding]:
    found = []
    if not world.is_time_zone(fair.time_zone):
        problem = f"{fair.time_zone!r} is no zone of the IANA database"
        found.append(Finding("body", "time_zone", problem, "give one such as Asia/Shanghai"))
    if not world.is_currency(fair.currency):
        problem = f"{fair.currency!r} is no ISO 4217 currency in use"
        found.append(Finding("body", "currency", problem, "give three capital letters such as CNY"))
    return found
