"""Every named crash point: the process dies there by SIGKILL, is started again, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from itertools import count

import pytest

from deploy.stack.supervisor import Stack
from services.notification.adapters.store import DELIVERIES, NOTICES
from services.notification.mailer import MailerLimits
from shared.contracts import cloudevents
from shared.contracts.events import ReservationConfirmed
from shared.contracts.topics import BOOKING_EVENTS
from shared.runtime import faults
from shared.runtime.batch import IDEMPOTENCY
from shared.runtime.clock import SystemClock
from shared.runtime.dead_letters import LETTERS
from shared.runtime.outbox import RELAY
from tests.chaos.arena import ADMIN, Arena, Fair, arena
from tests.chaos.orders import Script, exhibitor, hold, step

DEATH_SECONDS = 120
PASSES = 3
PARKING = tuple(name for name in faults.POINTS if name.endswith("_parking"))
HEARING = ("consumer.before_effect", "consumer.after_effect", "mailer.after_send")
DECIDING = tuple(name for name in faults.POINTS if name.partition(".")[0] in ("committer", "store", "relay"))
_fairs = count(1)


@pytest.fixture
async def scene(stack: Stack) -> AsyncIterator[Arena]:
    async with arena(stack) as made:
        yield made


def scripts(fair: Fair) -> list[Script]:
    """Exhibitors who hold, fail at each other's booths, extend, confirm and cancel, all at the same time."""
    return [_script(fair, place) for place in range(len(fair.exhibitors))]


def _script(fair: Fair, place: int) -> Script:
    who = exhibitor(fair.exhibitors[place])
    mine = fair.booths[2 * place : 2 * place + 2]
    contested = fair.booths[2 * len(fair.exhibitors)]
    return Script(
        lambda _: hold(who, fair.slug, "mine", *mine),
        lambda _: hold(who, fair.slug, "contested", contested),
        lambda told: step(who, told[0].json["id"], "extend", "extend"),
        lambda told: step(who, told[0].json["id"], "confirm", "confirm"),
        lambda _: hold(who, fair.slug, "again", mine[0]),
        lambda told: step(who, told[0].json["id"], "cancel", "cancel", reason="moved"),
        lambda _: hold(who, fair.slug, "after", mine[1]),
    )


STATUSES = ([201, 201, 200, 200, 409, 200, 201], [201, 409, 200, 200, 409, 200, 201])
"""What a script is answered, by whether it won the booth that all want."""


async def _fair(scene: Arena) -> Fair:
    return await scene.fair(f"crash-{next(_fairs)}", booths=9, exhibitors=4)


async def _armed(scene: Arena, service: str, point: str) -> None:
    """Start a service anew so that it dies at a point; it ends in order first, so that its groups need not miss it."""
    await scene.stack.services[service][0].stop()
    await scene.stack.restart(service, env={"PAVILION_CRASH_AT": point})


async def _died(scene: Arena, service: str) -> None:
    """Wait until it died by SIGKILL, which only the point that was asked for sends."""
    async with asyncio.timeout(DEATH_SECONDS):
        await scene.stack.ended(service)
    assert scene.stack.services[service][0].children()[0].exit_code == -signal.SIGKILL


def _assert_all_answered(played: list[Script]) -> None:
    statuses = sorted([answer.status for answer in script.answers] for script in played)
    won, lost = STATUSES
    assert statuses == [won, *[lost] * (len(played) - 1)]


async def _assert_died_there(scene: Arena, point: str, fair: Fair, played: list[Script]) -> None:
    """What the stores look like just after the death, where that tells the point from its neighbours."""
    answered = sum(len(script.answers) for script in played)
    pages = [[entry["id"] for entry in page["entries"]] for page in await scene.all("booking", IDEMPOTENCY)]
    decided = sum(f"{fair.slug}-x" in id_ for page in pages for id_ in page)
    # A transaction's answers are on one page.
    committed = sum(any(f"{fair.slug}-x" in id_ for id_ in page) for page in pages)
    rows = await scene.rows("booking", subject=fair.slug)
    [mark] = await scene.all("booking", RELAY)
    match point:
        case "committer.before_write" | "store.before_commit":
            # On a busy machine what was committed before need not have been answered yet.
            assert committed < PASSES
            assert decided >= answered
        case "committer.after_commit":
            assert decided > answered
        case "relay.after_numbering" | "relay.before_publish" | "relay.after_publish":
            assert [row for row in rows if (row.position or 0) > mark["published"]]
        case _:
            raise AssertionError(f"nothing is known of {point}")


