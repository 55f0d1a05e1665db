"""Commands on venues."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.catalog.domain.actor import Actor
from services.catalog.domain.events import VenueDescribed
from services.catalog.domain.report import Finding
from services.catalog.domain.venues import Venue, check_venue
from services.catalog.handlers.command import Command, accepted, as_items, refused_version, things_wrong
from services.catalog.ports import SPACE_LIST, VENUE, World
from shared.runtime.decision import Change, Outcome, Rejected, View


def put_venue(
    venue: Venue,
    actor: Actor,
    world: World,
    *,
    expected: int | None = None,
    create_only: bool = False,
    dry_run: bool = False,
) -> Command:
    """Enter a venue or replace its entry; `create_only` refuses where there is one. The answer is the Stored venue.

    Whoever says what is known already changes nothing and is not refused, so that two organizers may bring in fairs
    at one venue. Floor plans keep the size of hall that they came in with, so a later change of a hall spoils none.
    """
    findings = check_venue(venue) + _check_against_world(venue, world)

    def decide(view: View, _now: datetime) -> Outcome:
        if findings:
            return Rejected("venue-invalid", f"{things_wrong(findings)} with the venue.", as_items(findings))
        old: Venue | None = view.get(VENUE, venue.slug)
        if old is not None and create_only:
            return Rejected("venue-exists", f"There is a venue “{venue.slug}” already.")
        new = replace(venue, organizer=old.organizer) if old else venue
        if old is not None and new != old and not actor.runs(old.organizer):
            return Rejected("not-yours", f"The venue “{venue.slug}” is kept by another organizer.")
        if refusal := refused_version(view, VENUE, venue.slug, expected):
            return refusal
        if not new.organizer:
            return Rejected("organizer-missing", "Say in `organizer` who keeps the venue.")
        if old is not None and (refusal := _refused_atoms(view, new)):
            return refusal
        changes = () if new == old else (Change(VENUE, venue.slug, new, (VenueDescribed(new),)),)
        return accepted(view, VENUE, venue.slug, new, changes, dry_run=dry_run)

    return Command("put_venue", decide, ((VENUE, venue.slug), (SPACE_LIST, venue.slug)))


def _refused_atoms(view: View, venue: Venue) -> Rejected | None:
    """A refusal where a space is made of an atom that the venue is to have no more."""
    there = {atom.atom for atom in venue.atoms}
    listed: dict[str, tuple[str, ...]] = view.get(SPACE_LIST, venue.slug) or {}
    missing = [(atom, space) for space, atoms in listed.items() for atom in atoms if atom not in there]
    if not missing:
        return None
    remedy = "change what these spaces are made of first"
    items = [Finding(f"atom {atom}", "atoms", f"{space} is made of it", remedy) for atom, space in missing]
    return Rejected("atom-in-use", "Spaces are made of atoms that would be gone.", as_items(items))


def _check_against_world(venue: Venue, world: World) -> list[Finding]:
    found = []
    if not world.is_time_zone(venue.time_zone):
        problem = f"{venue.time_zone!r} is no zone of the IANA database"
        found.append(Finding("body", "time_zone", problem, "give one such as Asia/Shanghai"))
    if not world.is_country(venue.country):
        problem = f"{venue.country!r} is no ISO 3166 country code"
        found.append(Finding("body", "country", problem, "give two capital letters such as CN"))
    return found
