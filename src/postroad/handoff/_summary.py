"""Reads a header once, where a message comes in, for all the stations after it.

Standards: RFC 5322 §3.6.4 (identification fields), RFC 5256 §2.1 (base subject)
"""

from __future__ import annotations

from postroad.handoff._types import Summary
from postroad.message import parse_date, parse_id, scan_header, thread_ids


def summarize(block: bytes) -> Summary:
    """Return the summary of a header block. Raises nothing, whatever the block holds."""
    headers = scan_header(block)
    date = parse_date(headers.value("date"))
    references, in_reply_to = headers.value("references"), headers.value("in-reply-to")
    return Summary(
        message_id=parse_id(headers.value("message-id")),
        references=thread_ids(references, in_reply_to) if references or in_reply_to else (),
        subject=headers.text("subject"),
        sent=float(date.epoch) if date else None,
        hops=len(headers.all("received")),
        header=block,
    )
