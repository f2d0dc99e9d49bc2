"""What the lines of an SMTP dialogue mean, for somebody who sees one for the first time."""

from __future__ import annotations

from postroad.app.texts._text import Text

BAD_ADDRESS = Text(
    en="{address} is not an address: {reason}. Write it as name@example.org.",
    zh="{address} 不是邮件地址:{reason}。请写成 name@example.org。",
    ja="{address} はアドレスではありません: {reason}。name@example.org のように書いてください。",
)

# --- the six steps ---

STEPS = {
    "mx": Text(
        en="1  MX: which host takes mail for {domain}?",
        zh="1  查 MX:哪台主机接收 {domain} 的邮件?",
        ja="1  MX を引く: {domain} のメールを受け取るホストは?",
    ),
    "connect": Text(
        en="2  Connect: open a TCP connection to it",
        zh="2  连接:与它建立 TCP 连接",
        ja="2  接続: そのホストに TCP で接続する",
    ),
    "ehlo": Text(
        en="3  EHLO: introduce ourselves, hear what it can do",
        zh="3  EHLO:报上自己的名字,听它有哪些能力",
        ja="3  EHLO: 名乗り、相手にできることを聞く",
    ),
    "mail": Text(
        en="4  MAIL FROM: the envelope's sender",
        zh="4  MAIL FROM:信封上的发件人",
        ja="4  MAIL FROM: 封筒の差出人",
    ),
    "rcpt": Text(
        en="5  RCPT TO: does it take mail for {address}?",
        zh="5  RCPT TO:它收不收 {address} 的邮件?",
        ja="5  RCPT TO: {address} 宛のメールを受け取るか?",
    ),
    "quit": Text(
        en="6  QUIT: part without having sent anything",
        zh="6  QUIT:什么都不发送,道别离开",
        ja="6  QUIT: 何も送らずに別れる",
    ),
}

VERDICTS = {
    "accepted": Text(
        en="{address} is accepted. That is a promise to take mail, not proof that somebody reads "
        "it: a server may take every name and bounce later.",
        zh="{address} 会被接收。这表示对方愿意收信,并不证明有人在读:"
        "服务器也可能先收下所有名称,事后再退信。",
        ja="{address} は受け取られます。受け取るという約束であり、読む人がいる証明ではありません。"
        "何でも受け取って後で送り返すサーバーもあります。",
    ),
    "refused": Text(
        en="{address} is refused for good. A message would come back to its sender at once.",
        zh="{address} 被永久拒绝。寄出的邮件会立即退回发件人。",
        ja="{address} は完全に拒否されます。メールはすぐ差出人に戻ります。",
    ),
    "later": Text(
        en="{address} is not accepted just now. A message would wait and be tried again.",
        zh="{address} 暂时不被接收。邮件会排队等待并重试。",
        ja="{address} は今は受け取られません。メールは待って再試行されます。",
    ),
    "unreachable": Text(
        en="No server for {address} can be reached from here.",
        zh="从这里无法连到 {address} 的服务器。",
        ja="{address} のサーバーにここから接続できません。",
    ),
}

# --- step 1 and 2 ---

