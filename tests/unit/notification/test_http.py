"""Over HTTP everyone reads and changes their own, in their language, and nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.notification.domain.deliveries import DeliveryState
from services.notification.domain.happenings import Kind
from services.notification.ports import MailRefused
from shared.runtime.auth.principal import Principal, Role
from tests.unit.notification.builders import (
    BOOTH_KINDS,
    FAIR,
    ORGANIZER,
    Outbox,
    Rig,
    contact_event,
    exhibitor,
    fair_event,
    organizer,
    reservation_event,
)

API = "/api/notification"
ADMIN = Principal("root", Role.ADMIN)
MACHINE = Principal("machine", Role.SERVICE)


@pytest.fixture
async def client(service: Rig) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=service.service.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://pavilion.test") as client:
        yield client


class Caller:
    """Somebody signed in."""

    def __init__(self, service: Rig, client: httpx.AsyncClient, principal: Principal) -> None:
        self._client, self._headers = client, service.bearer(principal)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(f"{API}{path}", headers={**self._headers, **headers})

    async def post(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.post(f"{API}{path}", headers={**self._headers, **headers})

    async def put(self, path: str, body: Any) -> httpx.Response:
        return await self._client.put(f"{API}{path}", json=body, headers=self._headers)

    async def entries(self, query: str = "") -> list[dict[str, Any]]:
        answer = await self.get(f"/inbox{query}")
        assert answer.status_code == 200, answer.text
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries


def slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).rpartition(":")[2]


@pytest.fixture
async def acme(service: Rig, client: httpx.AsyncClient) -> Caller:
    await service.hear(fair_event(), contact_event("acme"), contact_event("borealis", language="ru"))
    return Caller(service, client, exhibitor("acme"))


async def test_an_entry_tells_facts_and_words(service: Rig, acme: Caller) -> None:
    await service.hear(reservation_event())
    [entry] = await acme.entries()
    assert entry["kind"] == "held"
    assert entry["state"] == "new"
    assert entry["fair"] == FAIR
    assert entry["at"] == "2027-01-01T00:00:00.000Z"
    assert entry["title"] == "Held until 1 January 2027, 08:15 (UTC+08:00): booth 7.1/A-031"
    assert "Silk Road Expo 2027" in entry["text"]
    assert entry["params"] == {
        "audience": "main",
        "event": "ev-held-1",
        "reservation": "res-1",
        "booths": ["7.1/A-031"],
        "exhibitor": "acme",
        "co_exhibitors": ["borealis"],
        "expires_at": "2027-01-01T00:15:00Z",
    }


async def test_the_language_is_the_one_asked_for_then_preferred_then_accepted_then_known(
    service: Rig, client: httpx.AsyncClient, acme: Caller
) -> None:
    await service.hear(reservation_event())
    borealis = Caller(service, client, exhibitor("borealis"))

    async def language(query: str = "", accepted: str = "") -> str:
        answer = await borealis.get(f"/inbox{query}", **({"accept-language": accepted} if accepted else {}))
        return str(answer.json()["entries"][0]["language"])

    # httpx sends no Accept-Language of its own accord.
    assert await language() == "ru"
    assert await language(accepted="de, zh-CN;q=0.8, en;q=0.5") == "zh"
    assert (await borealis.put("/preferences", {"language": "en-GB"})).json()["language"] == "en"
    assert await language(accepted="zh") == "en"
    assert await language("?lang=zh-Hans", accepted="ru") == "zh"
    assert await language("?lang=de") == "en"


async def test_nobody_sees_or_moves_anothers_entries(service: Rig, client: httpx.AsyncClient, acme: Caller) -> None:
    await service.hear(reservation_event())
    [mine] = await acme.entries()
    for stranger in (exhibitor("borealis"), exhibitor("zephyr"), organizer(), organizer("acme")):
        caller = Caller(service, client, stranger)
        assert mine["id"] not in {entry["id"] for entry in await caller.entries()}
        refused = await caller.post(f"/inbox/{mine['id']}/read")
        assert (refused.status_code, slug(refused)) == (404, "notice-unknown")
    assert (await acme.entries())[0]["state"] == "new"


@pytest.mark.parametrize("principal", [ADMIN, MACHINE])
async def test_who_is_no_party_has_no_inbox(service: Rig, client: httpx.AsyncClient, principal: Principal) -> None:
    caller = Caller(service, client, principal)
    for answer in (
        await caller.get("/inbox"),
        await caller.post("/inbox/ntc-1/seen"),
        await caller.get("/preferences"),
        await caller.put("/preferences", {}),
    ):
        assert answer.status_code == 403
        assert slug(answer) in {"no-inbox", "role-not-allowed"}


async def test_without_a_token_there_is_nothing(client: httpx.AsyncClient) -> None:
    for method, path in (
        ("GET", "/inbox"),
        ("POST", "/inbox/ntc-1/read"),
        ("GET", "/preferences"),
        ("PUT", "/preferences"),
        ("GET", "/deliveries"),
    ):
        assert (await client.request(method, API + path)).status_code == 401


async def test_entries_only_go_forward_and_unseen_counts_the_new(service: Rig, acme: Caller) -> None:
    await service.hear(*(reservation_event(kind, sequence=n + 1) for n, kind in enumerate(BOOTH_KINDS)))
    first = (await acme.entries())[0]["id"]

    async def unseen() -> int:
        return int((await acme.get("/inbox")).json()["unseen"])

    assert await unseen() == len(BOOTH_KINDS)
    states = [(await acme.post(f"/inbox/{first}/{move}")).json()["state"] for move in ("seen", "read", "seen")]
    assert states == ["seen", "read", "read"]
    assert await unseen() == len(BOOTH_KINDS) - 1
    assert (await acme.post(f"/inbox/{first}/archive")).json() == {"id": first, "state": "archived"}
    assert [entry["id"] for entry in await acme.entries("?state=archived")] == [first]
    assert len(await acme.entries("?state=new")) == len(BOOTH_KINDS) - 1


async def test_the_same_key_gets_the_same_answer(service: Rig, acme: Caller) -> None:
    await service.hear(reservation_event())
    [entry] = await acme.entries()
    path, key = f"/inbox/{entry['id']}", {"idempotency-key": "k-1"}
    first = await acme.post(f"{path}/seen", **key)
    await acme.post(f"{path}/archive")
    assert (await acme.post(f"{path}/seen", **key)).content == first.content
    assert slug(await acme.post(f"{path}/read", **key)) == "idempotency-key-reused"


async def test_pages_join_without_gap_or_repetition(service: Rig, acme: Caller) -> None:
    await service.hear(*(reservation_event(id_=f"ev-{n}", sequence=n + 1) for n in range(7)))
    whole = [entry["id"] for entry in await acme.entries()]
    pages, query = [], "?limit=3"
    for size in (3, 3, 1):
        page = (await acme.get(f"/inbox{query}")).json()
        assert len(page["entries"]) == size
        pages += [entry["id"] for entry in page["entries"]]
        query = f"?limit=3&cursor={page['next']}"
    assert page["next"] is None
    assert pages == whole
    assert len(set(whole)) == 7


@pytest.mark.parametrize("path", ["/inbox", "/deliveries"])
@pytest.mark.parametrize("cursor", ["x", "AAAA", "MjAyN3xhYg", "%00", "Zm9v"])
async def test_a_cursor_that_is_none_is_refused(acme: Caller, path: str, cursor: str) -> None:
    answer = await acme.get(f"{path}?cursor={cursor}")
    assert (answer.status_code, slug(answer)) == (400, "cursor-invalid")


async def test_preferences_are_all_on_until_said_otherwise_and_are_read_back(acme: Caller) -> None:
    everything = (await acme.get("/preferences")).json()
    assert everything["language"] is None
    assert set(everything["kinds"]) == {kind.value for kind in BOOTH_KINDS}
    assert all(row == {"inbox": True, "mail": True} for row in everything["kinds"].values())
    wishes = {"language": "zh", "kinds": {"held": {"mail": False}, "sold": {"inbox": False, "mail": True}}}
    changed = (await acme.put("/preferences", wishes)).json()
    assert changed == (await acme.get("/preferences")).json()
    assert changed["kinds"]["held"] == {"inbox": True, "mail": False}
    assert changed["kinds"]["sold"] == {"inbox": False, "mail": True}
    assert changed["kinds"]["confirmed"] == {"inbox": True, "mail": True}


@pytest.mark.parametrize(
    "body",
    [
        {"language": "de"},
        {"kinds": {"party": {"mail": False}}},
        {"kinds": {"held": {"pigeon": False}}},
        {"email": "a@b\r\nBcc: c@d"},
        {"colour": "blue"},
    ],
)
async def test_preferences_that_make_no_sense_are_refused(acme: Caller, body: Any) -> None:
    answer = await acme.put("/preferences", body)
    assert (answer.status_code, slug(answer)) == (422, "invalid-request")


async def test_only_an_organizer_says_here_where_they_are_mailed(
    service: Rig, client: httpx.AsyncClient, acme: Caller
) -> None:
    refused = await acme.put("/preferences", {"email": "me@example.com"})
    assert (refused.status_code, slug(refused)) == (422, "email-from-catalog")
    desk = Caller(service, client, organizer())
    assert (await desk.put("/preferences", {"email": "desk@example.com"})).json()["email"] == "desk@example.com"


async def test_the_delivery_log_shows_each_their_own_and_never_an_address(
    service: Rig, client: httpx.AsyncClient, acme: Caller
) -> None:
    assert isinstance(service.outbox, Outbox)
    service.outbox.faults = [MailRefused("smtp-550 5.1.1")]
    await service.hear(
        reservation_event(co_exhibitors=[]),
        reservation_event(
            id_="ev-other",
            reservation="res-2",
            exhibitor="borealis",
            co_exhibitors=[],
            organizer="other",
            fair="elsewhere",
        ),
    )
    await service.service.mailer.round()

    async def log(principal: Principal, query: str = "") -> dict[str, dict[str, Any]]:
        answer = await Caller(service, client, principal).get(f"/deliveries{query}")
        assert answer.status_code == 200
        assert "@" not in answer.text
        return {entry["recipient"]: entry for entry in answer.json()["deliveries"]}

    assert set(await log(exhibitor("acme"))) == {"acme"}
    assert set(await log(exhibitor("zephyr"))) == set()
    assert set(await log(organizer())) == {"acme"}
    assert set(await log(organizer("other"))) == {"borealis"}
    assert set(await log(ADMIN)) == {"acme", "borealis"}
    assert set(await log(ADMIN, f"?fair={FAIR}")) == {"acme"}
    assert set(await log(organizer(), "?event=ev-other")) == set()
    assert set(await log(ADMIN, "?event=ev-other")) == {"borealis"}
    entry = (await log(ADMIN, "?state=parked"))["acme"]
    assert (entry["state"], entry["reason"], entry["attempts"]) == ("parked", "smtp-550 5.1.1", 1)
    assert entry["next_try_at"] is None
    refused = await Caller(service, client, MACHINE).get("/deliveries")
    assert (refused.status_code, slug(refused)) == (403, "role-not-allowed")


async def test_who_was_told_of_an_event_is_shown_to_those_whom_it_concerns(
    service: Rig, client: httpx.AsyncClient, acme: Caller
) -> None:
    assert isinstance(service.outbox, Outbox)
    muted = await acme.put("/preferences", {"kinds": {"held": {"mail": False}}})
    assert muted.status_code == 200
    await service.hear(reservation_event(), reservation_event(Kind.CONFIRMED, id_="ev-confirmed"))
    await service.service.mailer.round()

    async def told(principal: Principal, *events: str) -> dict[tuple[str, str], tuple[bool, str | None]]:
        query = "&".join(f"event={event}" for event in events)
        answer = await Caller(service, client, principal).get(f"/told?{query}")
        assert answer.status_code == 200
        assert "@" not in answer.text
        return {
            (one["event"], one["recipient"]): (one["inbox"], one["mail"] and one["mail"]["state"])
            for one in answer.json()["told"]
        }

    of_both = await told(ADMIN, "ev-held-1", "ev-confirmed")
    assert of_both["ev-held-1", "acme"] == (True, None)
    assert of_both["ev-held-1", "borealis"] == (True, "sent")
    assert of_both["ev-confirmed", ORGANIZER][0]
    assert await told(organizer(), "ev-held-1", "ev-confirmed") == of_both
    assert set(await told(exhibitor("acme"), "ev-held-1", "ev-none")) == {("ev-held-1", "acme")}
    assert await told(organizer("other"), "ev-held-1") == {}
    many = "&".join(["event=e"] * 51)
    assert (await acme.get(f"/told?{many}")).status_code == 422
    assert (await acme.get("/told")).status_code == 422


async def test_a_parked_mail_goes_out_when_its_organizer_or_an_admin_says_so(
    service: Rig, client: httpx.AsyncClient, acme: Caller
) -> None:
    assert isinstance(service.outbox, Outbox)
    service.outbox.faults = [MailRefused("smtp-550 5.1.1")]
    await service.hear(reservation_event(co_exhibitors=[]))
    await service.service.mailer.round()
    path = f"/deliveries/{(await service.deliveries())[0].id}/retry"
    for stranger, status in ((organizer("other"), 404), (exhibitor("acme"), 403), (MACHINE, 403)):
        assert (await Caller(service, client, stranger).post(path)).status_code == status
    assert (await service.deliveries())[0].state is DeliveryState.PARKED
    revived = await Caller(service, client, organizer()).post(path)
    assert (revived.json()["state"], revived.json()["attempts"]) == ("pending", 0)
    again = await Caller(service, client, ADMIN).post(path)
    assert (again.status_code, slug(again)) == (409, "not-parked")
    await service.service.mailer.round()
    assert [mail.to for mail in service.outbox.sent] == ["acme@example.com"]
    assert slug(await Caller(service, client, ADMIN).post("/deliveries/dlv-none/retry")) == "delivery-unknown"


async def test_the_service_describes_its_requests_and_events(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    assert {path for path in described["paths"] if path.startswith(API)} >= {
        f"{API}/inbox",
        f"{API}/inbox/{{notice}}/seen",
        f"{API}/inbox/{{notice}}/read",
        f"{API}/inbox/{{notice}}/archive",
        f"{API}/preferences",
        f"{API}/deliveries",
    }
    events = (await client.get("/asyncapi.json")).json()
    addresses = {channel["address"] for channel in events["channels"].values()}
    assert addresses == {
        "pavilion.booking.events.v1",
        "pavilion.booking.invitations.v1",
        "pavilion.catalog.exhibitors.v1",
        "pavilion.catalog.events.v1",
        "pavilion.notification.events.v1",
    }


async def test_an_organizers_inbox_reads_from_their_side(service: Rig, client: httpx.AsyncClient, acme: Caller) -> None:
    await service.hear(reservation_event(Kind.CONFIRMED))
    [entry] = await Caller(service, client, organizer(ORGANIZER)).entries()
    assert entry["params"]["audience"] == "organizer"
    assert entry["text"].startswith("Acme has confirmed the reservation of booth 7.1/A-031")
