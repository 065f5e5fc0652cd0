"""Reads keys and vector files."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass
class Node:
    name: str
    weight: int
    more: list


@dataclass
class Vector:
    """`owners` has the numbers of a key's nodes, one number where a key has one owner."""

    what: str
    nodes: list
    each: int
    owners: list


def keys():
    return (FOLDER / "keys.txt").read_bytes().split(b"\n")[:-1]


def vector(path):
    """None for a text that tells of a cluster and has no nodes of this form."""
    lines = path.read_text(encoding="ascii").splitlines()
    if not (len(lines) > 1 and lines[1].startswith("node ")):
        return None
    nodes = []
    for line in lines[1:]:
        if not line.startswith("node "):
            break
        _, name, weight, *more = line.split()
        nodes.append(Node(name, int(weight), more))
    head, *below = lines[1 + len(nodes) :]
    each = int(head.removeprefix("owners") or 1)
    numbers = [DIGITS.index(letter) for letter in "".join(below)]
    owners = numbers if each == 1 else [
        numbers[i : i + each] for i in range(0, len(numbers), each)
    ]
    return Vector(lines[0], nodes, each, owners)


def published(path):
    """The nodes, the keys and the owner of each, where the keys stand in the file themselves."""
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()[1:]]
    nodes = [Node(line[1], int(line[2]), line[3:]) for line in lines if line[0] == "node"]
    rows = lines[len(nodes) + 1 :]
    owners = [DIGITS.index(owner) for _, owner in rows]
    return nodes, [key.encode() for key, _ in rows], owners


def values(path, width):
    """Values of `width` characters, and the word above them."""
    _, head, *below = path.read_text(encoding="ascii").splitlines()
    text = "".join(below)
    return head, [text[i : i + width] for i in range(0, len(text), width)]
