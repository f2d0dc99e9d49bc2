"""Calls that have broken mail servers are not in the product."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import House

FORBIDDEN_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "telnetlib", "crypt"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_METHODS = {"os.system", "os.popen", "yaml.load", "tempfile.mktemp", "random.seed"}
SECRET = re.compile(
    r"(?:^|_)(?:password|secret|digest|hmac|mac|token|proof|verifier|stored_key|server_key)$"
)
# Digests that name public content: whoever can ask has the bytes.
PUBLIC = {"blob_digest", "content_digest"}


@pytest.fixture(scope="module", params=["product", "tools"])
def files(house: House, request: pytest.FixtureRequest) -> list[Path]:
    tools = sorted((house.root / "tools").rglob("*.py"))
    return house.sources() if request.param == "product" else tools


def test_nothing_that_runs_its_input_is_imported(house: House, files: list[Path]) -> None:
    found = [
        f"{house.name(file)}:{node.lineno}: {ast.unparse(node)}"
        for file in files
        for node in ast.walk(house.tree(file))
        if isinstance(node, (ast.Import, ast.ImportFrom)) and modules(node) & FORBIDDEN_MODULES
    ]
    assert not found, "\n".join(found)


def modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The top-level modules of an import."""
    names = (
        [node.module or ""]
        if isinstance(node, ast.ImportFrom)
        else [one.name for one in node.names]
    )
    return {name.partition(".")[0] for name in names}


def test_nothing_runs_text_as_code(house: House, files: list[Path]) -> None:
    found = [
        f"{house.name(file)}:{node.lineno}: {ast.unparse(node)[:60]}"
        for file in files
        for node in ast.walk(house.tree(file))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in FORBIDDEN_NAMES | FORBIDDEN_METHODS
    ]
    assert not found, "\n".join(found)


def test_no_process_is_started_through_a_shell(house: House, files: list[Path]) -> None:
    found = [
        f"{house.name(file)}:{node.lineno}"
        for file in files
        for node in ast.walk(house.tree(file))
        if isinstance(node, ast.Call)
        and any(k.arg == "shell" and ast.unparse(k.value) != "False" for k in node.keywords)
    ]
    assert not found, f"pass a list of arguments: {found}"


def test_secrets_are_compared_in_constant_time(house: House) -> None:
    found = [
        f"{house.name(file)}:{node.lineno}: {ast.unparse(node)}"
        for file in house.sources()
        if "testing" not in file.parts
        for node in ast.walk(house.tree(file))
        if isinstance(node, ast.Compare) and compares_a_secret(node)
    ]
    assert not found, "use hmac.compare_digest:\n" + "\n".join(found)


def compares_a_secret(node: ast.Compare) -> bool:
    """Whether `==` or `!=` has a secret on one side and something computed on the other."""
    if not any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False  # asks whether it is there, not what it is
    return any(SECRET.search(last_name(side)) and last_name(side) not in PUBLIC for side in sides)


def last_name(node: ast.expr) -> str:
    """`b` of `a.b`, `a` of `a`, and "" of anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr.lower()
    return node.id.lower() if isinstance(node, ast.Name) else ""


def test_the_detector_of_compared_secrets_works() -> None:
    def found(text: str) -> bool:
        (node,) = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Compare)]
        return compares_a_secret(node)

    assert found("a.stored_key == b") and found("x != client_proof") and found("password == given")
    assert not found("password == ''") and not found("len(token) == 3") and not found("a < token")
