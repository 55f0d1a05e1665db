"""What can be decided about signing in: each function makes one decision for the committer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.portal.domain.attempts import Attempts, Counted, TooMany, succeeded, try_once
from services.portal.domain.authorization import Code
from services.portal.domain.refusals import SignInRefusal
from services.portal.domain.sessions import Session
from services.portal.domain.tries import Finished
from services.portal.ports import ATTEMPTS, CODE, FINISHED, SESSION
from shared.runtime.decision import Accepted, Change, Decide, Outcome, Rejected, View

TOO_MANY_ATTEMPTS = "too-many-attempts"


def count_attempt(counts: Sequence[Counted]) -> Decide:
    """Take note of a try to sign in; answers its instant.

    Rejected where any count has too many, with `retry_after_seconds` as its item; a refused try counts nowhere.
    """

    def decide(view: View, now: datetime) -> Outcome:
        at = now - timedelta(microseconds=now.microsecond % 1000)  # the finest instant that the store gives back
        tried = {one.id: try_once(view.get(ATTEMPTS, one.id) or Attempts(), one.limit, at) for one in counts}
        wait = max((each.retry_after_seconds for each in tried.values() if isinstance(each, TooMany)), default=0)
        if wait:
            detail = f"Too many attempts to sign in; try again in {wait} seconds."
            return Rejected(TOO_MANY_ATTEMPTS, detail, ({"retry_after_seconds": wait},))
        return Accepted(tuple(Change(ATTEMPTS, id_, attempts) for id_, attempts in tried.items()), at)

    return decide


def issue_code(code_id: str, code: Code, counts: Sequence[Counted], tried_at: datetime) -> Decide:
    """Keep a code whose password was right at the try of `tried_at`, and forget what that try makes up for."""

    def decide(view: View, now: datetime) -> Outcome:
        del now
        return Accepted((Change(CODE, code_id, code), *_made_up_for(view, counts, tried_at)), code)

    return decide


def redeem_code(code_id: str) -> Decide:
    """Take a code out for good, whoever shows it; answers it, None where there is none (any more)."""

    def decide(view: View, now: datetime) -> Outcome:
        del now
        code = view.get(CODE, code_id)
        return Accepted() if code is None else Accepted((Change(CODE, code_id, None),), code)

    return decide


def open_session(
    session_id: str,
    session: Session,
    finished_id: str,
    finished: Finished,
    counts: Sequence[Counted],
    tried_at: datetime,
    *,
    former: str | None = None,
) -> Decide:
    """Keep a session, and that its try is finished: no second one opens one. Forgets the try of `tried_at`.

    `former`, the session that the browser had, ends.
    """

    def decide(view: View, now: datetime) -> Outcome:
        del now
        if view.get(FINISHED, finished_id) is not None:
            return Rejected(SignInRefusal.USED, "This sign-in was finished before.")
        opened = [Change(SESSION, session_id, session), Change(FINISHED, finished_id, finished)]
        if former is not None and view.get(SESSION, former) is not None:
            opened.append(Change(SESSION, former, None))
        return Accepted((*opened, *_made_up_for(view, counts, tried_at)), session)

    return decide


def _made_up_for(view: View, counts: Sequence[Counted], tried_at: datetime) -> list[Change]:
    changes = []
    for one in counts:
        attempts = view.get(ATTEMPTS, one.id)
        if attempts is not None:
            left = succeeded(attempts, tried_at, forgives=one.forgives)
            changes.append(Change(ATTEMPTS, one.id, left if left.at else None))
    return changes


def end_session(session_id: str) -> Decide:
    """End a session; one that has ended already stays so."""

    def decide(view: View, now: datetime) -> Outcome:
        del now
        if view.get(SESSION, session_id) is None:
            return Accepted()
        return Accepted((Change(SESSION, session_id, None),))

    return decide
