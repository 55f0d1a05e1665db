"""Wires the portal; tests call the same with other parts."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from services.portal.adapters.accounts import AccountsFileError, FileAccounts
from services.portal.adapters.bearers import Bearers
from services.portal.adapters.passwords import Argon2Passwords
from services.portal.adapters.provider import CONNECTIONS_MAX, ClientIdentity, Provider
from services.portal.adapters.standing import StandingAsTold, StandingByAccounts
from services.portal.adapters.store import COLLECTIONS, KINDS, StoredSessions
from services.portal.adapters.upstream import UpstreamPool
from services.portal.app import add_issuer, add_keys, add_page, add_proxy, add_schemas, add_sessions
from services.portal.cookies import session_cookie
from services.portal.domain.attempts import AttemptLimit, AttemptLimits
from services.portal.domain.authorization import Client
from services.portal.domain.identities import ROLES, ClaimNames
from services.portal.issuing import Issuing
from services.portal.page import Page
from services.portal.ports import Accounts
from services.portal.proxy import Proxy
from services.portal.queries import WhoAsks
from services.portal.settings import PortalSettings
from services.portal.signing import Signing, SignInSettings
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

OWN_CLIENT: Final = "pavilion-portal"
DESCRIPTION: Final = "The public origin: the page, signing in, and the way to every service's API."


def build(settings: PortalSettings, *, store: Store | None = None, clock: Clock | None = None) -> Service:
    """The portal, ready to start; raises SettingsError where a setting cannot be used."""
    store = store or MongoStore(settings.mongo_url, settings.mongo_database, pool_max=settings.mongo_pool_max)
    clock = clock or SystemClock()
    health = Health()
    committer = Committer(store, KINDS, clock)
    issuer = _issuer(settings)
    _check_provider(settings)
    accounts = _accounts(settings) if issuer is not None and not settings.oidc_issuer else None
    told = StandingAsTold(settings.oidc_issuer, settings.oidc_client_id)
    standing = StandingByAccounts(accounts) if accounts is not None else told
    who = WhoAsks(StoredSessions(store), standing, clock)
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
    proxy = Proxy(
        pools,
        who,
        session_cookie(settings.https),
        bearers,
        streams,
        health.draining,
        stalled_seconds_max=settings.stalled_seconds_max,
    )
    add_proxy(app, proxy)
    page, provider = Page(settings.web), _provider(settings, app, clock) if issuer is not None else None
    signing = Signing(committer, provider, standing, clock, _sign_in_settings(settings)) if provider else None
    add_sessions(app, settings, who, signing)
    if issuer is not None:
        add_keys(app, issuer)
        if accounts is not None:
            add_issuer(app, _issuing(settings, committer, accounts, issuer, clock), accounts, page)
    add_schemas(app)
    add_page(app, page)

    async def store_ready() -> None:
        try:
            await store.ping()
        except StoreUnavailable as failure:
            raise NotReady("the store does not answer") from failure

    health.add("store", store_ready)
    keeping = StoreComponent(store, (*committer_module.COLLECTIONS, *COLLECTIONS))
    reaching = _Reaching(list(pools.values()), provider)
    return Service(app, settings, (keeping, reaching, CommitterComponent(committer)), health)


def _limits(settings: PortalSettings) -> AttemptLimits:
    window = settings.sign_in_window_seconds
    return AttemptLimits(
        pair=AttemptLimit(settings.sign_in_attempts_max, window),
        account=AttemptLimit(settings.sign_in_account_attempts_max, window),
        address=AttemptLimit(settings.sign_in_address_attempts_max, window),
    )


def _check_provider(settings: PortalSettings) -> None:
    """Raises SettingsError where a provider is named, and what belongs to it is not."""
    if not settings.oidc_issuer:
        return
    for name in ("oidc_client_id", "issuer_key"):
        if not getattr(settings, name):
            raise SettingsError(f"PAVILION_{name.upper()} is not set, and signing in by PAVILION_OIDC_ISSUER needs it.")


def _provider(settings: PortalSettings, app: FastAPI, clock: Clock) -> Provider:
    """Who says who somebody is: another's provider over the network, or our own within the process."""
    redirect_uri, limits = f"{settings.origin}/session/callback", httpx.Limits(max_connections=CONNECTIONS_MAX)
    if settings.oidc_issuer:
        secret = settings.oidc_client_secret.get_secret_value()
        client = ClientIdentity(settings.oidc_client_id, redirect_uri, secret)
        http = httpx.AsyncClient(limits=limits, timeout=settings.oidc_answer_seconds_max)
    else:
        client = ClientIdentity(OWN_CLIENT, redirect_uri)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    issuer = settings.oidc_issuer or settings.origin
    return Provider(
        issuer,
        client,
        http,
        clock,
        answer_seconds_max=settings.oidc_answer_seconds_max,
        keys_refresh_min_seconds=settings.jwks_refresh_min_seconds,
    )


def _sign_in_settings(settings: PortalSettings) -> SignInSettings:
    other = bool(settings.oidc_issuer)
    return SignInSettings(
        scopes=settings.oidc_scopes if other else "openid",
        names=_claim_names(settings) if other else ClaimNames(),
        limits=_limits(settings),
        sign_in_seconds=settings.sign_in_seconds,
        session_seconds=settings.session_seconds,
        signed_out_uri=f"{settings.origin}/sign-in" if settings.oidc_sign_out else "",
    )


def _claim_names(settings: PortalSettings) -> ClaimNames:
    # A word may have a `=` of its own, as names in directories do.
    pairs = [one.strip().rpartition("=") for one in settings.oidc_roles.split(",") if one.strip()]
    roles = {word.strip(): role.strip() for word, _, role in pairs} or {role: role for role in ROLES}
    if not set(roles.values()) <= set(ROLES) or not all(roles):
        raise SettingsError(
            f"PAVILION_OIDC_ROLES lists word=role with commas between, and a role is one of {', '.join(ROLES)}."
        )
    return ClaimNames(
        account=settings.oidc_claim_account,
        display=settings.oidc_claim_display,
        role=settings.oidc_claim_role,
        exhibitor=settings.oidc_claim_exhibitor,
        organizer=settings.oidc_claim_organizer,
        language=settings.oidc_claim_language,
        roles=roles,
    )


def _issuing(
    settings: PortalSettings, committer: Committer, accounts: Accounts, issuer: Issuer, clock: Clock
) -> Issuing:
    return Issuing(
        committer,
        accounts,
        Argon2Passwords(),
        issuer,
        clock,
        name=settings.origin,
        client=Client(OWN_CLIENT, f"{settings.origin}/session/callback"),
        limits=_limits(settings),
        bearer_seconds=settings.bearer_seconds,
    )


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


class _Reaching:
    """The connections to the services, and to the provider."""

    def __init__(self, pools: list[UpstreamPool], provider: Provider | None) -> None:
        self._pools = pools
        self._provider = provider

    async def start(self) -> None:
        """Connections are made when they are wanted."""

    async def stop(self) -> None:
        for pool in self._pools:
            pool.close()
        if self._provider is not None:
            await self._provider.close()
