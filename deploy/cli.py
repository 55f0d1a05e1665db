"""The `pavilion` command. Each module of `deploy.commands` adds its own with `register(app)`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from importlib import metadata
from typing import Annotated

import typer
from rich.console import Console

import deploy.commands
from deploy.stack.errors import StackError

app = typer.Typer(
    help="Bookings for trade fairs and exchange centres, on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"pavilion {metadata.version('pavilion')}")
        raise typer.Exit


@app.callback()
def _pavilion(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def _register_all() -> None:
    for module in sorted(pkgutil.iter_modules(deploy.commands.__path__), key=lambda found: found.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"deploy.commands.{module.name}").register(app)


def main() -> None:
    """Run the command line; what a person can mend is said in a sentence, with exit code 1."""
    _register_all()
    try:
        app()
    except StackError as error:
        console = Console(stderr=True, soft_wrap=True)
        console.print(f"[bold red]✗[/] {_plain(error.what)}", highlight=False)
        console.print(f"  {_plain(error.remedy)}", highlight=False)
        sys.exit(1)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


if __name__ == "__main__":
    main()