MX_RECORD = Text(
    en="the lower the number, the earlier it is tried",
    zh="数字越小,越先尝试",
    ja="数字が小さいものから試す",
)
MX_IMPLICIT = Text(
    en="no MX record: the domain's own address is tried instead (RFC 5321 §5.1)",
    zh="没有 MX 记录:改用域名自身的地址(RFC 5321 §5.1)",
    ja="MX レコードがない: ドメイン自身のアドレスを使う(RFC 5321 §5.1)",
)
MX_NULL = Text(
    en="the null MX: this domain says that it takes no mail at all (RFC 7505)",
    zh="空 MX:该域名声明不接收任何邮件(RFC 7505)",
    ja="空の MX: このドメインはメールを一切受け取らないと宣言している(RFC 7505)",
)
MX_NO_DOMAIN = Text(
    en="the domain does not exist; a message could only come back",
    zh="域名不存在,邮件只能退回",
    ja="ドメインが存在しない。メールは戻るしかない",
)
MX_MUTE = Text(
    en="DNS gives no answer now; a message would wait",
    zh="DNS 暂无答复,邮件会排队等待",
    ja="DNS が今は答えない。メールは待つ",
)
MX_GIVEN = Text(
    en="you named the host, so MX is not asked",
    zh="您指定了主机,因此不查 MX",
    ja="ホストが指定されたので MX は引かない",
)
MX_LITERAL = Text(
    en="the address names its host by number, so MX is not asked",
    zh="地址中直接写明了主机的 IP,因此不查 MX",
    ja="アドレスに IP が書かれているので MX は引かない",
)
ADDRESSES = Text(
    en="the addresses of this host",
    zh="该主机的地址",
    ja="このホストのアドレス",
)
NO_ADDRESS = Text(
    en="the host has no address: {reason}",
    zh="该主机没有地址:{reason}",
    ja="ホストにアドレスがない: {reason}",
)
CONNECTED = Text(
    en="somebody listens; the connection took {ms} ms",
    zh="有服务在监听;连接耗时 {ms} 毫秒",
    ja="待ち受けている。接続に {ms} ミリ秒",
)
NOT_CONNECTED = Text(
    en="nobody answers here: host down, or a firewall between (many providers block port 25)",
    zh="无人应答:主机停机,或中间有防火墙(许多运营商封锁 25 端口)",
    ja="応答がない: 停止中か、途中のファイアウォール(25 番を塞ぐ事業者は多い)",
)
LOST = Text(
    en="the conversation ended before its end",
    zh="对话中途断开",
    ja="会話が途中で切れた",
)
TLS_STARTED = Text(
    en="from here on all is encrypted; the certificate is not checked, as usual between servers",
    zh="此后全程加密;与服务器之间的惯例一样,不验证证书",
    ja="ここから暗号化される。サーバー間の通例どおり証明書は検証しない",
)
TLS_FAILED = Text(
    en="encryption was offered and failed; a message would be tried again in clear, or later",
    zh="对方提供了加密但握手失败;邮件会改为明文或稍后重试",
    ja="暗号化が提示されたが失敗した。メールは平文か後で再試行される",
)

# --- what we say ---

SAYS_EHLO = Text(
    en="our name, and: which extensions do you know?",
    zh="我们的名字,并询问:您支持哪些扩展?",
    ja="こちらの名前と、対応する拡張の問い合わせ",
)
SAYS_HELO = Text(
    en="our name, in the way of 1982: it did not understand EHLO",
    zh="以 1982 年的方式报名:它不懂 EHLO",
    ja="1982 年式の名乗り: EHLO が通じなかった",
)
SAYS_STARTTLS = Text(
    en="let us encrypt the rest",
    zh="请求加密之后的对话",
    ja="この先を暗号化したい",
)
SAYS_MAIL = Text(
    en="where a failure would be reported: the envelope's sender, which readers never see",
    zh="投递失败时的通知地址:信封发件人,收信人看不到",
    ja="失敗を知らせる先。封筒の差出人で、読む人には見えない",
)
SAYS_NULL = Text(
    en="the empty sender of notifications: nobody to report a failure to",
    zh="通知类邮件所用的空发件人:失败时无人可通知",
    ja="通知に使う空の差出人。失敗を知らせる相手はいない",
)
SAYS_RCPT = Text(
    en="who is to receive it: the envelope's recipient",
    zh="要寄给谁:信封收件人",
    ja="届け先: 封筒の宛先",
)
SAYS_QUIT = Text(en="goodbye", zh="再见", ja="さようなら")

# --- what the server says, by the first digit ---

