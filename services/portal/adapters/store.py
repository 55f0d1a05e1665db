"""The portal's documents in MongoDB: sessions, tries to sign in, and the embedded issuer's codes."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import structlog

from services.portal.domain.attempts import Attempts
from services.portal.domain.authorization import Code
from services.portal.domain.identities import Identity
from services.portal.domain.sessions import Session
from services.portal.domain.tries import Finished
from services.portal.ports import ATTEMPTS, CODE, FINISHED, SESSION
from shared.runtime.store import ASCENDING, Collection, Document, Index, Kind, Store

_log = structlog.get_logger(__name__)

SESSIONS = "browser_sessions"
SIGN_INS = "sign_in_attempts"
CODES = "authorization_codes"
FINISHED_TRIES = "finished_sign_ins"

COLLECTIONS = (
    Collection(
        SESSIONS,
        indexes=(Index((("expires_at", ASCENDING),), ttl_seconds=0),),
        validator={
            "bsonType": "object",
            "required": ["v", "identity", "seal", "csrf", "opened_at", "expires_at"],
            "properties": {
                "identity": {"bsonType": "object", "required": ["subject", "account", "display", "role", "language"]},
                "seal": {"bsonType": "string"},
                "csrf": {"bsonType": "string", "minLength": 32},
                "opened_at": {"bsonType": "date"},
                "expires_at": {"bsonType": "date"},
            },
        },
    ),
    Collection(
        SIGN_INS,
        indexes=(Index((("last_at", ASCENDING),), ttl_seconds=24 * 3600),),
        validator={
            "bsonType": "object",
            "required": ["v", "at", "last_at"],
            "properties": {
                "at": {"bsonType": "array", "minItems": 1, "items": {"bsonType": "date"}},
                "last_at": {"bsonType": "date"},
            },
        },
    ),
    Collection(
        CODES,
        indexes=(Index((("expires_at", ASCENDING),), ttl_seconds=0),),
        validator={
            "bsonType": "object",
            "required": ["v", "client_id", "redirect_uri", "challenge", "account", "seal", "issued_at", "expires_at"],
            "properties": {
                "challenge": {"bsonType": "string", "minLength": 43},
                "issued_at": {"bsonType": "date"},
                "expires_at": {"bsonType": "date"},
            },
        },
    ),
    Collection(
        FINISHED_TRIES,
        indexes=(Index((("expires_at", ASCENDING),), ttl_seconds=0),),
        validator={
            "bsonType": "object",
            "required": ["v", "expires_at"],
            "properties": {"expires_at": {"bsonType": "date"}},
        },
    ),
)
"""What the portal keeps; MongoDB cleans up what has ended, the rules do not rely on it."""


def _encode_session(session: Session) -> Document:
    return {
        "identity": asdict(session.identity),
        "seal": session.seal,
        "csrf": session.csrf,
        "opened_at": session.opened_at,
        "expires_at": session.expires_at,
    }


def _decode_session(document: Document) -> Session | None:
    """The session, or None where another release kept it in a form of its own: its holder signs in again."""
    try:
        return Session(
            Identity(**document["identity"]),
            document["seal"],
            document["csrf"],
            document["opened_at"],
            document["expires_at"],
        )
    except (KeyError, TypeError):
        return None


def _decode_code(document: Document) -> Code:
    return Code(**{field.name: document[field.name] for field in fields(Code)})


def _decode_finished(document: Document) -> Finished:
    return Finished(document["expires_at"])


def _encode_attempts(attempts: Attempts) -> dict[str, Any]:
    return {"at": list(attempts.at), "last_at": attempts.at[-1]}


def _decode_attempts(document: Document) -> Attempts:
    return Attempts(tuple(document["at"]))


KINDS = (
    Kind(SESSION, SESSIONS, _encode_session, _decode_session),
    Kind(ATTEMPTS, SIGN_INS, _encode_attempts, _decode_attempts),
    Kind(CODE, CODES, asdict, _decode_code),
    Kind(FINISHED, FINISHED_TRIES, asdict, _decode_finished),
)


class StoredSessions:
    """Sessions as the store has them now; asked with every request, so that signing out counts everywhere at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._warned = False

    async def find(self, id_: str) -> Session | None:
        """The session with that id; None also for one that cannot be read. Raises StoreUnavailable."""
        found = await self._store.load({SESSIONS: [id_]})
        document = found.get(SESSIONS, {}).get(id_)
        if document is None:
            return None
        session = _decode_session(document)
        if session is None:
            self._warn(sorted(document))
        return session

    def _warn(self, members: list[str]) -> None:
        # Once: a browser keeps its cookie and asks with every request, and the next sign-in mends it.
        if not self._warned:
            self._warned = True
            _log.warning("session.unreadable", members=members)
