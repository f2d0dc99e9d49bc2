"""What the lab's page says to a person, in English, simplified Chinese and Japanese.

A text is one constant with all its languages side by side, so none can be forgotten. The reader's
browser chooses the language, or `?lang=` does. What a server wrote down (a reason, a remote's own
words) is quoted as it is.

Standards: RFC 9110 §12.5.4 (Accept-Language), RFC 4647 §3.4 (the first range that is known)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Language = Literal["en", "zh", "ja"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

NAMES: Final[dict[Language, str]] = {"en": "English", "zh": "简体中文", "ja": "日本語"}
"""Each language by its own name."""

TAGS: Final[dict[Language, str]] = {"en": "en", "zh": "zh-CN", "ja": "ja"}
"""For the `lang` attribute; it also chooses the shapes of the characters."""

RANGES_READ: Final = 32
"""Language ranges looked at in one Accept-Language; browsers send about five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence with `{named}` places, once for each language."""

    en: str
    zh: str
    ja: str

    def of(self, language: Language) -> str:
        """The sentence in `language`, its places still open."""
        return {"en": self.en, "zh": self.zh, "ja": self.ja}[language]


def preferred_language(asked: str, accepted: str) -> Language:
    """The language of `?lang=` if it is ours, else the best of Accept-Language, else English.

    Traditional Chinese gets simplified Chinese, which is nearer than English.
    """
    return _known(asked) or _best(accepted) or "en"


def _best(accepted: str) -> Language | None:
    """Of the ranges in an Accept-Language header, the known one with the highest weight."""
    weighed: list[tuple[float, Language]] = []
    for part in accepted.split(",", RANGES_READ)[:RANGES_READ]:
        name, _, weight = part.partition(";")
        language, quality = _known(name), _quality(weight)
        if language and quality:
            weighed.append((quality, language))
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else None


def _known(tag: str) -> Language | None:
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES if language == primary), None)


def _quality(parameter: str) -> float:
    """`q=0.8` as a number; 1 without it, 0 for what cannot be read."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


TITLE = Text(en="Postroad lab", zh="Postroad 实验室", ja="Postroad ラボ")
LEAD = Text(
    en="A miniature Internet on this machine. Each message’s way through it is written down, "
    "hop by hop, with the reason for every decision.",
    zh="本机上的微型互联网。每封邮件走过的路都逐跳记录，并写明每个决定的理由。",
    ja="このマシンの中の小さなインターネット。メールがたどった道を一ホップずつ、"
    "判断の理由とともに記録します。",
)
SKIP = Text(en="Skip to the journeys", zh="跳到邮件旅程", ja="メールの旅へ進む")
LANGUAGE = Text(en="Language", zh="语言", ja="言語")

MAP = Text(
    en="The way of a message, from alpha to beta",
    zh="一封邮件从 alpha 到 beta 的路",
    ja="alpha から beta へ、メールがたどる道",
)
MAP_NOTE = Text(
    en="Filled stations are on this way; the others work when beta writes to alpha. "
    "Plain ports offer STARTTLS or STLS; submissions, imaps and pop3s speak TLS from the start.",
    zh="实心的组件在这条路上；其余的在 beta 写给 alpha 时工作。"
    "普通端口可用 STARTTLS 或 STLS 升级；submissions、imaps 与 pop3s 从第一个字节起就是 TLS。",
    ja="塗りつぶしたコンポーネントがこの道で働きます。ほかは beta から alpha へ送るときに働きます。"
    "通常のポートでは STARTTLS か STLS が使え、submissions、imaps、pop3s は最初から TLS です。",
)
MAIL_PROGRAM = Text(en="mail program", zh="邮件客户端", ja="メールソフト")
BORDER_HOST = Text(en="border gateway", zh="边界网关", ja="境界ゲートウェイ")
INNER_HOST = Text(en="inner server", zh="内部服务器", ja="内部サーバー")
ORGANISATION = Text(en="organisation", zh="机构", ja="組織")
UP = Text(en="up", zh="运行中", ja="稼働中")
DOWN = Text(en="down", zh="已停止", ja="停止中")
SUBMITS = Text(en="submits", zh="提交", ja="投稿")
RETRIEVES = Text(en="retrieves", zh="取信", ja="受信")
FINDS_MX = Text(en="finds MX", zh="查 MX", ja="MX を引く")
STATION_NAMES: dict[str, tuple[str, Text]] = {
    "msa": ("MSA", Text(en="submission agent", zh="邮件提交代理", ja="投稿エージェント")),
    "mta": ("MTA", Text(en="transfer agent", zh="邮件传输代理", ja="転送エージェント")),
    "mda": ("MDA", Text(en="delivery agent", zh="邮件投递代理", ja="配送エージェント")),
    "mra": ("MRA", Text(en="retrieval agent", zh="邮件取回代理", ja="取得エージェント")),
    "mailbox": ("", Text(en="mailbox", zh="邮箱", ja="メールボックス")),
    "border": ("border", Text(en="border gateway", zh="边界网关", ja="境界ゲートウェイ")),
}
"""Each station's abbreviation ("" when it has none) and its name, by the first word of its room."""

