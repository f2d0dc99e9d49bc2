"""What `postroad lab` says."""

from __future__ import annotations

from postroad.app.texts._text import Text

WELCOME = Text(
    en="The lab is up. Open {page}",
    zh="实验网络已启动。请打开 {page}",
    ja="ラボが起動しました。{page} を開いてください",
)
PEOPLE = Text(
    en="People: {people}. Everybody's password: {password}",
    zh="用户:{people}。所有人的密码:{password}",
    ja="利用者: {people}。全員のパスワード: {password}",
)
HOW_TO_STOP = Text(
    en="Stop it with Ctrl-C, or with: postroad lab down --base {base}",
    zh="按 Ctrl-C 停止,或运行:postroad lab down --base {base}",
    ja="Ctrl-C で停止します。または: postroad lab down --base {base}",
)
STOPPING = Text(
    en="Stopping the servers …",
    zh="正在停止各服务器……",
    ja="サーバーを停止しています……",
)
STOPPED = Text(
    en="The lab is down.",
    zh="实验网络已停止。",
    ja="ラボは停止しました。",
)
NOT_RUNNING = Text(
    en="No lab is running in {base}.",
    zh="{base} 中没有正在运行的实验网络。",
    ja="{base} で動いているラボはありません。",
)
NO_SUCH_SCENARIO = Text(
    en="There is no scenario “{name}”. There are: {known}",
    zh="没有名为“{name}”的场景。现有场景:{known}",
    ja="「{name}」というシナリオはありません。あるのは: {known}",
)
DID_NOT_START = Text(
    en="The lab did not start: {reason}",
    zh="实验网络未能启动:{reason}",
    ja="ラボを起動できませんでした: {reason}",
)
BAD_NET = Text(
    en="The lab's network cannot be used: {reason}",
    zh="该网络前缀不可用:{reason}",
    ja="このネットワークは使えません: {reason}",
)
PASSED = Text(en="passed", zh="通过", ja="合格")
FAILED = Text(en="FAILED", zh="失败", ja="不合格")
