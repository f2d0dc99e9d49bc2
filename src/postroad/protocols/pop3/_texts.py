"""Every sentence that a person may come to read, in the languages that LANG offers.

Standards: RFC 6856 §3, RFC 4647 §3.4 (look-up of a language range)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto

DEFAULT_LANGUAGE = "en"

LANGUAGES: Mapping[str, str] = {"en": "English", "zh-Hans": "简体中文", "ja": "日本語"}
"""Tag and the language's own name."""


class Text(StrEnum):
    """What is said."""

    GREETING = auto()
    GOODBYE = auto()
    LOGGED_IN = auto()
    NAME_TAKEN = auto()
    TLS_NOW = auto()
    UTF8_ON = auto()
    LANGUAGE = auto()
    LIST_FOLLOWS = auto()
    MESSAGE_FOLLOWS = auto()
    MARKED = auto()
    UNMARKED = auto()
    WRONG_LOGIN = auto()
    NEED_TLS = auto()
    CANCELLED = auto()
    NO_MECHANISM = auto()
    NOT_BASE64 = auto()
    IN_USE = auto()
    LOGIN_DELAY = auto()
    BUSY = auto()
    TROUBLE = auto()
    NOT_REMOVED = auto()
    LOST = auto()
    NO_SUCH_MESSAGE = auto()
    UNKNOWN_COMMAND = auto()
    NOT_HTTP = auto()
    NOT_NOW = auto()
    BAD_ARGUMENT = auto()
    TOO_LONG = auto()
    NO_SUCH_LANGUAGE = auto()
    TOO_MANY_ERRORS = auto()
    TOO_MANY_LOGINS = auto()
    TOO_MANY_COMMANDS = auto()
    INJECTION = auto()


_ENGLISH: Mapping[Text, str] = {
    Text.GREETING: "Postroad is ready",
    Text.GOODBYE: "Goodbye",
    Text.LOGGED_IN: "The maildrop is open and locked",
    Text.NAME_TAKEN: "Now the password",
    Text.TLS_NOW: "Begin TLS now",
    Text.UTF8_ON: "UTF-8 from now on",
    Text.LANGUAGE: "We speak English now",
    Text.LIST_FOLLOWS: "The list follows",
    Text.MESSAGE_FOLLOWS: "The message follows",
    Text.MARKED: "The message goes when you quit",
    Text.UNMARKED: "All messages stay",
    Text.WRONG_LOGIN: "Wrong user name or password",
    Text.NEED_TLS: "Passwords are taken over TLS only: use STLS or the TLS port",
    Text.CANCELLED: "Authentication was cancelled",
    Text.NO_MECHANISM: "This mechanism is not offered here; see CAPA",
    Text.NOT_BASE64: "That is not base64",
    Text.IN_USE: "Another session has this maildrop open",
    Text.LOGIN_DELAY: "You were here a moment ago; wait a little",
    Text.BUSY: "Too many logins at once; try again in a moment",
    Text.TROUBLE: "Something went wrong here; try again later",
    Text.NOT_REMOVED: "The marked messages were not removed; try again later",
    Text.LOST: "This message cannot be read; tell the administrator",
    Text.NO_SUCH_MESSAGE: "There is no such message",
    Text.UNKNOWN_COMMAND: "This command is not known here",
    Text.NOT_HTTP: "This is a mail server, and that was HTTP",
    Text.NOT_NOW: "Not at this point of the session",
    Text.BAD_ARGUMENT: "The arguments are not right",
    Text.TOO_LONG: "The line is too long",
    Text.NO_SUCH_LANGUAGE: "We do not speak that language",
    Text.TOO_MANY_ERRORS: "Too many errors",
    Text.TOO_MANY_LOGINS: "Too many failed logins",
    Text.TOO_MANY_COMMANDS: "Too many commands and no login",
    Text.INJECTION: "Nothing may follow STLS before the handshake",
}

