"""The mailer: takes deliveries that are due, sends them, and records what became of each.

A claim, written before anything is sent, keeps two mailers from sending the same mail; it ends by itself, so a mailer
that dies is succeeded. Only what the mail server answers about a mail is a try of it: while no server is there, mails
wait, however long that takes. Between the mail server's yes and the record of it a crash leads to a second mail with
the same Message-ID: mail servers offer no transaction, so at least once, recognisably, is what can be had.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.notification import handlers
from services.notification.domain.absence import Absence
from services.notification.domain.deliveries import CONTACT_UNKNOWN, FAIR_UNKNOWN, Delivery
from services.notification.domain.happenings import InvitationNews
from services.notification.domain.invitations import Invitations, superseded
from services.notification.domain.preferences import Preferences
from services.notification.domain.recipients import Party, Recipient, choose_language
from services.notification.mailer.addresses import Addresses
from services.notification.mailer.limits import MailerLimits
from services.notification.mailer.precedence import AtRest, always_at_rest, give_way
from services.notification.mailer.records import BatchCommitter, Records
from services.notification.ports import (
    DELIVERY,
    NAMES_MAX,
    Addressee,
    Archive,
    Composer,
    Facts,
    MailPutOff,
    MailRefused,
    MailServerAway,
    MailTransport,
)
from shared.runtime import faults, metrics
from shared.runtime.clock import Clock
from shared.runtime.committer import Committed, Contended, Work
from shared.runtime.decision import Accepted, Decide
from shared.runtime.store import StoreUnavailable

log = structlog.get_logger(__name__)

_STORE_AWAY_SECONDS: Final = 1.0


@dataclass(slots=True)
class _Known:
    """What a batch's mails are made of."""

    facts: Facts
    preferences: Mapping[Recipient, Preferences]
    invitations: Mapping[str, Invitations]


