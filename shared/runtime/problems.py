"""What goes wrong, said in one shape: RFC 9457 problem details with stable types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:pavilion:problem:"


class Problem(Exception):
    """An answer that is no success.

    `slug` is the stable name that programs may test (`booth-taken`), `title` says what kind of thing it is,
    `detail` what happened this time and how to mend it. `extensions` are further members of the JSON object.
    `headers` go out with the answer.
    """

    def __init__(
        self,
        slug: str,
        title: str,
        status: int,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(f"{slug}: {detail or title}")
        self.slug = slug
        self.title = title
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.extensions = extensions

    @property
    def type(self) -> str:
        """The problem's type URI."""
        return TYPE_PREFIX + self.slug

    def document(self, **more: Any) -> dict[str, Any]:
        """The problem as a JSON object; `more` adds members such as `instance` or `trace_id`."""
        document: dict[str, Any] = {"type": self.type, "title": self.title, "status": self.status}
        if self.detail:
            document["detail"] = self.detail
        document.update(self.extensions)
        document.update(more)
        return document

    def body(self, **more: Any) -> bytes:
        """The problem as JSON bytes."""
        return orjson.dumps(self.document(**more))


def unauthenticated(detail: str, *, error: str = "invalid_token") -> Problem:
    """401: nobody is signed in, or the token does not hold. `error` is RFC 6750's code, empty where no token came."""
    challenge = f'Bearer realm="pavilion", error="{error}"' if error else 'Bearer realm="pavilion"'
    return Problem("not-signed-in", "Not signed in", 401, detail, headers={"WWW-Authenticate": challenge})


def forbidden(slug: str, detail: str) -> Problem:
    """403: signed in, yet not allowed."""
    return Problem(slug, "Not allowed", 403, detail)


def not_found(what: str, id_: str) -> Problem:
    """404: there is no `what` called `id_`, or it is none of the asker's business."""
    return Problem("not-found", "Not found", 404, f"There is no {what} “{id_}”.")


def conflict(slug: str, detail: str, **extensions: Any) -> Problem:
    """409: the state of things does not allow it now."""
    return Problem(slug, "Not possible now", 409, detail, **extensions)


def invalid(
    errors: list[dict[str, str]], detail: str = "The request does not have the shape that is asked for."
) -> Problem:
    """422: `errors` lists `{field, problem, remedy}`, one for each thing to mend."""
    return Problem("invalid-request", "Invalid request", 422, detail, errors=errors)


def cursor_invalid() -> Problem:
    """400: a cursor that no answer gave."""
    return Problem("cursor-invalid", "Unusable cursor", 400, "Send the cursor of the page before as it is, or none.")


def unavailable(detail: str, *, retry_after_seconds: int = 1) -> Problem:
    """503: something that the answer needs is down for the moment; the same request may be sent again."""
    return Problem(
        "unavailable", "Not available for the moment", 503, detail, headers={"Retry-After": str(retry_after_seconds)}
    )
