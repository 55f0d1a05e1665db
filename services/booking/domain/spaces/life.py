"""The moves of a booking's life: each gives what became of it, and the one event that tells of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from services.booking.domain.spaces.booking import (
    CANCELLED,
    COMPLETED,
    DECLINED,
    DEFINITE,
    EXPIRED,
    NO_SHOW,
    OPTION,
    UNBLOCKED,
    YIELDED,
    Challenge,
    Details,
    SpaceBooking,
    SpaceState,
    Use,
)
from services.booking.domain.spaces.events import (
    Challenged,
    ChallengeMade,
    Completed,
    Declined,
    DetailsChanged,
    NobodyCame,
    Optioned,
    OptionExpired,
    Rescheduled,
    SpaceCancelled,
    SpaceStep,
    Unblocked,
    WentDefinite,
    Yielded,
)
from services.booking.domain.spaces.refusal import Refused
from services.booking.domain.spaces.times import DAY
from services.booking.domain.spaces.venue import Policy


def definite(booking: SpaceBooking, override: str = "") -> SpaceStep:
    """The booking, firm."""
    return replace(_settled(booking), state=DEFINITE, order=0, override=override), WentDefinite(override)


def optioned(booking: SpaceBooking, *, order: int, expires_at: int, override: str = "") -> SpaceStep:
    """The booking, as an option in that place."""
    return replace(booking, state=OPTION, order=order, expires_at=expires_at, override=override), Optioned(override)


def challenge(booking: SpaceBooking, challenger: str, answer_by: int) -> SpaceStep | None:
    """The option, asked to go definite or yield; None where the same one has asked already."""
    if any(known.challenger == challenger for known in booking.challenges):
        return None
    challenges = tuple(sorted((*booking.challenges, Challenge(answer_by, challenger))))
    return replace(booking, challenges=challenges), Challenged(challenger)


def challenge_made(booking: SpaceBooking, answers_by: int, challenged: tuple[str, ...]) -> SpaceStep:
    """The option whose holder asked those before it to decide until then."""
    return replace(booking, answers_by=answers_by), ChallengeMade(challenged)


def challenged_by(booking: SpaceBooking, challengers: Collection[str]) -> SpaceBooking:
    """The option, with only the challenges of these."""
    challenges = tuple(known for known in booking.challenges if known.challenger in challengers)
    return booking if challenges == booking.challenges else replace(booking, challenges=challenges)


def overdue(booking: SpaceBooking, now: int) -> SpaceStep | None:
    """What time alone made of it, if its challengers wait still; None where nothing is due, or not yet."""
    if not 0 < booking.due_at <= now:
        return None
    match booking.state:
        case SpaceState.DEFINITE:
            return replace(booking, state=COMPLETED), Completed()
        case SpaceState.OPTION if booking.answer_by and booking.answer_by == booking.until:
            return yielded(booking, in_silence=True)
        case _:
            return replace(_settled(booking), state=EXPIRED), OptionExpired()


def yielded(booking: SpaceBooking, *, in_silence: bool) -> SpaceStep:
    """The option, gone out of the way."""
    return replace(_settled(booking), state=YIELDED), Yielded(in_silence)


def declined(booking: SpaceBooking, reason: str, alternatives: tuple[Use, ...]) -> SpaceStep:
    """The request, refused."""
    return replace(booking, state=DECLINED, reason=reason), Declined(alternatives)


def cancelled(booking: SpaceBooking, policy: Policy, now: int, reason: str) -> SpaceStep:
    """The booking, given up; a definite one by the venue's terms, counted in whole days before it begins."""
    due = policy.due_percent(max(0, booking.start - now) // DAY) if booking.state is DEFINITE else 0
    return replace(_settled(booking), state=CANCELLED, reason=reason), SpaceCancelled(due)


def nobody_came(booking: SpaceBooking, now: int) -> SpaceStep | Refused:
    """A no-show, once its show has begun."""
    if booking.state not in (DEFINITE, COMPLETED):
        return Refused("not-definite", f"The booking is {booking.state}; only a definite one can be a no-show.")
    if min(use.show.start for use in booking.uses) > now:
        return Refused("not-begun", "Its show has not begun yet; cancel it instead.")
    return replace(booking, state=NO_SHOW), NobodyCame()


def unblocked(booking: SpaceBooking) -> SpaceStep:
    """The blocking, lifted."""
    return replace(booking, state=UNBLOCKED), Unblocked()


def rescheduled(booking: SpaceBooking, uses: tuple[Use, ...], override: str = "") -> SpaceStep:
    """The booking, at other spaces or times."""
    return replace(booking, uses=uses, override=override or booking.override), Rescheduled(booking.uses, override)


def with_details(booking: SpaceBooking, details: Details) -> SpaceStep | None:
    """The booking, saying something else of itself; None where that is the same."""
    return None if details == booking.details else (replace(booking, details=details), DetailsChanged())


def _settled(booking: SpaceBooking) -> SpaceBooking:
    return replace(booking, rank=0, waits=False, expires_at=0, challenges=(), answers_by=0)
