"""One function per command: each returns the pure decision that the committer makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.notification.domain import deliveries as mail
from services.notification.domain.deliveries import PREFIX as DELIVERY_PREFIX
from services.notification.domain.deliveries import Backoff, Delivery, DeliveryState, Parked, Sent
from services.notification.domain.happenings import Audience, BoothNews, Happening, concerned
from services.notification.domain.invitations import Invitations, mails
from services.notification.domain.notices import PREFIX as NOTICE_PREFIX
from services.notification.domain.notices import Notice, NoticeState, advance, notice_of, told_id
from services.notification.domain.preferences import Channel, Preferences
from services.notification.domain.projections import Companions, Contact, Fair, Place
from services.notification.domain.recipients import Party, Recipient
from services.notification.ports import COMPANIONS, CONTACT, DELIVERY, FAIR, INVITATIONS, NOTICE, PLACE, PREFERENCES
from shared.runtime.decision import Accepted, Change, Decide, Outcome, Rejected, View


def learn_contact(contact: Contact) -> Decide:
    """Remember an exhibitor as the catalog now states it."""
    return _newest(CONTACT, contact.exhibitor, contact)


def learn_fair(fair: Fair) -> Decide:
    """Remember a fair as the catalog now states it."""
    return _newest(FAIR, fair.fair, fair)


def learn_place(place: Place) -> Decide:
    """Remember what a venue or a space is called now."""
    return _newest(PLACE, place.place, place)


def _newest(kind: str, id_: str, state: Contact | Fair | Place) -> Decide:
    def decide(view: View, _now: datetime) -> Outcome:
        known: Contact | Fair | Place | None = view.get(kind, id_)
        if known is not None and known.sequence >= state.sequence:
            return Accepted()
        return Accepted((Change(kind, id_, state),))

    return decide


def reads_of(happening: Happening) -> tuple[tuple[str, str], ...]:
    """What `tell` surely looks at, so that it is fetched at once."""
    reads = [(COMPANIONS, happening.reservation)] if isinstance(happening, BoothNews) else []
    for recipient, _ in concerned(happening):
        reads += _reads_about(happening, recipient)
    return tuple(reads)


def _reads_about(happening: Happening, recipient: Recipient) -> list[tuple[str, str]]:
    reads = [
        (PREFERENCES, recipient.key),
        (NOTICE, told_id(NOTICE_PREFIX, happening.cause, recipient)),
        (DELIVERY, told_id(DELIVERY_PREFIX, happening.cause, recipient)),
    ]
    if recipient.party is Party.EXHIBITOR:
        reads.append((CONTACT, recipient.id))
    return reads


def _fetch_about(view: View, happening: Happening, recipients: Sequence[Recipient]) -> None:
    """Have everything about several recipients fetched together, a round for each kind instead of one for each read."""
    wanted: dict[str, list[str]] = {}
    for recipient in recipients:
        for kind, id_ in _reads_about(happening, recipient):
            wanted.setdefault(kind, []).append(id_)
    for kind, ids in wanted.items():
        view.get_many(kind, ids)


def tell(happening: Happening, address_wait: timedelta) -> Decide:
    """Tell everybody whom a happening concerns: an inbox entry each, and a mail on its way, as they prefer.

    Ids come from the event and the recipient, so whatever is told already stays as it is. Whoever has no address may be
    about to get one, whose news comes on another topic: their mail waits for it as long as `address_wait`.
    """

    def decide(view: View, now: datetime) -> Outcome:
        before: Companions | None = None
        if isinstance(happening, BoothNews):
            before = view.get(COMPANIONS, happening.reservation)
        stale = before is not None and before.sequence > happening.sequence
        told = concerned(happening, before.co_exhibitors if before and not stale else ())
        _fetch_about(view, happening, [recipient for recipient, audience in told if audience is Audience.REMOVED])
        changes = []
        if isinstance(happening, BoothNews) and not stale:
            changes = _remember_companions(happening, before)
        for recipient, audience in told:
            changes += _tell_one(view, happening, recipient, audience, address_wait, now)
        return Accepted(tuple(changes))

    return decide


def _remember_companions(happening: BoothNews, before: Companions | None) -> list[Change]:
    keep = bool(happening.co_exhibitors) and not happening.ends_reservation
    if not keep:
        return [Change(COMPANIONS, happening.reservation, None)] if before else []
    if before and before.co_exhibitors == happening.co_exhibitors:
        return []
    now = Companions(happening.reservation, happening.co_exhibitors, happening.sequence)
    return [Change(COMPANIONS, happening.reservation, now)]


def _tell_one(
    view: View, happening: Happening, recipient: Recipient, audience: Audience, address_wait: timedelta, now: datetime
) -> list[Change]:
    wishes: Preferences = view.peek(PREFERENCES, recipient.key) or Preferences(recipient)
    changes = []
    if wishes.wants(happening.kind, Channel.INBOX):
        notice = notice_of(happening, recipient, audience)
        if view.get(NOTICE, notice.id) is None:
            changes.append(Change(NOTICE, notice.id, notice))
    mailed = recipient.party is Party.EXHIBITOR or wishes.email is not None
    if mailed and wishes.wants(happening.kind, Channel.MAIL):
        delivery = mail.delivery_of(happening, recipient, audience, now)
        if view.get(DELIVERY, delivery.id) is None:
            changes.append(_first_delivery(view, delivery, address_wait, now))
    return changes


def _first_delivery(view: View, delivery: Delivery, address_wait: timedelta, now: datetime) -> Change:
    contact: Contact | None = None
    if delivery.recipient.party is Party.EXHIBITOR:
        contact = view.peek(CONTACT, delivery.recipient.id)
    if contact is not None and not contact.email:
        delivery = mail.await_address(delivery, address_wait, now)
    return Change(DELIVERY, delivery.id, delivery)


def invite(invitations: Invitations, cause: str, at: datetime) -> Decide:
    """Mail every participant whom a change of a booking concerns, and remember who is invited to what.

    What is known already, or older than that, says nothing: a mail goes out once for each version.
    """

    def decide(view: View, now: datetime) -> Outcome:
        before: Invitations | None = view.get(INVITATIONS, invitations.booking)
        if before is not None and before.sequence >= invitations.sequence:
            return Accepted()
        told = [
            mail.delivery_of(news, recipient, audience, now)
            for news in mails(before, invitations, cause, at)
            for recipient, audience in concerned(news)
        ]
        there = view.get_many(DELIVERY, [delivery.id for delivery in told])
        changes = [Change(DELIVERY, new.id, new) for new, old in zip(told, there, strict=True) if old is None]
        return Accepted((Change(INVITATIONS, invitations.booking, invitations), *changes))

    return decide


def _settled(delivery: Delivery) -> Change:
    """The change that a delivery's new state is, with the event that tells of it where that is an end."""
    match delivery.state:
        case DeliveryState.SENT:
            events: tuple[Sent | Parked, ...] = (Sent(delivery),)
        case DeliveryState.PARKED | DeliveryState.NO_ADDRESS:
            events = (Parked(delivery),)
        case DeliveryState.PENDING | DeliveryState.SUPERSEDED:
            events = ()
    return Change(DELIVERY, delivery.id, delivery, events)