class Mailer:
    """Sends what is due. `name` tells this mailer from others."""

    def __init__(
        self,
        name: str,
        committer: BatchCommitter,
        archive: Archive,
        transport: MailTransport,
        composer: Composer,
        clock: Clock,
        limits: MailerLimits | None = None,
        intake_at_rest: AtRest = always_at_rest,
    ) -> None:
        self._name = name
        self._committer = committer
        self._archive = archive
        self._transport = transport
        self._composer = composer
        self._clock = clock
        self._limits = limits or MailerLimits()
        self._intake_at_rest = intake_at_rest
        self._woken = asyncio.Event()
        self._stopping = False
        self._records = Records(committer, self._limits.unrecorded_max)
        self._addresses = Addresses(committer, archive, clock, self._limits.batch_max)
        self._absence = Absence(self._limits.pauses)

    def wake(self) -> None:
        """Look for work now: something has become due."""
        self._woken.set()

    def addressed(self, exhibitors: Iterable[str]) -> None:
        """These have an address now: look for mails that wait for it."""
        self._addresses.come(exhibitors)
        self.wake()

    def stop(self) -> None:
        """Finish the mails in hand and return from `run`."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send what is due, for as long as the service lives."""
        try:
            while not self._stopping:
                await self._rest(await self._guarded_round())
        finally:
            await self._transport.close()

    async def _guarded_round(self) -> float:
        """One round; how long to rest after it, in seconds."""
        self._woken.clear()
        try:
            return 0.0 if await self.round() else self._limits.poll_seconds
        except (StoreUnavailable, Contended) as away:
            log.warning("mailer.store.away", reason=type(away).__name__)
            return _STORE_AWAY_SECONDS
        except Exception:
            # A fault of ours in one batch must not end mailing; the claims end, and the log says what to mend.
            log.exception("mailer.round.failed")
            return _STORE_AWAY_SECONDS

    async def _rest(self, seconds: float) -> None:
        if seconds and not self._stopping:
            # Not wait_for, which on Python 3.11 swallows a cancellation that meets the awaited event.
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()

    async def round(self) -> int:
        """Take one batch of due deliveries, see each to an end, and say how many they were, with those settled unsent.

        Raises StoreUnavailable, Contended; what became of mails is kept then, and written before the next one.
        """
        await self._records.write()
        await self._addresses.hasten()
        settled = await self._settle_unaddressed()
        if self._absence.lasts(self._clock.now()):
            return settled
        due = await self._archive.due(self._clock.now(), self._limits.batch_max)
        claimed = await self._claim(due)
        if claimed:
            await self._send_all(claimed, await self._look_up(claimed))
        return settled + len(claimed)

    async def _settle_unaddressed(self) -> int:
        waited = await self._addresses.waited()
        if waited:
            await give_way(self._intake_at_rest, self._limits.give_way_seconds_max)
        return await self._addresses.settle(waited)

    async def _send_all(self, claimed: Sequence[Delivery], known: _Known) -> None:
        waiting = list(reversed(claimed))
        async with self._records.writing():
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self._limits.senders_max, len(claimed))):
                        group.create_task(self._sender(waiting, known))
            finally:
                for delivery in waiting:
                    self._records.end(delivery, self._release(delivery))

    async def _claim(self, due: Sequence[Delivery]) -> list[Delivery]:
        if not due:
            return []
        works = [
            self._work("claim_delivery", d.id, handlers.claim_delivery(d.id, self._name, self._limits.lease))
            for d in due
        ]
        results = await self._committer.commit_batch(works)
        outcomes = [result.outcome for result in results if isinstance(result, Committed)]
        return [outcome.answer for outcome in outcomes if isinstance(outcome, Accepted)]

    async def _look_up(self, claimed: Sequence[Delivery]) -> _Known:
        exhibitors: set[str] = set()
        for delivery in claimed:
            exhibitors |= delivery.happening.named(NAMES_MAX)
            exhibitors |= {delivery.recipient.id} if delivery.recipient.party is Party.EXHIBITOR else set()
        happenings = [delivery.happening for delivery in claimed]
        invited = {happening.booking for happening in happenings if isinstance(happening, InvitationNews)}
        fairs, places, contacts, preferences, invitations = await asyncio.gather(
            self._archive.fairs({happening.fair for happening in happenings if happening.fair}),
            self._archive.places({place for happening in happenings for place in happening.places}),
            self._archive.contacts(exhibitors),
            self._archive.preferences({delivery.recipient for delivery in claimed}),
            self._archive.invitations(invited),
        )
        return _Known(Facts(fairs, contacts, places), preferences, invitations)

    async def _sender(self, waiting: list[Delivery], known: _Known) -> None:
        while not self._stopping and (delivery := await self._records.begin(waiting)):
            await give_way(self._intake_at_rest, self._limits.give_way_seconds_max)
            try:
                work = await self._send(delivery, waiting, known)
            except Exception:
                # A fault of ours with one mail keeps neither the others from going out nor itself from being parked.
                log.exception("mailer.mail.failed", delivery=delivery.id)
                work = self._put_off(delivery, "internal-fault")
            self._records.end(delivery, work)

    async def _send(self, delivery: Delivery, waiting: list[Delivery], known: _Known) -> Work:
        """See one delivery through; the work that records what became of it."""
        if self._lease_ends_soon(delivery, self._clock.now()):
            return self._release(delivery)
        addressee = self._addressee(delivery, known)
        if isinstance(addressee, Work):
            return addressee
        try:
            mail = self._composer.compose(delivery, addressee, known.facts)
        except ValueError:
            return self._refused(delivery, "address-invalid")
        try:
            await self._transport.send(mail)
        except MailRefused as refusal:
            self._answered()
            return self._refused(delivery, str(refusal))
        except MailPutOff as answer:
            self._answered()
            return self._put_off(delivery, str(answer))
        except MailServerAway as away:
            return self._server_away(delivery, waiting, str(away))
        self._answered()
        faults.point("mailer.after_send")
        metrics.mail_sent.labels(delivery.happening.kind.value).inc()
        return self._work("mark_delivery_sent", delivery.id, handlers.mark_sent(delivery.id))

    def _answered(self) -> None:
        if self._absence.over():
            log.info("mailer.server.back")

    def _server_away(self, delivery: Delivery, waiting: list[Delivery], reason: str) -> Work:
        """Put the batch off until the pause ends; nobody is there for the others of it either."""
        now, absence = self._clock.now(), self._absence
        if absence.noticed(now, random.random()):
            log.warning(
                "mailer.server.away",
                reason=reason,
                waiting=len(waiting) + 1,
                knocks=absence.knocks,
                since=(absence.since or now).isoformat(),
                until=(absence.until or now).isoformat(),
            )
        until = absence.until or now
        for other in waiting:
            self._records.end(other, self._postponed(other, reason, until))
        waiting.clear()
        # The others go first next time: a server may also leave because of this mail, and would leave them untried.
        return self._postponed(delivery, reason, until + (until - now))

    def _lease_ends_soon(self, delivery: Delivery, now: datetime) -> bool:
        ends = delivery.due_at
        return ends is None or now + timedelta(seconds=self._limits.send_seconds_max) > ends

    def _addressee(self, delivery: Delivery, known: _Known) -> Addressee | Work:
        """Whom the mail goes to, or the work that says why it goes to nobody now."""
        recipient, happening = delivery.recipient, delivery.happening
        if isinstance(happening, InvitationNews):
            if superseded(happening, known.invitations.get(happening.booking)):
                decide = handlers.mark_superseded(delivery.id, self._name)
                return self._work("mark_delivery_superseded", delivery.id, decide)
            invited = happening.participant
            return Addressee(invited.name, invited.email, choose_language([invited.language]))
        wishes = known.preferences.get(recipient) or Preferences(recipient)
        if recipient.party is Party.ORGANIZER:
            if wishes.email is None:
                decide = handlers.mark_unaddressed(delivery.id, self._name)
                return self._work("mark_delivery_unaddressed", delivery.id, decide)
            return Addressee(recipient.id, wishes.email, choose_language([wishes.language]))
        contact = known.facts.contacts.get(recipient.id)
        if contact is None:
            return self._unknown(delivery, CONTACT_UNKNOWN)
        if not contact.email:
            return self._unaddressed(delivery)
        if delivery.happening.fair not in known.facts.fairs and delivery.waits < self._limits.waits.tries_max:
            return self._unknown(delivery, FAIR_UNKNOWN)
        language = choose_language([wishes.language, contact.language])
        return Addressee(contact.called(language), contact.email, language)

    def _unknown(self, delivery: Delivery, reason: str) -> Work:
        decide = handlers.mark_unknown(delivery.id, self._name, reason, self._limits.waits, random.random())
        return self._work("await_news", delivery.id, decide)

    def _unaddressed(self, delivery: Delivery) -> Work:
        decide = handlers.mark_address_missing(delivery.id, self._name, self._limits.address_wait)
        return self._work("await_address", delivery.id, decide)

    def _refused(self, delivery: Delivery, reason: str) -> Work:
        metrics.mail_failed.labels(delivery.happening.kind.value).inc()
        return self._work("mark_delivery_refused", delivery.id, handlers.mark_refused(delivery.id, self._name, reason))

    def _put_off(self, delivery: Delivery, reason: str) -> Work:
        metrics.mail_failed.labels(delivery.happening.kind.value).inc()
        decide = handlers.mark_put_off(delivery.id, self._name, reason, self._limits.tries, random.random())
        return self._work("put_delivery_off", delivery.id, decide)

    def _postponed(self, delivery: Delivery, reason: str, due_at: datetime) -> Work:
        decide = handlers.mark_postponed(delivery.id, self._name, reason, due_at)
        return self._work("postpone_delivery", delivery.id, decide)

    def _release(self, delivery: Delivery) -> Work:
        return self._work("release_delivery", delivery.id, handlers.release_delivery(delivery.id, self._name))

    def _work(self, name: str, id_: str, decide: Decide) -> Work:
        return Work(name, decide, reads=((DELIVERY, id_),))
