"""What is said about a configuration file: what was found, what was expected, what to do."""

from __future__ import annotations

from postroad.app.texts._text import Text

FILE_MISSING = Text(
    en="There is no configuration file here. Name yours with --config; "
    "“postroad config describe” explains every key.",
    zh="这里没有配置文件。请用 --config 指定;“postroad config describe” 会解释每个键。",
    ja="ここに設定ファイルがありません。--config で指定してください。"
    "「postroad config describe」が全てのキーを説明します。",
)
FILE_UNREADABLE = Text(
    en="The file cannot be read: {reason}. Check its path and permissions.",
    zh="无法读取该文件:{reason}。请检查路径和权限。",
    ja="ファイルを読めません: {reason}。パスと権限を確認してください。",
)
NOT_UTF8 = Text(
    en="The file is not UTF-8 at octet {offset}. Save it as UTF-8 text.",
    zh="文件在第 {offset} 个字节处不是 UTF-8。请以 UTF-8 文本保存。",
    ja="ファイルの {offset} バイト目が UTF-8 ではありません。"
    "UTF-8 のテキストとして保存してください。",
)
NOT_TOML = Text(
    en="This is not TOML: {reason}. Expected lines such as key = “value” or [table].",
    zh='这不是合法的 TOML:{reason}。应为 key = "value" 或 [table] 这样的行。',
    ja='TOML として読めません: {reason}。key = "value" や [table] のような行が必要です。',
)
UNKNOWN_KEY = Text(
    en="There is no key “{key}” in {table}. {hint}",
    zh="{table} 中没有名为“{key}”的键。{hint}",
    ja="{table} に「{key}」というキーはありません。{hint}",
)
HINT_SIMILAR = Text(
    en="Did you mean “{suggestion}”?",
    zh="是否想写“{suggestion}”?",
    ja="「{suggestion}」のことですか?",
)
HINT_ELSEWHERE = Text(
    en="It belongs to {table}.",
    zh="它属于 {table}。",
    ja="これは {table} のキーです。",
)
HINT_CHOICES = Text(
    en="Known here: {choices}.",
    zh="此处可用的键:{choices}。",
    ja="ここで使えるキー: {choices}。",
)
MISSING_KEY = Text(
    en="The key “{key}” is missing from {table}. It means: {description}",
    zh="{table} 缺少键“{key}”。含义:{description}",
    ja="{table} にキー「{key}」がありません。意味: {description}",
)
WRONG_TYPE = Text(
    en="“{key}” must be {expected}, but here it is {found}.",
    zh="“{key}”应为{expected},此处却是{found}。",
    ja="「{key}」は{expected}でなければなりませんが、ここでは{found}です。",
)
OUT_OF_RANGE = Text(
    en="“{key}” must be {bound}, but here it is {value}.",
    zh="“{key}”必须满足 {bound},此处却是 {value}。",
    ja="「{key}」は {bound} でなければなりませんが、ここでは {value} です。",
)
NOT_A_CHOICE = Text(
    en="“{key}” cannot be “{value}”. Write one of: {choices}.",
    zh="“{key}”不能是“{value}”。请写以下之一:{choices}。",
    ja="「{key}」に「{value}」は使えません。次のどれかを書いてください: {choices}。",
)
INVALID = Text(
    en="“{key}” cannot be used: {reason}",
    zh="“{key}”无法使用:{reason}",
    ja="「{key}」は使えません: {reason}",
)

