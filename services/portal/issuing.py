"""The embedded issuer's side of a sign-in: from a password to a code, from a code to tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

from services.portal.adapters.bearers import principal_of
from services.portal.domain.accounts import Account
from services.portal.domain.attempts import AttemptLimits
from services.portal.domain.authorization import AuthorizationRequest, Client, Code, code_id
from services.portal.domain.sessions import seal_of
from services.portal.handlers import count_attempt, issue_code, redeem_code
from services.portal.ports import ATTEMPTS, CODE, Accounts, Passwords
from shared.runtime.auth import Issuer
from shared.runtime.clock import Clock
from shared.runtime.committer import Committer, Work
from shared.runtime.decision import Accepted, Rejected
from shared.runtime.problems import Problem

CODE_BYTES: Final = 32
CODE_LIFE: Final = timedelta(seconds=60)
ID_TOKEN_LIFE: Final = timedelta(seconds=300)


class GrantRefused(Exception):
    """The token endpoint's no; `error` is of RFC 6749, section 5.2, the message its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


class Issuing:
    """What the issuer's routes hand over to. Raises what the committer raises, and what is named below.

    `name` is the issuer's address, as its discovery document has it.
    """

    def __init__(
        self,
        committer: Committer,
        accounts: Accounts,
        passwords: Passwords,
        issuer: Issuer,
        clock: Clock,
        *,
        name: str,
        client: Client,
        limits: AttemptLimits,
        bearer_seconds: int,
    ) -> None:
        self._committer = committer
        self._accounts = accounts
        self._passwords = passwords
        self._issuer = issuer
        self._clock = clock
        self.name = name
        self.client = client
        self._limits = limits
        self._bearer_life = timedelta(seconds=bearer_seconds)

    async def sign_in(self, request: AuthorizationRequest, name: str, password: str, address: str) -> str:
        """The client's address with a code; raises the problems too-many-attempts (429) and wrong-credentials (401)."""
        counts = self._limits.counts(name, address)
        reads = tuple((ATTEMPTS, one.id) for one in counts)
        counted = await self._committer.commit(Work("count-attempt", count_attempt(counts), reads=reads))
        if isinstance(counted.outcome, Rejected):
            raise _too_many(counted.outcome)
        # Only what carries an idempotency key is ever answered without being decided.
        tried_at = cast("Accepted", counted.outcome).answer
        account = self._accounts.find(name)
        right = await self._passwords.matches(account.password_hash if account else None, password)
        if account is None or not right:
            raise Problem("wrong-credentials", "Not signed in", 401, "Account or password is wrong.")
        now, secret = self._clock.now(), secrets.token_urlsafe(CODE_BYTES)
        code = Code(
            client_id=request.client.id,
            redirect_uri=request.client.redirect_uri,
            challenge=request.challenge,
            nonce=request.nonce,
            account=account.account,
            seal=seal_of(account.password_hash),
            issued_at=now,
            expires_at=now + CODE_LIFE,
        )
        id_ = code_id(secret)
        issue = issue_code(id_, code, counts, tried_at)
        await self._committer.commit(Work("issue-code", issue, reads=((CODE, id_), *reads)))
        return self.answer_address(request.client, request.state, code=secret)

    def answer_address(self, client: Client, state: str, **members: str) -> str:
        """Where a browser is sent back to with `members` (a code, or an error); names us as RFC 9207 has it."""
        told = {**members, "state": state, "iss": self.name}
        return f"{client.redirect_uri}?{urlencode({name: value for name, value in told.items() if value})}"

    async def redeem(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The token endpoint's answer to a form. Raises GrantRefused; whatever is wrong, the code is used up."""
        if form.get("client_id") != self.client.id:
            raise GrantRefused("invalid_client", "This client is not registered.")
        if form.get("grant_type") != "authorization_code":
            raise GrantRefused("unsupported_grant_type", "Only authorization_code is offered.")
        id_ = code_id(form.get("code", ""))
        taken = await self._committer.commit(Work("redeem-code", redeem_code(id_), reads=((CODE, id_),)))
        code: Code | None = cast("Accepted", taken.outcome).answer
        told = (form.get("redirect_uri", ""), form.get("code_verifier", ""))
        account = self._accounts.find(code.account) if code is not None else None
        if (
            code is None
            or account is None
            or not code.answers(self.client.id, *told, self._clock.now())
            or code.seal != seal_of(account.password_hash)
        ):
            raise GrantRefused("invalid_grant", "The code is unknown, used, too old, or somebody else's.")
        return self._tokens(code, account, self._clock.now())

    def _tokens(self, code: Code, account: Account, now: datetime) -> dict[str, Any]:
        identity = account.identity
        claims = {
            "iss": self.name,
            "aud": code.client_id,
            "sub": identity.subject,
            "iat": now,
            "exp": now + ID_TOKEN_LIFE,
            "auth_time": int(code.issued_at.timestamp()),
            "nonce": code.nonce,
            "preferred_username": identity.account,
            "name": identity.display,
            "locale": identity.language,
            "role": identity.role,
            "exhibitor": identity.exhibitor,
            "organizer": identity.organizer,
        }
        return {
            "access_token": self._issuer.mint(principal_of(identity), self._bearer_life),
            "token_type": "Bearer",
            "expires_in": int(self._bearer_life.total_seconds()),
            "scope": "openid",
            "id_token": self._issuer.sign({name: value for name, value in claims.items() if value}),
        }


def _too_many(rejected: Rejected) -> Problem:
    wait = str(rejected.items[0]["retry_after_seconds"])
    return Problem(rejected.reason, "Too many attempts", 429, rejected.detail, headers={"Retry-After": wait})
