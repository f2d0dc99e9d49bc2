"""Which codec a charset label means, and how bytes become text without ever failing.

Labels follow the WHATWG Encoding table, as browsers and webmail do (gb2312 is gb18030, latin-1 is
windows-1252). Three charsets that the table replaces for the web's sake are read, since mail uses
them: utf-7, hz-gb-2312, iso-2022-kr.

Invariants: only codecs named here are ever looked up; decoding any bytes gives a string.

Standards: WHATWG Encoding §4.2, RFC 2978
"""

from __future__ import annotations

import re
from typing import Final

from postroad.message._limits import DETECT_SAMPLE

_ISO = "iso-8859-{0} iso8859-{0} iso8859{0} iso_8859-{0} iso8859_{0}"

_CODECS: Final = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 utf-8-sig"
    " utf8mb4 utf_8 cp65001 unicode-2-0-utf-8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": _ISO.format(2) + " csisolatin2 iso-ir-101 iso_8859-2:1987 l2 latin2",
    "iso8859-3": _ISO.format(3) + " csisolatin3 iso-ir-109 iso_8859-3:1988 l3 latin3",
    "iso8859-4": _ISO.format(4) + " csisolatin4 iso-ir-110 iso_8859-4:1988 l4 latin4",
    "iso8859-5": _ISO.format(5) + " csisolatincyrillic cyrillic iso-ir-144 iso_8859-5:1988",
    "iso8859-6": _ISO.format(6) + " arabic asmo-708 csiso88596e csiso88596i csisolatinarabic"
    " ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127 iso_8859-6:1987",
    "iso8859-7": _ISO.format(7) + " csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126"
    " iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": _ISO.format(8) + " csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138"
    " iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": _ISO.format(10) + " csisolatin6 iso-ir-157 l6 latin6",
    "iso8859-13": _ISO.format(13),
    "iso8859-14": _ISO.format(14),
    "iso8859-15": _ISO.format(15) + " csisolatin9 l9 latin9 latin-9",
    "iso8859-16": _ISO.format(16),
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman",
    "mac-greek": "x-mac-greek",
    "mac-turkish": "x-mac-turkish",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 tis620 cp874 x-cp874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251 win-1251 win1251",
    "cp1252": _ISO.format(1) + " ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-ir-100"
    " iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 latin-1 usascii us_ascii iso-latin-1"
    " iso646-us windows1252 ansi cp-1252 iso-8559-1",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": _ISO.format(9) + " cp1254 csisolatin5 iso-ir-148 iso_8859-9:1989 l5 latin5"
    " windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "gb18030": "gb18030 chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58"
    " x-gbk cp936 ms936 windows-936 gb2312_charset x-gb2312 euc-cn eucgb2312_cn cn-gb"
    " gb-2312 gb-18030 gb18030-2000 x-mac-chinesesimp",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950 big5hkscs windows-950 x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp eucjp euc_jp cp51932 x-eucjp",
    "iso2022_jp": "csiso2022jp iso-2022-jp iso2022-jp cp50220 cp50221 cp50222 jis"
    " iso-2022-jp-ms iso-2022-jp-ext _iso-2022-jp _iso-2022-jp$esc",
    "iso2022_jp_2": "iso-2022-jp-1 iso-2022-jp-2",
    "iso2022_jp_3": "iso-2022-jp-3",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cp932"
    " x-ms-cp932 cswindows31j x-mac-japanese cp-932 windows-932",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601"
    " ksc_5601 windows-949 cp949 euckr uhc ks_c_5601 x-windows-949",
    "johab": "johab cp1361 windows-1361",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16le",
    "utf-16": "utf-16 utf16",
    "utf-32": "utf-32 utf32 utf-32le utf-32be iso-10646-ucs-4 ucs-4",
    "utf-7": "utf-7 unicode-1-1-utf-7 csunicode11utf7 unicode-2-0-utf-7 utf7",
    "hz": "hz-gb-2312 hz hz-gb",
    "iso2022_kr": "iso-2022-kr csiso2022kr iso2022-kr",
    "cp437": "cp437 ibm437 437 cspc8codepage437",
    "cp850": "cp850 ibm850 850 cp-850 cspc850multilingual",
    "cp852": "cp852 ibm852 852 cspcp852",
    "cp855": "cp855 ibm855 855",
    "cp857": "cp857 ibm857 857",
    "cp858": "cp858 ibm00858 cp00858",
    "cp862": "cp862 ibm862 862 dos-862",
    "cp864": "cp864 ibm864",
    "cp865": "cp865 ibm865 865",
    "cp1125": "cp1125 ruscii",
    "ptcp154": "ptcp154 cyrillic-asian pt154",
    "tis-620": "x-tis-620",
}

_LABELS: Final = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}

_ASCII_LABELS: Final = frozenset(
    ("us-ascii", "ascii", "ansi_x3.4-1968", "usascii", "us_ascii", "iso646-us")
)
"""Labels that promise no 8-bit octets; when there are some, the text is treated as unlabelled."""

