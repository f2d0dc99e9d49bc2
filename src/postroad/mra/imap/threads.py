"""THREAD: messages as conversations, by what they refer to or by their subjects.

A client gets trees of message numbers. This is for one mailbox and computed when asked; the store's
own threads, which reach across mailboxes, are THREADID.

Invariants: every message is in the answer once; no recursion, so depth costs nothing; n log n.

Standards: RFC 5256 §3 (ORDEREDSUBJECT, REFERENCES), §5 (responses);
draft-ietf-morg-inthread §4 (REFS)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from postroad.protocols.imap.responses import Conversation


class Item(NamedTuple):
    """A message to be put into a thread. `subject` is the base subject, folded."""

    number: int
    sent: float
    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    is_reply: bool = False


class Node:
    """A message, or a place for one that is not here, and what answers it."""

    __slots__ = ("children", "item", "parent")

    def __init__(self, item: Item | None = None) -> None:
        self.item = item
        self.parent: Node | None = None
        self.children: list[Node] = []


def ordered_subject(items: Iterable[Item]) -> list[Node]:
    """Threads of one level: the first message of a subject, the others below it."""
    threads: dict[str, Node] = {}
    for item in sorted(items, key=_by_date):
        root = threads.get(item.subject)
        if root is None:
            threads[item.subject] = Node(item)
        else:
            root.children.append(Node(item))
    return list(threads.values())


def references(items: Sequence[Item]) -> list[Node]:
    """RFC 5256's REFERENCES: by message-ids, then threads of one base subject joined."""
    return _in_order(_joined_by_subject(_linked(items)))


def refs(items: Sequence[Item]) -> list[Node]:
    """By message-ids alone; threads come in the order of their latest message."""
    roots = _in_order(_linked(items))
    latest = {
        id(root): max(node.item.sent for node in _walk([root]) if node.item) for root in roots
    }
    return sorted(roots, key=lambda root: latest[id(root)])


def conversations(roots: Iterable[Node]) -> list[Conversation]:
    """The threads as numbers, each the parent of the next, with a list for each branch."""
    result: list[Conversation] = []
    work = [(root, result) for root in roots]
    while work:
        node, above = work.pop()
        line: list[Any] = []
        above.append(line)
        while True:
            if node.item is not None:
                line.append(node.item.number)
            if len(node.children) != 1:
                break
            node = node.children[0]
        work += [(child, line) for child in reversed(node.children)]
    result.reverse()
    return result


# --- RFC 5256 §3, REFERENCES, by its steps ---


def _linked(items: Iterable[Item]) -> list[Node]:
    """Steps 1 to 3: a node for each message-id, children below what they refer to, pruned."""
    table: dict[str, Node] = {}
    nodes: list[Node] = []
    for item in items:
        node = table.get(item.message_id) if item.message_id else None
        if node is None or node.item is not None:  # no id, or one that came before: its own node
            fresh = node is None and item.message_id
            node = Node()
            if fresh:
                table[item.message_id] = node
        node.item = item
        nodes.append(node)
        _hang(node, item.references, table)
    roots = dict.fromkeys(node for node in (*nodes, *table.values()) if node.parent is None)
    return _pruned(list(roots))


def _hang(node: Node, names: tuple[str, ...], table: dict[str, Node]) -> None:
    """Step 1: link the references among themselves, then the message below the last of them."""
    above: Node | None = None
    for name in names:
        one = table.get(name)
        if one is None:
            one = table[name] = Node()
        if above is not None and one.parent is None and not _is_above(one, above):
            _put_below(one, above)
        above = one
    if above is None or _is_above(node, above):
        return
    if node.parent is not None:
        node.parent.children.remove(node)
    _put_below(node, above)


def _put_below(node: Node, parent: Node) -> None:
    node.parent = parent
    parent.children.append(node)


def _is_above(node: Node, other: Node | None) -> bool:
    """Whether `other` is `node` or below it: then a link would make a circle."""
    if not node.children:  # most are new; long chains are not climbed for them
        return other is node
    while other is not None:
        if other is node:
            return True
        other = other.parent
    return False


def _pruned(roots: list[Node]) -> list[Node]:
    """Step 3: no empty node without children; those with children give them to their parent."""
    order = list(_walk(roots))
    for node in reversed(order):
        children: list[Node] = []
        for child in node.children:
            if child.item is not None:
                children.append(child)
            else:  # its own children were settled before: `order` is reversed
                children += child.children
        node.children = children
        for child in children:
            child.parent = node
    result: list[Node] = []
    for root in roots:
        if root.item is not None or len(root.children) > 1:
            result.append(root)
        else:
            result += root.children
            for child in root.children:
                child.parent = None
    return result


def _joined_by_subject(roots: list[Node]) -> list[Node]:
    """Step 5: roots of one base subject become one thread."""
    table: dict[str, Node] = {}
    for root in roots:
        first = _first(root)
        if not first.subject:
            continue
        there = table.get(first.subject)
        if there is None or _represents_better(root, there):
            table[first.subject] = root
    result: list[Node] = []
    replaced: dict[int, Node] = {}
    for root in roots:
        there = table.get(_first(root).subject)
        if there is None or there is root:
            result.append(root)
        else:
            _join(root, there, replaced)
    return [replaced.get(id(root), root) for root in result]


def _represents_better(root: Node, there: Node) -> bool:
    """Step 5.B: an empty root before a message, an original before a reply."""
    if root.item is None:
        return there.item is not None
    return there.item is not None and there.item.is_reply and not root.item.is_reply


def _join(root: Node, there: Node, replaced: dict[int, Node]) -> None:
    """Step 5.C: put `root` beside or below the thread of its subject."""
    target = replaced.get(id(there), there)
    if target.item is None:
        for child in root.children if root.item is None else [root]:
            _put_below(child, target)
    elif root.item is not None and root.item.is_reply and not target.item.is_reply:
        _put_below(root, target)
    else:
        both = Node()
        _put_below(target, both)
        _put_below(root, both)
        replaced[id(there)] = both


def _in_order(roots: list[Node]) -> list[Node]:
    """Steps 4 and 6: siblings by date; what is empty counts as its first child."""
    for node in reversed(list(_walk(roots))):
        if len(node.children) > 1:
            node.children.sort(key=_node_date)
    return sorted(roots, key=_node_date)


def _first(node: Node) -> Item:
    """The message that stands for a node: its own or its first child's."""
    while node.item is None:
        node = node.children[0]
    return node.item


def _node_date(node: Node) -> tuple[float, int]:
    return _by_date(_first(node))


def _by_date(item: Item) -> tuple[float, int]:
    return item.sent, item.number


def _walk(roots: Iterable[Node]) -> Iterator[Node]:
    """Every node, parents before children."""
    work = list(roots)
    while work:
        node = work.pop()
        yield node
        work += node.children
