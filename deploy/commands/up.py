"""`pavilion up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from deploy.stack.supervisor import Stack


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up)


def up(
    demo: bool = typer.Option(True, "--demo/--no-demo", help="Bring in the made-up demonstration fair."),
) -> None:
    """Start Pavilion here: MongoDB, Kafka, mail catcher and services, until Ctrl-C."""
    console = Console(soft_wrap=True)
    asyncio.run(_up(console, demo=demo))


async def _up(console: Console, *, demo: bool) -> None:
    # Imported here, so that the other commands do not pay for the drivers.
    from deploy.stack.options import options_from_environment
    from deploy.stack.progress import Terminal
    from deploy.stack.supervisor import Stack

    began = time.monotonic()
    terminal = Terminal(console)
    stack = Stack(options_from_environment(), terminal)
    running = asyncio.current_task()
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    def ask_to_stop() -> None:
        # The first time in order; whoever asks again does not want to wait.
        if asked.is_set():
            stack.kill_all()
        asked.set()
        if starting and running is not None:
            running.cancel()

    starting, started = True, False
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ask_to_stop)
    try:
        with terminal.starting():
            await stack.start()
            started = True
            if demo:
                from deploy.stack.demo import bring_demo

                await bring_demo(stack)
        starting = False
        _welcome(console, stack.url, time.monotonic() - began)
        await _until(asked, stack)
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
    finally:
        # A start that was refused has put away what it began; to speak of stopping would sound like another's Pavilion.
        if started or asked.is_set():
            console.print("Stopping … (Ctrl-C again to stop at once)", highlight=False)
            await stack.stop()
            console.print("Stopped; the data is kept.", highlight=False)


async def _until(asked: asyncio.Event, stack: Stack) -> None:
    """Wait until asked to stop; raises StackError when the stack cannot be kept running."""
    waiting = {asyncio.create_task(asked.wait()), asyncio.create_task(stack.failed())}
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()


def _welcome(console: Console, url: str, seconds: float) -> None:
    from deploy.stack.accounts import SAMPLE_PASSWORD, SAMPLES

    table = Table(show_header=True, header_style="bold", box=None, padding=(0, 2))
    for title in ("sign in as", "password", "who that is"):
        table.add_column(title)
    for sample in SAMPLES:
        table.add_row(sample.account, SAMPLE_PASSWORD, f"{sample.display} ({sample.role})")
    console.print(f"\n[bold]Pavilion is ready[/] after {seconds:.1f} s: [bold link={url}]{url}[/]\n", highlight=False)
    console.print(table)
    console.print("\nCtrl-C stops it; the data is kept.", highlight=False)
