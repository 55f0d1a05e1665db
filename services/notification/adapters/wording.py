"""News in words: a happening becomes a title, a text and a table of facts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.notification.adapters.phrasing import Phrases, phrases_in
from services.notification.domain.happenings import Audience, BoothNews, Happening, InvitationNews, SpaceNews, SpaceTime
from services.notification.domain.recipients import Party, Recipient
from services.notification.ports import Facts, Worded

ALTERNATIVES_MAX = 3


def word(happening: Happening, audience: Audience, recipient: Recipient, facts: Facts, language: str) -> Worded:
    """News for one reader. `language` is one of LANGUAGES."""
    phrases = phrases_in(language)
    match happening:
        case BoothNews():
            values = _of_booths(phrases, happening, recipient, facts)
            details, about, footer = _booth_details(phrases, happening, audience, values), values["fair"], "footer"
        case SpaceNews():
            values = _of_spaces(phrases, happening, recipient, facts)
            details, about, footer = _space_details(phrases, happening, values, facts), values["venue"], "footer_spaces"
        case InvitationNews():
            values = _of_invitation(phrases, happening, facts)
            details, about, footer = _invitation_details(phrases, values), values["venue"], "footer_invitation"
    texts = phrases.texts[happening.kind.value]
    greeting = "greeting_organizer" if recipient.party is Party.ORGANIZER else "greeting"
    title = phrases.fill(texts["title"], values)
    return Worded(
        language=language,
        title=title[:1].upper() + title[1:],
        text=phrases.fill(texts[audience.value], values),
        fair=about,
        greeting=phrases.fill(phrases.words[greeting], values),
        details=details,
        footer=phrases.fill(phrases.words[footer], values),
        open=phrases.words["open"],
    )


def _of_booths(phrases: Phrases, happening: BoothNews, recipient: Recipient, facts: Facts) -> dict[str, str]:
    fair = facts.fairs.get(happening.fair)

    def called(exhibitor: str) -> str:
        contact = facts.contacts.get(exhibitor)
        return one_line(contact.called(phrases.language)) if contact else exhibitor

    values = {
        "booths": phrases.booths(happening.booth_labels()),
        "fair": one_line(fair.called(phrases.language)) if fair else happening.fair,
        "name": called(recipient.id),
        "exhibitor": called(happening.exhibitor),
        "co_exhibitors": phrases.listed([called(e) for e in happening.co_exhibitors]) or phrases.words["nobody"],
        "extensions": phrases.plural("extensions", happening.extensions).format(count=happening.extensions),
    }
    if happening.admitted:
        values["admitted"] = called(happening.admitted)
    if happening.expires_at:
        values["deadline"] = phrases.moment(happening.expires_at, fair.time_zone if fair else "UTC")
    return values


def _booth_details(
    phrases: Phrases, happening: BoothNews, audience: Audience, values: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    # What is paid is between the main exhibitor and the organizer.
    concerned = audience in (Audience.MAIN, Audience.ORGANIZER) and not happening.ends_reservation
    rows = {
        "fair": values["fair"],
        "booths": phrases.listed(happening.booth_labels()),
        "exhibitor": values["exhibitor"],
        "co_exhibitors": values["co_exhibitors"] if happening.co_exhibitors else "",
        "admitted": values.get("admitted", ""),
        "deadline": values.get("deadline", ""),
        "price": phrases.money(happening.price) if happening.price and concerned else "",
        "reason": one_line(happening.reason),
        "reservation": happening.reservation,
    }
    return _rows(phrases, rows)


def _of_spaces(phrases: Phrases, news: SpaceNews, recipient: Recipient, facts: Facts) -> dict[str, str]:
    values = {
        "spaces": _spaces(phrases, news.uses, facts),
        "venue": _called(phrases, news.venue, facts),
        "when": _when(phrases, news.uses, news.time_zone, news.others),
        "organizer": news.organizer,
        "title": one_line(news.title),
        "name": recipient.id,
        "rank": phrases.words["waiting" if news.waits else "rank"].format(rank=news.rank),
        "due": phrases.words["due"].format(percent=news.due_percent) if news.due_percent else phrases.words["nothing"],
        "because": _tail(phrases, "because", _reason(phrases, news)),
        "instead": _tail(phrases, "instead", "; ".join(_offers(phrases, news, facts))),
        "still": "",
    }
    if news.deadline:
        values["deadline"] = phrases.moment(news.deadline, news.time_zone)
        values["still"] = _tail(phrases, "still", values["deadline"])
    if news.former:
        values["former_spaces"] = _spaces(phrases, news.former, facts)
        values["former_when"] = _when(phrases, news.former, news.time_zone)
    return values


def _tail(phrases: Phrases, word: str, said: str) -> str:
    """A sentence more, where there is something to say in it."""
    return phrases.words[word].format(said=said.rstrip(".。")) if said else ""


def _spaces(phrases: Phrases, uses: Sequence[SpaceTime], facts: Facts) -> str:
    return phrases.listed(list(dict.fromkeys(_called(phrases, use.space, facts) for use in uses)))


def _when(phrases: Phrases, uses: Sequence[SpaceTime], time_zone: str, others: int = 0) -> str:
    """When the show is; of several times, or of several bookings, the first, and how many more there are."""
    shows = sorted({(use.show.start, use.show.end) for use in uses})
    first = phrases.span(*shows[0], time_zone)
    more = len(shows) * (1 + others) - 1
    return phrases.words["more"].format(list=first, count=more) if more else first


def _reason(phrases: Phrases, news: SpaceNews) -> str:
    """Why, in the reader's language where nobody wrote it."""
    return phrases.reasons.get(news.reason) or one_line(news.reason)


