"""What goes back: outcomes and failures as bytes, and failures as problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http.client import responses
from typing import Any, Final

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from shared.runtime.committer import Answer, Contended, KeyInProgress, KeyReused, Overloaded
from shared.runtime.decision import Accepted, Outcome, Rejected
from shared.runtime.problems import MEDIA_TYPE, Problem, conflict, forbidden, invalid, unavailable
from shared.runtime.store import StoreUnavailable

JSON: Final = "application/json"

_REMEDIES: Final = {
    "missing": "add it",
    "extra_forbidden": "leave it out",
    "string_type": "send text",
    "int_type": "send a whole number",
    "int_parsing": "send a whole number",
    "float_type": "send a number",
    "float_parsing": "send a number",
    "bool_type": "send true or false",
    "bool_parsing": "send true or false",
    "list_type": "send a list",
    "dict_type": "send an object",
    "model_type": "send an object",
    "model_attributes_type": "send an object",
    "too_short": "send at least {min_length}",
    "too_long": "send {max_length} at most",
    "string_too_short": "send at least {min_length} characters",
    "string_too_long": "send {max_length} characters at most",
    "json_invalid": "send well-formed JSON",
    "literal_error": "send {expected}",
    "enum": "send {expected}",
    "greater_than": "send more than {gt}",
    "greater_than_equal": "send {ge} or more",
    "less_than": "send less than {lt}",
    "less_than_equal": "send {le} or less",
    "date_from_datetime_parsing": "send a date, as 2027-05-31",
    "date_parsing": "send a date, as 2027-05-31",
    "datetime_parsing": "send a time, as 2027-05-31T12:00:00Z",
}


def json_bytes(value: Any) -> bytes:
    """A model, or anything that orjson knows, as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump_json().encode()
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is no JSON")


def json_document(value: Any) -> bytes:
    """A document for people and programs to read."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def json_answer(value: Any, status: int = 200) -> Answer:
    """An answer that carries `value` as JSON."""
    return Answer(status, json_bytes(value), JSON)


def problem_answer(problem: Problem) -> Answer:
    """An answer that carries a problem."""
    return Answer(problem.status, problem.body(), MEDIA_TYPE)


def rejection(rejected: Rejected, statuses: Mapping[str, int] | None = None) -> Problem:
    """The problem that says why a command was refused: 409 unless `statuses` has another for its reason.

    `not-yours` is always 403. The refusal's items are listed under `items`, beside what more it carries.
    """
    if rejected.reason == "not-yours":
        return forbidden(rejected.reason, rejected.detail)
    items: dict[str, Any] = dict(rejected.more)
    if rejected.items:
        items["items"] = [dict(item) for item in rejected.items]
    status = (statuses or {}).get(rejected.reason, 409)
    if status == 409:
        return conflict(rejected.reason, rejected.detail, **items)
    title = "Not found" if status == 404 else "Refused"
    return Problem(rejected.reason, title, status, rejected.detail, **items)


def render(
    encode: Callable[[Accepted], Any], *, status: int = 200, statuses: Mapping[str, int] | None = None
) -> Callable[[Outcome], Answer]:
    """What `Work.render` wants: `encode` makes an accepted outcome's JSON, a refusal becomes a problem."""

    def rendered(outcome: Outcome) -> Answer:
        if isinstance(outcome, Rejected):
            return problem_answer(rejection(outcome, statuses))
        return json_answer(encode(outcome), status)

    return rendered


def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception amounts to, or None where nobody foresaw it."""
    match error:
        case Problem():
            return error
        case RequestValidationError() | ValidationError():
            return _invalid(error.errors())
        case HTTPException(__cause__=Problem() as problem):
            return problem  # FastAPI wraps what is raised while it reads a body.
        case HTTPException():
            return _http(error)
        case _:
            return _of_commit(error)


def _of_commit(error: Exception) -> Problem | None:
    match error:
        case StoreUnavailable():
            return unavailable("The store cannot be reached for the moment; send the same request again.")
        case Overloaded():
            return unavailable("Too many requests wait already; send the same request again.", retry_after_seconds=2)
        case Contended():
            return unavailable("Too many others want the same; send the same request again.")
        case KeyReused():
            return Problem(
                "idempotency-key-reused",
                "Idempotency key used before",
                422,
                "This Idempotency-Key came with another request before; use a new key for a new request.",
            )
        case KeyInProgress():
            return Problem(
                "idempotency-key-in-progress",
                "Still being worked on",
                409,
                "The first request with this Idempotency-Key has not been answered yet; ask again in a moment.",
                headers={"Retry-After": "1"},
            )
        case _:
            return None


_HTTP: Final = {
    400: ("bad-request", "Bad request"),
    401: ("not-signed-in", "Not signed in"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    413: ("body-too-large", "Body too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
}


_SENTENCES: Final = {
    404: "There is nothing at this address.",
    405: "This address does not take such a request; `Allow` names those that it takes.",
}


def _http(error: HTTPException) -> Problem:
    slug, title = _HTTP.get(error.status_code, ("request-failed", "Request failed"))
    # Starlette says no more than the status does, which a title tells already.
    bare = error.detail in ("", responses.get(error.status_code))
    detail = _SENTENCES.get(error.status_code, f"{title}.") if bare else str(error.detail)
    return Problem(slug, title, error.status_code, detail, headers=error.headers)


def _invalid(errors: Sequence[Any]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem("malformed-json", "Malformed JSON", 400, "The body is no well-formed JSON.")
    return invalid([_entry(error) for error in errors])


def _entry(error: Mapping[str, Any]) -> dict[str, str]:
    location = [str(part) for part in error["loc"] if part != "body"]
    message = str(error["msg"]).removeprefix("Value error, ")
    remedy = _remedy(error["type"], error.get("ctx") or {})
    return {"field": ".".join(location) or "body", "problem": message, "remedy": remedy}


def _remedy(kind: str, context: Mapping[str, Any]) -> str:
    """What to send instead. `context` is pydantic's: a bound, the values that there are, or a validator's `remedy`."""
    if "remedy" in context:
        return str(context["remedy"])
    return _REMEDIES.get(kind, "send a value as the description of this request says").format_map(context)
