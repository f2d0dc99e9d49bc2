"""The stations' own reasons in the reader's language.

A reason is written down once, in English, by the station that decided. The ones known here are
recognised by their wording and said again in Chinese or Japanese; any other is quoted as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from string import Formatter

from postroad.lab.texts import Language, Text

REMEMBERED = 1024
"""Translations kept: the reasons of a busy minute."""

LONGEST = 500
"""Characters of a reason that is looked up; ours are sentences, longer ones are a remote's."""

REASONS = (
    Text(en="{user} authenticated", zh="{user} 已通过认证", ja="{user} が認証済み"),
    Text(
        en="the envelope sender and From belong to {user}",
        zh="信封发件人和 From 都属于 {user}",
        ja="エンベロープの送信者と From は {user} のもの",
    ),
    Text(
        en="submission completes a header and hides blind copies",
        zh="提交时补全报头并隐去密送",
        ja="投稿時にヘッダーを補い、BCC を隠す",
    ),
    Text(en="from one of our own servers", zh="来自自家的服务器", ja="自組織のサーバーから"),
    Text(en="for our domains", zh="发给自家的域", ja="自組織のドメイン宛"),
    Text(en="over LMTP", zh="经由 LMTP", ja="LMTP 経由"),
    Text(
        en="the peer is one of our own servers",
        zh="对方是自家的服务器",
        ja="相手は自組織のサーバー",
    ),
    Text(en="the mailbox is here", zh="邮箱就在这里", ja="メールボックスはここにある"),
    Text(
        en="{domain} is taken in for an inner host",
        zh="为内部主机代收 {domain}",
        ja="内部ホストのために {domain} を受け入れる",
    ),
    Text(
        en="the inner host of {domain} knows the recipient: {reply}",
        zh="{domain} 的内部主机认识该收件人{colon}{reply}",
        ja="{domain} の内部ホストが宛先を知っている{colon}{reply}",
    ),
    Text(
        en="{domain} goes by the MX records of {route}",
        zh="{domain} 按 {route} 的 MX 记录走",
        ja="{domain} へは {route} の MX レコードで",
    ),
    Text(
        en="{domain} goes by host {route}",
        zh="{domain} 经由主机 {route}",
        ja="{domain} へはホスト {route} 経由で",
    ),
    Text(
        en="{domain} goes by a mailbox here that could not take it yet",
        zh="{domain} 的邮箱在此，但暂时放不下",
        ja="{domain} のメールボックスはここだが、今は入らない",
    ),
    Text(en="no rule says otherwise", zh="没有规则另作安排", ja="ほかに定めた規則がない"),
    Text(en="notification about {trace}", zh="关于 {trace} 的通知", ja="{trace} についての通知"),
    Text(
        en="{address} has this message already, by another of its recipients",
        zh="{address} 已因另一个收件人而有了这封邮件",
        ja="{address} は別の宛先によりこのメールをすでに持っている",
    ),
    Text(
        en="{account} has used its whole quota",
        zh="{account} 的配额已用完",
        ja="{account} は容量を使い切った",
    ),
    Text(
        en="these bytes were taken before, under {trace}, but the reply was not read",
        zh="这些字节此前已在 {trace} 下收过，只是对方没读到应答",
        ja="同じ内容を以前 {trace} として受け取ったが、応答が読まれていなかった",
    ),
    Text(
        en="the message came from <>, and a notification is never answered by another",
        zh="邮件来自 <>,通知不再引发通知",
        ja="差出人が <> であり、通知に通知で答えることはない",
    ),
    Text(en="failed: {reply}", zh="失败{colon}{reply}", ja="失敗{colon}{reply}"),
    Text(en="delayed: {reply}", zh="延迟{colon}{reply}", ja="遅延{colon}{reply}"),
    Text(en="delivered: {reply}", zh="已送达{colon}{reply}", ja="配送済み{colon}{reply}"),
    Text(en="relayed: {reply}", zh="已转交{colon}{reply}", ja="転送済み{colon}{reply}"),
)


def literals(sentence: str) -> list[str]:
    """The fixed parts of a sentence, between its places."""
    return [before for before, *_ in Formatter().parse(sentence) if before]


@lru_cache(REMEMBERED)
def translated(reason: str, language: Language) -> str:
    """`reason` in `language`, or "" when its wording is not known here."""
    if language == "en" or len(reason) > LONGEST:
        return ""
    for pattern, sentence in _PATTERNS:
        if found := pattern.fullmatch(reason):
            return sentence.of(language).format(**found.groupdict(), colon="\uff1a")
    return ""


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = [
        re.escape(before) + (f"(?P<{place}>.+?)" if place else "")
        for before, place, _, _ in Formatter().parse(sentence)
    ]
    return re.compile("".join(parts), re.DOTALL)


_PATTERNS = tuple((_pattern(sentence.en), sentence) for sentence in REASONS)
