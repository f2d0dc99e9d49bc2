"""An IMAP server in memory for every test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.imap_office import imap_office


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Any]:
    """A function that gives an open office as an asynchronous context."""
    return lambda **settings: imap_office(open_sqlite(None), tmp_path, **settings)
