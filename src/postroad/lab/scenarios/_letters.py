"""The messages that the scenarios send, and how they are recognised again."""

from __future__ import annotations

import time

from postroad.message import encode_base64, encode_words, format_date

ATTACHMENT = bytes(range(256)) * 8
"""Every octet there is, eight times."""


def plain(sender: str, recipient: str, token: str, subject: str = "A word") -> bytes:
    """A short text message; `token` is its Message-ID and in its body."""
    return (
        f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject}\r\n"
        f"Date: {format_date(time.time())}\r\nMessage-ID: <{token}@lab.test>\r\n"
        f"\r\nThis is {token}.\r\n.\r\n..\r\nA line of dots stands above.\r\n"
    ).encode()


def multipart(sender: str, recipients: list[str], token: str) -> bytes:
    """A multipart message with a Chinese subject, a Japanese text and an attachment."""
    boundary = f"=_{token}"
    subject = " ".join(encode_words(f"会议纪要:下周三的安排 {token}"))
    text = encode_base64(
        "会議は水曜日です。\r\n会议在星期三。\r\nThe meeting is on Wednesday.\r\n".encode()
    )
    name = "filename*=UTF-8''%E9%99%84%E4%BB%B6.bin"
    return (
        f"From: Alice <{sender}>\r\nTo: {', '.join(f'<{r}>' for r in recipients)}\r\n"
        f"Subject: {subject}\r\nDate: {format_date(time.time())}\r\n"
        f"Message-ID: <{token}@lab.test>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + (
        text
        + f"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n".encode()
        + f"Content-Disposition: attachment; {name}\r\n".encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + encode_base64(ATTACHMENT)
        + f"\r\n--{boundary}--\r\n".encode()
    )
