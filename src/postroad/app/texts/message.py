"""What `postroad message` says of a message: the names of its views, and what is wrong with it."""

from __future__ import annotations

from postroad.app.texts._text import Text

MESSAGE = Text(en="message, {size}", zh="邮件,{size}", ja="メッセージ、{size}")
WHOLE = Text(en="message", zh="邮件", ja="全体")
FIELDS = Text(en="fields: {count}", zh="字段:{count}", ja="フィールド: {count}")
RAW = Text(en="raw: {value}", zh="原文:{value}", ja="生の値: {value}")
NO_ADDRESS = Text(en="(no address)", zh="(无地址)", ja="(アドレスなし)")
NO_DATE = Text(en="(not a date)", zh="(不是日期)", ja="(日付ではありません)")
PARTS = Text(en="parts: {count}", zh="部分:{count}", ja="パート: {count}")
SHOWN_TEXT = Text(en="text", zh="正文", ja="本文")
MORE_LINES = Text(
    en="… and more: {count} lines of what was read",
    zh="……其后还有 {count} 行",
    ja="… 続き {count} 行",
)
DEFECTS = Text(en="defects: {count}", zh="缺陷:{count}", ja="欠陥: {count}")
CANNOT_READ = Text(
    en="{file} cannot be read: {reason}. Name a file that holds one message, or - for standard"
    " input.",
    zh="无法读取 {file}:{reason}。请给出存有一封邮件的文件,或用 - 表示标准输入。",
    ja="{file} を読めません: {reason}。メールが一通入ったファイルか、標準入力を表す - を"
    "指定してください。",
)

DEFECT_KINDS = {
    "no_separator": Text(
        en="header block ends without an empty line",
        zh="报头结束处没有空行",
        ja="ヘッダーの後に空行がない",
    ),
    "not_a_field": Text(
        en="line in the header block is not a field",
        zh="报头中有一行不是字段",
        ja="ヘッダーにフィールドでない行がある",
    ),
    "obsolete_name": Text(
        en="white space before the colon of a field",
        zh="字段名的冒号前有空白",
        ja="フィールド名のコロンの前に空白がある",
    ),
    "bare_lf": Text(
        en="line ends with LF alone", zh="行尾只有 LF", ja="行末が LF だけになっている"
    ),
    "bare_cr": Text(en="CR without LF", zh="CR 后没有 LF", ja="LF を伴わない CR がある"),
    "nul": Text(en="NUL octet", zh="含有 NUL 字节", ja="NUL バイトがある"),
    "eight_bit_header": Text(
        en="8-bit octets in the header",
        zh="报头中有 8 位字节",
        ja="ヘッダーに 8 ビットのバイトがある",
    ),
    "invalid_utf8_header": Text(
        en="8-bit header that is not UTF-8",
        zh="报头中有非 UTF-8 的 8 位字节",
        ja="ヘッダーに UTF-8 でない 8 ビットのバイトがある",
    ),
    "long_line": Text(
        en="line longer than 998 octets", zh="有超过 998 字节的行", ja="998 バイトを超える行がある"
    ),
    "duplicate_field": Text(
        en="field that may occur once occurs again",
        zh="只应出现一次的字段重复出现",
        ja="一度しか許されないフィールドが重複している",
    ),
    "missing_field": Text(
        en="required field is missing", zh="缺少必需的字段", ja="必須のフィールドがない"
    ),
    "empty_field": Text(en="field without a value", zh="字段没有值", ja="値のないフィールドがある"),
    "bad_date": Text(en="date cannot be read", zh="日期无法识别", ja="日付を読み取れない"),
    "bad_address": Text(
        en="address cannot be read", zh="地址无法识别", ja="アドレスを読み取れない"
    ),
    "bad_message_id": Text(
        en="message identifier without angle brackets",
        zh="邮件标识符没有尖括号",
        ja="メッセージ識別子に山括弧がない",
    ),
    "bad_encoded_word": Text(
        en="encoded-word cannot be decoded",
        zh="编码字(encoded-word)无法解码",
        ja="符号化語(encoded-word)を復号できない",
    ),
    "bad_content_type": Text(
        en="Content-Type cannot be read",
        zh="Content-Type 无法识别",
        ja="Content-Type を読み取れない",
    ),
    "bad_encoding": Text(
        en="unknown Content-Transfer-Encoding",
        zh="未知的 Content-Transfer-Encoding",
        ja="未知の Content-Transfer-Encoding",
    ),
    "encoded_composite": Text(
        en="multipart or message is transfer-encoded",
        zh="multipart 或 message 类型的部分经过了传输编码",
        ja="multipart や message が転送符号化されている",
    ),
    "unknown_charset": Text(en="charset is unknown", zh="未知的字符集", ja="未知の文字集合"),
    "no_boundary": Text(
        en="multipart without a boundary",
        zh="multipart 没有 boundary",
        ja="multipart に boundary がない",
    ),
    "duplicate_boundary": Text(
        en="boundary is already in use further out",
        zh="boundary 与外层的重复",
        ja="boundary が外側と重複している",
    ),
    "no_start": Text(
        en="multipart whose first delimiter never comes",
        zh="multipart 始终没有出现第一个分隔行",
        ja="multipart の最初の区切り行が現れない",
    ),
    "not_closed": Text(
        en="multipart without its closing delimiter",
        zh="multipart 没有结束分隔行",
        ja="multipart に終わりの区切り行がない",
    ),
    "too_deep": Text(
        en="nested deeper than is followed",
        zh="嵌套过深,未再展开",
        ja="入れ子が深すぎ、先は開かない",
    ),
    "too_many_parts": Text(
        en="more parts than are followed",
        zh="部分过多,未全部展开",
        ja="パートが多すぎ、全部は開かない",
    ),
    "too_many_fields": Text(
        en="more header fields than are read",
        zh="报头字段过多,未全部读取",
        ja="フィールドが多すぎ、全部は読まない",
    ),
    "bad_base64": Text(
        en="base64 with foreign characters or bad padding",
        zh="base64 含有外来字符或填充有误",
        ja="base64 に余計な文字があるか、詰め方が誤っている",
    ),
    "bad_quoted_printable": Text(
        en="quoted-printable with invalid escapes",
        zh="quoted-printable 含有无效的转义",
        ja="quoted-printable に不正なエスケープがある",
    ),
    "eight_bit_body": Text(
        en="8-bit octets in a body declared 7bit",
        zh="声明为 7bit 的正文含有 8 位字节",
        ja="7bit とされた本文に 8 ビットのバイトがある",
    ),
}
"""What is wrong, by the name that `--json` gives each kind; the English is that of the room."""