def claim_delivery(id_: str, mailer: str, lease: timedelta) -> Decide:
    """Take a due delivery for one mailer. Answers the claimed delivery; rejects with `not-due` what another took."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or not mail.claimable(delivery, now):
            return Rejected("not-due", "The delivery is settled, or in another mailer's hands.")
        claimed = mail.claim(delivery, mailer, lease, now)
        return Accepted((Change(DELIVERY, id_, claimed),), answer=claimed)

    return decide


def mark_sent(id_: str) -> Decide:
    """Record that the mail server took the mail, whoever holds the claim by now: it is true all the same."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or delivery.state is DeliveryState.SENT:
            return Accepted()
        return Accepted((_settled(mail.send(delivery, now)),))

    return decide


def mark_refused(id_: str, mailer: str, reason: str) -> Decide:
    """Park a delivery that the mail server refused for good."""
    return _in_hand(id_, mailer, lambda delivery, now: mail.refuse(delivery, reason, now))


def mark_put_off(id_: str, mailer: str, reason: str, backoff: Backoff, jitter: float) -> Decide:
    """Try a delivery again later, or park it when its tries are used up."""
    return _in_hand(id_, mailer, lambda delivery, now: mail.put_off(delivery, reason, backoff, jitter, now))


def mark_postponed(id_: str, mailer: str, reason: str, due_at: datetime) -> Decide:
    """Give a delivery back for later: there was no mail server to try it at."""
    return _in_hand(id_, mailer, lambda delivery, _now: mail.postpone(delivery, reason, due_at))


