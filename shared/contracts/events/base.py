"""What every event is."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

LocalizedText = dict[str, str]


class Event(BaseModel):
    """A wire event; `type_` is its CloudEvents type, `key_` what its record's key is, where the topic does not say."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type_: ClassVar[str]
    key_: ClassVar[str] = ""


class Part(BaseModel):
    """A piece of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")
