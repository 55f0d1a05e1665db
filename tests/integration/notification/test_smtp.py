"""The mailer against a real mail server: greylisting, refusals, outages, reuse of connections."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from deploy.stack.ports import free_port
from services.notification.adapters.smtp import SmtpServer, SmtpTransport
from services.notification.domain.deliveries import DeliveryState
from services.notification.ports import Mail, MailPutOff, MailRefused, MailServerAway
from shared.runtime.clock import ManualClock
from tests.integration.notification.mail_servers import Postmaster, serving
from tests.unit.notification.builders import Rig, contact_event, fair_event, reservation_event
from tests.unit.notification.conftest import MakeRig


def transport_to(port: int, **changes: object) -> SmtpTransport:
    return SmtpTransport(
        SmtpServer(host="127.0.0.1", port=port, sender="no-reply@pavilion.example", **changes)  # type: ignore[arg-type]
    )


def mail(number: int, to: str = "acme@example.com") -> Mail:
    content = f"Subject: {number}\r\nMessage-ID: <m{number}@pavilion.example>\r\n\r\nbody\r\n.dot\r\n"
    return Mail(f"dlv-{number}", f"<m{number}@pavilion.example>", to, content.encode())


def once(first: str) -> Iterator[str]:
    yield first
    while True:
        yield "250 OK"


async def test_mails_share_a_few_connections() -> None:
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        transport = transport_to(port, connections_max=3)
        await asyncio.gather(*(transport.send(mail(n)) for n in range(60)))
        await transport.close()
    assert sorted(postmaster.message_ids()) == sorted(f"<m{n}@pavilion.example>" for n in range(60))
    assert len(postmaster.sessions) <= 3
    assert "\n.dot" in postmaster.taken[0].get_payload()


@pytest.mark.parametrize(
    ("answer", "fate", "said"),
    [
        ("451 4.7.1 Greylisted, acme@example.com, come again", MailPutOff, "smtp-451 4.7.1"),
        ("550 5.1.1 No acme@example.com here", MailRefused, "smtp-550 5.1.1"),
        ("552 full", MailRefused, "smtp-552"),
        ("421 4.3.2 Closing", MailServerAway, "smtp-421 4.3.2"),
    ],
)
@pytest.mark.parametrize("stage", ["recipient", "data"])
async def test_each_answer_has_its_fate_and_is_told_without_the_address(
    answer: str, fate: type[Exception], said: str, stage: str
) -> None:
    answers = once(answer)
    postmaster = Postmaster(**{f"{stage}_answer": lambda _: next(answers)})  # type: ignore[arg-type]
    async with serving(postmaster) as port:
        transport = transport_to(port, connections_max=1)
        with pytest.raises(fate) as refusal:
            await transport.send(mail(1))
        assert str(refusal.value).startswith(said)
        assert "@" not in str(refusal.value)
        await transport.send(mail(2))
        await transport.close()
    assert postmaster.message_ids() == ["<m2@pavilion.example>"]


async def test_a_server_that_is_not_there_is_away() -> None:
    transport = transport_to(free_port())
    with pytest.raises(MailServerAway):
        await transport.send(mail(1))


async def test_a_server_that_says_nothing_is_away_after_the_time_limit() -> None:
    hung: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hung.append(writer)

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(MailServerAway):
        await transport_to(port, timeout_seconds=0.3).send(mail(1))
    for writer in hung:
        writer.close()
    server.close()


async def test_a_connection_that_broke_in_between_is_replaced() -> None:
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        transport = transport_to(port, connections_max=1)
        await transport.send(mail(1))
    async with serving(postmaster, port):
        try:
            await transport.send(mail(2))
        except MailServerAway:
            # The break may be noticed only in the middle; the try after it finds a new connection.
            await transport.send(mail(2))
        await transport.close()
    assert postmaster.message_ids() == ["<m1@pavilion.example>", "<m2@pavilion.example>"]


async def prepared(service: Rig, count: int = 1) -> None:
    await service.hear(fair_event(), *(contact_event(f"x{n}") for n in range(count)))
    await service.hear(*(reservation_event(id_=f"ev-{n}", exhibitor=f"x{n}", co_exhibitors=[]) for n in range(count)))


async def rounds_until_settled(service: Rig) -> int:
    assert isinstance(service.clock, ManualClock)
    for number in range(1, 50):
        await service.service.mailer.round()
        if all(d.state is not DeliveryState.PENDING for d in await service.deliveries()):
            return number
        service.clock.advance(hours=1)
    raise AssertionError("deliveries stay pending")


async def test_greylisted_mails_pass_at_the_second_try(make_rig: MakeRig) -> None:
    postmaster = Postmaster()
    postmaster.recipient_answer = lambda to: "451 4.7.1 later" if postmaster.asked[to] == 1 else "250 OK"
    async with serving(postmaster) as port:
        service = make_rig(transport=transport_to(port))
        await prepared(service, 10)
        assert await rounds_until_settled(service) == 2
    assert {(d.state, d.attempts) for d in await service.deliveries()} == {(DeliveryState.SENT, 2)}
    assert sorted(postmaster.recipients) == sorted(f"x{n}@example.com" for n in range(10))


async def test_a_refusal_parks_one_mail_and_lets_the_others_pass(make_rig: MakeRig) -> None:
    postmaster = Postmaster(recipient_answer=lambda to: "550 5.1.1 no" if to.startswith("x3@") else "250 OK")
    async with serving(postmaster) as port:
        service = make_rig(transport=transport_to(port, connections_max=1))
        await prepared(service, 8)
        assert await rounds_until_settled(service) == 1
    states = {d.recipient.id: (d.state, d.reason) for d in await service.deliveries()}
    assert states.pop("x3") == (DeliveryState.PARKED, "smtp-550 5.1.1")
    assert set(states.values()) == {(DeliveryState.SENT, "")}


async def test_mails_wait_for_a_server_that_is_down_and_go_out_once_when_it_is_up(make_rig: MakeRig) -> None:
    port = free_port()
    service = make_rig(transport=transport_to(port))
    await prepared(service, 5)
    for _ in range(3):
        assert await service.service.mailer.round() == 5
        assert isinstance(service.clock, ManualClock)
        service.clock.advance(hours=1)
    postmaster = Postmaster()
    async with serving(postmaster, port):
        await service.service.mailer.round()
    # Knocking where nobody opens is no try.
    assert {(d.state, d.attempts) for d in await service.deliveries()} == {(DeliveryState.SENT, 1)}
    assert len(postmaster.message_ids()) == len(set(postmaster.message_ids())) == 5


async def test_what_arrives_is_what_was_composed(make_rig: MakeRig) -> None:
    postmaster = Postmaster()
    async with serving(postmaster) as port:
        service = make_rig(transport=transport_to(port))
        await service.hear(
            fair_event(),
            contact_event("acme", language="zh", name="Acme", names={"zh": "顶点公司"}),
            reservation_event(co_exhibitors=[]),
        )
        await service.service.mailer.round()
    [message] = postmaster.taken
    assert message["To"].addresses[0].display_name == "顶点公司"
    assert message["Subject"].startswith("临时保留至 2027年1月1日 08:15（UTC+08:00）")
    body = message.get_body(("plain",))
    assert body is not None
    assert "2027 丝路博览会" in body.get_content()
    [delivery] = await service.deliveries()
    assert message["Message-ID"] == f"<{delivery.id}@pavilion.example>"
    assert message["X-Pavilion-Event"] == "ev-held-1"
