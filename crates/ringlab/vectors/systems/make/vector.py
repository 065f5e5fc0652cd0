"""The topologies, and the one file that a system and a topology give."""

from dataclasses import dataclass, field

from . import keys

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KEYS_A_LINE = 100
FIRST_PORT = 19001
WEIGHTS = [1, 1, 2, 3, 1, 4, 1, 2]
REMOVED = 4


@dataclass
class Node:
    """`more` are the further columns of a system that places by more than name and weight, and
    `address` is where it listens when its name does not say so."""

    name: str
    weight: int = 1
    more: list = field(default_factory=list)
    address: str = ""

    def listens_on(self):
        return self.address or self.name

    @property
    def host(self):
        return self.listens_on().rpartition(":")[0]

    @property
    def port(self):
        return int(self.listens_on().rpartition(":")[2])


def topologies(weighted=True):
    """The nodes by topology; systems without weights get three nodes in place of weights."""
    names = [f"127.0.0.1:{FIRST_PORT + i}" for i in range(8)]
    equal = [Node(name) for name in names]
    found = {"equal": equal}
    if weighted:
        found["weighted"] = [Node(name, weight) for name, weight in zip(names, WEIGHTS)]
    else:
        found["few"] = equal[:3]
    found["removed"] = equal[:REMOVED] + equal[REMOVED + 1 :]
    return found


def many():
    """25 equal nodes: 40 times 25 times 1/25 is below 40 in single precision, and not in double."""
    return [Node(f"127.0.0.1:{FIRST_PORT + i}") for i in range(25)]


def write(system, topology, what, nodes, owners, each=1):
    """`owners` holds a node's name for every key, or `each` names in the order of preference."""
    if len(owners) != keys.COUNT:
        raise SystemExit(f"{system}-{topology}: {len(owners)} answers for {keys.COUNT} keys")
    digit = {node.name: DIGITS[i] for i, node in enumerate(nodes)}
    asked = [owner if each > 1 else [owner] for owner in owners]
    unknown = {name for names in asked for name in names} - digit.keys()
    if unknown:
        raise SystemExit(f"{system}-{topology}: answered by unknown nodes {sorted(unknown)[:3]}")
    if any(len(names) != each for names in asked):
        raise SystemExit(f"{system}-{topology}: a key has not {each} owners")
    lines = [f"# {what}"]
    lines += [" ".join(["node", n.name, str(n.weight), *map(str, n.more)]) for n in nodes]
    lines.append("owners" if each == 1 else f"owners {each}")
    lines += chunks(["".join(digit[name] for name in names) for names in asked])
    write_lines(f"{system}-{topology}.txt", lines)


def write_values(name, what, head, values, a_line):
    """A value for every key, such as its slot or its token, in place of an owner."""
    if len(values) != keys.COUNT:
        raise SystemExit(f"{name}: {len(values)} answers for {keys.COUNT} keys")
    write_lines(name, [f"# {what}", head, *chunks(values, a_line)])


def write_lines(name, lines):
    (keys.FOLDER / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"wrote {name}", flush=True)


def chunks(values, a_line=KEYS_A_LINE):
    return ["".join(values[i : i + a_line]) for i in range(0, len(values), a_line)]
