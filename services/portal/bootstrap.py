"""Wires the portal; tests call the same with other parts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from services.portal.adapters.accounts import AccountsFileError, FileAccounts
from services.portal.adapters.bearers import Bearers
from services.portal.adapters.passwords import Argon2Passwords
from services.portal.adapters.store import COLLECTIONS, KINDS, StoredSessions
from services.portal.adapters.upstream import UpstreamPool
from services.portal.app import add_issuer, add_page, add_proxy, add_sessions
from services.portal.cookies import SessionCookie
from services.portal.domain.accounts import Account
from services.portal.domain.attempts import AttemptLimit, AttemptLimits
from services.portal.page import Page
from services.portal.ports import Accounts
from services.portal.proxy import Proxy
from services.portal.queries import WhoAsks
from services.portal.settings import PortalSettings
from services.portal.signing import Signing
from services.portal.streams import Streams
from shared.runtime import committer as committer_module
from shared.runtime.auth import Issuer
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.committer import Committer
from shared.runtime.components import CommitterComponent, StoreComponent
from shared.runtime.health import Health, NotReady
from shared.runtime.http import create_app
from shared.runtime.service import Service
from shared.runtime.settings import SettingsError
from shared.runtime.store import MongoStore, Store, StoreUnavailable

DESCRIPTION: Final = "The public origin: the page, signing in, and the way to every service's API."


def build(settings: PortalSettings, *, store: Store | None = None, clock: Clock | None = None) -> Service:
    """The portal, ready to start; raises SettingsError where a setting cannot be used."""
    store = store or MongoStore(settings.mongo_url, settings.mongo_database, pool_max=settings.mongo_pool_max)
    clock = clock or SystemClock()
    health = Health()
    committer = Committer(store, KINDS, clock)
    issuer = _issuer(settings)
    accounts = _accounts(settings) if issuer is not None else None
    who = WhoAsks(StoredSessions(store), accounts or _Nobody(), clock)
    signing = None
    if accounts is not None:
        signing = Signing(
            committer,
            accounts,
            Argon2Passwords(),
            clock,
            limits=_limits(settings),
            session_seconds=settings.session_seconds,
        )
    pools = _pools(settings)
    bearers = Bearers(issuer, clock, settings.bearer_seconds) if issuer is not None else None

    app = create_app(
        "portal",
        settings,
        health=health,
        clock=clock,
        authenticate=False,
        passed_on=("/api/",),
        description=DESCRIPTION,
    )
    streams = Streams(settings.streams_max, settings.streams_each_max)
    add_proxy(app, Proxy(pools, who, SessionCookie(settings.https), bearers, streams, health.draining))
    add_sessions(app, settings, who, signing, accounts)
    if issuer is not None:
        add_issuer(app, settings, issuer)
    add_page(app, Page(settings.web))

    async def store_ready() -> None:
        try:
            await store.ping()
        except StoreUnavailable as failure:
            raise NotReady("the store does not answer") from failure

    health.add("store", store_ready)
    keeping = StoreComponent(store, (*committer_module.COLLECTIONS, *COLLECTIONS))
    return Service(app, settings, (keeping, _Pools(list(pools.values())), CommitterComponent(committer)), health)


def _limits(settings: PortalSettings) -> AttemptLimits:
    window = settings.sign_in_window_seconds
    return AttemptLimits(
        pair=AttemptLimit(settings.sign_in_attempts_max, window),
        account=AttemptLimit(settings.sign_in_account_attempts_max, window),
        address=AttemptLimit(settings.sign_in_address_attempts_max, window),
    )


class _Nobody:
    """The accounts where no one signs in here."""

    def find(self, account: str) -> Account | None:
        del account
        return None

    def samples(self) -> tuple[Account, ...]:
        return ()


def _issuer(settings: PortalSettings) -> Issuer | None:
    if not settings.issuer_key:
        return None
    try:
        return Issuer.open(Path(settings.issuer_key), issuer=settings.issuer, audience=settings.audience)
    except (OSError, ValueError) as error:
        raise SettingsError(f"PAVILION_ISSUER_KEY cannot be used: {error}.") from error


def _accounts(settings: PortalSettings) -> Accounts:
    if not settings.accounts:
        raise SettingsError("PAVILION_ACCOUNTS is not set, and the embedded issuer has nobody to make tokens for.")
    try:
        return FileAccounts(Path(settings.accounts))
    except AccountsFileError as error:
        raise SettingsError(str(error)) from error


def _pools(settings: PortalSettings) -> dict[str, UpstreamPool]:
    seconds, import_seconds = settings.upstream_answer_seconds_max, settings.upstream_import_seconds_max
    services = {
        "catalog": (settings.upstream_catalog, import_seconds),
        "booking": (settings.upstream_booking, seconds),
        "notification": (settings.upstream_notification, seconds),
    }
    return {name: _pool(settings, name, url, seconds) for name, (url, seconds) in services.items()}


def _pool(settings: PortalSettings, name: str, url: str, answer_seconds_max: float) -> UpstreamPool:
    try:
        return UpstreamPool(
            url,
            connections_max=settings.upstream_connections_max,
            connect_seconds_max=settings.upstream_connect_seconds_max,
            answer_seconds_max=answer_seconds_max,
        )
    except ValueError as error:
        raise SettingsError(f"PAVILION_UPSTREAM_{name.upper()} cannot be used: {error}.") from error


class _Pools:
    """The connections to the services."""

    def __init__(self, pools: list[UpstreamPool]) -> None:
        self._pools = pools

    async def start(self) -> None:
        """Connections are made when they are wanted."""

    async def stop(self) -> None:
        for pool in self._pools:
            pool.close()
