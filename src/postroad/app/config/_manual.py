"""The manual of the configuration, read from the classes themselves: it cannot be out of date."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT
from msgspec.structs import FieldInfo

from postroad.app.config._shape import Config
from postroad.app.config._walk import Shape, bare, description


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: its name, type and bounds, default as TOML ("" when it must be given), meaning."""

    name: str
    kind: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its dotted name ("" for the top), what it is about, and its keys."""

    name: str
    about: str
    entries: tuple[Entry, ...]


def manual(shape: Shape = Config, name: str = "") -> Iterator[Section]:
    """Every table of the configuration in the order of its classes; none without keys."""
    inner = []
    entries = []
    for one in msgspec.structs.fields(shape):
        if _is_table(one):
            inner.append(one)
        else:
            entries.append(_entry(one))
    if entries:
        about = (shape.__doc__ or "").partition("\n\n")[0]
        yield Section(name, " ".join(about.split()), tuple(entries))
    for one in inner:
        yield from manual(bare(one.type), f"{name}.{one.encode_name}".lstrip("."))


def _is_table(one: FieldInfo) -> bool:
    kind = bare(one.type)
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _entry(one: FieldInfo) -> Entry:
    default = "" if one.required else _toml(_default(one))
    bounds = _bounds(one.type)
    kind = f"{_words(one.type)}, {bounds}" if bounds else _words(one.type)
    return Entry(one.encode_name, kind, default, description(one))


def _default(one: FieldInfo) -> object:
    return one.default_factory() if one.default is NODEFAULT else one.default


def _words(kind: Any) -> str:
    """A type in words: text, whole number, number, true or false, list of …, table of …"""
    inner = bare(kind)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    origin, arguments = get_origin(inner), get_args(inner)
    if inner in names:
        return names[inner]
    if origin is Literal:
        return " or ".join(f'"{choice}"' for choice in arguments)
    if origin is dict:
        return f"table of {_words(arguments[1])}"
    if origin in (Union, types.UnionType):
        return " or ".join(_words(one) for one in arguments if one is not type(None))
    return f"list of {_words(arguments[0])}" if arguments else str(inner)


def _bounds(kind: Any) -> str:
    if get_origin(kind) is not Annotated:
        return ""
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    found = [
        f"{sign} {getattr(meta, name)}"
        for meta in get_args(kind)[1:]
        for name, sign in signs.items()
        if getattr(meta, name) is not None
    ]
    return " and ".join(found)


def _toml(value: object) -> str:
    """A default as it would be written in the file; "" for a key that is simply absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {_toml(item)}' for key, item in value.items()) + "}"
    if isinstance(value, (tuple, list, frozenset, set)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, (int, float)):
        return (
            f"{value:g}" if value == int(value) and value < 1e6 else f"{value:_}".removesuffix(".0")
        )
    return msgspec.json.encode(value).decode()
