"""Invitations as calendar programs understand them: iTIP (RFC 5546) by mail (RFC 6047)."""

from __future__ import annotations

from icalendar import Calendar, Event, vCalAddress

from services.notification.adapters.wording import one_line
from services.notification.domain.happenings import InvitationNews, Kind


def method_of(news: InvitationNews) -> str:
    """REQUEST for an invitation, new or changed; CANCEL for one that is taken back."""
    return "REQUEST" if news.kind is Kind.INVITED else "CANCEL"


def itip(news: InvitationNews, words: tuple[str, str, str], organizer: str, attendee: str) -> str:
    """One event for one participant: `words` are its summary, location and description; addresses are in ASCII.

    Its times are in UTC, which no program can mistake. The organizer's address is always that which the mail comes
    from: programs let nobody else change or cancel.
    """
    summary, location, description = words
    calendar = Calendar()
    calendar.add("prodid", "-//Pavilion//Invitations//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(news))
    event = Event()
    event.add("uid", f"{news.booking}-{news.place}@pavilion")
    event.add("dtstamp", news.at)
    event.add("sequence", news.sequence - 1)
    event.add("dtstart", news.sitting.span.start)
    event.add("dtend", news.sitting.span.end)
    event.add("summary", summary)
    event.add("location", location)
    event.add("description", description)
    event.add("status", "CONFIRMED" if news.kind is Kind.INVITED else "CANCELLED")
    event.add("organizer", _person(organizer, news.organizer))
    person = _person(attendee, one_line(news.participant.name))
    person.params["CUTYPE"], person.params["ROLE"] = "INDIVIDUAL", "REQ-PARTICIPANT"
    # Nobody reads answers; the event is in the calendar, and the participant's program need not ask for one.
    person.params["PARTSTAT"], person.params["RSVP"] = "NEEDS-ACTION", "FALSE"
    event.add("attendee", person)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _person(email: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    if name:
        person.params["CN"] = name
    return person
