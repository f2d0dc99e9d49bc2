"""What is said about domains, accounts and aliases. `reason` is the directory's own sentence."""

from __future__ import annotations

from postroad.app.texts._text import Text

BAD_ADDRESS = Text(
    en="{subject}: this cannot be an address here. {reason}.",
    zh="{subject}:不能用作这里的地址。{reason}。",
    ja="{subject}: ここのアドレスには使えません。{reason}。",
)
BAD_DOMAIN = Text(
    en="{subject} is not a domain; write it like example.org.",
    zh="{subject} 不是域名;请写成 example.org 的形式。",
    ja="{subject} はドメインではありません。example.org のように書いてください。",
)
BAD_NAME = Text(
    en="{subject}: this name cannot be shown. {reason}.",
    zh="{subject}:该名称无法显示。{reason}。",
    ja="{subject}: この名前は表示できません。{reason}。",
)
BAD_QUOTA = Text(
    en="{subject}: a quota is a number of octets, such as 500M or 10G.",
    zh="{subject}:配额应为字节数,例如 500M 或 10G。",
    ja="{subject}: 容量は 500M や 10G のようなバイト数で指定してください。",
)
BAD_PASSWORD = Text(
    en="{subject}: this password cannot be used; it needs 1 to 1024 octets without control "
    "characters.",
    zh="{subject}:该密码无法使用;须为 1 到 1024 字节,且不含控制字符。",
    ja="{subject}: このパスワードは使えません。制御文字のない 1〜1024 バイトにしてください。",
)
DOMAIN_EXISTS = Text(
    en="The domain {subject} is here already.",
    zh="域名 {subject} 已存在。",
    ja="ドメイン {subject} はすでにあります。",
)
DOMAIN_IN_USE = Text(
    en="{subject} cannot be removed yet: {reason}.",
    zh="{subject} 下仍有账户或别名,还不能删除:{reason}。",
    ja="{subject} にはまだアカウントか別名があり、削除できません: {reason}。",
)
NO_SUCH_DOMAIN = Text(
    en="{subject}: the domain is not kept here. “postroad domain add” makes it so.",
    zh="{subject}:该域名不属于本服务器。可用 “postroad domain add” 添加。",
    ja="{subject}: このドメインはここにありません。「postroad domain add」で追加できます。",
)
ACCOUNT_EXISTS = Text(
    en="{subject} has an account already.",
    zh="{subject} 已有账户。",
    ja="{subject} のアカウントはすでにあります。",
)
NO_SUCH_ACCOUNT = Text(
    en="There is no account {subject}. “postroad account list” shows those there are.",
    zh="没有账户 {subject}。“postroad account list” 可列出现有账户。",
    ja="{subject} のアカウントはありません。「postroad account list」で一覧を見られます。",
)
ALIAS_EXISTS = Text(
    en="{subject} is an alias already; remove it before you change it.",
    zh="{subject} 已是别名;更改前请先删除。",
    ja="{subject} はすでに別名です。変更する前に削除してください。",
)
NO_SUCH_ALIAS = Text(
    en="There is no alias {subject}. “postroad alias list” shows those there are.",
    zh="没有别名 {subject}。“postroad alias list” 可列出现有别名。",
    ja="{subject} という別名はありません。「postroad alias list」で一覧を見られます。",
)
OTHER = Text(
    en="{subject}: {reason}.",
    zh="{subject}:{reason}。",
    ja="{subject}: {reason}。",
)

DOMAIN_ADDED = Text(
    en="{domain}: mail for this domain is kept here from now on.",
    zh="{domain}:从现在起在此保存该域名的邮件。",
    ja="{domain}: 今からこのドメインのメールをここで受け取ります。",
)
DOMAIN_REMOVED = Text(
    en="{domain}: mail for this domain is refused from now on.",
    zh="{domain}:从现在起拒收该域名的邮件。",
    ja="{domain}: 今からこのドメインのメールを拒否します。",
)
CATCH_ALL_SET = Text(
    en="{domain}: mail for unknown names goes to {target}.",
    zh="{domain}:发给未知名称的邮件将转到 {target}。",
    ja="{domain}: 宛先の名前が不明なメールは {target} に届きます。",
)
CATCH_ALL_REMOVED = Text(
    en="{domain}: mail for unknown names is refused.",
    zh="{domain}:拒收发给未知名称的邮件。",
    ja="{domain}: 宛先の名前が不明なメールは拒否します。",
)
ACCOUNT_ADDED = Text(
    en="{address} has an account and its first mailboxes.",
    zh="{address} 的账户及其初始邮箱已建立。",
    ja="{address} のアカウントと最初のメールボックスを作りました。",
)
ACCOUNT_REMOVED = Text(
    en="{address}: the account is removed (messages: {messages}).",
    zh="{address}:账户及其 {messages} 封邮件已删除。",
    ja="{address}: アカウントとそのメール {messages} 通を削除しました。",
)
REALLY_REMOVE = Text(
    en="Remove {address} and all its mail (messages: {messages})? This cannot be undone",
    zh="删除 {address} 及其邮箱中的全部 {messages} 封邮件?此操作无法撤销",
    ja="{address} とそのメール {messages} 通を全て削除しますか? 元に戻せません",
)
NEEDS_YES = Text(
    en="{address} has mail (messages: {messages}). Add --yes to remove it without being asked.",
    zh="{address} 有 {messages} 封邮件。如要不经询问直接删除,请加 --yes。",
    ja="{address} にはメールが {messages} 通あります。"
    "確認なしで削除するには --yes を付けてください。",
)
PASSWORD_SET = Text(
    en="{address}: the new password counts from now on.",
    zh="{address}:新密码即刻生效。",
    ja="{address}: 今から新しいパスワードが有効です。",
)
PASSWORD_PROMPT = Text(
    en="Password for {address}", zh="{address} 的密码", ja="{address} のパスワード"
)
PASSWORD_AGAIN = Text(en="Once more", zh="请再输入一次", ja="もう一度")
PASSWORD_EMPTY = Text(
    en="No password came on standard input; write it on the first line.",
    zh="标准输入中没有密码;请写在第一行。",
    ja="標準入力にパスワードがありません。最初の行に書いてください。",
)
PASSWORD_NO_TERMINAL = Text(
    en="There is no terminal to ask on. Use --password-stdin.",
    zh="没有可供询问的终端。请使用 --password-stdin。",
    ja="尋ねるための端末がありません。--password-stdin を使ってください。",
)
ALIAS_ADDED = Text(
    en="{address} stands for {targets}.",
    zh="{address} 代表 {targets}。",
    ja="{address} は {targets} に届きます。",
)
ALIAS_REMOVED = Text(
    en="{address} stands for nobody any more.",
    zh="{address} 不再是别名。",
    ja="{address} は別名ではなくなりました。",
)
ONE_CATCH_ALL = Text(
    en="A catch-all goes to one address; {domain} got {count}. Make an alias of them first.",
    zh="catch-all 只能指向一个地址;{domain} 给了 {count} 个。请先为它们建立一个别名。",
    ja="キャッチオールの宛先は一つだけです。{domain} に {count} 個あります。"
    "先に別名にまとめてください。",
)
