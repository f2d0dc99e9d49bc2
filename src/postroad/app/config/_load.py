"""From a file to a checked `Config`, or to every problem that it has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

from postroad.app.config import _locate, _sense, _walk
from postroad.app.config._problems import ConfigError, Problem, problem
from postroad.app.config._shape import Config
from postroad.app.texts import config as texts

MAX_FILE = 1_048_576
"""Octets of a configuration file that are read; ours: a larger one is some other file."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def load(file: Path) -> Config:
    """Read and check the configuration in `file`; paths in it become absolute.

    Raises ConfigError with every problem found.
    """
    name = str(file)
    try:
        with file.open("rb") as source:
            raw = source.read(MAX_FILE)
    except FileNotFoundError:
        raise ConfigError([problem(name, 0, texts.FILE_MISSING)]) from None
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise ConfigError([problem(name, 0, texts.FILE_UNREADABLE, reason=reason)]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = raw.count(b"\n", 0, failure.start) + 1
        offset = str(failure.start)
        raise ConfigError([problem(name, line, texts.NOT_UTF8, offset=offset)]) from None
    return parse(text, name, file.parent)


def parse(text: str, file: str, folder: Path) -> Config:
    """Check the configuration `text`, called `file` in messages; relative paths start at `folder`.

    Raises ConfigError with every problem found.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        raise ConfigError([_syntax(failure, text, file)]) from None
    lines = _locate.locate(text)
    complaints = list(_walk.complaints(Config, data))
    if not complaints:
        config = _absolute(msgspec.convert(data, Config), folder.resolve())
        complaints = list(_sense.complaints(config))
    if complaints:
        placed = [(_locate.nearest(lines, one.path), one) for one in complaints]
        placed.sort(key=lambda pair: pair[0])
        raise ConfigError([problem(file, line, one.text, **one.values) for line, one in placed])
    return config


def _syntax(failure: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    message = str(failure)
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
    return problem(file, line, texts.NOT_TOML, reason=_PLACE.sub("", message))


def _absolute(config: Config, folder: Path) -> Config:
    def resolved(path: str) -> str:
        return str(folder / Path(path).expanduser()) if path else ""

    tls = msgspec.structs.replace(
        config.tls, certificate=resolved(config.tls.certificate), key=resolved(config.tls.key)
    )
    return msgspec.structs.replace(config, data=resolved(config.data), tls=tls)
