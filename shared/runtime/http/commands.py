"""Routes without FastAPI's per-request cost.

A route of the class `CommandRoute` is declared as any other and described in OpenAPI as any other. Where its parameters
are only path texts, at most one JSON body, `Call` and `CurrentPrincipal`, the edge calls it by a plan that was made
once: match, verify, decode, call, encode. Everything else takes FastAPI's own way, with the same answers; only
`response_model` filters nothing on a plan: an endpoint returns what it wants to show.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter
from starlette.convertors import StringConvertor
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from shared.runtime.committer import Answer, Committed
from shared.runtime.http.answers import JSON, json_bytes
from shared.runtime.http.call import call_dependency, call_of, header, principal_dependency, principal_of
from shared.runtime.problems import Problem

KEYED: Final = frozenset({"POST", "PATCH"})
"""The methods of commands that a repetition may do twice, which a key prevents; a PUT repeated is the same PUT."""
_KEY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Makes the request safe to send again: the same key and body give the same answer, byte for byte.",
}
_PROBLEM: Final = {
    "description": "A problem, RFC 9457",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string", "examples": ["urn:pavilion:problem:booth-taken"]},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}

Endpoint = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to call an endpoint: the names of its parameters by where they come from, and its body's decoder.

    `otherwise` is what a request without a body means; None where there must be one.
    """

    endpoint: Endpoint
    status: int
    path: tuple[str, ...]
    calls: tuple[str, ...]
    principals: tuple[str, ...]
    body: str | None
    decode: Callable[[bytes], Any] | None
    otherwise: BaseModel | None

    async def __call__(self, scope: Scope, body: bytes, parameters: dict[str, str]) -> Answer | Response:
        """Answer one request; raises what the endpoint raises, and pydantic's ValidationError for the body."""
        arguments: dict[str, Any] = {name: parameters[name] for name in self.path}
        if self.calls:
            call = call_of(scope, body)
            for name in self.calls:
                arguments[name] = call
        for name in self.principals:
            arguments[name] = principal_of(scope)
        if self.decode is not None and self.body is not None:
            if body or self.otherwise is None:
                _require_json(scope)
                arguments[self.body] = self.decode(body)
            else:
                arguments[self.body] = self.otherwise
        return as_answer(await self.endpoint(**arguments), self.status)


def as_answer(result: Any, status: int) -> Answer | Response:
    """What an endpoint returned, ready to go: answers and responses as they are, anything else as JSON."""
    if isinstance(result, Answer | Response):
        return result
    if isinstance(result, Committed):
        if result.answer is None:
            raise TypeError("a command that is answered over HTTP needs a render function")
        return result.answer
    return Answer(status, b"" if status == 204 else json_bytes(result), JSON)


class CommandRoute(APIRoute):
    """An APIRoute with a plan; use it as `APIRouter(route_class=CommandRoute)`.

    A POST or PATCH that declares `Call` is described with an Idempotency-Key, and hands `call.idempotency` to the
    committer. One that is idempotent by nature declares `CurrentPrincipal`, and its description says why it needs none.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["responses"] = {"4XX": _PROBLEM, **(options.get("responses") or {})}
        super().__init__(path, _wrapped(endpoint, options.get("status_code") or 200), **options)
        # Only a call brings the key: a command that asks for no more than the principal cannot honour one.
        if KEYED & (self.methods or set()) and any(one.call is call_dependency for one in self.dependant.dependencies):
            extra = dict(self.openapi_extra or {})
            self.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), _KEY_PARAMETER]}
        self.plan = _plan(self.dependant, endpoint, self.status_code or 200)


def _wrapped(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    """The endpoint for FastAPI's own way, with its answers turned into responses."""
    if not inspect.iscoroutinefunction(endpoint):
        return endpoint

    async def wrapped(**arguments: Any) -> Any:
        result = await endpoint(**arguments)
        if not isinstance(result, Answer | Committed):
            return result
        answer = as_answer(result, status)
        if isinstance(answer, Response):
            return answer
        return Response(answer.body, answer.status, media_type=answer.media_type)

    wrapped.__name__, wrapped.__doc__ = endpoint.__name__, endpoint.__doc__
    wrapped.__module__, wrapped.__qualname__ = endpoint.__module__, endpoint.__qualname__
    wrapped.__signature__ = _resolved_signature(endpoint)  # type: ignore[attr-defined]
    return wrapped


