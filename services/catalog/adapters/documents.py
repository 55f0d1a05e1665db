"""The catalog's states as MongoDB documents and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.catalog.domain import search
from services.catalog.domain.booths import Booth, BoothStatus, Outline, PlannedBooth
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.fairs import Fair
from services.catalog.domain.hours import Hours, OpeningException, Policy, WeeklyHours
from services.catalog.domain.plans import Plan, PlanSummary
from services.catalog.domain.terms import Deadline, ProductGroup, Rate
from services.catalog.domain.venues import Atom, Hall, Venue

Document = dict[str, Any]


def venue_to(venue: Venue) -> Document:
    """A venue as a document."""
    return {
        "name": dict(venue.name),
        "city": venue.city,
        "country": venue.country,
        "time_zone": venue.time_zone,
        "organizer": venue.organizer,
        "halls": [
            {"hall": h.hall, "name": dict(h.name), "width_m": h.width_m, "depth_m": h.depth_m} for h in venue.halls
        ],
        "atoms": [{"atom": one.atom, "name": dict(one.name), "area_m2": one.area_m2} for one in venue.atoms],
        "opening_hours": _weekly_to(venue.opening_hours),
        "opening_exceptions": [
            {"day": one.day.isoformat(), "hours": [[h.opens, h.closes] for h in one.hours]}
            for one in venue.opening_exceptions
        ],
        "office_hours": _weekly_to(venue.office_hours),
        "policy": {
            "option_days": venue.policy.option_days,
            "options_max": venue.policy.options_max,
            "challenge_hours": venue.policy.challenge_hours,
            "approval_required": venue.policy.approval_required,
            "cancellation": [list(term) for term in venue.policy.cancellation],
        },
    }


def venue_from(document: Document) -> Venue:
    """A venue from its document."""
    return Venue(
        slug=document["_id"],
        name=document["name"],
        city=document["city"],
        country=document["country"],
        time_zone=document["time_zone"],
        organizer=document["organizer"],
        halls=tuple(Hall(h["hall"], h["name"], h["width_m"], h["depth_m"]) for h in document["halls"]),
        atoms=tuple(Atom(one["atom"], one["name"], one["area_m2"]) for one in document["atoms"]),
        opening_hours=_weekly_from(document["opening_hours"]),
        opening_exceptions=tuple(
            OpeningException(date.fromisoformat(one["day"]), tuple(Hours(*hours) for hours in one["hours"]))
            for one in document["opening_exceptions"]
        ),
        office_hours=_weekly_from(document["office_hours"]),
        policy=_policy_from(document["policy"]),
    )


def _weekly_to(weekly: tuple[WeeklyHours, ...]) -> list[Document]:
    return [{"weekday": one.weekday, "opens": one.hours.opens, "closes": one.hours.closes} for one in weekly]


def _weekly_from(weekly: list[Document]) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(one["weekday"], Hours(one["opens"], one["closes"])) for one in weekly)


def _policy_from(document: Document) -> Policy:
    return Policy(
        option_days=document["option_days"],
        options_max=document["options_max"],
        challenge_hours=document["challenge_hours"],
        approval_required=document["approval_required"],
        cancellation=tuple((days, percent) for days, percent in document["cancellation"]),
    )


def fair_to(fair: Fair) -> Document:
    """A fair as a document; its days are calendar dates, so they are kept as text."""
    return {
        "name": dict(fair.name),
        "organizer": fair.organizer,
        "venue": fair.venue,
        "starts": fair.starts.isoformat(),
        "ends": fair.ends.isoformat(),
        "time_zone": fair.time_zone,
        "currency": fair.currency,
        "hold_ttl_seconds": fair.hold_ttl_seconds,
        "hold_extensions_max": fair.hold_extensions_max,
        "held_booths_max": fair.held_booths_max,
        "rates": [_rate_to(rate) for rate in fair.rates],
        "deadlines": [{"day": one.day.isoformat(), "name": dict(one.name)} for one in fair.deadlines],
        "product_groups": [{"code": group.code, "name": dict(group.name)} for group in fair.product_groups],
        "state": fair.state,
        "planned_halls": list(fair.planned_halls),
    }


def fair_from(document: Document) -> Fair:
    """A fair from its document."""
    return Fair(
        slug=document["_id"],
        name=document["name"],
        organizer=document["organizer"],
        venue=document["venue"],
        starts=date.fromisoformat(document["starts"]),
        ends=date.fromisoformat(document["ends"]),
        time_zone=document["time_zone"],
        currency=document["currency"],
        hold_ttl_seconds=document["hold_ttl_seconds"],
        hold_extensions_max=document["hold_extensions_max"],
        held_booths_max=document["held_booths_max"],
        rates=tuple(_rate_from(rate) for rate in document["rates"]),
        deadlines=tuple(Deadline(date.fromisoformat(one["day"]), one["name"]) for one in document["deadlines"]),
        product_groups=tuple(ProductGroup(one["code"], one["name"]) for one in document["product_groups"]),
        state=document["state"],
        planned_halls=tuple(document["planned_halls"]),
    )


def _rate_to(rate: Rate) -> Document:
    until = rate.until.isoformat() if rate.until else None
    return {"per_m2_minor": rate.per_m2_minor, "hall": rate.hall, "open_sides": rate.open_sides, "until": until}


def _rate_from(document: Document) -> Rate:
    until = date.fromisoformat(document["until"]) if document["until"] else None
    return Rate(document["per_m2_minor"], document["hall"], document["open_sides"], until)


def plan_to(plan: Plan) -> Document:
    """A floor plan as a document, its booths inside."""
    return {
        "fair": plan.fair,
        "hall": plan.hall,
        "width_m": plan.width_m,
        "depth_m": plan.depth_m,
        "booths": [
            {
                "number": booth.number,
                "area_m2": booth.area_m2,
                "outline": _rings_to(booth.outline),
                "outline_area_m2": booth.outline_area_m2,
                "open_sides": booth.open_sides,
                "parts": list(booth.parts),
                "part_of": list(booth.part_of),
            }
            for booth in plan.booths
        ],
    }


def plan_from(document: Document) -> Plan:
    """A floor plan from its document."""
    return Plan(
        fair=document["fair"],
        hall=document["hall"],
        width_m=document["width_m"],
        depth_m=document["depth_m"],
        booths=tuple(
            PlannedBooth(
                number=booth["number"],
                area_m2=booth["area_m2"],
                outline=_rings_from(booth["outline"]),
                outline_area_m2=booth["outline_area_m2"],
                open_sides=booth["open_sides"],
                parts=tuple(booth["parts"]),
                part_of=tuple(booth["part_of"]),
            )
            for booth in document["booths"]
        ),
    )


def plan_summary_to(summary: PlanSummary) -> Document:
    """A floor plan's numbers as a document."""
    return {
        "fair": summary.fair,
        "hall": summary.hall,
        "width_m": summary.width_m,
        "depth_m": summary.depth_m,
        "booths": summary.booths,
    }