FACTS = Text(en="Who and what is here", zh="这里有谁、有什么", ja="ここにいる人、あるもの")
PEOPLE = Text(en="People", zh="人", ja="人")
PASSWORD = Text(en="Password of everybody", zh="所有人的密码", ja="全員のパスワード")
DNS = Text(en="DNS server", zh="DNS 服务器", ja="DNS サーバー")
STRANGER = Text(en="A bad neighbour", zh="不良邻居", ja="悪い隣人")
AUTHORITY = Text(en="Certificate authority", zh="证书颁发机构", ja="認証局")

COMMANDS = Text(en="Try it", zh="试一试", ja="試してみる")
COMMANDS_NOTE = Text(
    en="In a terminal, with any program that speaks mail.",
    zh="在终端里运行；任何会收发邮件的程序都行。",
    ja="端末で。メールを話すプログラムなら何でも使えます。",
)
TRY_SEND = Text(
    en="Alice writes to Bob (STARTTLS on 587)",
    zh="Alice 写信给 Bob（587 上的 STARTTLS）",
    ja="Alice が Bob に書く（587 の STARTTLS）",
)
TRY_SWAKS = Text(
    en="The same with swaks, every line shown",
    zh="用 swaks 做同样的事，显示每一行",
    ja="同じことを swaks で、全行を表示",
)
TRY_NOBODY = Text(
    en="To somebody who does not exist: see the notification come back",
    zh="写给不存在的人：看退信通知如何回来",
    ja="存在しない人へ：不達通知が戻るのを見る",
)
TRY_READ = Text(
    en="Bob reads his first message (POP3 over TLS)",
    zh="Bob 读取自己的第一封邮件（TLS 上的 POP3）",
    ja="Bob が最初の一通を読む（TLS の POP3）",
)
TRY_RELAY = Text(
    en="evil.test tries to relay, and is refused",
    zh="evil.test 试图借道转发，被拒绝",
    ja="evil.test が中継を試み、拒まれる",
)
TRY_PROBE = Text(
    en="The six steps to Bob, each explained: MX, connect, EHLO, MAIL, RCPT, QUIT",
    zh="通往 Bob 的六步，逐步说明：MX、连接、EHLO、MAIL、RCPT、QUIT",
    ja="Bob への六つの段階を順に説明：MX、接続、EHLO、MAIL、RCPT、QUIT",
)
TRY_SCENARIO = Text(
    en="A whole scenario, checked at every station",
    zh="一个完整场景，逐站检查",
    ja="シナリオ全体を、各所で検査しながら",
)
COPY = Text(en="Copy", zh="复制", ja="コピー")
COPIED = Text(en="Copied", zh="已复制", ja="コピー済み")

