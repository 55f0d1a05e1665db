"""What every outage is tried on, and what must hold after it."""

from __future__ import annotations

from itertools import count

from services.notification.mailer import MailerLimits
from tests.chaos.arena import Arena, Fair
from tests.chaos.load import Load

DOUBLED_MAX = MailerLimits().unrecorded_max
"""How many mails come again at most where one notification process is killed."""
_fairs = count(1)


async def outage_fair(scene: Arena) -> Fair:
    """Sixty booths for each exhibitor to work with, and one beside."""
    return await scene.fair(f"outage-{next(_fairs)}", booths=241, exhibitors=4)


async def assert_whole(scene: Arena, work: Load, *, mails_doubled_max: int = 0) -> None:
    """Everything accepted is there, published, told and mailed, once but for what a killed mailer may send again;
    whoever was put off was told to come again.
    """
    await scene.quiet()
    assert await work.lost() == []
    assert await scene.findings(work.fair, mails_doubled_max=mails_doubled_max) == []
    for refusal in scene.desk.refused:
        assert refusal.status in (503, 504) or refusal.reason == "idempotency-key-in-progress"
        if refusal.status == 503:
            assert refusal.retry_after
