"""The only place that wires notification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.notification import app
from services.notification.adapters.compose import MailComposer, Sender
from services.notification.adapters.phrasing import check_phrases
from services.notification.adapters.smtp import SmtpServer, SmtpTransport
from services.notification.adapters.store import COLLECTIONS, KINDS, StoredArchive
from services.notification.adapters.subscription import LISTENS_TO, subscription
from services.notification.adapters.wording import word
from services.notification.domain.deliveries import Backoff, Delivery
from services.notification.domain.projections import Contact
from services.notification.mailer import Mailer, MailerLimits
from services.notification.ports import MailTransport
from services.notification.settings import NotificationSettings
from shared.runtime import admin, ids
from shared.runtime.auth import TokenVerifier
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.committer import Applied
from shared.runtime.core import Core, build_core
from shared.runtime.health import Background, Health
from shared.runtime.http import create_app
from shared.runtime.relay import RelayLimits
from shared.runtime.service import Service
from shared.runtime.store import MongoStore, Store

OWNER: Final = "notification"
DESCRIPTION: Final = "Who is told what, how, and whether it arrived: inbox, preferences, delivery log."
_CONTACT_WAIT_LONGEST_SECONDS: Final = 60.0
_CONTACT_WAIT_FIRST_SECONDS: Final = 0.25
_EXCHANGES_PER_MAIL: Final = 5
# Nobody waits to hear that a mail has left: what is told of mails goes out together, and leaves the processor to news.
_RELAY: Final = RelayLimits(linger_seconds=0.25, busy_linger_seconds=0.25)


@dataclass(slots=True, kw_only=True)
class Notification(Service):
    """The service, with the parts that tests and tools reach for."""

    core: Core
    archive: StoredArchive
    mailer: Mailer


class _MailerComponent:
    """Runs a mailer beside the HTTP edge."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer
        self._running: Background | None = None

    async def start(self) -> None:
        """Begin to mail."""
        self._running = Background("the mailer", self._mailer.run())

    async def stop(self) -> None:
        """Finish the mails in hand. Raises what the mailer has died of."""
        self._mailer.stop()
        if self._running is not None:
            await self._running.finished()

    async def ready(self) -> None:
        """Raises NotReady once the mailer has died."""
        if self._running is not None:
            await self._running.ready()


def build(
    settings: NotificationSettings,
    *,
    store: Store | None = None,
    clock: Clock | None = None,
    transport: MailTransport | None = None,
    verifier: TokenVerifier | None = None,
) -> Notification:
    """Notification, wired. Raises PhraseError where a text is missing."""
    check_phrases()
    store = store or MongoStore(settings.mongo_url, settings.mongo_database, pool_max=settings.mongo_pool_max)
    clock = clock or SystemClock()
    health = Health()
    verifier = verifier or TokenVerifier.from_settings(settings, clock=clock)
    health.add("keys", verifier.ready)
    core = build_core(
        settings,
        owner=OWNER,
        store=store,
        clock=clock,
        health=health,
        kinds=KINDS,
        collections=COLLECTIONS,
        subscriptions=[subscription(timedelta(seconds=settings.address_wait_seconds))],
        relay_limits=_RELAY,
    )
    archive = StoredArchive(store)
    mailer = _mailer(settings, core, archive, transport or _transport(settings), clock)
    mailing: list[_MailerComponent] = []
    if settings.mail_enabled:
        core.committer.on_applied(lambda applied: _wake(mailer, applied))
        mailing = [_MailerComponent(mailer)]
        health.add("mailer", mailing[0].ready)
    edge = create_app(
        OWNER,
        settings,
        verifier=verifier,
        health=health,
        clock=clock,
        consumes=LISTENS_TO,
        description=DESCRIPTION,
    )
    edge.include_router(app.router(archive, core.committer, word))
    edge.include_router(admin.routes(OWNER, core))
    return Notification(
        app=edge,
        settings=settings,
        components=[*core.components, *mailing],
        health=health,
        core=core,
        archive=archive,
        mailer=mailer,
    )


def _mailer(
    settings: NotificationSettings, core: Core, archive: StoredArchive, transport: MailTransport, clock: Clock
) -> Mailer:
    sender = Sender(settings.mail_from, settings.mail_from_name, settings.mail_message_host, settings.public_url)
    limits = MailerLimits(
        batch_max=settings.mail_batch_max,
        poll_seconds=settings.mail_poll_seconds,
        lease=timedelta(seconds=settings.mail_lease_seconds),
        # One mail takes a handful of exchanges with the server, each within its own time limit.
        send_seconds_max=min(settings.mail_lease_seconds / 2, _EXCHANGES_PER_MAIL * settings.smtp_timeout_seconds),
        senders_max=settings.smtp_connections_max,
        unrecorded_max=settings.mail_unrecorded_max,
        tries=Backoff(settings.mail_retry_first_seconds, settings.mail_retry_longest_seconds, settings.mail_tries_max),
        waits=Backoff(_CONTACT_WAIT_FIRST_SECONDS, _CONTACT_WAIT_LONGEST_SECONDS, settings.contact_waits_max),
        address_wait=timedelta(seconds=settings.address_wait_seconds),
    )
    [intake] = core.consumers
    name, composer = ids.new_id("mailer"), MailComposer(sender)
    return Mailer(name, core.committer, archive, transport, composer, clock, limits, intake.at_rest)


def _transport(settings: NotificationSettings) -> SmtpTransport:
    return SmtpTransport(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            tls=settings.smtp_tls,
            connections_max=settings.smtp_connections_max,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
    )


def _wake(mailer: Mailer, applied: Sequence[Applied]) -> None:
    """What is due at once wakes the mailer: new deliveries and revived ones, not those in its own hands; and addresses,
    which mails may wait for.
    """
    if addressed := [one.id for one in applied if isinstance(one.state, Contact) and one.state.email]:
        mailer.addressed(addressed)
    if any(isinstance(change.state, Delivery) and change.state.fresh for change in applied):
        mailer.wake()