JOURNEYS = Text(en="Journeys", zh="邮件旅程", ja="メールの旅")
EMPTY = Text(
    en="No message has set out yet. Run a command from “Try it”: its journey appears here.",
    zh="还没有邮件上路。运行“试一试”中的一条命令，它的旅程就会出现在这里。",
    ja="まだどのメールも出発していません。「試してみる」の命令を実行すると、"
    "その旅がここに現れます。",
)
FIND = Text(en="Trace id or Message-ID", zh="追踪号或 Message-ID", ja="追跡番号か Message-ID")
FIND_BUTTON = Text(en="Find", zh="查找", ja="探す")
NOT_FOUND = Text(
    en="No host knows a message by {sought}.",
    zh="没有主机记得 {sought} 这封邮件。",
    ja="{sought} というメールを知るホストはありません。",
)
SHOW_ALL = Text(en="Show the newest", zh="显示最新的", ja="最新のものを表示")
ONLY_NEWEST = Text(
    en="The {count} newest are shown. Older ones are found by their trace id or Message-ID.",
    zh="只显示最新的 {count} 封。更早的可用追踪号或 Message-ID 查找。",
    ja="最新の {count} 通を表示しています。古いものは追跡番号か Message-ID で探せます。",
)
LIVE = Text(en="Live", zh="实时刷新", ja="自動更新")
NEWS = Text(en="New messages: {count}", zh="新邮件：{count} 封", ja="新しいメール：{count} 通")
LOST = Text(
    en="The lab does not answer. This is what it said last.",
    zh="实验室没有应答。以下是它最后的状态。",
    ja="ラボが応答しません。以下は最後に得た内容です。",
)
NO_SCRIPT = Text(
    en="Without scripts this page does not refresh by itself: reload it to see news.",
    zh="未启用脚本时本页不会自动刷新：请重新载入以查看新内容。",
    ja="スクリプトなしでは自動更新されません。再読み込みしてください。",
)
UNREADABLE = Text(
    en="The journal of {host} cannot be read now: {reason}",
    zh="暂时无法读取 {host} 的记录：{reason}",
    ja="{host} の記録を今は読めません：{reason}",
)

NO_SUBJECT = Text(en="(no subject)", zh="（无主题）", ja="（件名なし）")
FROM_TO = Text(en="to", zh="发给", ja="宛先")
MORE = Text(en="and {count} more", zh="另有 {count} 个", ja="ほか {count} 件")
MORE_STEPS = Text(
    en="{count} more steps are not shown; `postroad journey` lists them all.",
    zh="另有 {count} 步未显示；用 `postroad journey` 可列出全部。",
    ja="ほかに {count} 段階あります。`postroad journey` ですべて表示できます。",
)
SO_FAR = Text(en="{time} so far", zh="已历 {time}", ja="ここまで {time}")
TOOK = Text(en="took {time}", zh="历时 {time}", ja="所要 {time}")
STATES: dict[str, Text] = {
    "filed": Text(en="delivered", zh="已送达", ja="配送済み"),
    "discarded": Text(en="ended", zh="已终止", ja="終了"),
    "handed on": Text(en="handed on", zh="已转交", ja="引き渡し済み"),
    "on its way": Text(en="on its way", zh="在途", ja="輸送中"),
    "waiting": Text(en="waiting", zh="等待中", ja="待機中"),
    "failed": Text(en="failed", zh="失败", ja="失敗"),
}
IN_MAILBOX = Text(
    en="in {mailbox} of {account}", zh="在 {account} 的 {mailbox}", ja="{account} の {mailbox}"
)
READ_BY = Text(en="read over {protocol}", zh="已经 {protocol} 读取", ja="{protocol} で既読")
AT_HOST = Text(en="at {host}", zh="在 {host}", ja="{host} で")
NEXT_TRY = Text(en="next try at {time}", zh="下次尝试 {time}", ja="次の試行 {time}")
WAS_TOLD = Text(en="{address} was told", zh="已通知 {address}", ja="{address} に通知済み")
NOBODY_TOLD = Text(en="nobody was told", zh="未通知任何人", ja="通知先なし")
TO_HOST = Text(en="to {host}", zh="交给 {host}", ja="{host} へ")
ABOUT = Text(en="A notification about {link}", zh="关于 {link} 的通知", ja="{link} についての通知")
NOTICE = Text(en="Notification sent: {link}", zh="发出的通知：{link}", ja="送られた通知：{link}")
TRACES = Text(en="Trace ids", zh="追踪号", ja="追跡番号")
STEPS = Text(en="Steps", zh="步骤", ja="段階")
AFTER = Text(en="after {time}", zh="{time}后", ja="{time}後")
LINK = Text(en="Link to this journey", zh="此旅程的链接", ja="この旅へのリンク")
