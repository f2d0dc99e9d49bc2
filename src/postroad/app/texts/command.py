"""What every command may have to say."""

from __future__ import annotations

from postroad.app.texts._text import Text

SEE_HELP = Text(
    en="See “{command} --help”.",
    zh="请看 “{command} --help”。",
    ja="「{command} --help」をご覧ください。",
)
DID_YOU_MEAN = Text(
    en="Did you mean “{suggestion}”?",
    zh="是否想写“{suggestion}”?",
    ja="「{suggestion}」のことですか?",
)
NO_SUCH_COMMAND = Text(
    en="There is no command “{name}”.",
    zh="没有名为“{name}”的命令。",
    ja="「{name}」というコマンドはありません。",
)
NO_SUCH_OPTION = Text(
    en="There is no option “{name}”.",
    zh="没有名为“{name}”的选项。",
    ja="「{name}」というオプションはありません。",
)
MISSING_PARAMETER = Text(
    en="{name} is missing.",
    zh="缺少 {name}。",
    ja="{name} がありません。",
)
BAD_PARAMETER = Text(
    en="{name} cannot be used: {reason}",
    zh="{name} 无法使用:{reason}",
    ja="{name} は使えません: {reason}",
)
INTERRUPTED = Text(en="Interrupted.", zh="已中断。", ja="中断しました。")
INTERNAL = Text(
    en="This is a fault of Postroad's own: {reason}. Set {debug}=1 to see where it happened.",
    zh="这是 Postroad 自身的错误:{reason}。设置 {debug}=1 可查看出错位置。",
    ja="Postroad 自身の不具合です: {reason}。{debug}=1 を設定すると発生箇所が分かります。",
)
DATABASE_TOO_NEW = Text(
    en="The data was written by a newer Postroad. Run that version, or restore older data.",
    zh="数据由更新版本的 Postroad 写入。请运行该版本,或恢复旧数据。",
    ja="データは新しい版の Postroad で書かれています。"
    "その版を使うか、古いデータを復元してください。",
)
DATABASE_ERROR = Text(
    en="The database cannot be used: {reason}",
    zh="数据库无法使用:{reason}",
    ja="データベースを使えません: {reason}",
)
STORAGE_FULL = Text(
    en="The disk is full; nothing was changed. Free some space and try again.",
    zh="磁盘已满,未作任何更改。请腾出空间后重试。",
    ja="ディスクに空きがなく、何も変更していません。空きを作ってからやり直してください。",
)
STORAGE_FAILED = Text(
    en="The disk failed while writing: {reason}. Check it before going on.",
    zh="写入时磁盘出错:{reason}。请先检查磁盘。",
    ja="書き込み中にディスクの障害が起きました: {reason}。続ける前に確認してください。",
)
CANNOT_LISTEN = Text(
    en="An address of [listen] cannot be used: {reason}.",
    zh="[listen] 中有地址无法使用:{reason}。",
    ja="[listen] のアドレスを使えません: {reason}。",
)
FOLDER_IN_USE = Text(
    en="Another Postroad works on the data in {folder}. Stop it first, or take another folder.",
    zh="另一个 Postroad 正在使用 {folder} 中的数据。请先停止它,或使用另一个文件夹。",
    ja="別の Postroad が {folder} のデータを使っています。"
    "先に止めるか、別のフォルダを使ってください。",
)
TLS_FILES = Text(
    en="The files of [tls] do not work: {reason}.",
    zh="[tls] 中的文件无法使用:{reason}。",
    ja="[tls] のファイルを使えません: {reason}。",
)
NO_DATA = Text(
    en="There is no Postroad data in {folder}. Name its folder with --data, or the configuration "
    "with --config; the first “postroad domain add” makes it.",
    zh="{folder} 中没有 Postroad 的数据。请用 --data 指定目录,或用 --config 指定配置;"
    "首次执行 “postroad domain add” 时会创建。",
    ja="{folder} に Postroad のデータがありません。--data でフォルダーを、または --config で設定を"
    "指定してください。最初の「postroad domain add」で作成されます。",
)
NO_CONFIG = Text(
    en="Name a configuration with --config FILE (or a folder with --data DIR).",
    zh="请用 --config FILE 指定配置(或用 --data DIR 指定目录)。",
    ja="--config FILE で設定を(または --data DIR でフォルダーを)指定してください。",
)
