"""HTML as text, by one pass over its tags: no tree is built, so nesting costs nothing.

For previews, search and people who read plain text. Not a sanitizer: the result is text and must
be escaped before it is shown as HTML.

Invariants: linear (every match consumes what it looked at); never raises; quote depth and output
are bounded.

Standards: HTML Living Standard §13.2.5 as far as tags, comments and character references go
"""

from __future__ import annotations

import html
import re
from typing import Final

# An unclosed comment, tag or attribute value reaches to the end of the text, as in browsers.
_MARKUP: Final = re.compile(
    r"<(?:!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>|\Z))"
    r"|(/?)([a-zA-Z][^\s/><]*+)((?:[^\"'>]++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+)(?:>|\Z)"
    r"|[!?/][^>]*+(?:>|\Z))"
)
_RAW_END: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*+(?:>|\Z)", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "noembed", "noframes", "xmp", "iframe")
}
_SHOWN_RAW: Final = frozenset(("textarea", "xmp"))
_BLOCKS: Final = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
        "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
        "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
    )
)  # fmt: skip
_TAGS: Final = _BLOCKS | _RAW_END.keys() | {"td", "th", "img", "a"}
"""The tags that change the text; all others are passed over."""
_QUIET: Final = _BLOCKS - {"blockquote", "br", "hr", "li", "pre"}
"""The blocks that only end a line: without one, and after an empty one, they do nothing."""
_PARAGRAPHS: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table"))
_ATTRIBUTE: Final = re.compile(
    r"([a-zA-Z-]++)\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>\"']++))"
)
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_LONG_REFERENCE: Final = re.compile(r"&#(?:\d{8,}+|[xX][0-9a-fA-F]{8,}+);?")
_DECIMAL: Final = re.compile(r"&#(\d{1,7})(?:;|(?!\d))")
_MANY: Final = 5_000
"""Characters of one text from which on it pays to look at decimal references ourselves."""
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_MAX_QUOTE: Final = 8
"""Quote marks in front of a line at most; deeper blockquotes look like the eighth."""


def html_to_text(source: str, *, links: bool = False, lines: int = 0) -> str:
    """The text of an HTML document, LF line ends; `links` adds each link's address in brackets.

    With `lines` the work stops after so many lines.
    """
    return _Stripper(source, links, lines).run()


def unescape(text: str) -> str:
    """Character references resolved; absurdly long numbers are U+FFFD instead of an error."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _LONG_REFERENCE.sub("\ufffd", text)
        if len(text) > _MANY:  # one reference after the other: shorter ways to the plain ones
            text = _DECIMAL.sub(_character, text)
    return html.unescape(text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    number = int(found[1])
    if number == 38:  # what it might begin is no reference
        return "&amp;"
    plain = number in (9, 10) or 32 <= number < 127 or 160 <= number < 0xD800
    return chr(number) if plain else found[0]


class _Stripper:
    """Where the pass is: the line being made, the quote depth, whether white space is kept."""

    def __init__(self, source: str, links: bool, limit: int) -> None:
        self.source = source
        self.limit = limit or len(source) + 1
        self.links = links
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quote = 0
        self.pre = 0
        self.hrefs: list[str] = []

    def run(self) -> str:
        source, pos = self.source, 0
        while markup := _MARKUP.search(source, pos):
            if markup.start() > pos:
                self._text(source[pos : markup.start()])
            pos = markup.end()
            if len(self.lines) > self.limit:
                break
            if markup[2]:
                name = markup[2].lower()
                if name not in _TAGS or (name in _QUIET and self._at_rest()):
                    continue
                if name in _RAW_END and not markup[1]:
                    pos = self._skip_raw(name, pos)
                else:
                    self._tag(name, bool(markup[1]), markup[3])
        self._text(source[pos:])
        self._break()
        return _BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")

    def _at_rest(self) -> bool:
        return not self.line and (not self.lines or not self.lines[-1])

    def _text(self, text: str) -> None:
        text = unescape(text)
        if not self.pre:
            self.line.append(_SPACE.sub(" ", text))
            return
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self.line.append(first)
        for line in rest:
            self._break(keep=True)
            self.line.append(line)

    def _tag(self, name: str, closing: bool, attributes: str) -> None:
        if name in _BLOCKS:
            self._block(name, closing)
        elif name in ("td", "th") and not closing:
            self.line.append(" ")
        elif name == "img":
            self.line.append(unescape(_attribute(attributes, "alt")))
        elif name == "a" and self.links:
            self._link(closing, attributes)

    def _block(self, name: str, closing: bool) -> None:
        if self.line or name == "br":
            self._break(keep=name == "br")
        if name == "li":
            if not closing:
                self.line.append("* ")
            return
        if name in _PARAGRAPHS and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._marks().rstrip())
        if name == "blockquote":
            self.quote = max(self.quote + (-1 if closing else 1), 0)
        elif name == "pre":
            self.pre = max(self.pre + (-1 if closing else 1), 0)
        elif name == "hr":
            self.lines.append(self._marks() + "-" * 20)

    def _link(self, closing: bool, attributes: str) -> None:
        if not closing:
            self.hrefs.append(unescape(_attribute(attributes, "href")).strip())
        elif self.hrefs and (href := self.hrefs.pop()) and not href.startswith("#"):
            self.line.append(f" <{_SPACE.sub('', href)}>")

    def _skip_raw(self, name: str, pos: int) -> int:
        """Past an element whose content is no markup (HTML §13.1.2)."""
        end = _RAW_END[name].search(self.source, pos)
        if name in _SHOWN_RAW:
            self._text(self.source[pos : end.start() if end else len(self.source)])
        return end.end() if end else len(self.source)

    def _marks(self) -> str:
        depth = min(self.quote, _MAX_QUOTE)
        return ">" * depth + " " if depth else ""

    def _break(self, *, keep: bool = False) -> None:
        """End the line; an empty one is kept only when the source asked for it."""
        line = self.line[0] if len(self.line) == 1 else "".join(self.line)
        self.line.clear()
        if not self.pre:
            line = line.strip(" ")
            if "  " in line:  # each piece has single spaces; two pieces may meet in two
                line = _SPACE.sub(" ", line)
        if keep or line.strip():
            self.lines.append(((self._marks() if self.quote else "") + line).rstrip())


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return found[2] or found[3] or found[4] or ""
    return ""
