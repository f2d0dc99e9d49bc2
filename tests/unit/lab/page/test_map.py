"""The map and the commands follow the plan."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from postroad.lab.page._commands import commands
from postroad.lab.page._map import draw, way
from postroad.lab.plan import Plan


def test_the_hosts_stand_in_the_order_in_which_a_message_meets_them(plan: Plan) -> None:
    names = [host.name for host in way(plan)]
    assert names == ["mail.alpha.test", "mx.alpha.test", "mx.beta.test", "mail.beta.test"]
    drawn = draw(plan, lambda _: True, "en")
    assert sorted(names, key=drawn.index) == names


def test_a_host_that_is_down_is_said_to_be_down(plan: Plan) -> None:
    drawn = draw(plan, lambda name: name != "mx.beta.test", "ja")
    assert drawn.count("稼働中") == 3 and drawn.count("停止中") == 1


def test_a_lab_elsewhere_has_its_own_addresses_everywhere(tmp_path: Path) -> None:
    elsewhere = Plan(tmp_path, "127.78")
    shown = draw(elsewhere, lambda _: True, "en") + "".join(
        command.shell for command in commands(elsewhere)
    )
    assert "127.78.1.2" in shown and "127.77." not in shown


@pytest.mark.parametrize("folder", ["lab", "my lab", "a'b$c`d"])
def test_commands_survive_a_shell_and_any_folder(tmp_path: Path, folder: str) -> None:
    plan = Plan(tmp_path / folder)
    words = [shlex.split(command.shell) for command in commands(plan, "/a b/postroad")]
    assert {first for first, *_ in words} <= {"/a b/postroad", "swaks", "curl", "echo"}
    assert words[0][-2:] == ["--base", str(plan.base)]
    assert any(str(plan.authority) in command for command in words)
