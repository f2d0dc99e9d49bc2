"""Internet Message Format and MIME over bytes: scanned to offsets, decoded when asked."""

from postroad.message._addresses import (
    AddressItem,
    Group,
    Mailbox,
    mailboxes,
    parse_addresses,
    parse_mailbox,
)
from postroad.message._charsets import codec_of, decode, decode_unlabelled
from postroad.message._dates import Date, format_date, parse_date
from postroad.message._defects import Defect, DefectKind
from postroad.message._dsn import LANGUAGES, Dsn, DsnRecipient, build_dsn
from postroad.message._encode import (
    encode_words,
    format_addresses,
    format_field,
    format_parameters,
    format_structured,
    one_line,
)
from postroad.message._fields import Field, Headers, scan_header
from postroad.message._ids import parse_id, parse_ids, thread_ids
from postroad.message._params import (
    ContentType,
    Parameterized,
    parse_content_type,
    parse_disposition,
)
from postroad.message._part import Message, Part
from postroad.message._received import Received, parse_received
from postroad.message._scan import scan
from postroad.message._subject import BaseSubject, base_subject, split_subject
from postroad.message._trace import format_received
from postroad.message._transfer_encode import (
    encode_base64,
    encode_quoted_printable,
    encode_text,
)
from postroad.message._words import decode_header, decode_words
from postroad.message.errors import (
    AddressError,
    FieldNameError,
    HeaderInjectionError,
    MessageError,
    SectionError,
)

__all__ = [
    "LANGUAGES",
    "AddressError",
    "AddressItem",
    "BaseSubject",
    "ContentType",
    "Date",
    "Defect",
    "DefectKind",
    "Dsn",
    "DsnRecipient",
    "Field",
    "FieldNameError",
    "Group",
    "HeaderInjectionError",
    "Headers",
    "Mailbox",
    "Message",
    "MessageError",
    "Parameterized",
    "Part",
    "Received",
    "SectionError",
    "base_subject",
    "build_dsn",
    "codec_of",
    "decode",
    "decode_header",
    "decode_unlabelled",
    "decode_words",
    "encode_base64",
    "encode_quoted_printable",
    "encode_text",
    "encode_words",
    "format_addresses",
    "format_date",
    "format_field",
    "format_parameters",
    "format_received",
    "format_structured",
    "mailboxes",
    "one_line",
    "parse_addresses",
    "parse_content_type",
    "parse_date",
    "parse_disposition",
    "parse_id",
    "parse_ids",
    "parse_mailbox",
    "parse_received",
    "scan",
    "scan_header",
    "split_subject",
    "thread_ids",
]
