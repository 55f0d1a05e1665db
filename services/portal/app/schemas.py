"""The JSON Schemas of events, for whoever reads events, here or on Kafka."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import orjson
from fastapi import FastAPI, Request
from starlette.responses import Response

from shared.contracts.frozen import revisions
from shared.contracts.registry import CONTRACTS
from shared.runtime.http.etags import has_it
from shared.runtime.problems import not_found


def add_schemas(app: FastAPI) -> None:
    """The route of each event's schema."""

    @app.get("/schemas/{name}.json", tags=["schemas"], summary="The JSON Schema of an event, by its CloudEvents type")
    async def schema(name: str, request: Request) -> Response:
        if name not in CONTRACTS:
            raise not_found("schema", name)
        body, etag = _schema(name)
        headers = {"Cache-Control": "public, max-age=300", "ETag": etag}
        if has_it(request.headers.get("if-none-match"), etag):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/schema+json", headers=headers)


@lru_cache(maxsize=len(CONTRACTS))
def _schema(type_: str) -> tuple[bytes, str]:
    """The newest frozen schema of a type, with its tag."""
    body = orjson.dumps(revisions(type_)[-1].schema, option=orjson.OPT_INDENT_2)
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