_CHINESE: Mapping[Text, str] = {
    Text.GREETING: "Postroad 已就绪",
    Text.GOODBYE: "再见",
    Text.LOGGED_IN: "邮箱已打开并锁定",
    Text.NAME_TAKEN: "请输入密码",
    Text.TLS_NOW: "现在开始 TLS",
    Text.UTF8_ON: "从现在起使用 UTF-8",
    Text.LANGUAGE: "现在使用中文",
    Text.LIST_FOLLOWS: "列表如下",
    Text.MESSAGE_FOLLOWS: "邮件如下",
    Text.MARKED: "退出时将删除该邮件",
    Text.UNMARKED: "所有邮件均保留",
    Text.WRONG_LOGIN: "用户名或密码错误",
    Text.NEED_TLS: "只能通过 TLS 传送密码:请使用 STLS 或 TLS 端口",
    Text.CANCELLED: "认证已取消",
    Text.NO_MECHANISM: "不支持此认证机制;请用 CAPA 查看",
    Text.NOT_BASE64: "不是有效的 base64",
    Text.IN_USE: "另一个会话正在使用此邮箱",
    Text.LOGIN_DELAY: "登录过于频繁,请稍候",
    Text.BUSY: "同时登录者过多,请稍后再试",
    Text.TROUBLE: "服务器出现问题,请稍后再试",
    Text.NOT_REMOVED: "已标记的邮件未能删除,请稍后再试",
    Text.LOST: "无法读取此邮件,请联系管理员",
    Text.NO_SUCH_MESSAGE: "没有这封邮件",
    Text.UNKNOWN_COMMAND: "未知命令",
    Text.NOT_HTTP: "这是邮件服务器,而收到的是 HTTP",
    Text.NOT_NOW: "会话的当前状态不允许此命令",
    Text.BAD_ARGUMENT: "参数不正确",
    Text.TOO_LONG: "行过长",
    Text.NO_SUCH_LANGUAGE: "不支持该语言",
    Text.TOO_MANY_ERRORS: "错误过多",
    Text.TOO_MANY_LOGINS: "登录失败次数过多",
    Text.TOO_MANY_COMMANDS: "命令过多而未登录",
    Text.INJECTION: "握手之前 STLS 后面不得有任何内容",
}

_JAPANESE: Mapping[Text, str] = {
    Text.GREETING: "Postroad の準備ができました",
    Text.GOODBYE: "さようなら",
    Text.LOGGED_IN: "メールボックスを開いてロックしました",
    Text.NAME_TAKEN: "パスワードをどうぞ",
    Text.TLS_NOW: "TLS を始めてください",
    Text.UTF8_ON: "以後 UTF-8 を使います",
    Text.LANGUAGE: "以後日本語で応答します",
    Text.LIST_FOLLOWS: "一覧が続きます",
    Text.MESSAGE_FOLLOWS: "メッセージが続きます",
    Text.MARKED: "終了時にこのメッセージを削除します",
    Text.UNMARKED: "すべてのメッセージを残します",
    Text.WRONG_LOGIN: "ユーザー名またはパスワードが違います",
    Text.NEED_TLS: "パスワードは TLS でのみ受け付けます。STLS か TLS ポートを使ってください",
    Text.CANCELLED: "認証は取り消されました",
    Text.NO_MECHANISM: "この認証方式はありません。CAPA をご覧ください",
    Text.NOT_BASE64: "base64 ではありません",
    Text.IN_USE: "別のセッションがこのメールボックスを使用中です",
    Text.LOGIN_DELAY: "少し待ってからログインしてください",
    Text.BUSY: "ログインが混み合っています。少し待ってください",
    Text.TROUBLE: "サーバーで問題が起きました。後でもう一度どうぞ",
    Text.NOT_REMOVED: "印を付けたメッセージを削除できませんでした。後でもう一度どうぞ",
    Text.LOST: "このメッセージは読めません。管理者に知らせてください",
    Text.NO_SUCH_MESSAGE: "そのメッセージはありません",
    Text.UNKNOWN_COMMAND: "知らないコマンドです",
    Text.NOT_HTTP: "ここはメールサーバーです。HTTP は話せません",
    Text.NOT_NOW: "今はこのコマンドを使えません",
    Text.BAD_ARGUMENT: "引数が正しくありません",
    Text.TOO_LONG: "行が長すぎます",
    Text.NO_SUCH_LANGUAGE: "その言語では応答できません",
    Text.TOO_MANY_ERRORS: "誤りが多すぎます",
    Text.TOO_MANY_LOGINS: "ログインの失敗が多すぎます",
    Text.TOO_MANY_COMMANDS: "ログインせずにコマンドが多すぎます",
    Text.INJECTION: "ハンドシェイクの前に STLS の後へ何も送れません",
}

_WORDS: Mapping[str, Mapping[Text, str]] = {
    "en": _ENGLISH,
    "zh-Hans": _CHINESE,
    "ja": _JAPANESE,
}

_ALIASES = {"zh-CN": "zh-Hans", "zh-SG": "zh-Hans", "zh-Hans-CN": "zh-Hans", "zh": "zh-Hans"}


def words(text: Text, language: str) -> str:
    """The sentence in one of LANGUAGES."""
    return _WORDS[language][text]


def find_language(wanted: str) -> str | None:
    """The tag of LANGUAGES for a language range, None when there is none (RFC 4647 §3.4)."""
    if wanted == "*":
        return DEFAULT_LANGUAGE
    known = {tag.lower(): tag for tag in LANGUAGES} | {a.lower(): t for a, t in _ALIASES.items()}
    candidate = wanted.lower()
    while candidate:
        if candidate in known:
            return known[candidate]
        candidate = candidate.rpartition("-")[0]
    return None
