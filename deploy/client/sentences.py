"""What goes wrong between us and the server, as sentences for people."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from deploy.client.api import ApiRefused, ApiUnreachable
from deploy.stack.errors import StackError


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the client's errors into StackErrors, each with a remedy."""
    try:
        yield
    except ApiUnreachable as error:
        raise StackError(
            str(error), "See whether Pavilion runs (`pavilion status`), or give its address with --url."
        ) from error
    except ApiRefused as error:
        raise StackError(f"{error.request} was refused: {error.detail} ({error.status})", _remedy(error)) from error


def _remedy(error: ApiRefused) -> str:
    match error.status:
        case 401:
            return "Give a token that holds here, or point PAVILION_DATA to the data of the stack that runs there."
        case 403:
            return "Use the token of the organizer whose this is, or of an admin."
        case 404:
            return "Check how it is written, and whether it has been entered here."
        case 409 | 422:
            return "Mend that and run the command again."
        case _:
            return "Look into the service's log; the request id is in the answer's X-Request-Id."
