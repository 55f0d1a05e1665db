"""`python -m services.notification` runs the service until it is told to stop."""

from __future__ import annotations

from services.notification.bootstrap import build
from services.notification.settings import NotificationSettings
from shared.runtime.service import run

run(build, NotificationSettings)
