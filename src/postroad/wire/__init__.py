"""How octets from a stream become lines, counted runs and bodies, with every buffer bounded."""

from postroad.wire._buffer import ReceiveBuffer
from postroad.wire._dots import DotDecoder, DotEncoder
from postroad.wire._newlines import CRLF, NewlineCheck
from postroad.wire.errors import BareNewline, LineTooLong, WireError

__all__ = [
    "CRLF",
    "BareNewline",
    "DotDecoder",
    "DotEncoder",
    "LineTooLong",
    "NewlineCheck",
    "ReceiveBuffer",
    "WireError",
]
