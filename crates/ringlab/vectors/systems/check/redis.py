"""Redis Cluster: a key's slot, and the owner of slots by what a cluster told of itself."""

import json
import re

from . import files, hashes

SLOTS = 16384


def slot(key):
    """Only what stands in the first pair of braces counts, if anything stands there."""
    opening = key.find(b"{")
    if opening >= 0:
        closing = key.find(b"}", opening + 1)
        if closing > opening + 1:
            key = key[opening + 1 : closing]
    return hashes.crc16(key) % SLOTS


def owners(nodes, keys):
    table = {}
    for owner, node in enumerate(nodes):
        for part in node.more[1].split(","):
            first, _, last = part.partition("-")
            table |= dict.fromkeys(range(int(first), int(last or first) + 1), owner)
    return [table[slot(key)] for key in keys]


def told_alike(topology, nodes):
    """Whether nodes, shards and all spellings of shards give each node the same slots."""
    expected = {node.more[0]: set(node.more[1].split(",")) for node in nodes}
    found = [by_nodes(text(topology, "nodes")), by_shards(text(topology, "shards"))]
    found.append(by_shards(flat(json.loads(text(topology, "shards-json")))))
    for terminal in files.FOLDER.glob(f"redis-{topology}-shards-terminal*.txt"):
        found.append(by_shards(unnumbered(terminal.read_text())))
    return all(one == expected for one in found)


def text(topology, name):
    return (files.FOLDER / f"redis-{topology}-{name}.txt").read_text()


def by_nodes(said):
    """The ninth column and those after it; a slot that moves stands in brackets."""
    rows = [line.split() for line in said.splitlines()]
    slots = {row[0]: {part for part in row[8:] if part[0] != "["} for row in rows}
    return {node: parts for node, parts in slots.items() if parts}


def by_shards(said):
    """`slots`, pairs of bounds, `nodes`, and then names and values of each node in turn."""
    found = {}
    for shard in re.split(r"(?m)^slots\n", said)[1:]:
        bounds, _, nodes = shard.partition("nodes\n")
        numbers = bounds.split()
        parts = {
            first if first == last else f"{first}-{last}"
            for first, last in zip(numbers[::2], numbers[1::2])
        }
        words = nodes.split("\n")
        for at, word in enumerate(words):
            if word == "id" and words[at + words[at:].index("role") + 1] == "master" and parts:
                found[words[at + 1]] = parts
    return found


def unnumbered(said):
    """The terminal's form without its numbers, types and quotes: a value a line."""
    drawn = r"\s*\d+[)#]\s+|\s+=>\s*|\(integer\) "
    values = re.findall(r"[^\s\"]+", re.sub(drawn, "\n", said))
    return "\n".join(values) + "\n"


def flat(told):
    """Values of a JSON text in their order: a value a line."""
    if isinstance(told, dict):
        return "".join(f"{name}\n{flat(value)}" for name, value in told.items())
    if isinstance(told, list):
        return "".join(flat(value) for value in told)
    return f"{told}\n"


PLACEMENTS = {"redis": owners}
