"""Fetches and prepares Apache Kafka ahead of its first start: `python -m deploy.stack.prepare`.

Where it cannot be had that is said in one line; with CI=true it is a failure.
"""

from __future__ import annotations

import asyncio
import os
import sys

from deploy.stack.errors import KafkaUnavailable
from deploy.stack.kafka import prepared_tools


def main() -> None:
    """Prepare; exit code 1 only in CI."""
    try:
        asyncio.run(prepared_tools())
    except KafkaUnavailable as missing:
        print(f"Tests on Apache Kafka are left out. {missing}", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") == "true" else 0)


if __name__ == "__main__":
    main()