CLASSES = {
    "2": Text(en="yes", zh="同意", ja="はい"),
    "3": Text(en="go on", zh="请继续", ja="続けて"),
    "4": Text(
        en="not now: a message would wait and be tried again",
        zh="现在不行:邮件会等待并重试",
        ja="今は不可: メールは待って再試行される",
    ),
    "5": Text(
        en="no: a message would come back at once",
        zh="拒绝:邮件会立即退回",
        ja="不可: メールはすぐに戻る",
    ),
}
GREETS = Text(
    en="it is ready, and tells its name",
    zh="它已就绪,并报上自己的名字",
    ja="準備ができ、名前を告げた",
)
NAMES_ITSELF = Text(
    en="its own name; its abilities follow",
    zh="它自己的名字,随后是它的能力",
    ja="相手の名前。続いて、できること",
)
MAIL_TAKEN = Text(
    en="the sender is taken; its proof (SPF, DKIM) comes later, if at all",
    zh="接受该发件人;真伪验证(SPF、DKIM)在之后进行,也可能不做",
    ja="差出人は受理。真偽の確認(SPF、DKIM)があるとしても後になる",
)
RCPT_TAKEN = Text(
    en="it takes mail for this address",
    zh="它接收寄给该地址的邮件",
    ja="このアドレス宛のメールを受け取る",
)

# --- extensions ---

KEYWORDS = {
    "SIZE": Text(
        en="the largest message it takes, in octets (RFC 1870)",
        zh="它接收的最大邮件,以字节计(RFC 1870)",
        ja="受け取る最大のメール、バイト単位(RFC 1870)",
    ),
    "PIPELINING": Text(
        en="commands may come in groups, which saves round trips (RFC 2920)",
        zh="命令可成组发送,省去往返(RFC 2920)",
        ja="コマンドをまとめて送れ、往復が減る(RFC 2920)",
    ),
    "8BITMIME": Text(
        en="text beyond ASCII may travel as it is (RFC 6152)",
        zh="非 ASCII 文本可原样传送(RFC 6152)",
        ja="ASCII 以外の文字をそのまま送れる(RFC 6152)",
    ),
    "SMTPUTF8": Text(
        en="addresses may have any letters (RFC 6531)",
        zh="邮件地址可使用任何文字(RFC 6531)",
        ja="アドレスに任意の文字を使える(RFC 6531)",
    ),
    "STARTTLS": Text(
        en="the connection can be encrypted (RFC 3207)",
        zh="连接可以加密(RFC 3207)",
        ja="接続を暗号化できる(RFC 3207)",
    ),
    "ENHANCEDSTATUSCODES": Text(
        en="its replies carry a second, exact code (RFC 2034)",
        zh="应答带有更精确的第二个代码(RFC 2034)",
        ja="応答に詳しい第二の番号が付く(RFC 2034)",
    ),
    "CHUNKING": Text(
        en="messages may come in counted pieces instead of DATA (RFC 3030)",
        zh="邮件可按计长的分块发送,不用 DATA(RFC 3030)",
        ja="DATA の代わりに長さ付きの断片で送れる(RFC 3030)",
    ),
    "BINARYMIME": Text(
        en="attachments may travel without base64 (RFC 3030)",
        zh="附件可不经 base64 直接传送(RFC 3030)",
        ja="添付を base64 なしで送れる(RFC 3030)",
    ),
    "DSN": Text(
        en="a sender may choose which notifications to get (RFC 3461)",
        zh="发件人可选择接收哪些投递通知(RFC 3461)",
        ja="差出人が受け取る通知を選べる(RFC 3461)",
    ),
    "LIMITS": Text(
        en="how much it takes on one connection (RFC 9422)",
        zh="一个连接上的各项上限(RFC 9422)",
        ja="一つの接続での上限(RFC 9422)",
    ),
    "AUTH": Text(
        en="it lets people log in, in these ways (RFC 4954)",
        zh="允许用户以这些方式登录(RFC 4954)",
        ja="これらの方法でログインできる(RFC 4954)",
    ),
    "REQUIRETLS": Text(
        en="a sender may insist on encryption all the way (RFC 8689)",
        zh="发件人可要求全程加密(RFC 8689)",
        ja="差出人が全区間の暗号化を求められる(RFC 8689)",
    ),
    "DELIVERBY": Text(
        en="a message may have a deadline (RFC 2852)",
        zh="邮件可附带投递期限(RFC 2852)",
        ja="メールに期限を付けられる(RFC 2852)",
    ),
    "ETRN": Text(
        en="a host may ask for its waiting mail (RFC 1985)",
        zh="主机可请求发送为它排队的邮件(RFC 1985)",
        ja="待っているメールを要求できる(RFC 1985)",
    ),
    "VRFY": Text(
        en="one may ask whether a user exists; few answer (RFC 5321 §3.5)",
        zh="可询问用户是否存在,但很少有服务器作答(RFC 5321 §3.5)",
        ja="利用者の有無を尋ねられるが、答えるものは少ない(RFC 5321 §3.5)",
    ),
    "HELP": Text(en="it has a help text", zh="它有帮助文本", ja="ヘルプがある"),
}
KEYWORD_UNKNOWN = Text(
    en="an extension that Postroad does not use",
    zh="Postroad 不使用的扩展",
    ja="Postroad が使わない拡張",
)