@pytest.mark.parametrize("point", DECIDING)
async def test_a_booking_process_that_dies_there_loses_and_doubles_nothing(scene: Arena, point: str) -> None:
    fair = await _fair(scene)
    # The third pass of the committer: some commands are answered before it. The relay is met by whatever comes first.
    await _armed(scene, "booking", f"{point}:1" if point.startswith("relay") else f"{point}:{PASSES}")
    played = scripts(fair)
    await asyncio.gather(*(script.play(scene.desk) for script in played))
    await _died(scene, "booking")
    await _assert_died_there(scene, point, fair, played)
    await scene.stack.restart("booking", env={})
    await asyncio.gather(*(script.play_again(scene.desk) for script in played))
    _assert_all_answered(played)
    await scene.quiet()
    assert await scene.findings(fair) == []


@pytest.mark.parametrize("point", HEARING)
async def test_a_listener_that_dies_there_tells_everybody_once(scene: Arena, point: str) -> None:
    fair = await _fair(scene)
    await _armed(scene, "notification", point)
    played = scripts(fair)
    assert all(await asyncio.gather(*(script.play(scene.desk) for script in played)))
    _assert_all_answered(played)
    await _died(scene, "notification")
    notices = await scene.all("notification", NOTICES, fair=fair.slug)
    if point == "consumer.before_effect":
        assert notices == []
    else:
        assert notices
    # A dead mailer's claim ends by itself; sooner here than by default, to be watched.
    await scene.stack.restart("notification", env={})
    await _forget_claims(scene, fair)
    await scene.quiet()
    mailing = point == "mailer.after_send"
    doubled_max = MailerLimits().unrecorded_max if mailing else 0
    assert await scene.findings(fair, mails_doubled_max=doubled_max) == []
    if mailing:
        # The mail that it died of comes again, and with it those that were on their way beside it.
        [said] = await scene.findings(fair)
        assert said.endswith("mails came again, 0 may")


async def _forget_claims(scene: Arena, fair: Fair) -> None:
    """Let the claims of the dead mailer end now, as if the two minutes of a lease had passed."""
    deliveries = scene.mongo["pavilion_notification"][DELIVERIES]
    claimed = {"fair": fair.slug, "state": "pending", "claimed_by": {"$ne": None}}
    await deliveries.update_many(claimed, {"$set": {"due_at": SystemClock().now()}})


@pytest.mark.parametrize("point", PARKING)
async def test_a_listener_that_dies_while_it_parks_keeps_the_order_of_the_key(scene: Arena, point: str) -> None:
    fair = await _fair(scene)
    who, other = (exhibitor(name) for name in fair.exhibitors[:2])
    held = await scene.desk.insist(hold(who, fair.slug, "poisoned", fair.booths[0]))
    id_ = held.json["id"]
    await scene.quiet()
    await _armed(scene, "notification", point)
    await _poison(scene, fair, id_)
    await _died(scene, "notification")
    # While it is dead, the poisoned key goes on, and another one with it.
    await scene.desk.insist(step(who, id_, "confirm", "confirm"))
    healthy = await scene.desk.insist(hold(other, fair.slug, "healthy", fair.booths[1]))
    await scene.stack.restart("notification", env={})
    await scene.quiet()
    letters = await _letters(scene, id_)
    assert [(letter["event"], letter["reason"]) for letter in letters] == [
        (f"poison-{fair.slug}", "Undecodable"),
        (f"{BOOKING_EVENTS.name}/{id_}/2", "behind"),
    ]
    assert await _told(scene, id_) == ["held"]
    assert await _told(scene, healthy.json["id"]) == ["held"]
    # A person gives the poison up and resumes the key.
    await scene.ask("notification", "POST", f"/dead-letters/{letters[0]['_id']}/drop", ADMIN)
    await scene.ask("notification", "POST", f"/dead-letters/{letters[1]['_id']}/replay", ADMIN)
    await scene.quiet()
    assert await _letters(scene, id_) == []
    assert await _told(scene, id_) == ["confirmed", "held"]
    assert await scene.findings(fair) == []


async def _poison(scene: Arena, fair: Fair, reservation: str) -> None:
    """An event whose data do not fit its type, with the key of a reservation that is well."""
    id_ = f"poison-{fair.slug}"
    fair.odd.add(id_)
    made = cloudevents.headers(
        id_=id_,
        type_=ReservationConfirmed.type_,
        source="/stranger",
        time=SystemClock().now(),
        sequence=99,
        subject=fair.slug,
    )
    await scene.produce(BOOKING_EVENTS.name, reservation, b'{"reservation": 7}', made)


async def _letters(scene: Arena, reservation: str) -> list[dict[str, str]]:
    found = await scene.all("notification", LETTERS, key=f"{BOOKING_EVENTS.name}/{reservation}")
    return sorted(found, key=lambda letter: int(letter["offset"]))


async def _told(scene: Arena, reservation: str) -> list[str]:
    """The kinds of news that the exhibitor of a reservation has in the inbox."""
    found = await scene.all("notification", NOTICES, **{"news.reservation": reservation, "audience": "main"})
    return sorted(one["kind"] for one in found)


def test_every_point_is_died_at() -> None:
    """A point that is added to the code must be added here."""
    assert sorted((*DECIDING, *HEARING, *PARKING)) == sorted(faults.POINTS)
