"""What is written out by hand reads back the same through the standard library's parser, whatever it says."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.adapters.mime import alternative, mailbox_header, text_header
from services.notification.adapters.wording import one_line

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def parsed(*headers: tuple[str, str], plain: str = "hello", html: str = "<p>hello") -> EmailMessage:
    message = message_from_bytes(
        alternative(headers, "=_b", [("text/plain", plain), ("text/html", html)]), policy=policy.default
    )
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


@given(TEXTS)
def test_any_subject_reads_back_on_lines_that_fit(text: str) -> None:
    subject = one_line(text)
    written = text_header(subject)
    assert all(len(line) <= 76 for line in written.split("\r\n")) or written == subject
    if subject:
        assert parsed(("Subject", written))["Subject"] == subject


@given(TEXTS)
def test_any_display_name_is_one_mailbox(text: str) -> None:
    name = one_line(text)
    written = mailbox_header(name, "acme@example.com")
    [mailbox] = parsed(("To", written))["To"].addresses
    assert mailbox.addr_spec == "acme@example.com"
    # The newer parser leaves a blank between two encoded words of a phrase, against RFC 2047 section 6.2.
    phrase, _ = parseaddr(written.replace("\r\n", ""))
    assert str(make_header(decode_header(phrase))) == name


@given(TEXTS, TEXTS)
def test_any_body_reads_back_with_its_lines(plain: str, html: str) -> None:
    message = parsed(("Subject", "x"), plain=plain, html=html)
    for subtype, body in (("plain", plain), ("html", html)):
        part = message.get_body((subtype,))
        assert part is not None
        told = bytes(part.get_payload(decode=True)).decode()
        assert told == body.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize("value", ["a\r\nBcc: x@example.com", "a\nb", "a\r\n \r\nbody", "ж", "a\x00", "", "a\r\n \n"])
def test_a_header_that_could_break_out_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="header"):
        alternative([("Subject", value)], "=_b", [])


def test_what_only_looks_encoded_stays_what_it_says() -> None:
    assert parsed(("Subject", text_header("=?utf-8?b?SGk=?=")))["Subject"] == "=?utf-8?b?SGk=?="
