"""A delivery as a mail: multipart text and HTML, in UTF-8, the same bytes each time for the same facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from services.notification.adapters.itip import itip, method_of
from services.notification.adapters.mime import alternative, mailbox_header, text_header
from services.notification.adapters.wording import one_line, summary_and_location, word
from services.notification.domain.deliveries import Delivery
from services.notification.domain.happenings import InvitationNews, Kind
from services.notification.domain.preferences import mailable
from services.notification.ports import Addressee, Facts, Mail, Worded

EVENT_HEADER: Final = "X-Pavilion-Event"
_SUBJECT_CHARS_MAX: Final = 200
_NAME_CHARS_MAX: Final = 100
_ACCENTS: Final[Mapping[Kind, str]] = {
    Kind.HELD: "#b7791f",
    Kind.EXTENDED: "#b7791f",
    Kind.CONFIRMED: "#0b5cad",
    Kind.SOLD: "#23743b",
    Kind.CANCELLED: "#9b2c2c",
    Kind.EXPIRED: "#9b2c2c",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the From address with its display name, the domain of message ids, and where the page is, if told."""

    email: str
    name: str
    message_host: str
    public_url: str = ""


class MailComposer:
    """A Composer over templates. Raises ValueError where the sender's address is none."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._from = mailbox_header(one_line(sender.name), ascii_address(sender.email))
        environment = Environment(
            loader=PackageLoader(__package__, "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        self._html = environment.get_template("mail.html")
        self._text = environment.get_template("mail.txt")

    def compose(self, delivery: Delivery, addressee: Addressee, facts: Facts) -> Mail:
        """See Composer.compose.

        Message-ID and Date come from the event and the recipient, so that a mail that is sent again after a crash can
        be recognised as the same.
        """
        news = word(delivery.happening, delivery.audience, delivery.recipient, facts, addressee.language)
        email = ascii_address(addressee.email)
        message_id = self.message_id(delivery)
        headers = (
            ("From", self._from),
            ("To", mailbox_header(one_line(addressee.name)[:_NAME_CHARS_MAX], email)),
            ("Subject", text_header(one_line(news.title)[:_SUBJECT_CHARS_MAX])),
            ("Date", format_datetime(delivery.happening.at)),
            ("Message-ID", message_id),
            ("Content-Language", news.language),
            ("Auto-Submitted", "auto-generated"),
            (EVENT_HEADER, text_header(one_line(delivery.happening.cause))),
        )
        bodies = [
            ("text/plain", self._body(self._text, delivery, news)),
            ("text/html", self._body(self._html, delivery, news)),
        ]
        happening = delivery.happening
        if isinstance(happening, InvitationNews):
            words = (*summary_and_location(happening, facts, addressee.language), news.text)
            event = itip(happening, words, ascii_address(self._sender.email), email)
            bodies.append((f"text/calendar; method={method_of(happening)}", event))
        return Mail(delivery.id, message_id, email, alternative(headers, f"=_{delivery.id}", bodies))

    def message_id(self, delivery: Delivery) -> str:
        """The Message-ID of a delivery's mail."""
        return f"<{delivery.id}@{self._sender.message_host}>"

    def _body(self, template: Template, delivery: Delivery, news: Worded) -> str:
        accent = _ACCENTS.get(delivery.happening.kind, "#51606f")
        # A participant has nothing to sign in to.
        public_url = "" if delivery.happening.kind.of_invitations else self._sender.public_url
        return template.render(news=news, accent=accent, public_url=public_url)


def ascii_address(email: str) -> str:
    """An address with its domain in IDNA, as mail servers know it. Raises ValueError where it is not mailable."""
    local, _, domain = email.strip().rpartition("@")
    known = f"{local}@{domain.encode('idna').decode('ascii')}" if domain else ""
    if not known.isascii() or not mailable(known):
        raise ValueError("this is no address that mail can be sent to")
    return known
