"""What booking learns of exhibitors."""

from __future__ import annotations

from datetime import datetime

from services.booking.domain.exhibitor import Exhibitor
from services.booking.ports import EXHIBITOR
from shared.runtime.decision import Accepted, Change, Decide, Outcome, View


def learn_exhibitor(told: Exhibitor) -> Decide:
    """An exhibitor is called so; what was told earlier may come later, and changes nothing then."""

    def decide(view: View, _now: datetime) -> Outcome:
        known: Exhibitor | None = view.get(EXHIBITOR, told.id)
        if known is not None and known.sequence >= told.sequence:
            return Accepted()
        return Accepted((Change(EXHIBITOR, told.id, told),))

    return decide
