"""Compares parsed TOML with the configuration's classes and tells every difference, not only one.

msgspec decides what fits a type; this walk adds the path, the neighbours' names and plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from postroad.app.config._locate import Path
from postroad.app.config._shape import Config
from postroad.app.texts import Text
from postroad.app.texts import config as texts

Shape = type[msgspec.Struct]

_EXPECTED = re.compile(r"Expected `([^`]+)`, got `([^`]+)`")
_BOUND = re.compile(r"Expected `\w+` (.+?)(?: - at|$)")
_INDEX = re.compile(r"`\$\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem before its line is known: where, which sentence, and what fills it."""

    path: Path
    text: Text
    values: dict[str, str] = field(default_factory=dict)


def complaints(shape: Shape, data: dict[str, Any], path: Path = ()) -> Iterator[Complaint]:
    """Everything in the table `data` at `path` that `shape` does not allow."""
    fields = {one.encode_name: one for one in msgspec.structs.fields(shape)}
    found = [_unknown(key, fields, path) for key in data if key not in fields]
    found += [
        _missing(one, path) for name, one in fields.items() if one.required and name not in data
    ]
    for name, value in data.items():
        if name in fields:
            found += _value(fields[name].type, value, (*path, name))
    yield from found
    if not found:
        yield from _convert(shape, data, path)  # what the class itself insists on


def _value(kind: Any, value: object, path: Path) -> Iterator[Complaint]:
    """Everything in `value` that the type `kind` does not allow."""
    inner = bare(kind)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(value, dict):
        yield from complaints(inner, value, path)
    elif get_origin(inner) is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _value(get_args(inner)[1], item, (*path, key))
    else:
        yield from _convert(kind, value, path)


def bare(kind: Any) -> Any:
    """A type without its annotations."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _convert(kind: Any, value: object, path: Path) -> Iterator[Complaint]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as failure:
        message = str(failure)
        if index := _INDEX.search(message):
            number = int(index[1])
            path = (*path, number)
            value = value[number] if isinstance(value, list) else value
        yield _explain(kind, value, path, message)


def _explain(kind: Any, value: object, path: Path, message: str) -> Complaint:
    """msgspec's message in a person's words."""
    key = str(next((part for part in reversed(path) if isinstance(part, str)), ""))
    if types := _EXPECTED.search(message):
        names = {"key": key, "expected": _words(types[1]), "found": _words(types[2])}
        return Complaint(path, texts.WRONG_TYPE, names)
    if bound := _BOUND.search(message):
        names = {"key": key, "bound": bound[1], "value": repr(value)}
        return Complaint(path, texts.OUT_OF_RANGE, names)
    if get_origin(bare(kind)) is Literal:
        choices = ", ".join(f'"{choice}"' for choice in get_args(bare(kind)))
        return Complaint(
            path, texts.NOT_A_CHOICE, {"key": key, "value": str(value), "choices": choices}
        )
    reason = message.partition(" - at ")[0]
    return Complaint(path, texts.INVALID, {"key": key or _table(path), "reason": reason})


def _words(types: str) -> str:
    """`str | null` as words."""
    names = [name for name in types.split(" | ") if name != "null"]
    return " / ".join(texts.TYPES[name]() if name in texts.TYPES else name for name in names)


def _unknown(key: str, fields: dict[str, FieldInfo], path: Path) -> Complaint:
    """An unknown key, with the likeliest thing that was meant."""
    if close := get_close_matches(key, fields, n=1, cutoff=0.6):
        hint = texts.HINT_SIMILAR(suggestion=close[0])
    elif tables := [_table(table) for table, name in all_keys() if name == key]:
        hint = texts.HINT_ELSEWHERE(table=" / ".join(tables))
    else:
        hint = texts.HINT_CHOICES(choices=", ".join(fields))
    return Complaint(
        (*path, key), texts.UNKNOWN_KEY, {"key": key, "table": _table(path), "hint": hint}
    )


def _missing(one: FieldInfo, path: Path) -> Complaint:
    names = {"key": one.encode_name, "table": _table(path), "description": description(one)}
    return Complaint(path, texts.MISSING_KEY, names)


def description(one: FieldInfo) -> str:
    """What a field's `Meta` says of it; empty for the tables, whose class says it."""
    metas = get_args(one.type)[1:] if get_origin(one.type) is Annotated else ()
    return next((meta.description for meta in metas if meta.description), "")


def all_keys(shape: Shape = Config, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every key of the configuration, as its table and its name."""
    for one in msgspec.structs.fields(shape):
        inner = bare(one.type)
        yield path, one.encode_name
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from all_keys(inner, (*path, one.encode_name))


def _table(path: Path) -> str:
    """A table as it is written in the file."""
    return f"[{'.'.join(map(str, path))}]" if path else texts.ROOT_TABLE()