BAD_HOSTNAME = Text(
    en="“{value}” is not a full host name. Write this server's name as in DNS, such as "
    "mail.example.org.",
    zh="“{value}”不是完整的主机名。请写本服务器在 DNS 中的名称,例如 mail.example.org。",
    ja="「{value}」は完全なホスト名ではありません。"
    "mail.example.org のように DNS での名前を書いてください。",
)
BAD_ENDPOINT = Text(
    en="“{value}” is not an address and a port. Write “0.0.0.0:25” or “[::]:25”.",
    zh='“{value}”不是地址加端口。请写成 "0.0.0.0:25" 或 "[::]:25"。',
    ja="「{value}」はアドレスとポートではありません。"
    '"0.0.0.0:25" や "[::]:25" のように書いてください。',
)
SAME_ENDPOINT = Text(
    en="“{value}” is also given to “{other}”. Two services cannot share one port.",
    zh="“{value}”已分配给“{other}”。两个服务不能共用一个端口。",
    ja="「{value}」は「{other}」にも割り当てられています。二つのサービスが一つのポートを共有することはできません。",
)
NOBODY_LISTENS = Text(
    en="[listen] names no address, so nothing could reach this server. "
    "Add for example smtp = [“0.0.0.0:25”].",
    zh='[listen] 未列出任何地址,无人能连到本服务器。请添加,例如 smtp = ["0.0.0.0:25"]。',
    ja="[listen] にアドレスがないため、誰もこのサーバーに接続できません。"
    '例えば smtp = ["0.0.0.0:25"] を追加してください。',
)
NEEDS_TLS = Text(
    en="“{key}” needs a certificate, because passwords are taken over TLS only. "
    "Set certificate and key in [tls].",
    zh="“{key}”需要证书,因为密码只在 TLS 上接受。请在 [tls] 中设置 certificate 和 key。",
    ja="パスワードは TLS でのみ受け付けるため、「{key}」には証明書が必要です。"
    "[tls] に certificate と key を書いてください。",
)
TLS_HALF = Text(
    en="[tls] has “{given}” without “{missing}”. Set both.",
    zh="[tls] 只有“{given}”而没有“{missing}”。两者都要设置。",
    ja="[tls] に「{given}」だけがあり「{missing}」がありません。両方を書いてください。",
)
TLS_UNUSABLE = Text(
    en="These files do not work: {reason}",
    zh="这些文件无法使用:{reason}",
    ja="これらのファイルは使えません: {reason}",
)
BAD_NAMESERVER = Text(
    en="“{value}” is not a name server. Write its address, such as “127.0.0.1” or “127.0.0.1:53”.",
    zh='“{value}”不是域名服务器。请写它的地址,例如 "127.0.0.1" 或 "127.0.0.1:53"。',
    ja="「{value}」はネームサーバーではありません。"
    '"127.0.0.1" や "127.0.0.1:53" のようにアドレスを書いてください。',
)
BAD_NETWORK = Text(
    en="“{value}” is not an address or a network. Write “192.0.2.1” or “192.0.2.0/24”.",
    zh='“{value}”不是地址或网段。请写成 "192.0.2.1" 或 "192.0.2.0/24"。',
    ja="「{value}」はアドレスでもネットワークでもありません。"
    '"192.0.2.1" や "192.0.2.0/24" のように書いてください。',
)
BAD_ROUTE = Text(
    en="“{value}” is not a next host. Write “host:port”, such as “mail.example.org:25”.",
    zh='“{value}”不是下一跳主机。请写成“主机:端口”,例如 "mail.example.org:25"。',
    ja='「{value}」は次のホストではありません。"mail.example.org:25" のように書いてください。',
)
BAD_DOMAIN = Text(
    en="“{value}” is not a domain. Write it as in an address, such as “example.org”.",
    zh='“{value}”不是域名。请按邮件地址中的写法,例如 "example.org"。',
    ja='「{value}」はドメインではありません。"example.org" のように書いてください。',
)

CHECKED = Text(
    en="{file}: no errors. This server is {hostname}; its data is in {data}.",
    zh="{file}:没有错误。本服务器为 {hostname},数据位于 {data}。",
    ja="{file}: 誤りはありません。このサーバーは {hostname}、データは {data} にあります。",
)

ROOT_TABLE = Text(en="the first part of the file", zh="文件开头部分", ja="ファイルの先頭部分")

TYPES = {
    "str": Text(en="text in quotes", zh="用引号括起的文本", ja="引用符で囲んだ文字列"),
    "int": Text(en="a whole number", zh="整数", ja="整数"),
    "float": Text(en="a number", zh="数", ja="数"),
    "bool": Text(en="true or false", zh="true 或 false", ja="true か false"),
    "array": Text(en="a list in [ ]", zh="用 [ ] 括起的列表", ja="[ ] で囲んだ一覧"),
    "object": Text(en="a table", zh="表", ja="テーブル"),
    "datetime": Text(en="a date and time", zh="日期时间", ja="日時"),
    "date": Text(en="a date", zh="日期", ja="日付"),
    "time": Text(en="a time", zh="时间", ja="時刻"),
}
"""The type names of msgspec's messages, in words."""
NO_SUCH_TABLE = Text(
    en="There is no table “{table}”. Tables: {choices}.",
    zh="没有名为“{table}”的表。可用的表:{choices}。",
    ja="「{table}」というテーブルはありません。テーブル: {choices}。",
)
