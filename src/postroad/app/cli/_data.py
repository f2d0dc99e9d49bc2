"""Which data a command works on, and how it works on them beside a running server.

Each command is one short transaction of its own; SQLite makes it wait for the server's, and the
server's for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import command as texts

if TYPE_CHECKING:
    from postroad.db import Unit

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

DATABASE = "postroad.db"


def config_option(*, required: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`--config FILE`, or the environment variable POSTROAD_CONFIG."""
    return click.option(
        "--config",
        "-c",
        required=required,
        envvar="POSTROAD_CONFIG",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The configuration file; also POSTROAD_CONFIG.",
    )


def data_options(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the folder it works on as `data`, from `--data DIR` or `--config FILE`."""

    @config_option()
    @click.option(
        "--data",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="The data folder, instead of a configuration file.",
    )
    @wraps(function)
    def command(*args: object, config: Path | None, data: Path | None, **rest: object) -> R:
        return function(*args, data=_folder(config, data), **rest)

    return command


def _folder(config: Path | None, data: Path | None) -> Path:
    if data is not None:
        return data
    if config is None:
        raise Refusal(texts.NO_CONFIG, Exit.USAGE)
    from postroad.app.config import load

    return Path(load(config).data)


def write(data: Path, unit: Unit[T], *, create: bool = False) -> T:
    """Run one unit of work on the data in `data`; `create` makes the folder when it is not there.

    Raises whatever the unit raises, Refusal without data, DatabaseError.
    """
    if create:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif not (data / DATABASE).exists():
        raise Refusal(texts.NO_DATA, Exit.CONFIG, folder=data)
    return asyncio.run(_once(data, unit, writing=True))


def read(data: Path, unit: Unit[T]) -> T:
    """Run one unit of work that only looks. Raises as `write`."""
    if not (data / DATABASE).exists():
        raise Refusal(texts.NO_DATA, Exit.CONFIG, folder=data)
    return asyncio.run(_once(data, unit, writing=False))


async def _once(data: Path, unit: Unit[T], *, writing: bool) -> T:
    from postroad.db.engines.sqlite import open_sqlite

    database = open_sqlite(str(data / DATABASE), readers=1)
    try:
        return await (database.write(unit) if writing else database.read(unit))
    finally:
        await database.close()