# --- enhanced status codes (RFC 3463), without their first digit ---

ENHANCED = {
    "1.1": Text(en="nobody has this address", zh="没有人使用该地址", ja="このアドレスの人はいない"),
    "1.2": Text(
        en="this host knows nothing of the domain",
        zh="该主机不认识这个域名",
        ja="このホストはそのドメインを知らない",
    ),
    "1.3": Text(
        en="the address is written wrongly", zh="地址写法有误", ja="アドレスの書き方が誤り"
    ),
    "1.6": Text(en="the mailbox has moved", zh="该邮箱已迁移", ja="メールボックスは移転した"),
    "1.7": Text(
        en="the sender's address is written wrongly",
        zh="发件人地址写法有误",
        ja="差出人アドレスの書き方が誤り",
    ),
    "1.8": Text(
        en="the sender's domain cannot receive mail",
        zh="发件人的域名无法收信",
        ja="差出人のドメインはメールを受け取れない",
    ),
    "1.10": Text(
        en="the domain says that it takes no mail",
        zh="该域名声明不接收邮件",
        ja="ドメインはメールを受け取らないと宣言している",
    ),
    "2.1": Text(en="the mailbox is switched off", zh="该邮箱已停用", ja="メールボックスは停止中"),
    "2.2": Text(en="the mailbox is full", zh="邮箱已满", ja="メールボックスが一杯"),
    "2.3": Text(en="the message would be too large", zh="邮件过大", ja="メールが大きすぎる"),
    "3.1": Text(en="its disk is full", zh="对方磁盘已满", ja="相手のディスクが一杯"),
    "3.2": Text(en="it takes no mail just now", zh="它暂不收信", ja="今は受け取っていない"),
    "4.3": Text(en="it cannot find a way on", zh="它找不到下一跳", ja="先の経路が見つからない"),
    "7.0": Text(en="refused by its policy", zh="因其策略被拒", ja="相手の方針による拒否"),
    "7.1": Text(
        en="it does not let us send there: policy, a blocklist, or greylisting when temporary",
        zh="它不允许我们寄往该处:策略、黑名单,若为临时则可能是灰名单",
        ja="送信を許さない: 方針、ブロックリスト、一時的ならグレイリスト",
    ),
    "7.20": Text(
        en="no valid DKIM signature", zh="没有有效的 DKIM 签名", ja="有効な DKIM 署名がない"
    ),
    "7.23": Text(
        en="SPF says that we may not send for this domain",
        zh="SPF 表明我们无权为该域名发信",
        ja="SPF によればこのドメインの送信を許されていない",
    ),
    "7.25": Text(
        en="our address has no matching PTR record",
        zh="我们的地址没有匹配的 PTR 记录",
        ja="こちらのアドレスに合う PTR レコードがない",
    ),
    "7.26": Text(
        en="several checks of the sender failed",
        zh="多项发件人检查未通过",
        ja="差出人の複数の検査に失敗した",
    ),
}
BAD_NAMESERVER = Text(
    en="--nameserver: {reason}.",
    zh="--nameserver:{reason}。",
    ja="--nameserver: {reason}。",
)
BAD_HOST = Text(
    en="{host} is not a host; write it as mail.example.org or mail.example.org:587.",
    zh="{host} 不是主机;请写成 mail.example.org 或 mail.example.org:587。",
    ja="{host} はホストではありません。mail.example.org か mail.example.org:587 と書いてください。",
)
