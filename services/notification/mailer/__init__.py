"""Mailing: what is due is claimed, sent, and what became of it written down."""

from services.notification.mailer.limits import MailerLimits
from services.notification.mailer.rounds import Mailer

__all__ = ["Mailer", "MailerLimits"]
