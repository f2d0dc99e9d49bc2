"""One TOML file says everything; an error in it names its line and what to write instead.

The shape is composed of each room's own frozen class, whose field descriptions are the manual.
`load` either returns a whole, checked `Config` or raises `ConfigError` with every problem at once.
"""

from __future__ import annotations

from postroad.app.config._load import load, parse
from postroad.app.config._manual import Entry, Section, manual
from postroad.app.config._problems import ConfigError, Problem
from postroad.app.config._shape import (
    BorderConfig,
    Config,
    ListenConfig,
    LogConfig,
    MraConfig,
    TlsConfig,
)

__all__ = [
    "BorderConfig",
    "Config",
    "ConfigError",
    "Entry",
    "ListenConfig",
    "LogConfig",
    "MraConfig",
    "Problem",
    "Section",
    "TlsConfig",
    "load",
    "manual",
    "parse",
]
