"""`python -m deploy.healthcheck`: exit code 0 when the service in this container is ready."""

from __future__ import annotations

import http.client
import os
import sys
from http import HTTPStatus


def main() -> None:
    """Ask `/readyz` on PAVILION_PORT."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PAVILION_PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        said = answer.read().decode("utf-8", "replace")
    except OSError as error:
        sys.exit(f"no answer: {error}")
    if answer.status != HTTPStatus.OK:
        sys.exit(said)


if __name__ == "__main__":
    main()
