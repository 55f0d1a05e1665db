"""The mail server, over aiosmtplib: a few connections that stay open, and its answers in the port's words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import aiosmtplib

from services.notification.ports import Mail, MailPutOff, MailRefused, MailServerAway

_CLOSING: Final = 421
_PERMANENT: Final = 500
_ENHANCED_CODE: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over. `tls` is `none`, `starttls` or `implicit`."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    tls: str = "none"
    connections_max: int = 4
    timeout_seconds: float = 15.0


class SmtpTransport:
    """A MailTransport over a pool of SMTP connections, opened when they are first needed."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._idle: list[aiosmtplib.SMTP] = []
        self._slots = asyncio.Semaphore(server.connections_max)

    async def send(self, mail: Mail) -> None:
        """See MailTransport.send."""
        async with self._connection() as client:
            try:
                await client.sendmail(self._server.sender, [mail.to], mail.content)
            except aiosmtplib.SMTPRecipientsRefused as refused:
                raise _fate(refused.recipients[0]) from refused
            except aiosmtplib.SMTPResponseException as answer:
                raise _fate(answer) from answer

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection for one mail; it goes back to the pool unless it broke."""
        async with self._slots:
            client = await self._opened()
            try:
                yield client
            except (MailRefused, MailPutOff):
                self._keep(client)
                raise
            except (aiosmtplib.SMTPException, OSError, TimeoutError) as fault:
                client.close()
                raise MailServerAway(_told(fault)) from fault
            except BaseException:
                client.close()
                raise
            self._keep(client)

    async def _opened(self) -> aiosmtplib.SMTP:
        while self._idle:
            client = self._idle.pop()
            if client.is_connected:
                return client
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=server.sender.rpartition("@")[2],
            username=server.username or None,
            password=server.password or None,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            timeout=server.timeout_seconds,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as fault:
            client.close()
            raise MailServerAway(_told(fault)) from fault
        return client

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            self._idle.append(client)
        else:
            client.close()

    async def close(self) -> None:
        """See MailTransport.close."""
        while self._idle:
            client = self._idle.pop()
            # Goodbye is courtesy: a server that is gone already need not hear it.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit()
            client.close()


def _fate(answer: aiosmtplib.SMTPResponseException) -> MailRefused | MailPutOff | MailServerAway:
    if answer.code == _CLOSING:
        return MailServerAway(_told(answer))
    return MailRefused(_told(answer)) if answer.code >= _PERMANENT else MailPutOff(_told(answer))


def _told(fault: BaseException) -> str:
    """What happened, in codes: a server's own words may repeat the address."""
    if isinstance(fault, aiosmtplib.SMTPResponseException):
        enhanced = _ENHANCED_CODE.match(fault.message)
        return f"smtp-{fault.code}" + (f" {enhanced[0]}" if enhanced else "")
    return type(fault).__name__
