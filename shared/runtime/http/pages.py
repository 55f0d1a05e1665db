"""Descriptions as pages for people, without a script or anything from elsewhere."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}code,pre{font:13px/1.45 ui-monospace,monospace}
pre{background:var(--soft);padding:.6rem;overflow:auto;border-radius:.3rem}
.m{display:inline-block;min-width:4.5rem;font-weight:700}
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .6rem;text-align:left}
"""
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def _page(title: str, intro: str, body: str) -> str:
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        '<meta name=viewport content="width=device-width,initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{html.escape(title)}</h1>{intro}{body}</body></html>"
    )


def _json(value: Any) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"


def _text(value: Any) -> str:
    return f"<p>{html.escape(str(value))}</p>" if value else ""


def openapi_page(document: Mapping[str, Any]) -> str:
    """An OpenAPI document as one page of HTML."""
    info = document["info"]
    intro = _text(info.get("description")) + (
        f"<p>OpenAPI {html.escape(document['openapi'])} · version {html.escape(info['version'])} · "
        '<a href="/openapi.json">openapi.json</a> · <a href="/asyncapi">events</a></p>'
    )
    operations = "".join(_operations(document.get("paths", {})))
    return _page(info["title"], intro, f"<h2>Requests</h2>{operations}{_schemas(document)}")


def _operations(paths: Mapping[str, Any]) -> Iterator[str]:
    for path, item in paths.items():
        for method in _METHODS:
            if method in item:
                yield _operation(method, path, item[method])


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{html.escape(parameter['name'])}</code></td><td>{html.escape(parameter['in'])}</td>"
        f"<td>{'required' if parameter.get('required') else ''}</td>"
        f"<td>{html.escape(parameter.get('description', ''))}</td></tr>"
        for parameter in operation.get("parameters", ())
    )
    parts = [_text(operation.get("description"))]
    if rows:
        parts.append(f"<table><tr><th>parameter<th>in<th><th></tr>{rows}</table>")
    if "requestBody" in operation:
        parts.append(f"<h3>Body</h3>{_json(operation['requestBody'].get('content', {}))}")
    for status, response in operation.get("responses", {}).items():
        heading = f"{html.escape(status)} {html.escape(response.get('description', ''))}"
        parts.append(f"<h3>{heading}</h3>{_json(response['content']) if response.get('content') else ''}")
    return (
        f"<details><summary><span class=m>{method.upper()}</span><code>{html.escape(path)}</code> "
        f"{html.escape(operation.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _schemas(document: Mapping[str, Any]) -> str:
    schemas = document.get("components", {}).get("schemas", {})
    if not schemas:
        return ""
    entries = (
        f"<details id={html.escape(name, quote=True)!r}><summary><code>{html.escape(name)}</code></summary>"
        f"{_json(schema)}</details>"
        for name, schema in schemas.items()
    )
    return f"<h2>Schemas</h2>{''.join(entries)}"


def asyncapi_page(service: str, document: Mapping[str, Any]) -> str:
    """An AsyncAPI 3 document as one page of HTML."""
    info = document["info"]
    intro = _text(info.get("description")) + (
        f"<p>AsyncAPI {html.escape(document['asyncapi'])} · version {html.escape(info['version'])} · "
        '<a href="/asyncapi.json">asyncapi.json</a> · <a href="/docs">requests</a></p>'
    )
    channels = "".join(
        f"<details><summary><code>{html.escape(channel.get('address') or name)}</code></summary>"
        f"{_text(channel.get('description'))}{_json(channel)}</details>"
        for name, channel in document.get("channels", {}).items()
    )
    operations = "".join(
        f"<details><summary><span class=m>{html.escape(operation['action'])}</span><code>{html.escape(name)}</code>"
        f"</summary>{_json(operation)}</details>"
        for name, operation in document.get("operations", {}).items()
    )
    messages = "".join(
        f"<details><summary><code>{html.escape(name)}</code></summary>{_json(message)}</details>"
        for name, message in document.get("components", {}).get("messages", {}).items()
    )
    body = f"<h2>Topics</h2>{channels}<h2>Operations</h2>{operations}<h2>Events</h2>{messages}{_schemas(document)}"
    return _page(f"Events of Pavilion {service}", intro, body)
