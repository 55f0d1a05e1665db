"""Options that several of the commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Url = Annotated[str | None, typer.Option(help="Where Pavilion is; else PAVILION_URL, else the stack that runs here.")]
Token = Annotated[
    str | None, typer.Option(help="An organizer's or admin's token; else PAVILION_TOKEN, else one is made.")
]
