"""Owns a stack of stand-ins until it is killed; prints what it started, as {port, pids}, in one line.

`python -m tests.integration.stack.owner DIRECTORY`
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from deploy.stack.options import Options
from deploy.stack.supervisor import Stack


async def main() -> None:
    options = Options(data=Path(sys.argv[1]), port=0, broker="memory", service_module="tests.integration.stack.standin")
    async with Stack(options) as stack:
        print(json.dumps({"url": stack.url, "pids": [child.pid for child in stack.children()]}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
