"""What can be decided about signing in: each function makes one decision for the committer."""

from __future__ import annotations

from datetime import datetime

from services.portal.domain.attempts import AttemptLimit, Attempts, TooMany, try_once
from services.portal.domain.sessions import Session
from services.portal.ports import ATTEMPTS, SESSION
from shared.runtime.decision import Accepted, Change, Decide, Outcome, Rejected, View

TOO_MANY_ATTEMPTS = "too-many-attempts"


def count_attempt(attempts_id: str, limit: AttemptLimit) -> Decide:
    """Take note of a try to sign in; rejected where there were too many, with `retry_after_seconds` as its item."""

    def decide(view: View, now: datetime) -> Outcome:
        tried = try_once(view.get(ATTEMPTS, attempts_id) or Attempts(), limit, now)
        if isinstance(tried, TooMany):
            wait = tried.retry_after_seconds
            detail = f"Too many attempts to sign in; try again in {wait} seconds."
            return Rejected(TOO_MANY_ATTEMPTS, detail, ({"retry_after_seconds": wait},))
        return Accepted((Change(ATTEMPTS, attempts_id, tried),))

    return decide


def open_session(session_id: str, session: Session, attempts_id: str) -> Decide:
    """Keep a session whose password was right, and forget the tries that led to it."""

    def decide(view: View, now: datetime) -> Outcome:
        del now
        changes = [Change(SESSION, session_id, session)]
        if view.get(ATTEMPTS, attempts_id) is not None:
            changes.append(Change(ATTEMPTS, attempts_id, None))
        return Accepted(tuple(changes), session)

    return decide


def end_session(session_id: str) -> Decide:
    """End a session; one that has ended already stays so."""

    def decide(view: View, now: datetime) -> Outcome:
        del now
        if view.get(SESSION, session_id) is None:
            return Accepted()
        return Accepted((Change(SESSION, session_id, None),))

    return decide