def _offers(phrases: Phrases, news: SpaceNews, facts: Facts) -> list[str]:
    return [
        f"{_called(phrases, use.space, facts)}: {_when(phrases, (use,), news.time_zone)}"
        for use in news.alternatives[:ALTERNATIVES_MAX]
    ]


def _called(phrases: Phrases, place: str, facts: Facts) -> str:
    known = facts.places.get(place)
    return one_line(known.called(phrases.language)) if known else place.rpartition("/")[2]


def _space_details(
    phrases: Phrases, news: SpaceNews, values: Mapping[str, str], facts: Facts
) -> tuple[tuple[str, str], ...]:
    phases = {}
    for name in ("build_up", "dismantling"):
        spans = sorted({(span.start, span.end) for use in news.uses if (span := getattr(use, name)) is not None})
        phases[name] = phrases.span(*spans[0], news.time_zone) if spans else ""
    rows = {
        # Of several that were imported together each is called otherwise.
        "event": values["title"] if news.recurs or not news.others else "",
        "venue": values["venue"],
        "spaces": values["spaces"],
        "build_up": phases["build_up"],
        "show": values["when"],
        "dismantling": phases["dismantling"],
        "option": values["rank"] if news.rank else "",
        "deadline_spaces": values.get("deadline", ""),
        "reason": _reason(phrases, news),
        "alternatives": "; ".join(_offers(phrases, news, facts)),
        "former": f"{values['former_spaces']}, {values['former_when']}" if news.former else "",
        "booking": news.booking,
    }
    return _rows(phrases, rows)


def _of_invitation(phrases: Phrases, news: InvitationNews, facts: Facts) -> dict[str, str]:
    spaces = [_called(phrases, space, facts) for space in news.sitting.spaces]
    venue = _called(phrases, news.venue, facts)
    return {
        "spaces": phrases.listed(spaces),
        "venue": venue,
        "when": phrases.span(news.sitting.span.start, news.sitting.span.end, news.time_zone),
        "organizer": news.organizer,
        "title": one_line(news.title) or venue,
        "name": one_line(news.participant.name) or news.participant.email,
    }


def summary_and_location(news: InvitationNews, facts: Facts, language: str) -> tuple[str, str]:
    """What a calendar calls an event, and where it is. `language` is one of LANGUAGES."""
    values = _of_invitation(phrases_in(language), news, facts)
    return values["title"], f"{values['spaces']}, {values['venue']}"


def _invitation_details(phrases: Phrases, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    rows = {"event": values["title"], "time": values["when"], "spaces": values["spaces"], "venue": values["venue"]}
    return _rows(phrases, rows)


def _rows(phrases: Phrases, rows: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((phrases.words[label], value) for label, value in rows.items() if value)


def one_line(text: str) -> str:
    """Text without line breaks or control characters, so that a name cannot become a header or a paragraph."""
    printable = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())
