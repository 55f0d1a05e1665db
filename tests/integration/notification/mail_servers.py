"""Mail servers with a will of their own, on free ports of this machine."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.ports import LOOPBACK, free_port


@dataclass
class Postmaster:
    """Keeps what it takes; `recipient_answer` and `data_answer` may answer otherwise than 250."""

    recipient_answer: Callable[[str], str] = lambda _: "250 OK"
    data_answer: Callable[[EmailMessage], str] = lambda _: "250 OK"
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sessions: set[int] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        self.sessions.add(id(session))
        self.asked[address] += 1
        answer = self.recipient_answer(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the mail itself."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        answer = self.data_answer(message)
        if answer.startswith("2"):
            self.taken.append(message)
            self.recipients += envelope.rcpt_tos
        return answer

    def message_ids(self) -> list[str]:
        """The Message-ID of each mail taken."""
        return [str(message["Message-ID"]) for message in self.taken]


@asynccontextmanager
async def serving(postmaster: Postmaster, port: int | None = None) -> AsyncIterator[int]:
    """The port on which the postmaster answers, for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    port = port or free_port()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        protocols.append(SMTP(postmaster, hostname="mail.test", loop=loop))
        return protocols[-1]

    server = await loop.create_server(protocol, LOOPBACK, port)
    try:
        yield port
    finally:
        server.close()
        for one in protocols:
            if one.transport is not None:
                one.transport.abort()
        await server.wait_closed()
