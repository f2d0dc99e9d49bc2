"""The sentences for each kind of step, in three languages."""

from __future__ import annotations

from postroad.lab.texts import Text

CONNECTED = Text(
    en="{helo} connected from {peer}", zh="{helo} 从 {peer} 连入", ja="{helo} が {peer} から接続"
)
SIGNED_IN = Text(en="signed in as {user}", zh="以 {user} 登录", ja="{user} として認証")
REVERSE_NAME = Text(en="reverse name {name}", zh="反向域名 {name}", ja="逆引き {name}")
NO_TLS = Text(en="no TLS", zh="无 TLS", ja="TLS なし")

CHECKED = Text(
    en="Check of {check}: {result}", zh="检查{check}：{result}", ja="{check}の検査：{result}"
)
CHECKS: dict[str, Text] = {
    "recipient": Text(en="the recipient", zh="收件人", ja="受信者"),
    "sender": Text(en="the sender", zh="发件人", ja="送信者"),
    "quota": Text(en="the quota", zh="配额", ja="容量"),
    "size": Text(en="the size", zh="大小", ja="サイズ"),
    "relay": Text(en="relaying", zh="转发权限", ja="中継の可否"),
    "duplicate": Text(en="duplicates", zh="重复", ja="重複"),
    "loop": Text(en="loops", zh="循环", ja="ループ"),
    "iprev": Text(en="the reverse name", zh="反向域名", ja="逆引き"),
}
RESULTS: dict[str, Text] = {
    "pass": Text(en="pass", zh="通过", ja="合格"),
    "fail": Text(en="fail", zh="未通过", ja="不合格"),
    "none": Text(en="nothing to check", zh="无可检查", ja="対象なし"),
    "neutral": Text(en="neutral", zh="中立", ja="中立"),
    "temperror": Text(en="no answer now", zh="暂时无应答", ja="一時的に不明"),
    "permerror": Text(en="cannot be checked", zh="无法检查", ja="検査不能"),
}
BAD_RESULTS = frozenset({"fail", "temperror", "permerror"})

ACCEPTED = Text(
    en="Accepted: responsible for it from here on",
    zh="已受理：从此处起负责",
    ja="受理：ここから責任を負う",
)
FROM = Text(en="from {sender}", zh="来自 {sender}", ja="差出人 {sender}")

CHANGED = Text(en="Header lines changed", zh="修改了报头", ja="ヘッダーを変更")
ADDED = Text(en="added: {names}", zh="添加：{names}", ja="追加：{names}")
REMOVED = Text(en="removed: {names}", zh="删除：{names}", ja="削除：{names}")

EXPANDED = Text(
    en="{recipient} stands for {targets}",
    zh="{recipient} 展开为 {targets}",
    ja="{recipient} は {targets} に展開",
)
WAYS: dict[str, Text] = {
    "alias": Text(en="alias", zh="别名", ja="別名"),
    "plus": Text(en="plus-address", zh="加号地址", ja="プラスアドレス"),
    "postmaster": Text(en="postmaster", zh="邮局管理员", ja="ポストマスター"),
    "catch-all": Text(en="catch-all", zh="兜底地址", ja="キャッチオール"),
}

FILED = Text(
    en="Filed in {mailbox} of {account}",
    zh="放入 {account} 的 {mailbox}",
    ja="{account} の {mailbox} に格納",
)
QUEUED = Text(en="Queued for {route}", zh="排队等待发往 {route}", ja="{route} 行きの待ち行列へ")

RELAYED = Text(en="{remote} took it", zh="{remote} 已接收", ja="{remote} が引き受けた")
DELIVERED = Text(en="Delivered here", zh="已在本机投递", ja="このホストで配送")
DEFERRED = Text(
    en="Not now: {remote} cannot take it yet",
    zh="暂缓：{remote} 现在不能接收",
    ja="延期：{remote} は今は受け取れない",
)
REFUSED = Text(
    en="Refused for good by {remote}", zh="被 {remote} 永久拒绝", ja="{remote} が最終的に拒否"
)
TRIED = Text(en="{remote}: {outcome}", zh="{remote}:{outcome}", ja="{remote}: {outcome}")
THIS_HOST = Text(en="this host", zh="本机", ja="このホスト")
REMOTE_SAID = Text(en="{remote} said", zh="{remote} 说", ja="{remote} の応答")

NOTIFIED = Text(
    en="A notification goes to {address}",
    zh="向 {address} 发送通知",
    ja="{address} に通知を送る",
)
NOT_NOTIFIED = Text(en="Nobody is notified", zh="不通知任何人", ja="通知しない")
SEE_NOTICE = Text(en="see its journey", zh="查看它的旅程", ja="その旅を見る")

DISCARDED = Text(en="This copy ends here", zh="此副本到此为止", ja="この写しはここで終わる")

READ = Text(
    en="{account} read it over {protocol}",
    zh="{account} 通过 {protocol} 读取",
    ja="{account} が {protocol} で読んだ",
)
TAKEN_AWAY = Text(
    en="{account} removed it over {protocol}",
    zh="{account} 通过 {protocol} 删除",
    ja="{account} が {protocol} で削除した",
)