def mark_superseded(id_: str, mailer: str) -> Decide:
    """Settle the delivery of an invitation that is not so any more; another one says how it is."""
    return _in_hand(id_, mailer, mail.supersede)


def mark_unaddressed(id_: str, mailer: str) -> Decide:
    """Settle the delivery of somebody who has taken their address away."""
    return _in_hand(id_, mailer, mail.miss)


def mark_address_missing(id_: str, mailer: str, wait: timedelta) -> Decide:
    """Wait for the address of somebody who is known and has none."""
    return _in_hand(id_, mailer, lambda delivery, now: mail.await_address(delivery, wait, now))


def mark_unknown(id_: str, mailer: str, reason: str, backoff: Backoff, jitter: float) -> Decide:
    """Wait for the recipient's contact, or the fair, to become known, within bounds; `reason` says for which."""
    return _in_hand(id_, mailer, lambda delivery, now: mail.await_news(delivery, reason, backoff, jitter, now))


def settle_unaddressed(id_: str) -> Decide:
    """Settle a delivery that has waited long enough for an address; one that has one by now goes on its way."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or not mail.waited(delivery, now):
            return Rejected("not-due", "The delivery does not wait for an address, or not long enough yet.")
        contact: Contact | None = view.peek(CONTACT, delivery.recipient.id)
        if contact is not None and contact.email:
            return Accepted((Change(DELIVERY, id_, mail.hasten(delivery, now)),))
        return Accepted((_settled(mail.miss(delivery, now)),))

    return decide


def hasten_delivery(id_: str) -> Decide:
    """Send a delivery on its way that waited for an address, since one has come."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or not delivery.awaits_address:
            return Rejected("not-due", "The delivery does not wait for an address.")
        return Accepted((Change(DELIVERY, id_, mail.hasten(delivery, now)),))

    return decide


def release_delivery(id_: str, mailer: str) -> Decide:
    """Give an untried delivery back."""
    return _in_hand(id_, mailer, mail.release)


def _in_hand(id_: str, mailer: str, step: Callable[[Delivery, datetime], Delivery]) -> Decide:
    """A step that only the mailer that holds the claim may take."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or delivery.state is not DeliveryState.PENDING or delivery.claimed_by != mailer:
            return Rejected("not-in-hand", "Another mailer has taken the delivery over.")
        return Accepted((_settled(step(delivery, now)),))

    return decide


def revive_delivery(id_: str, admits: Callable[[Delivery], bool]) -> Decide:
    """Send a parked delivery on its way again, where `admits` lets the asker. Answers the delivery."""

    def decide(view: View, now: datetime) -> Outcome:
        delivery: Delivery | None = view.get(DELIVERY, id_)
        if delivery is None or not admits(delivery):
            return Rejected("delivery-unknown", f"There is no delivery “{id_}” here.")
        if delivery.state not in (DeliveryState.PARKED, DeliveryState.NO_ADDRESS):
            return Rejected("not-parked", f"The delivery is {delivery.state.value}, not parked.")
        revived = mail.revive(delivery, now)
        return Accepted((Change(DELIVERY, id_, revived),), answer=revived)

    return decide


def move_notice(id_: str, reader: Recipient, to: NoticeState) -> Decide:
    """Move a reader's own entry forward. Answers the entry; an entry of somebody else is as unknown as none."""

    def decide(view: View, _now: datetime) -> Outcome:
        notice: Notice | None = view.get(NOTICE, id_)
        if notice is None or notice.recipient != reader:
            return Rejected("notice-unknown", f"There is no inbox entry “{id_}”.")
        moved = advance(notice, to)
        return Accepted((Change(NOTICE, id_, moved),) if moved != notice else (), answer=moved)

    return decide


def set_preferences(wishes: Preferences) -> Decide:
    """Replace a recipient's preferences. Answers them."""

    def decide(view: View, _now: datetime) -> Outcome:
        known = view.get(PREFERENCES, wishes.recipient.key)
        if wishes.email is not None and wishes.recipient.party is not Party.ORGANIZER:
            return Rejected("email-from-catalog", "An exhibitor's address is kept with its entry in the catalog.")
        changed = known != wishes
        return Accepted((Change(PREFERENCES, wishes.recipient.key, wishes),) if changed else (), answer=wishes)

    return decide