_JAPANESE_ESCAPES: Final = (b"\x1b$B", b"\x1b$@")
_LABEL_END: Final = re.compile(r"[\s;,\0]")
_HIGH_BIT: Final = bytes(range(128, 256)) * 2
_DOUBLE_BYTE_ESCAPES: Final = (b"$B", b"$@", b"$A", b"$(D")


def codec_of(label: str) -> str | None:
    """The Python codec for a charset label in any case, or None when the label is unknown."""
    label = label.strip(" \t\r\n\"'").lower()
    # Quirk: labels with something behind them, such as `utf-8;` or `utf-8, text/plain`.
    return _LABELS.get(label) or _LABELS.get(_LABEL_END.split(label, 1)[0].rstrip("\"'"))


def decode(data: bytes, label: str | None = None) -> str:
    """Bytes as text by their label; wrong bytes become U+FFFD, unknown labels are detected."""
    if data.isascii() and (label is None or is_ascii_superset(label)):
        return _decode_ascii(data, label)
    codec = codec_of(label) if label else None
    if codec is None or (label and label.strip().lower() in _ASCII_LABELS):
        return decode_unlabelled(data)
    try:
        text = data.decode(codec)
    except UnicodeError:
        text = _decode_damaged(data, codec)
    return _without_surrogates(text) if codec == "utf-7" else text


def decode_unlabelled(data: bytes) -> str:
    """Text of unknown charset: UTF-8 when it is valid, else what the detector says."""
    if data.isascii():
        return _decode_ascii(data, None)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut off at the very end does not make those before it less UTF-8; a single
        # octet there is rather the last letter of `café` in Latin-1.
        cut = error.reason == "unexpected end of data" and error.start > len(data) - 4
        if cut and (error.start < len(data) - 1 or not data[: error.start].isascii()):
            return data.decode("utf-8", "replace")
    return data.decode(detect(data), "replace")


def _without_surrogates(text: str) -> str:
    """utf-7 can spell half a surrogate pair, which no other codec could write again."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decode_ascii(data: bytes, label: str | None) -> str:
    """Quirk: iso-2022-jp is seven bits too, and is often sent as if it were ASCII."""
    if any(escape in data for escape in _JAPANESE_ESCAPES):
        known = label is not None and codec_of(label) is not None
        if not known or (label or "").strip().lower() in _ASCII_LABELS:
            return _decode_iso2022(data)
    return data.decode("ascii")


def is_ascii_superset(label: str) -> bool:
    """Whether ASCII octets mean ASCII characters under this label."""
    return codec_of(label) not in (
        "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "hz", "iso2022_jp", "iso2022_jp_2",
        "iso2022_jp_3", "iso2022_kr",
    )  # fmt: skip


def detect(data: bytes) -> str:
    """A codec for 8-bit text without a label; windows-1252 when nothing fits."""
    import chardet  # only here: most mail is labelled, and the import takes tens of milliseconds

    # Mail is written in the web's charsets; with DOS and Macintosh ones among the candidates,
    # short names become box drawings.
    sample, era = data[:DETECT_SAMPLE], chardet.EncodingEra.MODERN_WEB
    guess = chardet.detect(sample, encoding_era=era).get("encoding")
    return (codec_of(guess) if guess else None) or "cp1252"


def _decode_damaged(data: bytes, codec: str) -> str:
    """Wider relatives of a codec, then replacement characters."""
    if codec == "iso2022_jp":
        return _decode_iso2022(data)
    relative = {"euc_jp": "euc_jis_2004", "big5hkscs": "cp950", "iso2022_jp_2": "iso2022_jp_ext"}
    if codec in relative:
        try:
            return data.decode(relative[codec])
        except UnicodeError:
            pass
    try:
        return data.decode(codec, "replace")
    except UnicodeError:  # utf-16 and utf-32 may refuse a lone byte order mark
        return data.decode("cp1252", "replace")


def _decode_iso2022(data: bytes) -> str:
    """iso-2022-jp with what Outlook adds: vendor characters (row 13), half-width kana, raw 8-bit.

    RFC 1468; the additions are those of Microsoft's code page 50221.
    """
    head, *runs = data.split(b"\x1b")
    text = [head.decode("cp932", "replace")]
    for run in runs:
        if run.startswith(_DOUBLE_BYTE_ESCAPES):
            skip = 3 if run.startswith(b"$(") else 2
            text.append(run[skip:].translate(_HIGH_BIT).decode("euc_jis_2004", "replace"))
        elif run.startswith(b"(I"):
            text.append(run[2:].translate(_HIGH_BIT).decode("cp932", "replace"))
        elif run.startswith((b"(B", b"(J")):
            text.append(run[2:].decode("cp932", "replace"))
        else:
            text.append("\ufffd" + run.decode("cp932", "replace"))
    return "".join(text)
