"""The events of a journey, in words."""

from __future__ import annotations

from postroad.app.texts._text import Text

NOT_FOUND = Text(
    en="No message has the trace id or Message-ID {key}. The log, the Received header and the "
    "server's reply have it.",
    zh="没有追踪号或 Message-ID 为 {key} 的邮件。可在日志、Received 报头或服务器的应答中找到它。",
    ja="追跡番号または Message-ID が {key} のメールはありません。"
    "ログ、Received ヘッダー、サーバーの応答にあります。",
)
NOTHING_WAITS = Text(
    en="No message waits.", zh="没有等待发送的邮件。", ja="待っているメールはありません。"
)

FROM = Text(en="from", zh="发件人", ja="差出人")
TO = Text(en="to", zh="收件人", ja="宛先")
SUBJECT = Text(en="subject", zh="主题", ja="件名")
SIZE = Text(en="size", zh="大小", ja="大きさ")

RECEIVED = Text(
    en="{peer} came, said it is {helo}, and spoke {how}",
    zh="{peer} 连入,自称 {helo},使用 {how}",
    ja="{peer} が {helo} と名乗って接続し、{how} を使った",
)
CHECKED = Text(
    en="checked {check}: {result}",
    zh="检查 {check}:{result}",
    ja="{check} を確認: {result}",
)
ACCEPTED = Text(
    en="took responsibility ({size}) for {recipients}",
    zh="已接收并负责投递({size}):{recipients}",
    ja="責任を引き受けた({size}): {recipients}",
)
CHANGED = Text(
    en="header: added {added}; removed {removed}",
    zh="报头:添加 {added};删除 {removed}",
    ja="ヘッダー: 追加 {added}、削除 {removed}",
)
EXPANDED = Text(
    en="became {to}, by {by}",
    zh="变为 {to}(依据 {by})",
    ja="{to} になった({by} による)",
)
FILED = Text(
    en="filed for {account} in {mailbox}, UID {uid}",
    zh="已存入 {account} 的 {mailbox},UID {uid}",
    ja="{account} の {mailbox} に入れた(UID {uid})",
)
QUEUED = Text(
    en="waits for its next host: {route}",
    zh="等待下一跳主机:{route}",
    ja="次のホストを待つ: {route}",
)
ATTEMPTED = Text(
    en="{outcome}; {remote} said: {reply}",
    zh="{outcome};{remote} 答复:{reply}",
    ja="{outcome}。{remote} の返答: {reply}",
)
NOTIFIED = Text(
    en="told the sender {to} (its own journey: {trace})",
    zh="已通知发件人 {to}(其自身的旅程:{trace})",
    ja="差出人 {to} に知らせた(その旅程: {trace})",
)
NOT_NOTIFIED = Text(
    en="told nobody about it",
    zh="未通知任何人",
    ja="誰にも知らせなかった",
)
DISCARDED = Text(en="ends here", zh="到此为止", ja="ここで終わる")
RETRIEVED = Text(
    en="{action} by {account} over {by}",
    zh="{account} 通过 {by}:{action}",
    ja="{account} が {by} で {action}",
)
OUTCOMES = {
    "relayed": Text(en="relayed", zh="已转交", ja="引き渡し"),
    "deferred": Text(en="deferred", zh="已推迟", ja="延期"),
    "failed": Text(en="failed", zh="失败", ja="失敗"),
    "delivered": Text(en="delivered", zh="已投递", ja="配達"),
}
ACTIONS = {
    "read": Text(en="read", zh="读取", ja="読んだ"),
    "removed": Text(en="removed", zh="删除", ja="削除した"),
}
NEXT_ATTEMPT = Text(
    en="next attempt {when}",
    zh="下次尝试 {when}",
    ja="次の試行 {when}",
)
NEVER_TRIED = Text(
    en="not tried yet",
    zh="尚未尝试",
    ja="まだ試していない",
)
BEING_TRIED = Text(
    en="an attempt is being made now",
    zh="正在尝试发送",
    ja="今まさに試行中",
)
SUSPENDED = Text(
    en="suspended by an administrator",
    zh="已被管理员暂停",
    ja="管理者が停止した",
)
LAST_HEARD = Text(
    en="after {attempts} attempts, the last answer: {reply}",
    zh="已尝试 {attempts} 次,最后的答复:{reply}",
    ja="{attempts} 回試行し、最後の答え: {reply}",
)
