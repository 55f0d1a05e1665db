"""What is to be booked, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy.fairs.model import Stand
from deploy.fairs.report import JointStand
from deploy.rehearsal.matching import Match, Matching
from deploy.rehearsal.roster import Roster


@dataclass(frozen=True, slots=True)
class Booking:
    """An occupied stand: who takes it, and who stands there with them. `related` are stands on the same floor."""

    stand: Stand
    exhibitor: str
    co_exhibitors: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The stand as hall/number."""
        return self.stand.label


def bookings(matching: Matching, roster: Roster, joints: Iterable[JointStand]) -> list[Booking]:
    """One booking for each occupied stand: the first-named exhibitor takes it, the others are co-exhibitors."""
    related: dict[str, set[str]] = {}
    for joint in joints:
        for part in joint.parts:
            related.setdefault(joint.booth, set()).add(part)
            related.setdefault(part, set()).add(joint.booth)
    by_stand: dict[str, list[Match]] = {}
    for match in matching.matches:
        by_stand.setdefault(match.stand.label, []).append(match)
    found = []
    for label, there in by_stand.items():
        ids = list(dict.fromkeys(_id(match, roster) for match in there))
        others = tuple(id_ for id_ in ids[1:] if id_ != ids[0])
        found.append(Booking(there[0].stand, ids[0], others, tuple(sorted(related.get(label, ())))))
    return found


def _id(match: Match, roster: Roster) -> str:
    return roster.by_name[match.name] if match.row is None else roster.by_line[match.row.line]


def groups(wanted: Sequence[Booking], joints: Iterable[JointStand]) -> list[list[Booking]]:
    """Bookings that share floor, together and containers before their parts; every other one by itself."""
    by_label = {booking.label: booking for booking in wanted}
    inside: Mapping[str, int] = _depths(joints)
    seen: set[str] = set()
    found = []
    for booking in wanted:
        if booking.label in seen:
            continue
        together = _reachable(booking, by_label)
        seen |= {other.label for other in together}
        found.append(sorted(together, key=lambda other: (inside.get(other.label, 0), other.label)))
    return found


def _reachable(start: Booking, by_label: Mapping[str, Booking]) -> list[Booking]:
    found = {start.label: start}
    waiting = [start]
    while waiting:
        for label in waiting.pop().related:
            if label in by_label and label not in found:
                found[label] = by_label[label]
                waiting.append(by_label[label])
    return list(found.values())


def _depths(joints: Iterable[JointStand]) -> dict[str, int]:
    """In how many others each part lies."""
    depths: dict[str, int] = {}
    for joint in joints:
        for part in joint.parts:
            depths[part] = depths.get(part, 0) + 1
    return depths
