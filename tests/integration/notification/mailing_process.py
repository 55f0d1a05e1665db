"""A process that mails what is due until nothing is: `python -m … MONGO_URL DATABASE SMTP_PORT LEASE_SECONDS`."""

from __future__ import annotations

import asyncio
import sys

from services.notification.bootstrap import build
from services.notification.domain.deliveries import DeliveryState
from services.notification.ports import DeliveryFilter
from services.notification.settings import NotificationSettings
from shared.runtime.auth.policy import TenantScope

UNRECORDED_MAX = 3


async def main(mongo_url: str, database: str, smtp_port: int, lease_seconds: float) -> None:
    """Mail until every delivery is settled."""
    settings = NotificationSettings(
        mongo_url=mongo_url,
        mongo_database=database,
        smtp_port=smtp_port,
        mail_lease_seconds=lease_seconds,
        mail_batch_max=20,
        smtp_connections_max=2,
        mail_unrecorded_max=UNRECORDED_MAX,
    )
    service = build(settings)
    pending = DeliveryFilter(state=DeliveryState.PENDING)
    while (await service.archive.deliveries(TenantScope(everything=True), pending, None, 1)).items:
        await service.mailer.round()
        await asyncio.sleep(0.01)
    await service.core.store.close()


if __name__ == "__main__":
    url, database, port, lease = sys.argv[1:]
    asyncio.run(main(url, database, int(port), float(lease)))
