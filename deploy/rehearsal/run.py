"""The rehearsal from beginning to end."""

from __future__ import annotations

import functools
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from deploy.client.access import Access
from deploy.client.api import Api, Http
from deploy.client.local import Servers
from deploy.client.progress import ProgressReporter
from deploy.client.topics import TopicsUnreadable, read_topics
from deploy.fairs.importing import import_folder
from deploy.fairs.model import FairFolder
from deploy.fairs.owner import owner_of
from deploy.fairs.report import FairImport
from deploy.fairs.table import without_addresses
from deploy.invariants.check import check
from deploy.invariants.findings import Finding
from deploy.rehearsal import hearing
from deploy.rehearsal.booking import Desk, Fate, Outcome, Reservation, reservations_of
from deploy.rehearsal.floor import look_at_floor
from deploy.rehearsal.matching import Matching, match
from deploy.rehearsal.plan import bookings, groups
from deploy.rehearsal.roster import Roster, entries, refuse_real_addresses, settle_roster
from deploy.rehearsal.settling import await_addresses, settle
from shared.contracts.topics import BOOKING_EVENTS


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All that a rehearsal did and found."""

    imported: FairImport
    matching: Matching
    roster: Roster
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    requests: int = 0
    retries: int = 0
    outstanding: tuple[str, ...] = field(default=())

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """Stands that could not be booked as the plan shows them."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate is Fate.REFUSED)

    @property
    def differences(self) -> int:
        """How many things are other than they should be."""
        found = sum(len(finding.differences) for finding in self.findings)
        return found + len(self.refused) + len(self.outstanding)


@dataclass(frozen=True, slots=True)
class Options:
    """How to rehearse."""

    organizer: str | None = None
    concurrency: int = 32
    replace_addresses: bool = False


async def rehearse(
    folder: FairFolder, access: Access, servers: Servers, progress: ProgressReporter, options: Options
) -> Rehearsal:
    """Bring the folder in, book every occupied stand as its exhibitor, wait until all is told, and compare.

    Raises FolderInvalid, StackError, ApiRefused, ApiUnreachable.
    """
    access.require_issuer("Every exhibitor books with a token of its own")
    async with Http(access.url, connections_max=options.concurrency) as http:
        owner = await owner_of(folder, access, http, options.organizer)
        organizer = access.organizer(http, owner)
        as_exhibitor = functools.cache(functools.partial(access.exhibitor, http))
        if not options.replace_addresses:
            refuse_real_addresses(folder, await entries(organizer, folder.slug))
        table = None if folder.table is None else without_addresses(folder.table)
        imported = await import_folder(folder, organizer, organizer=owner, progress=progress, table=table)
        with progress.step("Names matched", sum(len(stand.exhibitors) for stand in folder.stands)) as step:
            matching = match(folder.stands, folder.exhibitors)
            step.at(len(matching.matches))
        roster = await settle_roster(folder, matching, organizer, progress)
        outstanding = []
        if servers.mongo_url is not None:
            outstanding += await await_addresses(servers.mongo_url, folder.slug, roster.everybody, progress)
        wanted = bookings(matching, roster, imported.joint_stands)
        desk = Desk(folder.slug, as_exhibitor, imported.held_booths_max)
        desk.knows(await reservations_of(organizer, folder.slug))
        with progress.step("Stands booked", len(wanted)) as step:
            outcomes = await desk.book_all(groups(wanted, imported.joint_stands), options.concurrency, step)
        floor, live = await look_at_floor(folder, wanted, organizer)
        ours = booked(outcomes, live)
        told = hearing.to_be_told(ours)
        outstanding += await settle(folder.slug, told, organizer, access.admin(http), progress)
        made = {outcome.reservation for outcome in outcomes if outcome.fate is Fate.BOOKED}
        heard = await _heard(ours, told, made, organizer, folder.slug, servers, progress)
        with progress.step("Inboxes", len({one.exhibitor for one in told})) as step:
            shown = await hearing.look_at_inboxes(told, as_exhibitor, options.concurrency, step)
        return Rehearsal(
            imported=imported,
            matching=matching,
            roster=roster,
            outcomes=tuple(outcomes),
            findings=(floor, *heard, shown, *await _invariants(servers, progress)),
            requests=http.counts.requests,
            retries=http.counts.retries,
            outstanding=tuple(outstanding),
        )


async def _invariants(servers: Servers, progress: ProgressReporter) -> list[Finding]:
    """What `pavilion check` asks, where stores can be looked into."""
    if servers.mongo_url is None:
        return [Finding("invariants of stores and topics", skipped="no MongoDB is known; set PAVILION_MONGO")]
    with progress.step("Invariants"):
        return await check(servers)


def booked(outcomes: Sequence[Outcome], live: Sequence[Reservation]) -> list[Reservation]:
    """The reservations by which stands are booked as the plan shows them."""
    ours = {outcome.reservation for outcome in outcomes if outcome.fate is not Fate.REFUSED}
    return [reservation for reservation in live if reservation.id in ours]


async def _heard(
    ours: Sequence[Reservation],
    told: Sequence[hearing.Told],
    booked_now: Container[str | None],
    organizer: Api,
    fair: str,
    servers: Servers,
    progress: ProgressReporter,
) -> list[Finding]:
    """What topic and mails say; from the delivery log alone where no topic or mail can be looked into."""
    found = []
    events: dict[str, str] = {}
    question = "confirmations published once, in order"
    if servers.bootstrap is None:
        found.append(Finding(question, skipped="no broker is known; set PAVILION_KAFKA"))
    else:
        with progress.step("Events on the topic") as step:
            try:
                ends_known = servers.broker == "kafka"
                records = await read_topics(servers.bootstrap, [BOOKING_EVENTS.name], ends_known=ends_known)
            except TopicsUnreadable as error:
                found.append(Finding.of(question, 0, [str(error)]))
            else:
                step.at(len(records))
                events = hearing.confirmed_events(records)
                found.append(hearing.published(records, ours))
    found.append(hearing.delivered(await hearing.delivery_log(organizer, fair), told))
    if servers.maildir is None or not events:
        found.append(Finding("mailed once to each who stands there", skipped="no caught mail to be looked into"))
    else:
        with progress.step("Mails caught") as step:
            mails = hearing.caught_mails(servers.maildir)
            step.at(sum(mails.values()))
        found.append(hearing.mailed(mails, told, events, booked_now))
    return found
