"""Signing in and out: to the provider and back with who somebody is, from there to a session.

The same way with every provider, the embedded issuer too. See docs/decisions/0020-sign-in-by-code.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast
from urllib.parse import urlencode

from services.portal.adapters.provider import Metadata, Provider
from services.portal.domain import tries
from services.portal.domain.attempts import AttemptLimits, Counted
from services.portal.domain.identities import LANGUAGES, ClaimNames, Identity, identity_of
from services.portal.domain.refusals import SignInRefusal, SignInRefused
from services.portal.domain.sessions import Session, session_id
from services.portal.handlers import count_attempt, end_session, open_session
from services.portal.ports import ATTEMPTS, FINISHED, SESSION, Standing
from shared.runtime.clock import Clock
from shared.runtime.committer import Committer, Contended, Overloaded, Work
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.store import StoreUnavailable

SECRET_BYTES: Final = 32
MARK_BYTES: Final = 16
_ERRORS: Final = {
    "access_denied": SignInRefusal.DENIED,
    "temporarily_unavailable": SignInRefusal.UNAVAILABLE,
    "server_error": SignInRefusal.UNAVAILABLE,
    "unauthorized_client": SignInRefusal.MISCONFIGURED,
    "invalid_scope": SignInRefusal.MISCONFIGURED,
}
"""RFC 6749, 4.1.2.1, where a sentence of its own helps."""


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How sign-ins go: what is asked of the provider, and how long things hold, in seconds."""

    scopes: str
    names: ClaimNames
    limits: AttemptLimits
    sign_in_seconds: int
    session_seconds: int
    signed_out_uri: str
    """Where the provider sends a browser when it has signed out there; empty leaves it signed in there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a browser goes to sign in, and the secret of its cookie."""

    location: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the secret that its cookie carries, and where the browser wanted to go."""

    secret: str
    return_path: str


class Signing:
    """What the routes hand over to. Raises SignInRefused; ending a session, what the committer raises."""

    def __init__(
        self, committer: Committer, provider: Provider, standing: Standing, clock: Clock, settings: SignInSettings
    ) -> None:
        self._committer = committer
        self._provider = provider
        self._standing = standing
        self._clock = clock
        self._settings = settings
        self._life = timedelta(seconds=settings.sign_in_seconds)

    async def begin(
        self, browser_secret: str | None, return_path: str, language: str = "", *, afresh: bool = False
    ) -> Begun:
        """Begin a try; a browser that has a secret keeps it, so that its other tabs' tries go on.

        `afresh` has the provider ask who it is, also where it remembers somebody.
        """
        secret = browser_secret or secrets.token_urlsafe(SECRET_BYTES)
        begun = tries.begin(secret, secrets.token_urlsafe(MARK_BYTES), return_path, self._clock.now())
        try:
            metadata = await self._provider.metadata()
        except SignInRefused as refused:
            refused.return_path = begun.return_path
            raise
        asked = {
            "response_type": "code",
            "client_id": self._provider.client.id,
            "redirect_uri": self._provider.client.redirect_uri,
            "scope": self._settings.scopes,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": tries.challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        if language in LANGUAGES:
            asked["ui_locales"] = language
        if afresh:
            asked["prompt"] = "login"
        return Begun(_with_query(metadata.authorization_endpoint, asked), secret)

    async def finish(
        self, browser_secret: str | None, query: Mapping[str, str], address: str, *, before: str | None = None
    ) -> Opened:
        """Take the provider's answer, by its query, and open a session for whom it names.

        The session that the browser had `before`, by its cookie, ends with the same decision.
        """
        mine = tries.resume(browser_secret, query.get("state", ""), self._clock.now(), self._life)
        if isinstance(mine, SignInRefusal):
            raise SignInRefused(mine, "the state is not of a try that this browser has under way")
        try:
            return await self._finish(mine, query, address, before)
        except SignInRefused as refused:
            refused.return_path = mine.return_path
            raise
        except (StoreUnavailable, Overloaded, Contended) as error:
            # A browser is on its way: it is led to a sentence, not left with an answer for programs.
            raise SignInRefused(SignInRefusal.BUSY, str(error), return_path=mine.return_path) from error

    async def end(self, secret: str) -> None:
        """End the session of that cookie, at once and everywhere."""
        id_ = session_id(secret)
        await self._committer.commit(Work("end-session", end_session(id_), reads=((SESSION, id_),)))

    async def signed_out_address(self) -> str | None:
        """Where whoever signed out here signs out of the provider, too; None where it offers nothing for it."""
        if not self._settings.signed_out_uri:
            return None
        try:
            endpoint = (await self._provider.metadata()).end_session_endpoint
        except SignInRefused:
            # The session here is over all the same, and nobody can be signed in by a provider that is away.
            return None
        told = {"client_id": self._provider.client.id, "post_logout_redirect_uri": self._settings.signed_out_uri}
        return None if endpoint is None else _with_query(endpoint, told)

    async def _finish(self, mine: tries.Try, query: Mapping[str, str], address: str, before: str | None) -> Opened:
        code = _code_of(query, await self._provider.metadata())
        # Counted before the provider is asked: whoever makes up codes has it asked so often, and no more.
        counts = self._settings.limits.coming_back(address)
        tried = await self._committer.commit(Work("count-attempt", count_attempt(counts), reads=_reads(counts)))
        if isinstance(tried.outcome, Rejected):
            wait = int(tried.outcome.items[0]["retry_after_seconds"])
            raise SignInRefused(SignInRefusal.TOO_MANY, wait_seconds=wait)
        claims = await self._provider.identify(code, mine.verifier, mine.nonce, suffices=self._suffice)
        identity = identity_of(claims, self._settings.names)
        if isinstance(identity, SignInRefusal):
            raise SignInRefused(identity, "the claims admit nobody")
        return await self._open(mine, identity, counts, cast("Accepted", tried.outcome), before)

    def _suffice(self, claims: Mapping[str, object]) -> bool:
        """Whether nothing is missing that userinfo may have."""
        missing = (SignInRefusal.NO_ROLE, SignInRefusal.NO_TENANT)
        return identity_of(claims, self._settings.names) not in missing

    async def _open(
        self, mine: tries.Try, identity: Identity, counts: Sequence[Counted], tried: Accepted, before: str | None
    ) -> Opened:
        now = self._clock.now()
        session = Session(
            identity=identity,
            seal=self._standing.seal(identity),
            csrf=secrets.token_urlsafe(SECRET_BYTES),
            opened_at=now,
            expires_at=now + timedelta(seconds=self._settings.session_seconds),
        )
        secret = secrets.token_urlsafe(SECRET_BYTES)
        id_, finished = session_id(secret), tries.Finished(now + 2 * self._life)
        former = None if before is None else session_id(before)
        decide = open_session(id_, session, mine.id, finished, counts, tried.answer, former=former)
        ends = () if former is None else ((SESSION, former),)
        reads = ((SESSION, id_), (FINISHED, mine.id), *ends, *_reads(counts))
        opened = await self._committer.commit(Work("open-session", decide, reads=reads))
        if isinstance(opened.outcome, Rejected):
            raise SignInRefused(SignInRefusal.USED, opened.outcome.detail)
        return Opened(secret, mine.return_path)


def _code_of(query: Mapping[str, str], metadata: Metadata) -> str:
    """The code in an answer that is the provider's; raises SignInRefused."""
    said = query.get("iss")
    if said != metadata.issuer and (said is not None or metadata.says_issuer):
        # RFC 9207: another provider's answer, brought here so that its code goes to the wrong one.
        raise SignInRefused(SignInRefusal.UNTRUSTED, "the answer names another issuer, or none")
    error = query.get("error")
    if error is not None:
        raise SignInRefused(_ERRORS.get(error, SignInRefusal.REFUSED), f"the provider answered {error[:100]!r}")
    code = query.get("code", "")
    if not code:
        raise SignInRefused(SignInRefusal.REFUSED, "the answer has neither code nor error")
    return code


def _reads(counts: Sequence[Counted]) -> tuple[tuple[str, str], ...]:
    return tuple((ATTEMPTS, one.id) for one in counts)


def _with_query(endpoint: str, members: Mapping[str, str]) -> str:
    # RFC 6749, 3.1: an endpoint may have a query of its own, which is kept.
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(members)}"
