"""A configuration that is right, to be spoilt line by line, and the command line in process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from postroad.app.cli import run
from postroad.app.config import Config, ConfigError, load

GOOD = """\
hostname = "mail.example.org"
data = "data"
[listen]
smtp = ["127.0.0.1:2525"]
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test speaks English unless it says otherwise."""
    monkeypatch.setenv("POSTROAD_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("POSTROAD_CONFIG", raising=False)
    monkeypatch.delenv("POSTROAD_DEBUG", raising=False)


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    file = tmp_path / "postroad.toml"
    file.write_text(GOOD)
    return file


@pytest.fixture
def loaded(config_file: Path) -> Callable[[str], Config]:
    """Load the good configuration with lines added at its end."""

    def with_more(more: str) -> Config:
        config_file.write_text(GOOD + more)
        return load(config_file)

    return with_more


@pytest.fixture
def complaints(loaded: Callable[[str], Config]) -> Callable[[str], list[str]]:
    """What is said about the good configuration with lines added, as `LINE: sentence`."""

    def about(more: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            loaded(more)
        return [f"{one.line}: {one.sentence}" for one in caught.value.problems]

    return about


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `postroad` with arguments: exit code, standard output, standard error."""

    def postroad(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return postroad
