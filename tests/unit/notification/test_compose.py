"""A mail is whole in text and HTML, is recognisable when it comes again, and cannot be bent by what it quotes."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest

from services.notification.adapters.compose import MailComposer, Sender, ascii_address
from services.notification.adapters.phrasing import audiences
from services.notification.domain.deliveries import Delivery, delivery_of
from services.notification.domain.happenings import Audience, Kind
from services.notification.domain.projections import Contact, Fair
from services.notification.domain.recipients import LANGUAGES
from services.notification.ports import Addressee, Facts
from tests.unit.notification.builders import BOOTH_KINDS, CO, FAIR, HOST, MAIN, NOW, ORGANIZER, happening

SENDER = Sender("no-reply@pavilion.example", "Pavilion 展会", "pavilion.example", "https://pavilion.example/?a=1&b=2")
FACTS = Facts({FAIR: Fair(FAIR, {"en": "Silk Road Expo"}, "Asia/Shanghai", ORGANIZER)}, {})
NASTY = "Eve <b>&\r\nBcc: victim@example.com\r\n\r\nbody"


def delivery(kind: Kind = Kind.HELD, audience: Audience = Audience.MAIN, **changes: object) -> Delivery:
    recipient = HOST if audience is Audience.ORGANIZER else MAIN
    return delivery_of(happening(kind, **changes), recipient, audience, NOW)


def composed(
    one: Delivery, *, name: str = "Acme", email: str = "acme@example.com", language: str = "en", facts: Facts = FACTS
) -> EmailMessage:
    mail = MailComposer(SENDER).compose(one, Addressee(name, email, language), facts)
    message = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BOOTH_KINDS)
def test_every_kind_is_a_whole_mail_in_every_language(kind: Kind, language: str) -> None:
    for audience in audiences(kind):
        message = composed(delivery(kind, audience), language=language)
        assert message.get_content_type() == "multipart/alternative"
        assert not message.defects
        for subtype in ("plain", "html"):
            content = part(message, subtype)
            assert "7.1/A-031" in content
            assert "res-1" in content
            assert "{" not in content
        assert message["Content-Language"] == language
        assert "7.1/A-031" in message["Subject"]
        assert f'<html lang="{language}">' in part(message, "html")


def test_the_same_facts_make_the_same_bytes_and_two_readers_two_message_ids() -> None:
    composer, addressee = MailComposer(SENDER), Addressee("Acme", "acme@example.com", "en")
    first, again = (composer.compose(delivery(), addressee, FACTS) for _ in range(2))
    assert first == again
    other = composer.compose(delivery_of(happening(), CO, Audience.CO, NOW), addressee, FACTS)
    assert other.message_id != first.message_id


def test_message_id_event_and_date_come_from_the_event() -> None:
    one = delivery()
    message = composed(one)
    assert message["Message-ID"] == f"<{one.id}@pavilion.example>"
    assert message["X-Pavilion-Event"] == "ev-held"
    assert parsedate_to_datetime(message["Date"]) == NOW


def test_headers_carry_any_script() -> None:
    message = composed(delivery(), name="Ёлка 与朋友", language="zh")
    [to] = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Ёлка 与朋友", "acme@example.com")
    assert message["From"].addresses[0].display_name == "Pavilion 展会"
    assert message["Subject"].startswith("临时保留至")


def test_no_name_can_add_a_header_or_end_the_headers() -> None:
    facts = Facts(
        {FAIR: Fair(FAIR, {"en": NASTY}, "UTC", ORGANIZER)}, {"acme": Contact("acme", FAIR, ORGANIZER, NASTY)}
    )
    one = delivery(
        Kind.CANCELLED, Audience.ORGANIZER, cause="ev\r\nX-Evil: 1", reason=NASTY, booths=(f"{FAIR}/1/{NASTY}",)
    )
    message = composed(one, name=NASTY, facts=facts)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted", "X-Pavilion-Event",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert len(message["To"].addresses) == 1


def test_html_shows_what_is_quoted_and_never_runs_it() -> None:
    one = delivery(Kind.CANCELLED, reason='<script>alert("x")</script> & more')
    html = part(composed(one), "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert 'href="https://pavilion.example/?a=1&amp;b=2"' in html
    assert '<script>alert("x")</script> & more' in part(composed(one), "plain")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "acme",
        "a@b@c",
        "a b@example.com",
        "a@example.com\r\nRCPT TO:<x@example.com>",
        "a@example.com,b@example.com",
        "<a@example.com>",
        '"a"@example.com',
        "a@",
        "@example.com",
        "a@.example.com",
        "a@example.com.",
        "имя@example.com",
        "a@" + "x" * 300,
    ],
)
def test_what_is_no_plain_address_is_not_mailed(address: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        composed(delivery(), email=address)


def test_a_domain_in_any_script_is_mailed_by_its_ascii_name() -> None:
    assert ascii_address("info@выставка.example") == "info@xn--80aaeb4b0bh4e.example"
    mail = MailComposer(SENDER).compose(delivery(), Addressee("A", " info@выставка.example ", "ru"), FACTS)
    assert mail.to == "info@xn--80aaeb4b0bh4e.example"


def test_no_line_of_a_mail_is_longer_than_mail_servers_allow() -> None:
    booths = tuple(f"{FAIR}/7.1/{'Ж' * 60}-{n}" for n in range(40))
    one = delivery(booths=booths, expires_at=NOW + timedelta(days=1))
    mail = MailComposer(SENDER).compose(one, Addressee("名" * 500, "acme@example.com", "ru"), FACTS)
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 998
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
