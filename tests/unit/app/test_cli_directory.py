"""Domains, accounts and aliases: each change whole, each refusal a sentence."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from postroad.app.cli._exit import Exit

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(call: Call, tmp_path: Path) -> Call:
    """Run a command on a fresh folder that has the domain example.org."""

    def on_data(*arguments: str) -> tuple[int, str, str]:
        return call(*arguments, "--data", str(tmp_path / "data"))

    assert on_data("domain", "add", "example.org")[0] == 0
    return on_data


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put octets on standard input."""

    def put(octets: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))

    return put


@pytest.fixture
def alice(here: Call, typed: Callable[[bytes], None]) -> str:
    typed(b"correct horse\n")
    code, _, err = here("account", "add", "Alice@Example.org", "--password-stdin", "--quota", "1M")
    assert (code, err) == (0, "")
    return "alice@example.org"


def listed(here: Call, kind: str) -> list[dict[str, object]]:
    code, out, _ = here(kind, "list", "--json")
    assert code == 0
    rows: list[dict[str, object]] = json.loads(out)
    return rows


def test_a_domain_is_added_once(here: Call) -> None:
    code, _, err = here("domain", "add", "EXAMPLE.org")
    assert (code, err) == (Exit.NO, "postroad: The domain EXAMPLE.org is here already.\n")
    assert [one["name"] for one in listed(here, "domain")] == ["example.org"]


def test_a_domain_with_a_bad_catch_all_is_not_added_at_all(here: Call) -> None:
    code, _, err = here("domain", "add", "other.org", "--catch-all", "nobody")
    assert code == Exit.USAGE and "has no @" in err
    assert [one["name"] for one in listed(here, "domain")] == ["example.org"]


def test_a_domain_in_use_stays(here: Call, alice: str) -> None:
    code, _, err = here("domain", "remove", "example.org")
    assert code == Exit.NO and alice in err
    assert listed(here, "domain")


def test_an_account_comes_with_its_mailboxes(here: Call, alice: str) -> None:
    (one,) = listed(here, "account")
    assert (one["address"], one["quota"], one["messages"]) == (alice, 1 << 20, 0)


def test_a_pipe_gets_one_line_for_each_row(here: Call, alice: str) -> None:
    code, out, _ = here("account", "list")
    assert code == 0 and out.count("\n") == 1
    assert out.split("\t")[0] == alice and out.endswith("\t1 MiB\n")


@pytest.mark.parametrize(
    ("address", "octets", "code", "said"),
    [
        ("alice@example.org", b"x\n", Exit.NO, "alice@example.org has an account already."),
        ("bob@other.org", b"x\n", Exit.NO, "bob@other.org: the domain is not kept here."),
        ("bob", b"x\n", Exit.USAGE, "bob: this cannot be an address here. 'bob' has no @"),
        ("b\x1b@example.org", b"x\n", Exit.USAGE, "b\\x1b@example.org: this cannot be an address"),
        ("bob@example.org", b"\n", Exit.USAGE, "No password came on standard input"),
        ("bob@example.org", b"", Exit.USAGE, "No password came on standard input"),
        ("bob@example.org", b"a\x07b\n", Exit.USAGE, "bob@example.org: this password cannot be us"),
        ("bob@example.org", b"\xff\xfe\n", Exit.USAGE, "bob@example.org: this password cannot be"),
        ("bob@example.org", b"x" * 3000 + b"\n", Exit.USAGE, "bob@example.org: this password can"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(
    here: Call,
    alice: str,
    typed: Callable[[bytes], None],
    address: str,
    octets: bytes,
    code: Exit,
    said: str,
) -> None:
    typed(octets)
    got, out, err = here("account", "add", address, "--password-stdin")
    assert (got, out) == (code, "")
    assert err.startswith(f"postroad: {said}") and err.count("\n") == 1
    assert len(listed(here, "account")) == 1


def test_a_quota_has_a_unit_or_is_refused(here: Call) -> None:
    code, _, err = here("account", "add", "bob@example.org", "--quota", "lots", "--password-stdin")
    assert code == Exit.USAGE and "such as 500M or 10G" in err


def test_without_a_terminal_a_password_must_come_from_stdin(
    here: Call, typed: Callable[[bytes], None]
) -> None:
    typed(b"secret\n")
    code, _, err = here("account", "add", "bob@example.org")
    assert (code, err) == (
        Exit.USAGE,
        "postroad: There is no terminal to ask on. Use --password-stdin.\n",
    )


def test_a_password_is_never_an_argument_nor_kept(
    here: Call, alice: str, typed: Callable[[bytes], None], tmp_path: Path
) -> None:
    typed(b"battery staple\n")
    code, out, err = here("account", "password", alice, "--password-stdin")
    assert (code, out) == (0, f"{alice}: the new password counts from now on.\n")
    stored = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert b"staple" not in stored and b"horse" not in stored and "staple" not in out + err


def test_an_account_is_removed_with_everything(here: Call, alice: str) -> None:
    code, out, _ = here("account", "remove", alice)
    assert (code, out) == (0, f"{alice}: the account is removed (messages: 0).\n")
    assert listed(here, "account") == []
    assert here("account", "remove", alice)[0] == Exit.NO


def test_an_alias_stands_for_its_targets(here: Call, alice: str) -> None:
    assert here("alias", "add", "info@example.org", alice, "bob@elsewhere.net")[0] == 0
    assert listed(here, "alias") == [
        {"address": "info@example.org", "targets": [alice, "bob@elsewhere.net"]}
    ]
    assert here("alias", "remove", "info@example.org")[0] == 0
    assert here("alias", "remove", "info@example.org")[0] == Exit.NO


def test_an_at_and_a_domain_is_the_catch_all(here: Call, alice: str) -> None:
    assert here("alias", "add", "@example.org", alice)[0] == 0
    assert listed(here, "alias") == [{"address": "@example.org", "targets": [alice]}]
    assert here("alias", "add", "@example.org", alice, "b@c.de")[0] == Exit.USAGE
    assert here("alias", "remove", "@example.org")[0] == 0
    assert listed(here, "alias") == []


def test_a_folder_without_data_is_not_taken_for_empty(call: Call, tmp_path: Path) -> None:
    code, _, err = call("account", "list", "--data", str(tmp_path))
    assert code == Exit.CONFIG and err.startswith(
        f"postroad: There is no Postroad data in {tmp_path}"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_none(call: Call, tmp_path: Path) -> None:
    (tmp_path / "postroad.db").write_bytes(
        b"not a database, but long enough to be read as one" * 99
    )
    code, _, err = call("domain", "list", "--data", str(tmp_path))
    assert code == Exit.CONFIG and err.startswith("postroad: The database cannot be used:")


def test_the_data_folder_is_for_its_owner_only(here: Call, tmp_path: Path) -> None:
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
