"""What `postroad send` says."""

from __future__ import annotations

from postroad.app.texts._text import Text

NO_SENDER = Text(
    en="Nobody sends this: name the sender with --from, or put a From line into the file.",
    zh="没有发件人:请用 --from 指定,或在文件中写上 From 行。",
    ja="差出人がありません。--from で指定するか、ファイルに From 行を書いてください。",
)
NO_RECIPIENT = Text(
    en="Nobody is to receive this: name somebody with --to, or in the file's To, Cc or Bcc.",
    zh="没有收件人:请用 --to 指定,或写在文件的 To、Cc、Bcc 中。",
    ja="宛先がありません。--to で指定するか、ファイルの To、Cc、Bcc に書いてください。",
)
NO_TEXT = Text(
    en="There is nothing to send: give --text, --file, or write the text to standard input.",
    zh="没有内容可发:请给出 --text 或 --file,或从标准输入写入正文。",
    ja="送る内容がありません。--text か --file を使うか、標準入力に本文を書いてください。",
)
STDIN_TWICE = Text(
    en="Standard input cannot be both password and message; use --text or --file for the message.",
    zh="标准输入不能同时用作密码和邮件;请用 --text 或 --file 提供邮件。",
    ja="標準入力をパスワードとメールの両方には使えません。"
    "メールは --text か --file で渡してください。",
)
FILE_AND_TEXT = Text(
    en="--file is a whole message; {option} cannot be added to it.",
    zh="--file 是完整的邮件,不能再加 {option}。",
    ja="--file は完成したメールなので、{option} は加えられません。",
)
CANNOT_COMPOSE = Text(
    en="The message cannot be written: {reason}.",
    zh="无法写成邮件:{reason}。",
    ja="メールを書けません: {reason}。",
)
NO_HOST = Text(
    en="{host} has no address: {reason}",
    zh="{host} 没有地址:{reason}",
    ja="{host} にアドレスがありません: {reason}",
)
NOT_CONNECTED = Text(
    en="{host} cannot be reached: {reason}",
    zh="无法连到 {host}:{reason}",
    ja="{host} に接続できません: {reason}",
)
LOST = Text(
    en="The conversation with {host} broke off: {reason}",
    zh="与 {host} 的对话中断:{reason}",
    ja="{host} との会話が途切れました: {reason}",
)
TLS_FAILED = Text(
    en="{host} and we did not agree on TLS: {reason}. --ca-file names the authority to believe.",
    zh="与 {host} 的 TLS 协商失败:{reason}。可用 --ca-file 指定信任的证书颁发者。",
    ja="{host} との TLS に失敗しました: {reason}。--ca-file で信頼する認証局を指定できます。",
)
NO_STARTTLS = Text(
    en="{host} offers no STARTTLS, and a password is not sent in clear.",
    zh="{host} 不提供 STARTTLS,而密码不会以明文发送。",
    ja="{host} は STARTTLS を提供していません。パスワードを平文では送りません。",
)
NO_AUTH = Text(
    en="{host} offers no way to log in that we know.",
    zh="{host} 没有提供我们支持的登录方式。",
    ja="{host} にはこちらが知るログイン方法がありません。",
)
LOGIN_REFUSED = Text(
    en="{host} did not let {user} in: {reply}",
    zh="{host} 拒绝 {user} 登录:{reply}",
    ja="{host} は {user} のログインを拒否しました: {reply}",
)
REFUSED = Text(
    en="{host} refused at {step}: {reply}",
    zh="{host} 在 {step} 处拒绝:{reply}",
    ja="{host} は {step} で拒否しました: {reply}",
)
NOT_OFFERED = Text(
    en="{host} cannot take this message: {reason}.",
    zh="{host} 无法接收这封邮件:{reason}。",
    ja="{host} はこのメールを受け取れません: {reason}。",
)
TAKEN = Text(
    en="{address}: taken by {host}: {reply}",
    zh="{address}:{host} 已接收:{reply}",
    ja="{address}: {host} が受け取りました: {reply}",
)
NOT_TAKEN = Text(
    en="{address}: not taken by {host}: {reply}",
    zh="{address}:{host} 未接收:{reply}",
    ja="{address}: {host} は受け取りませんでした: {reply}",
)
