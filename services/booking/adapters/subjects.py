"""What an event is about: the things by which it is found among what happened, and whose tenants may see it."""

from __future__ import annotations


def about_fair(fair: str) -> str:
    """A fair, by its slug."""
    return f"fair/{fair}"


def about_booth(booth: str) -> str:
    """A booth, by its id: fair/hall/number."""
    return f"booth/{booth}"


def about_exhibitor(exhibitor: str) -> str:
    """An exhibitor, as the main one or as a co-exhibitor."""
    return f"exhibitor/{exhibitor}"


def about_organizer(organizer: str) -> str:
    """An organizer: of the fair, of the event for which spaces are booked, or of the venue."""
    return f"organizer/{organizer}"


def about_venue(venue: str) -> str:
    """A venue, by its slug."""
    return f"venue/{venue}"


def about_space(space: str) -> str:
    """A space, by its id: venue/space."""
    return f"space/{space}"


def about_kind(type_: str) -> str:
    """A kind of event: its type without the service and the version, such as `reservation.held`."""
    return f"kind/{kind_of(type_)}"


def kind_of(type_: str) -> str:
    """The middle of `pavilion.booking.<kind>.v1`."""
    return type_.split(".", 2)[2].rpartition(".")[0]