def _resolved_signature(endpoint: Callable[..., Any]) -> inspect.Signature:
    """The signature with its annotations evaluated; what an endpoint returns may be an answer, which is no schema."""
    signature = inspect.signature(endpoint, eval_str=True)
    if signature.return_annotation in (Answer, Committed):
        return signature.replace(return_annotation=Any)
    return signature


def _plan(dependant: Dependant, endpoint: Callable[..., Any], status: int) -> Plan | None:
    """The plan for an endpoint, or None where only FastAPI can call it."""
    if not inspect.iscoroutinefunction(endpoint):
        return None
    foreign = (dependant.query_params, dependant.header_params, dependant.cookie_params)
    special = (dependant.request_param_name, dependant.response_param_name, dependant.background_tasks_param_name)
    if any(foreign) or any(special) or len(dependant.body_params) > 1:
        return None
    if any(field.field_info.annotation is not str for field in dependant.path_params):
        return None
    named = {call_dependency: [], principal_dependency: []}  # type: dict[Any, list[str]]
    for dependency in dependant.dependencies:
        if dependency.call not in named or dependency.name is None:
            return None
        named[dependency.call].append(dependency.name)
    body, decode, otherwise = None, None, None
    if dependant.body_params:
        field = dependant.body_params[0]
        annotation = field.field_info.annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return None
        body, decode = field.name, TypeAdapter(annotation).validate_json
        otherwise = None if field.field_info.is_required() else field.field_info.default
    path = tuple(field.name for field in dependant.path_params)
    calls, principals = tuple(named[call_dependency]), tuple(named[principal_dependency])
    return Plan(endpoint, status, path, calls, principals, body, decode, otherwise)


def _require_json(scope: Scope) -> None:
    media_type = (header(scope, b"content-type") or "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Problem(
            "unsupported-media-type", "Unsupported media type", 415, "Send the body as Content-Type: application/json."
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the template of the path that it answers."""

    template: str
    plan: Plan


class PlanTable:
    """Finds the plan for a method and a path: literal paths by name, the others by one expression per template.

    Of several routes that match a path, FastAPI takes the one that was declared first; so does this table, by leaving
    out every plan that an earlier route could answer for.
    """

    def __init__(self, routes: list[BaseRoute]) -> None:
        self._literal: dict[tuple[str, str], Planned] = {}
        self._patterns: dict[tuple[str, int], list[tuple[re.Pattern[str], Planned]]] = {}
        earlier: list[tuple[str, list[str]]] = []
        for context in iter_route_contexts(routes):
            route, template = context.original_route, context.path_format
            if template is None:
                continue
            planned = _planned(route, template)
            segments = template.split("/")
            for method in context.methods or ():
                rivals = [path for other, path in earlier if other == method and _overlap(path, segments)]
                earlier.append((method, segments))
                # Two templates of plans are tried in order; every other pair needs the earlier one to be asked first.
                if planned is not None and all("{" in template and path in self._known(method) for path in rivals):
                    self._add(method, template, planned)

    def find(self, method: str, path: str) -> tuple[Planned, dict[str, str]] | None:
        """The plan and the path's parameters, or None."""
        planned = self._literal.get((method, path))
        if planned is not None:
            return planned, {}
        for pattern, planned in self._patterns.get((method, path.count("/")), ()):
            match = pattern.fullmatch(path)
            if match is not None:
                return planned, match.groupdict()
        return None

    def _known(self, method: str) -> list[list[str]]:
        """The templates that this table answers already, as segments."""
        listed = [planned.template for (other, _), planned in self._literal.items() if other == method]
        for (other, _), entries in self._patterns.items():
            if other == method:
                listed += [planned.template for _, planned in entries]
        return [template.split("/") for template in listed]

    def _add(self, method: str, template: str, planned: Planned) -> None:
        if "{" not in template:
            self._literal[method, template] = planned
            return
        expression = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        self._patterns.setdefault((method, template.count("/")), []).append((re.compile(expression), planned))


def _planned(route: BaseRoute, template: str) -> Planned | None:
    if not isinstance(route, CommandRoute) or route.plan is None:
        return None
    # A convertor may swallow slashes or make numbers; such a route takes FastAPI's way.
    if any(type(convertor) is not StringConvertor for convertor in route.param_convertors.values()):
        return None
    return Planned(template, route.plan)


def _overlap(one: list[str], other: list[str]) -> bool:
    """Whether some path matches both templates; what looks like a parameter may stand for anything."""
    return len(one) == len(other) and all(a == b or "{" in a or "{" in b for a, b in zip(one, other, strict=True))
