"""The built page: read into memory, sent with a strict policy; asset names carry digests and never change."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from shared.runtime.http.etags import has_it

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_GUARDS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_FIRST: Final = "no-cache"
_COMPRESSED_FROM_BYTES: Final = 1_024
_FILE: Final = re.compile(r"^assets/|[^/]\.[a-z][a-z0-9]{1,10}$")
"""What names a file. A hall such as `7.1` may end a path too, and names none."""
_TEXTUAL: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")
NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Pavilion</title>
<h1>The page is not built yet</h1>
<p>The services run and their APIs answer. Run <code>make build-page</code>, then load this page again.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    squeezed: bytes | None
    media_type: str
    etag: str
    caching: str


class Page:
    """Files from the directory `dist`, by their path; a path that names none shows `index.html`, whose script reads it.

    Built again while the service runs, the new page is shown from the next request on.
    """

    def __init__(self, dist: Path) -> None:
        self._dist = dist
        self._stamp = 0
        self._files: dict[str, _File] = {}

    def answer(self, request: Request) -> Response:
        """The file for a path, 304 where the browser has it, 503 with the remedy where nothing is built."""
        self._refresh()
        path = request.url.path.lstrip("/") or "index.html"
        file = self._files.get(path)
        if file is None and _FILE.search(path) is None:
            file = self._files.get("index.html")
        if file is None:
            return self._missing()
        headers = {**_GUARDS, "Cache-Control": file.caching, "ETag": file.etag, "Vary": "Accept-Encoding"}
        if has_it(request.headers.get("if-none-match"), file.etag):
            return Response(status_code=304, headers=headers)
        if file.squeezed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(file.squeezed, media_type=file.media_type, headers=headers)
        return Response(file.body, media_type=file.media_type, headers=headers)

    def _missing(self) -> Response:
        if self._files:
            return Response("There is no such file.", 404, headers=_GUARDS, media_type="text/plain")
        return HTMLResponse(NOT_BUILT, 503, headers={**_GUARDS, "Retry-After": "10", "Cache-Control": "no-store"})

    def _refresh(self) -> None:
        try:
            stamp = (self._dist / "index.html").stat().st_mtime_ns
        except FileNotFoundError:
            stamp = 0
        if stamp != self._stamp:
            self._files = _read(self._dist) if stamp else {}
            self._stamp = stamp


def _read(dist: Path) -> dict[str, _File]:
    return {path.relative_to(dist).as_posix(): _file(path, dist) for path in dist.rglob("*") if path.is_file()}


def _file(path: Path, dist: Path) -> _File:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    textual = media_type.startswith(_TEXTUAL) or media_type == "text/javascript"
    squeezed = gzip.compress(body, mtime=0) if textual and len(body) >= _COMPRESSED_FROM_BYTES else None
    hashed = path.relative_to(dist).parts[0] == "assets"
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _File(body, squeezed, media_type, etag, _FOREVER if hashed else _ASK_FIRST)
