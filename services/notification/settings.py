"""What notification is told from outside, beyond what every service needs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from shared.runtime.settings import ServiceSettings


class NotificationSettings(ServiceSettings):
    """Each field is read from `PAVILION_<FIELD>`."""

    service: str = "notification"
    mongo_database: str = "pavilion_notification"

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=1025, ge=1, le=65535)
    smtp_username: str = Field(default="", description="empty signs in nowhere")
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: Literal["none", "starttls", "implicit"] = "none"
    smtp_connections_max: int = Field(default=4, ge=1, le=64)
    smtp_timeout_seconds: float = Field(default=15.0, gt=0, description="for each exchange with the mail server")

    mail_enabled: bool = Field(default=True, description="false lets another process do the mailing")
    mail_from: str = Field(
        default="no-reply@pavilion.example",
        pattern=r"^[!-?A-~]+@[A-Za-z0-9.-]+$",
        description="sender and From address",
    )
    mail_from_name: str = "Pavilion"
    mail_message_host: str = Field(
        default="pavilion.example", pattern=r"^[A-Za-z0-9.-]+$", description="right side of every Message-ID"
    )
    mail_batch_max: int = Field(default=100, ge=1, le=1000, description="mails claimed at once")
    mail_unrecorded_max: int = Field(
        default=8, ge=1, description="mails between their leaving and the record of it; as many a crash can send again"
    )
    mail_poll_seconds: float = Field(default=0.5, gt=0, description="an idle mailer looks again after that")
    mail_lease_seconds: float = Field(default=120.0, gt=0, description="a claim ends then if its mailer died")
    mail_tries_max: int = Field(default=14, ge=1, description="tries at the mail server before a mail is parked")
    mail_retry_first_seconds: float = Field(default=2.0, gt=0, description="doubles with each try")
    mail_retry_longest_seconds: float = Field(default=1800.0, gt=0)
    contact_waits_max: int = Field(default=20, ge=0, description="looks for a recipient's entry before giving up")
    address_wait_seconds: float = Field(
        default=5.0, ge=0, description="a mail to an exhibitor without an address waits that long for one"
    )
    public_url: str = Field(default="", description="where people find the page, for the link in mails; empty for none")
