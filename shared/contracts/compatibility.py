"""Whether a schema may follow another without breaking anyone: readers of old events, and old readers of new ones.

The only change that both survive is a new field with a default. Everything else is named precisely and refused;
it wants a new version of the type beside the old one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

_SAID: Final = frozenset({"title", "description", "examples", "$schema", "$id", "$comment"})
"""Keywords that explain and do not bind."""
_TIGHTER_WHEN_MORE: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_TIGHTER_WHEN_LESS: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_COMPARED_APART: Final = frozenset({"properties", "required", "items", "additionalProperties", "anyOf", "prefixItems"})


@dataclass(frozen=True, slots=True)
class Break:
    """One incompatible change: `field` is a dotted path (`booths[]`), `kind` a slug, `text` a sentence's end."""

    field: str
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.field or 'the event'} {self.text}"


def breaks(old: Schema, new: Schema) -> list[Break]:
    """Every change from `old` to `new` that somebody would not survive; empty where they are compatible."""
    return list(_compare(plain(old), plain(new), ""))


def plain(schema: Schema) -> dict[str, Any]:
    """A schema without what only explains, with its references put in place and its alternatives in order."""
    definitions = schema.get("$defs", {})
    resolved = _plain(schema, definitions, ())
    assert isinstance(resolved, dict)  # noqa: S101 - a mapping stays one
    return resolved


def _plain(node: Any, definitions: Schema, inside: tuple[str, ...]) -> Any:
    if isinstance(node, list):
        return [_plain(part, definitions, inside) for part in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        if name in inside:
            return {"$ref": name}  # a recursive model is named rather than unrolled for ever
        return _plain(
            {**definitions[name], **{k: v for k, v in node.items() if k != "$ref"}}, definitions, (*inside, name)
        )
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            made[key] = {name: _plain(part, definitions, inside) for name, part in value.items()}
        elif key == "const":
            made["enum"] = [value]
        elif key == "default":
            made[key] = value
        elif key not in _SAID and key != "$defs" and not key.startswith("x-"):
            made[key] = _plain(value, definitions, inside)
    for key in ("anyOf", "enum", "required"):
        if key in made:
            made[key] = sorted(made[key], key=_text)
    return made


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _compare(old: Schema, new: Schema, at: str) -> Iterator[Break]:
    yield from _properties(old, new, at)
    yield from _alternatives(old, new, at)
    yield from _constraints(old, new, at)
    for keyword, mark in (("items", "[]"), ("additionalProperties", "{}")):
        before, after = old.get(keyword), new.get(keyword)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _compare(before, after, at + mark)
        elif before != after:
            yield Break(at + mark, "changed", f"changed from {_text(before)} to {_text(after)}")
    if old.get("prefixItems") != new.get("prefixItems"):
        yield Break(at, "changed", "changed the members of its tuple")


def _properties(old: Schema, new: Schema, at: str) -> Iterator[Break]:
    before, after = old.get("properties", {}), new.get("properties", {})
    was, is_ = set(old.get("required", ())), set(new.get("required", ()))
    added = {name: part for name, part in after.items() if name not in before}
    for name, part in before.items():
        path = f"{at}.{name}" if at else name
        if name not in after:
            twins = [other for other, candidate in added.items() if candidate == part]
            if len(twins) == 1:
                yield Break(path, "renamed", f"was renamed to {twins[0]}")
            else:
                yield Break(path, "removed", "was removed")
            continue
        if name in is_ - was:
            yield Break(path, "new-required", "became required, and old events may lack it")
        if name in was - is_:
            yield Break(path, "no-longer-required", "is no longer required, and old readers count on it")
        yield from _compare(part, after[name], path)
    for name in added:
        if name in is_:
            path = f"{at}.{name}" if at else name
            yield Break(path, "new-required", "is new and required, and old events lack it")


def _alternatives(old: Schema, new: Schema, at: str) -> Iterator[Break]:
    before = {_text(part) for part in old.get("anyOf", ())}
    after = {_text(part) for part in new.get("anyOf", ())}
    if before and after:
        if gone := before - after:
            yield Break(at, "narrowed", f"no longer takes {', '.join(sorted(gone))}")
        if come := after - before:
            yield Break(at, "widened", f"now takes {', '.join(sorted(come))} too, which old readers do not know")
    elif before != after:
        yield Break(at, "changed", "changed between one form and several")


def _constraints(old: Schema, new: Schema, at: str) -> Iterator[Break]:
    for keyword in sorted((old.keys() | new.keys()) - _COMPARED_APART):
        before, after = old.get(keyword), new.get(keyword)
        if before == after:
            continue
        if keyword == "enum" and before is not None and after is not None:
            yield from _enumeration(before, after, at)
        elif keyword in _TIGHTER_WHEN_MORE | _TIGHTER_WHEN_LESS:
            kind = "narrowed" if _tighter(keyword, before, after) else "widened"
            yield Break(at, kind, f"was {kind}: {keyword} from {_text(before)} to {_text(after)}")
        elif before is None:
            yield Break(at, "narrowed", f"was narrowed by {keyword} {_text(after)}")
        else:
            yield Break(at, "changed", f"changed {keyword} from {_text(before)} to {_text(after)}")


def _enumeration(before: list[Any], after: list[Any], at: str) -> Iterator[Break]:
    if gone := [value for value in before if value not in after]:
        yield Break(at, "narrowed", f"no longer takes {', '.join(map(_text, gone))}")
    if come := [value for value in after if value not in before]:
        yield Break(at, "widened", f"now takes {', '.join(map(_text, come))} too, which old readers do not know")


def _tighter(keyword: str, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is None
    return bool(after > before) if keyword in _TIGHTER_WHEN_MORE else bool(after < before)
