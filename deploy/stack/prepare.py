"""Fetches and prepares Apache Kafka ahead of its first start: `python -m deploy.stack.prepare`.

Where it cannot be had that is said in one line; in CI it is a failure.
"""

from __future__ import annotations

import asyncio
import sys

from deploy.stack.ci import in_ci
from deploy.stack.errors import KafkaUnavailable
from deploy.stack.kafka import prepared_tools


def main() -> None:
    """Prepare; exit code 1 only in CI."""
    try:
        asyncio.run(prepared_tools())
    except KafkaUnavailable as missing:
        print(f"Tests on Apache Kafka are left out. {missing}", file=sys.stderr)
        sys.exit(1 if in_ci() else 0)


if __name__ == "__main__":
    main()
