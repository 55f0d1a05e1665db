"""A mail server that delivers nothing: what it is sent lies in a Maildir to be looked at.

`python -m deploy.stack.mail --port 1025 --maildir DIRECTORY` runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import mailbox
import os
import signal
import sys
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.stack.paths import ROOT
from deploy.stack.ports import LOOPBACK, accepts, free_port
from deploy.stack.process import Child
from deploy.stack.questions import BANNER, replies
from deploy.stack.server import Server


class MailCatcher(Server):
    """The catcher as a process of its own; an async context manager."""

    def __init__(self, data: Path, *, port: int | None = None, ready_seconds: float = 20.0) -> None:
        self.port = port if port is not None else free_port()
        self.ready_seconds = ready_seconds
        self.maildir = data / "mail"
        argv: list[str | Path] = [sys.executable, "-m", "deploy.stack.mail", "--port", str(self.port)]
        argv += ["--maildir", self.maildir]
        self._child = Child("mail catcher", argv, log=data / "mail.log", cwd=ROOT)

    async def start(self) -> Self:
        """Start it and wait until it takes connections."""
        self._child.start()
        await self.ready(0)
        return self

    def children(self) -> list[Child]:
        """Its only process."""
        return [self._child]

    async def ready(self, index: int) -> None:
        """Wait until it takes connections."""
        await self.children()[index].until(lambda: accepts(LOOPBACK, self.port), timeout_seconds=self.ready_seconds)

    async def answers(self, index: int, timeout_seconds: float) -> bool:
        """Whether it greets who comes."""
        del index
        return await replies(self.port, BANNER, timeout_seconds)

    def messages(self) -> list[mailbox.MaildirMessage]:
        """Everything caught so far, in no order."""
        return list(mailbox.Maildir(self.maildir, create=True))


class _Keeper:
    """Stores each message with its envelope's addresses in X- headers, before it is acknowledged."""

    def __init__(self, maildir: Path) -> None:
        maildir.parent.mkdir(parents=True, exist_ok=True)
        self._maildir = mailbox.Maildir(maildir, create=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        content: Any = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        addresses = f"X-MailFrom: {envelope.mail_from}\r\nX-RcptTo: {', '.join(envelope.rcpt_tos)}\r\n"
        self._maildir.add(addresses.encode() + body)
        return "250 OK"


async def _serve(host: str, port: int, maildir: Path) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    keeper = _Keeper(maildir)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="pavilion.example"), host, port)
    async with server:
        await ended.wait()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--maildir", type=Path, required=True)
    options = parser.parse_args()
    os.umask(0o077)
    asyncio.run(_serve(options.host, options.port, options.maildir))


if __name__ == "__main__":
    main()
