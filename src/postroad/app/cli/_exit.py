"""What an exit code of `postroad` means."""

from __future__ import annotations

from enum import IntEnum

from postroad.app.texts import Text, visible


class Exit(IntEnum):
    """Those above 63 are the codes of BSD's sysexits, which mail programs have always used."""

    DONE = 0
    NO = (
        1  # the question was answered, and the answer is no: not found, refused, expectation failed
    )
    USAGE = 2  # the command line is wrong
    UNAVAILABLE = 69  # a host cannot be reached, a port is in use
    INTERNAL = 70  # a fault of Postroad's own
    STORAGE = 74  # the disk is full or fails
    TEMPORARY = 75  # may work later
    DENIED = 77  # not allowed
    CONFIG = 78  # the configuration or the data is wrong
    INTERRUPTED = 130  # Ctrl-C


class Refusal(Exception):
    """A command cannot do what it was asked: one sentence for the person, and the exit code."""

    def __init__(self, text: Text, code: Exit = Exit.NO, **values: object) -> None:
        shown = {name: visible(str(value)) for name, value in values.items()}
        self.code = code
        super().__init__(text(**shown))
