"""A server in memory with alice, amy and the full mailbox of fay."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from postroad.mta import MtaConfig
from postroad.testing.station import Town

GATEWAY = "gateway.test:25"


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Traces of provoked faults are long, and nobody reads them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture(params=[False, True], ids=["once", "twice"])
def town(request: pytest.FixtureRequest) -> Town:
    """A unit of work may run again from the start: what comes of it must be the same."""
    return furnished(Town(twice=request.param))


@pytest.fixture
def routed() -> Town:
    """The same with a gateway for all other domains."""
    return furnished(Town(mta=MtaConfig(routes={"*": GATEWAY})))


def furnished(town: Town) -> Town:
    town.account("alice@alpha.test")
    town.account("amy@alpha.test")
    town.full("fay@alpha.test")
    return town
