"""Attack 26: no secret, digest of one, token or proof is compared by `==`; that would leak by time.

Dovecot doveadm, CVE-2026-27856. The check reads the source: a comparison by `==`, `!=` or `in` of
anything that is named like a secret is a fault; its length may be compared, and a keyword is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import postroad

SOURCE = Path(postroad.__file__).parent
SECRET = re.compile(
    r"(?i)(password|passwd|secret|token|proof|signature|hmac|digest_of|stored_key|server_key|"
    r"client_key|verifier|credential|nonce|binding|cookie)"
)
ROOMS = ("sasl", "directory", "protocols", "msa", "mra", "mda", "border", "mta", "net", "app")
"""Where secrets are. A token of the grammar of mail (`message`) is none."""


PUBLIC = {
    "_binding",  # whether there is one, and its type's name: the client said it in clear
    "secret",  # app/log: a part of a field's name
    "_CLEAR_PASSWORD",  # names of mechanisms
    "PASSWORD_SERVICES",  # names of services
}


def compares(tree: ast.AST) -> Iterator[ast.Compare]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops
        ):
            yield node


def names(node: ast.AST) -> set[str]:
    """What is compared, by its names; what only has its length taken is left out."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return set()
    found = {node.id} if isinstance(node, ast.Name) else set()
    found |= {node.attr} if isinstance(node, ast.Attribute) else set()
    return found.union(*(names(child) for child in ast.iter_child_nodes(node)))


def against_constant(node: ast.Compare) -> bool:
    """Whether one side is written in the source: a keyword or a flag, no secret."""
    sides = [node.left, *node.comparators]
    return any(isinstance(side, ast.Constant | ast.Tuple | ast.Set) for side in sides)


def test_secrets_are_compared_in_constant_time() -> None:
    faults = []
    for file in (file for room in ROOMS for file in (SOURCE / room).rglob("*.py")):
        path = file.relative_to(SOURCE).as_posix()
        for node in compares(ast.parse(file.read_text())):
            if against_constant(node):
                continue
            if secret := {name for name in names(node) if SECRET.search(name)} - PUBLIC:
                faults.append(f"{path}:{node.lineno}: {sorted(secret)}: use hmac.compare_digest")
    assert not faults, faults


def test_scram_compares_its_proof_in_constant_time() -> None:
    text = (SOURCE / "sasl" / "_scram.py").read_text()
    assert "compare_digest" in text
