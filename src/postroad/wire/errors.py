"""What can be wrong with a stream of octets before any protocol has looked at it."""


class WireError(Exception):
    """Any fault of framing."""


class LineTooLong(WireError):
    """A line passed its limit. Its octets are gone, up to and with its CRLF; the next line is good.

    `dropped` counts the octets that were thrown away.
    """

    def __init__(self, dropped: int) -> None:
        super().__init__(f"a line of {dropped} octets is longer than allowed")
        self.dropped = dropped


class BareNewline(WireError):
    """A CR without LF, or an LF without CR, in text that is about to be sent."""

    def __init__(self) -> None:
        super().__init__("text to send has a bare CR or LF: end every line with CRLF")
