"""The bodies of requests and answers about exhibitors."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, Field

from services.catalog.app.models import Body, NamesByLanguage
from services.catalog.domain.exhibitors import Exhibitor
from services.catalog.domain.naming import tidy
from services.catalog.ports import Stored


class ExhibitorBody(Body):
    """A new exhibitor. Personal data: email."""

    id: str = Field(default="", description="left out, it is made from the name")
    name: str = Field(examples=["Altai Instruments"])
    names: NamesByLanguage = Field(default={}, examples=[{"zh": "阿尔泰仪器", "ru": "Алтайские приборы"}])
    country: str = ""
    stands: list[str] = Field(default=[], description="as hall and number, in any form", examples=[["N1/A-011"]])
    categories: list[str] = Field(default=[], description="codes of product groups", examples=[["201"]])
    email: str | None = None
    language: str = Field(default="en", description="zh, ru or en", examples=["zh"])

    def exhibitor(self, fair: str) -> Exhibitor:
        """The exhibitor that this describes."""
        return Exhibitor(fair=fair, organizer="", **_tidied(self.model_dump()))


class ExhibitorChange(Body):
    """The fields to change; those left out stay as they are. Personal data: email."""

    name: str | None = None
    names: NamesByLanguage | None = None
    country: str | None = None
    stands: list[str] | None = None
    categories: list[str] | None = None
    email: str | None = Field(default=None, description="null takes the address away")
    language: str | None = None

    def fields(self) -> dict[str, Any]:
        """What to change, by the domain's names."""
        given = self.model_dump(exclude_unset=True)
        return _tidied({name: value for name, value in given.items() if value is not None or name == "email"})


class ExhibitorEntry(BaseModel):
    """An exhibitor as it is; `email` is null for those who may not have it."""

    id: str
    fair: str
    name: str
    names: NamesByLanguage
    country: str
    stands: list[str]
    categories: list[str]
    email: str | None
    language: str
    version: int

    @classmethod
    def of(cls, stored: Stored[Exhibitor]) -> Self:
        """The entry of a stored exhibitor."""
        exhibitor = stored.state
        return cls(
            id=exhibitor.id,
            fair=exhibitor.fair,
            name=exhibitor.name,
            names=dict(exhibitor.names),
            country=exhibitor.country,
            stands=list(exhibitor.stands),
            categories=list(exhibitor.categories),
            email=exhibitor.email,
            language=exhibitor.language,
            version=stored.version,
        )


class ExhibitorPage(BaseModel):
    """A part of the list of exhibitors."""

    items: list[ExhibitorEntry]
    cursor: str | None


def _tidied(fields: dict[str, Any]) -> dict[str, Any]:
    """White space put in order, and lists as the domain has them."""
    tidied = dict(fields)
    for name in ("name", "country", "email"):
        if isinstance(tidied.get(name), str):
            tidied[name] = tidy(tidied[name])
    if "email" in tidied:
        tidied["email"] = tidied["email"] or None
    for name in ("stands", "categories"):
        if name in tidied:
            tidied[name] = tuple(dict.fromkeys(tidy(item) for item in tidied[name] if item.strip()))
    if "names" in tidied:
        names = {language: tidy(text) for language, text in tidied["names"].items()}
        tidied["names"] = {language: text for language, text in sorted(names.items()) if text}
    return tidied
