"""The line of every key is found, however the file is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.app.config._locate import Path, locate, nearest

EVERY_FORM = """\
# a comment, with = and [brackets]
plain = 1
"quoted key".inner = "a # that is text"
[table]
list = [1,
  "]",  # closes nothing
  {deep = 3, dotted.key = \"\"\"
fake = 1 "" \"\"\"\"},
]
raw = '''
[not a table]
'''
[[many]]
n = 1
[[many]]
n = 2
[many.below]
n = 3
[ "with \\u0041 escape" . last ]
when = 1979-05-27
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("plain",), 2),
        (("quoted key", "inner"), 3),
        (("table",), 4),
        (("table", "list", 1), 6),
        (("table", "list", 2, "deep"), 7),
        (("table", "list", 2, "dotted", "key"), 7),
        (("table", "raw"), 10),
        (("many", 0, "n"), 14),
        (("many", 1, "n"), 16),
        (("many", 1, "below", "n"), 18),
        (("with A escape",), 19),
        (("with A escape", "last", "when"), 20),
    ],
)
def test_each_form_of_key_has_its_line(path: Path, line: int) -> None:
    assert locate(EVERY_FORM)[path] == line


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    """Every place in parsed TOML."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in pairs:
        yield (*at, key)
        yield from paths(inner, (*at, key))


def test_what_is_located_is_what_is_parsed() -> None:
    assert set(locate(EVERY_FORM)) == set(paths(tomllib.loads(EVERY_FORM)))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab.=\"'[]{},#\n 1", max_size=60))
def test_any_text_that_parses_is_located_whole(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        locate(text)  # ends, whatever it finds
        return
    assert set(locate(text)) == set(paths(data))


def test_the_nearest_known_line_stands_for_a_place_without_one() -> None:
    lines = locate("a = 1\n[b]\n")
    assert nearest(lines, ("b", "absent")) == 2
    assert nearest(lines, ("absent",)) == 1
