"""Internet Message Format and MIME over bytes: scanned to offsets, decoded when asked."""

from postroad.message._addresses import (
    AddressItem,
    Group,
    Mailbox,
    mailboxes,
    parse_addresses,
    parse_mailbox,
)
from postroad.message._authres import (
    AuthenticationResults,
    MethodResult,
    parse_authentication_results,
)
from postroad.message._bodies import (
    PREVIEW_SIZE,
    TextBody,
    decoded,
    decoded_size,
    message_text,
    preview,
    shown_text,
    text_body,
)
from postroad.message._charsets import codec_of, decode, decode_unlabelled
from postroad.message._check import defects
from postroad.message._compose import Attachment, Calendar, Draft, build_message
from postroad.message._dates import Date, format_date, parse_date
from postroad.message._defects import Defect, DefectKind
from postroad.message._describe import describe, numbered
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
from postroad.message._flowed import Paragraph, flow, unflow, unflow_text
from postroad.message._html import html_to_text
from postroad.message._ids import parse_id, parse_ids, thread_ids
from postroad.message._imap import body, body_structure, envelope, imap_string
from postroad.message._jmap import (
    HeaderForm,
    body_part,
    body_value,
    email_addresses,
    form_allowed,
    header_form,
)
from postroad.message._lists import (
    ListId,
    Unsubscribe,
    auto_submitted,
    is_automatic,
    parse_list_id,
    parse_urls,
    unsubscribe,
)
from postroad.message._mbox import (
    MaildirName,
    MboxMessage,
    copy_stored,
    format_maildir_name,
    maildir_unique,
    parse_maildir_name,
    read_maildir,
    read_mbox,
    write_mbox_message,
)
from postroad.message._mdn import Mdn, build_mdn
from postroad.message._names import filename, safe_filename
from postroad.message._params import (
    ContentType,
    Parameterized,
    parse_content_type,
    parse_disposition,
)
from postroad.message._part import Message, Part
from postroad.message._received import Received, parse_received
from postroad.message._reply import ReplySeed, forward, quote_text, reply
from postroad.message._scan import scan
from postroad.message._sections import (
    Section,
    binary_section,
    find_part,
    section_bytes,
    section_range,
)
from postroad.message._select import Selection, has_attachment, select
from postroad.message._subject import BaseSubject, base_subject, split_subject
from postroad.message._tnef import Tnef, TnefFile, is_tnef, open_tnef
from postroad.message._trace import format_received
from postroad.message._transfer import Decoded, InlineFile, decode_transfer, find_inline_files
from postroad.message._transfer_encode import encode_base64, encode_quoted_printable, encode_text
from postroad.message._words import decode_header, decode_words
from postroad.message.errors import (
    AddressError,
    FieldNameError,
    HeaderInjectionError,
    MessageError,
    NeedsUtf8Error,
    SectionError,
    UnknownEncodingError,
)

__all__ = [
    "LANGUAGES",
    "PREVIEW_SIZE",
    "AddressError",
    "AddressItem",
    "Attachment",
    "AuthenticationResults",
    "BaseSubject",
    "Calendar",
    "ContentType",
    "Date",
    "Decoded",
    "Defect",
    "DefectKind",
    "Draft",
    "Dsn",
    "DsnRecipient",
    "Field",
    "FieldNameError",
    "Group",
    "HeaderForm",
    "HeaderInjectionError",
    "Headers",
    "InlineFile",
    "ListId",
    "Mailbox",
    "MaildirName",
    "MboxMessage",
    "Mdn",
    "Message",
    "MessageError",
    "MethodResult",
    "NeedsUtf8Error",
    "Paragraph",
    "Parameterized",
    "Part",
    "Received",
    "ReplySeed",
    "Section",
    "SectionError",
    "Selection",
    "TextBody",
    "Tnef",
    "TnefFile",
    "UnknownEncodingError",
    "Unsubscribe",
    "auto_submitted",
    "base_subject",
    "binary_section",
    "body",
    "body_part",
    "body_structure",
    "body_value",
    "build_dsn",
    "build_mdn",
    "build_message",
    "codec_of",
    "copy_stored",
    "decode",
    "decode_header",
    "decode_transfer",
    "decode_unlabelled",
    "decode_words",
    "decoded",
    "decoded_size",
    "defects",
    "describe",
    "email_addresses",
    "encode_base64",
    "encode_quoted_printable",
    "encode_text",
    "encode_words",
    "envelope",
    "filename",
    "find_inline_files",
    "find_part",
    "flow",
    "form_allowed",
    "format_addresses",
    "format_date",
    "format_field",
    "format_maildir_name",
    "format_parameters",
    "format_received",
    "format_structured",
    "forward",
    "has_attachment",
    "header_form",
    "html_to_text",
    "imap_string",
    "is_automatic",
    "is_tnef",
    "mailboxes",
    "maildir_unique",
    "message_text",
    "numbered",
    "one_line",
    "open_tnef",
    "parse_addresses",
    "parse_authentication_results",
    "parse_content_type",
    "parse_date",
    "parse_disposition",
    "parse_id",
    "parse_ids",
    "parse_list_id",
    "parse_mailbox",
    "parse_maildir_name",
    "parse_received",
    "parse_urls",
    "preview",
    "quote_text",
    "read_maildir",
    "read_mbox",
    "reply",
    "safe_filename",
    "scan",
    "scan_header",
    "section_bytes",
    "section_range",
    "select",
    "shown_text",
    "split_subject",
    "text_body",
    "thread_ids",
    "unflow",
    "unflow_text",
    "unsubscribe",
    "write_mbox_message",
]
