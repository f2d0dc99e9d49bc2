"""What is wrong with a message, as values: each says what and at which byte.

Invariant: a defect is data; nothing that arrives from the wire is reported by raising.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DefectKind(StrEnum):
    """The kinds of defect; the value is the name that is shown to a person."""

    NO_SEPARATOR = "header block ends without an empty line"
    NOT_A_FIELD = "line in the header block is not a field"
    OBSOLETE_NAME = "white space before the colon of a field"
    BARE_LF = "line ends with LF alone"
    BARE_CR = "CR without LF"
    NUL = "NUL octet"
    EIGHT_BIT_HEADER = "8-bit octets in the header"
    INVALID_UTF8_HEADER = "8-bit header that is not UTF-8"
    LONG_LINE = "line longer than 998 octets"
    DUPLICATE_FIELD = "field that may occur once occurs again"
    MISSING_FIELD = "required field is missing"
    EMPTY_FIELD = "field without a value"
    BAD_DATE = "date cannot be read"
    BAD_ADDRESS = "address cannot be read"
    BAD_MESSAGE_ID = "message identifier without angle brackets"
    BAD_ENCODED_WORD = "encoded-word cannot be decoded"
    BAD_CONTENT_TYPE = "Content-Type cannot be read"
    BAD_ENCODING = "unknown Content-Transfer-Encoding"
    ENCODED_COMPOSITE = "multipart or message is transfer-encoded"
    UNKNOWN_CHARSET = "charset is unknown"
    NO_BOUNDARY = "multipart without a boundary"
    DUPLICATE_BOUNDARY = "boundary is already in use further out"
    NO_START = "multipart whose first delimiter never comes"
    NOT_CLOSED = "multipart without its closing delimiter"
    TOO_DEEP = "nested deeper than is followed"
    TOO_MANY_PARTS = "more parts than are followed"
    TOO_MANY_FIELDS = "more header fields than are read"
    BAD_BASE64 = "base64 with foreign characters or bad padding"
    BAD_QUOTED_PRINTABLE = "quoted-printable with invalid escapes"
    EIGHT_BIT_BODY = "8-bit octets in a body declared 7bit"


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: its kind, the byte offset where it is, and a word more when there is one."""

    kind: DefectKind
    offset: int
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.offset}: {self.kind.value}" + (f" ({self.detail})" if self.detail else "")
