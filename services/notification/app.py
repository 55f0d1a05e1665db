"""Notification over HTTP: decode, hand over, encode."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from services.notification import handlers, queries
from services.notification.adapters import views
from services.notification.domain.deliveries import DeliveryState
from services.notification.domain.notices import NoticeState
from services.notification.domain.recipients import Party, Recipient, accepted_languages
from services.notification.ports import DELIVERY, NOTICE, PREFERENCES, Archive, DeliveryFilter, Wording
from shared.runtime.auth import Principal
from shared.runtime.auth.policy import Action, require_role, scope_for
from shared.runtime.committer import Committed, Committer, Work
from shared.runtime.decision import Accepted
from shared.runtime.http import Call, CommandRoute, CurrentPrincipal, render
from shared.runtime.problems import cursor_invalid, forbidden

PREFIX: Final = "/api/notification"
_PAGE_DEFAULT: Final = 50
_PAGE_MAX: Final = 200
_TOLD_EVENTS_MAX: Final = 50
_STATUSES: Final = {"notice-unknown": 404, "delivery-unknown": 404, "email-from-catalog": 422}
_MOVES: Final = {"seen": NoticeState.SEEN, "read": NoticeState.READ, "archive": NoticeState.ARCHIVED}

Limit = Annotated[int, Query(ge=1, le=_PAGE_MAX, description="how many at most")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next` of the page before")]


def router(archive: Archive, committer: Committer, wording: Wording) -> APIRouter:
    """Notification's routes."""
    routes = APIRouter(prefix=PREFIX, route_class=CommandRoute)
    _add_inbox(routes, archive, committer, wording)
    _add_preferences(routes, archive, committer)
    _add_deliveries(routes, archive)
    _add_retry(routes, committer)
    return routes


def _reader(principal: Principal, action: Action) -> Recipient:
    """Whose inbox somebody may use: their own, and nobody else's."""
    require_role(principal, action)
    if principal.exhibitor:
        return Recipient(Party.EXHIBITOR, principal.exhibitor)
    if principal.organizer:
        return Recipient(Party.ORGANIZER, principal.organizer)
    raise forbidden("no-inbox", "Only exhibitors and organizers have an inbox.")


def _add_inbox(routes: APIRouter, archive: Archive, committer: Committer, wording: Wording) -> None:
    @routes.get("/inbox", response_model=views.Inbox, summary="Your inbox, newest first")
    async def read_inbox(
        call: Call,
        state: NoticeState | None = None,
        cursor: Cursor = None,
        limit: Limit = _PAGE_DEFAULT,
        lang: Annotated[str | None, Query(max_length=35, description="BCP 47 tag; zh, ru and en are written")] = None,
    ) -> views.Inbox:
        """Entries in the language of `lang`, else of your preferences, of Accept-Language, of your catalog entry."""
        reader = _reader(call.principal, Action.INBOX_READ)
        asked = queries.Asked(lang, accepted_languages(call.header("accept-language")))
        try:
            page = await queries.inbox(archive, wording, reader, asked, state=state, cursor=cursor, limit=limit)
        except ValueError as fault:
            raise cursor_invalid() from fault
        return views.inbox(page)

    for move, state in _MOVES.items():
        _add_move(routes, committer, move, state)


def _add_move(routes: APIRouter, committer: Committer, move: str, to: NoticeState) -> None:
    @routes.post(
        f"/inbox/{{notice}}/{move}",
        name=f"{move}_notice",
        response_model=views.NoticeMoved,
        summary=f"Move one of your entries to {to.value}; entries only go forward",
    )
    async def move_notice(notice: str, call: Call) -> Committed:
        reader = _reader(call.principal, Action.INBOX_MARK)
        return await committer.commit(
            Work(
                f"{move}_notice",
                handlers.move_notice(notice, reader, to),
                reads=((NOTICE, notice),),
                idempotency=call.idempotency,
                render=render(lambda accepted: views.moved(accepted.answer), statuses=_STATUSES),
            )
        )


def _add_preferences(routes: APIRouter, archive: Archive, committer: Committer) -> None:
    @routes.get("/preferences", response_model=views.PreferencesOut, summary="What you want to be told, and how")
    async def read_preferences(principal: CurrentPrincipal) -> views.PreferencesOut:
        reader = _reader(principal, Action.PREFERENCES_READ)
        return views.preferences(await queries.preferences(archive, reader))

    @routes.put("/preferences", response_model=views.PreferencesOut, summary="Replace your preferences")
    async def write_preferences(wishes: views.PreferencesIn, call: Call) -> Committed:
        reader = _reader(call.principal, Action.PREFERENCES_CHANGE)
        return await committer.commit(
            Work(
                "set_preferences",
                handlers.set_preferences(wishes.of(reader)),
                reads=((PREFERENCES, reader.key),),
                idempotency=call.idempotency,
                render=render(_preferences_answer, statuses=_STATUSES),
            )
        )


def _preferences_answer(accepted: Accepted) -> Any:
    return views.preferences(accepted.answer)


def _add_deliveries(routes: APIRouter, archive: Archive) -> None:
    @routes.get("/deliveries", response_model=views.Deliveries, summary="The delivery log, newest first")
    async def read_deliveries(
        principal: CurrentPrincipal,
        fair: Annotated[str | None, Query(max_length=200)] = None,
        event: Annotated[str | None, Query(max_length=200, description="id of the event that it tells of")] = None,
        state: DeliveryState | None = None,
        cursor: Cursor = None,
        limit: Limit = _PAGE_DEFAULT,
    ) -> views.Deliveries:
        """Exhibitors see what was sent to them, organizers also what was sent about their fairs. Never an address."""
        scope = scope_for(principal, Action.DELIVERIES_READ)
        try:
            page = await archive.deliveries(scope, DeliveryFilter(fair, event, state), cursor, limit)
        except ValueError as fault:
            raise cursor_invalid() from fault
        return views.deliveries(page)

    @routes.get("/told", response_model=views.ToldOut, summary="Who was told of events, and how")
    async def read_told(
        principal: CurrentPrincipal,
        event: Annotated[
            list[Annotated[str, Field(max_length=200)]],
            Query(min_length=1, max_length=_TOLD_EVENTS_MAX, description="ids of events, each as its own `event`"),
        ],
    ) -> views.ToldOut:
        """Exhibitors see what told themselves, organizers what told exhibitors of their fairs, too. No address."""
        return views.told(await archive.told(scope_for(principal, Action.DELIVERIES_READ), event))


def _add_retry(routes: APIRouter, committer: Committer) -> None:
    @routes.post(
        "/deliveries/{delivery}/retry",
        response_model=views.DeliveryEntry,
        summary="Send a parked mail on its way again, with all its tries",
    )
    async def retry_delivery(delivery: str, call: Call) -> Committed:
        scope = scope_for(call.principal, Action.DELIVERIES_RETRY)
        return await committer.commit(
            Work(
                "retry_delivery",
                handlers.revive_delivery(delivery, lambda one: scope.admits(organizer=one.tenant)),
                reads=((DELIVERY, delivery),),
                idempotency=call.idempotency,
                render=render(lambda accepted: views.delivery(accepted.answer), statuses=_STATUSES),
            )
        )
