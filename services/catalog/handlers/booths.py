"""What booking tells of booths."""

from __future__ import annotations

from datetime import datetime

from services.catalog.domain.booths import BoothState, BoothStatus
from services.catalog.handlers.command import Command
from services.catalog.ports import BOOTH_STATUS
from shared.runtime.decision import Accepted, Change, Outcome, View


def note_booth_status(booth: str, state: BoothState, sequence: int) -> Command:
    """Remember a booth's state; what is older than the known is left aside."""

    def decide(view: View, _now: datetime) -> Outcome:
        known: BoothStatus | None = view.get(BOOTH_STATUS, booth)
        if known is not None and sequence <= known.sequence:
            return Accepted()
        return Accepted((Change(BOOTH_STATUS, booth, BoothStatus(state, sequence)),))

    return Command("note_booth_status", decide, ((BOOTH_STATUS, booth),))