def plan_summary_from(document: Document) -> PlanSummary:
    """A floor plan's numbers from their document."""
    return PlanSummary(document["fair"], document["hall"], document["width_m"], document["depth_m"], document["booths"])


def booth_to(booth: Booth) -> Document:
    """A listed booth as a document."""
    return {
        "fair": booth.fair,
        "hall": booth.hall,
        "number": booth.number,
        "area_m2": booth.area_m2,
        "outline": _rings_to(booth.outline),
        "open_sides": booth.open_sides,
        "parts": list(booth.parts),
        "part_of": list(booth.part_of),
        "listed": booth.listed,
    }


def booth_from(document: Document) -> Booth:
    """A listed booth from its document."""
    return Booth(
        id=document["_id"],
        fair=document["fair"],
        hall=document["hall"],
        number=document["number"],
        area_m2=document["area_m2"],
        outline=_rings_from(document["outline"]),
        open_sides=document["open_sides"],
        parts=tuple(document["parts"]),
        part_of=tuple(document["part_of"]),
        listed=document["listed"],
    )


def booth_status_to(status: BoothStatus) -> Document:
    """What booking told of a booth as a document."""
    return {"state": status.state, "sequence": status.sequence}


def booth_status_from(document: Document) -> BoothStatus:
    """What booking told of a booth from its document."""
    return BoothStatus(document["state"], document["sequence"])


def exhibitor_to(exhibitor: Exhibitor) -> Document:
    """An exhibitor as a document, with the terms that it is found by."""
    return {
        "fair": exhibitor.fair,
        "organizer": exhibitor.organizer,
        "name": exhibitor.name,
        "names": dict(exhibitor.names),
        "country": exhibitor.country,
        "stands": list(exhibitor.stands),
        "categories": list(exhibitor.categories),
        "email": exhibitor.email,
        "language": exhibitor.language,
        "sort_key": search.sort_key(exhibitor.name),
        "terms": search.index_terms([exhibitor.name, *exhibitor.names.values()]),
    }


def exhibitor_from(document: Document) -> Exhibitor:
    """An exhibitor from its document."""
    return Exhibitor(
        id=document["_id"],
        fair=document["fair"],
        organizer=document["organizer"],
        name=document["name"],
        names=document["names"],
        country=document["country"],
        stands=tuple(document["stands"]),
        categories=tuple(document["categories"]),
        email=document["email"],
        language=document["language"],
    )


def _rings_to(outline: Outline) -> list[list[list[float]]]:
    return [[[x, y] for x, y in ring] for ring in outline]


def _rings_from(rings: list[list[list[float]]]) -> Outline:
    return tuple(tuple((x, y) for x, y in ring) for ring in rings)
