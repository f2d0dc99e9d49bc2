"""A full disk: 452 4.3.1 and nothing lost; room again: service returns by itself."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from base64 import encodebytes

import pytest

pytestmark = pytest.mark.system
SMALL = 24 * 1024 * 1024
LARGE_LETTER = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n"


@pytest.fixture
def small_disk(new_post):
    """A server whose data are on a file system of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    post = new_post("[mda]\n")
    contents = [(file.name, file.read_bytes()) for file in post.data.iterdir()]
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", post.data], check=True)
    try:
        for name, content in contents:
            (post.data / name).write_bytes(content)
        with post.process:
            yield post
    finally:
        subprocess.run(["umount", post.data], check=True)


def fill(folder):
    """Write until there is no more room, and return the file that took it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return filler


@pytest.mark.parametrize("lines", [10, 30_000], ids=["small", "large"])
def test_mail_is_deferred_while_the_disk_is_full_and_taken_when_it_is_not(small_disk, lines):
    letter = (
        LARGE_LETTER
        + b"All work and no play makes Jack a dull boy. 0123456789 abc\r\n" * lines
        + b".\r\n"
    )
    assert small_disk.talk().deliver(letter).startswith(b"250 2.")
    filler = fill(small_disk.data)
    for _ in range(3):
        assert small_disk.talk().deliver(letter).startswith(b"452 4.3.1")
    filler.unlink()
    assert small_disk.talk().deliver(letter).startswith(b"250 2.")
    assert small_disk.stored() == 2


def test_a_disk_that_fills_during_messages_keeps_exactly_what_it_accepted(small_disk):
    size = 800_000
    count = shutil.disk_usage(small_disk.data).free // size + 5
    answers = [small_disk.talk().deliver(noise(size))[:9] for _ in range(count)]
    refused = [answer for answer in answers if not answer.startswith(b"250")]
    assert set(refused) == {b"452 4.3.1"}
    assert small_disk.stored() == len(answers) - len(refused)


def noise(size):
    """A message that no compression makes smaller, and no two of them alike."""
    return (
        b"Subject: noise\r\n\r\n" + encodebytes(os.urandom(size)).replace(b"\n", b"\r\n") + b".\r\n"
    )
