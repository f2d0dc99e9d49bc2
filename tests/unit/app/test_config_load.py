"""A configuration is right as a whole, or every error in it is told with its line and a way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from postroad.app.config import Config, ConfigError, load, manual
from postroad.app.config._walk import all_keys

About = Callable[[str], list[str]]


def test_relative_paths_start_at_the_file(loaded: Callable[[str], Config], tmp_path: Path) -> None:
    config = loaded("")
    assert config.database == tmp_path / "data" / "postroad.db"
    assert config.blobs == tmp_path / "data" / "blobs"


def test_what_is_not_written_has_its_default(loaded: Callable[[str], Config]) -> None:
    assert loaded("[mta]\nconcurrency = 7\n").mta == msgspec.structs.replace(
        loaded("").mta, concurrency=7
    )


def test_a_configuration_cannot_be_changed(loaded: Callable[[str], Config]) -> None:
    with pytest.raises(AttributeError):
        loaded("").hostname = "other.example.org"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("smpt = []\n", "5: There is no key “smpt” in [listen]. Did you mean “smtp”?"),
        ("[mta]\nmax_recipients = 1\n", "6: There is no key “max_recipients” in [mta]. It belongs"),
        ("[zebra]\n", "5: There is no key “zebra” in the first part of the file. Known here: host"),
        ("[mta]\nconcurrency = '7'\n", "6: “concurrency” must be a whole number, but here it is t"),
        ("[mta]\nconcurrency = 0\n", "6: “concurrency” must be >= 1, but here it is 0."),
        ("[mta]\nroutes = {a = 1}\n", "6: “a” must be text in quotes, but here it is a whole num"),
        ("[mta]\nretry_after = [1,\n 'x']\n", "7: “retry_after” must be a number, but here it is"),
        ("[log]\nlevel = 'loud'\n", '6: “level” cannot be “loud”. Write one of: "debug", "info"'),
        ("[tls]\nkey = 'k'\n", "6: [tls] has “key” without “certificate”. Set both."),
        ("pop3s = ['[::1]:995']\n", "5: “pop3s” needs a certificate, because passwords are taken"),
        ("lmtp = ['127.0.0.1:2525']\n", "5: “127.0.0.1:2525” is also given to “smtp”. Two service"),
        ("lmtp = ['localhost']\n", "5: “localhost” is not an address and a port. Write “0.0.0.0:"),
        ("[mta.routes]\n'a b' = 'h:25'\n", "6: “a b” is not a domain."),
        ("[mta.routes]\n'*' = 'host'\n", "6: “host” is not a next host. Write “host:port”, such"),
        (
            "[border.inbound]\nrelay_from = ['10.0.0.0/99']\n",
            "6: “10.0.0.0/99” is not an address o",
        ),
        ("[net]\nnameservers = ['dns']\n", "6: “dns” is not a name server."),
    ],
)
def test_an_error_names_its_line_and_a_way_out(complaints: About, more: str, said: str) -> None:
    (only,) = complaints(more)
    assert only.startswith(said)


def test_all_errors_are_told_at_once_in_the_order_of_the_file(complaints: About) -> None:
    said = complaints("x = 1\n[log]\nlevel = 1\n[mta]\nconcurrency = 0\n")
    assert [one.partition(":")[0] for one in said] == ["5", "7", "9"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", ":1: The key \xe2\x80\x9chostname\xe2\x80\x9d is missing"),
        (b'hostname = "a.b"\nx = \n', b":2: This is not TOML"),
        (b"hostname = [", b":1: This is not TOML"),
        (b'hostname = "a.b"\n\xff', b":2: The file is not UTF-8 at octet 17"),
        (
            b'hostname = "mail"\n[listen]\nlmtp=["127.0.0.1:24"]',
            b":1: \xe2\x80\x9cmail\xe2\x80\x9d is not",
        ),
        (b'hostname = "10.0.0.1"\n[listen]\nlmtp=["127.0.0.1:24"]', b"is not a full host name"),
        (b'hostname = "a.b"\n[listen]', b":2: [listen] names no address"),
    ],
)
def test_a_file_that_is_no_configuration_is_explained(
    tmp_path: Path, text: bytes, said: bytes | str
) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    wanted = said if isinstance(said, bytes) else said.encode("latin-1")
    assert wanted in str(caught.value).encode()


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no configuration file here\. Name yours"):
        load(tmp_path / "none.toml")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_what_the_file_says_cannot_reach_the_terminal(complaints: About) -> None:
    (only,) = complaints('"\\u001b[2J" = 1\n')
    assert "\x1b" not in only and r"\x1b[2J" in only


def test_unusable_tls_files_are_found_before_the_server_starts(
    complaints: About, tmp_path: Path
) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    (only,) = complaints("[tls]\ncertificate = 'c.pem'\nkey = 'c.pem'\n")
    assert only.startswith("6: These files do not work:")


def test_the_manual_has_every_key() -> None:
    told = {(one.name, entry.name) for one in manual() for entry in one.entries}
    tables = {path for path, _ in all_keys()}
    keys = {(".".join(path), name) for path, name in all_keys() if (*path, name) not in tables}
    assert told == keys


def test_every_default_of_the_manual_is_valid_toml() -> None:
    import tomllib

    lines = [f"{e.name} = {e.default}" for one in manual() for e in one.entries if e.default]
    assert [tomllib.loads(line) for line in lines]
