"""What a delivery report says to a person, in English, simplified Chinese and Japanese.

Invariant: every language has every text, so a report can be written in any of them or in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ReportTexts:
    """The sentences of one language; `{…}` are filled by the report's builder."""

    subjects: dict[str, str]
    openings: dict[str, str]
    recipient: str
    remote: str
    own: str
    retry: str
    reference: str
    closing: str


ACTIONS: Final = ("failed", "delayed", "delivered", "relayed", "expanded")
"""RFC 3464 §2.3.3, the gravest first: a report about several is named after the gravest."""

TEXTS: Final = {
    "en": ReportTexts(
        subjects={
            "failed": "Your message could not be delivered",
            "delayed": "Your message is delayed",
            "delivered": "Your message was delivered",
            "relayed": "Your message was handed on",
            "expanded": "Your message went to a list",
        },
        openings={
            "failed": "This is the mail system at {host}. Your message could not be delivered to"
            " the recipients below. It will not be tried again.",
            "delayed": "This is the mail system at {host}. Your message has not been delivered to"
            " the recipients below yet. You need not send it again: we keep trying.",
            "delivered": "This is the mail system at {host}. Your message was delivered to the"
            " recipients below, as you asked to be told.",
            "relayed": "This is the mail system at {host}. Your message was handed to a server that"
            " does not report delivery, so you may hear no more about the recipients below.",
            "expanded": "This is the mail system at {host}. Your message was passed to the members"
            " of the lists below.",
        },
        recipient="Recipient: {address}",
        remote="The server {host} said: {words}",
        own="Reason: {words}",
        retry="Attempts end: {date}",
        reference="When you ask about it, give this trace id: {reference}",
        closing="The technical details and your message, or its header, are attached.",
    ),
    "zh-CN": ReportTexts(
        subjects={
            "failed": "您的邮件未能送达",
            "delayed": "您的邮件被延迟",
            "delivered": "您的邮件已送达",
            "relayed": "您的邮件已转交",
            "expanded": "您的邮件已发往列表成员",
        },
        openings={
            "failed": "这里是 {host} 的邮件系统。您的邮件未能送达下列收件人,系统不会再次尝试。",
            "delayed": "这里是 {host} 的邮件系统。您的邮件尚未送达下列收件人。您不必重新发送,"
            "系统会继续尝试。",
            "delivered": "这里是 {host} 的邮件系统。按您的要求通知您:邮件已送达下列收件人。",
            "relayed": "这里是 {host} 的邮件系统。您的邮件已转交给一台不提供送达通知的服务器,"
            "关于下列收件人可能不再有后续通知。",
            "expanded": "这里是 {host} 的邮件系统。您的邮件已发给下列列表的成员。",
        },
        recipient="收件人:{address}",
        remote="服务器 {host} 的答复:{words}",
        own="原因:{words}",
        retry="停止尝试的时间:{date}",
        reference="询问时请提供此追踪号:{reference}",
        closing="技术细节以及您的邮件(或其报头)附在后面。",
    ),
    "ja": ReportTexts(
        subjects={
            "failed": "メールを配信できませんでした",
            "delayed": "メールの配信が遅れています",
            "delivered": "メールを配信しました",
            "relayed": "メールを転送しました",
            "expanded": "メールをリストの宛先に送りました",
        },
        openings={
            "failed": "{host} のメールシステムです。"
            "あなたのメールは次の宛先に配信できませんでした。再送は行いません。",
            "delayed": "{host} のメールシステムです。"
            "あなたのメールは次の宛先にまだ配信されていません。配信を続けますので、送り直す必要はありません。",
            "delivered": "{host} のメールシステムです。ご依頼どおりお知らせします。"
            "あなたのメールは次の宛先に配信されました。",
            "relayed": "{host} のメールシステムです。あなたのメールは、配信を通知しないサーバーに"
            "渡されました。次の宛先について、この後の通知はないかもしれません。",
            "expanded": "{host} のメールシステムです。"
            "あなたのメールを次のリストの宛先に送りました。",
        },
        recipient="宛先:{address}",
        remote="サーバー {host} の応答:{words}",
        own="理由:{words}",
        retry="配信を打ち切る日時:{date}",
        reference="お問い合わせの際は、この追跡番号をお知らせください: {reference}",
        closing="技術的な詳細と、あなたのメールまたはそのヘッダーを添付します。",
    ),
}
