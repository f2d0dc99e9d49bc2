"""The command line works beside a running server, on the same data."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.system


@pytest.fixture
def postroad(post):
    """Run a command; it is given as words, and may have something on standard input."""

    def run(*words, stdin=""):
        command = [sys.executable, "-m", "postroad", *map(str, words)]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def add(post, postroad):
    """Add an account with a password."""

    def account(name):
        words = ("account", "add", f"{name}@example.test", "--password-stdin", "--data", post.data)
        return postroad(*words, stdin="correct horse\n")

    return account


@pytest.fixture
def ask(post, postroad):
    """Probe an address of the running server."""
    return lambda name: postroad(
        "probe", f"{name}@example.test", "--host", f"127.0.0.1:{post.port}"
    )


def test_an_account_counts_as_soon_as_it_is_added(add, ask):
    assert ask("bob").returncode == 1
    assert add("bob").returncode == 0
    asked = ask("bob")
    assert asked.returncode == 0 and "< 250 2.1.5" in asked.stdout
    assert "> DATA" not in asked.stdout


def test_commands_and_messages_do_not_get_into_each_others_way(post, add, postroad):
    with ThreadPoolExecutor(4) as pool:
        added = [pool.submit(add, f"person{number}") for number in range(4)]
        talks = [post.talk() for _ in range(10)]
        replies = [talk.deliver() for talk in talks for _ in range(3)]
    assert all(reply.startswith(b"250 ") for reply in replies)
    assert [one.result().returncode for one in added] == [0] * 4
    people = json.loads(postroad("account", "list", "--json", "--data", post.data).stdout)
    assert len(people) == 5 and sum(one["messages"] for one in people) == 30


def test_what_became_of_a_message_is_told_beside_the_server(post, postroad):
    reply = post.talk().deliver().decode()
    trace = reply.split()[-1]
    told = postroad("journey", trace, "--data", post.data)
    assert told.returncode == 0 and "filed for ann@example.test in INBOX" in told.stdout
