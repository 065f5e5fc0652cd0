"""Cassandra's tokens and replicas, as the PyPI package cassandra-driver finds them."""

import json
import random

from . import keys, vector
from .install import python, run
from .asker import FOLDER
from .vector import Node

VERSION = "3.30.1"
TOKENS = 16
SEED = 20_070_914


def make():
    values = [int(token) for token in ask([], "", {})]
    unsigned = [f"{token % 2**64:016x}" for token in values]
    what = f"PyPI cassandra-driver {VERSION}: Murmur3Token.from_key, 16 hex digits a key"
    vector.write_values("cassandra-tokens.txt", what, "tokens", unsigned, 6)

    # A token of a key on each node: that key must be the node's, not the next one's.
    on_keys = values[500::1000]
    equal = ring([("dc1", "rack1", TOKENS)] * 8, on_keys)
    simple("equal", equal)
    weighted = [("dc1", "rack1", 4 * weight) for weight in vector.WEIGHTS]
    simple("weighted", ring(weighted, on_keys))
    simple("removed", equal[: vector.REMOVED] + equal[vector.REMOVED + 1 :])

    names = ["r1", "r1", "r1", "r2", "r2", "r2", "r3", "r1"]
    racks = ring([("dc1", name, TOKENS) for name in names], on_keys)
    network("racks", racks, {"dc1": "3"})
    places = ["dc1 r1", "dc1 r1", "dc1 r2", "dc1 r3", "dc2 ra", "dc2 ra", "dc2 ra", "dc2 rb"]
    two = ring([(*place.split(), TOKENS) for place in places], on_keys)
    network("two", two, {"dc1": "2", "dc2": "1"})
    network("six", two, {"dc1": "3", "dc2": "3"})


def ring(places, on_keys):
    """Hosts as (address, datacenter, rack, tokens), drawn as Cassandra draws them but for one."""
    chance = random.Random(SEED)
    drawn = [
        sorted([token, *(chance.randrange(-(2**63), 2**63) for _ in range(count - 1))])
        for token, (_, _, count) in zip(on_keys, places)
    ]
    return [
        (f"10.0.{datacenter[2:]}.{place}", datacenter, rack, tokens)
        for place, ((datacenter, rack, _), tokens) in enumerate(zip(places, drawn), 1)
    ]


def simple(topology, hosts):
    write(f"simple-{topology}", hosts, "SimpleStrategy", {"replication_factor": "3"})


def network(topology, hosts, factors):
    write(f"network-{topology}", hosts, "NetworkTopologyStrategy", factors)


def write(topology, hosts, strategy, options):
    owners = [line.split() for line in ask(hosts, strategy, options)]
    each = sum(int(factor) for factor in options.values())
    nodes = [Node(name, len(tokens), [dc, rack]) for name, dc, rack, tokens in hosts]
    factors = " ".join(f"{name} {factor}" for name, factor in options.items())
    what = f"PyPI cassandra-driver {VERSION}: {strategy} {factors}; Murmur3Partitioner"
    vector.write("cassandra", topology, what, nodes, owners, each)
    vector.write_lines(f"cassandra-{topology}-ring.txt", nodetool_ring(hosts))


def ask(hosts, strategy, options):
    wanted = json.dumps({"hosts": hosts, "strategy": strategy, "options": options})
    command = [python(f"cassandra-driver=={VERSION}"), FOLDER / "cassandra_replicas.py", wanted]
    return run(command, input="\n".join(keys.read()) + "\n").split("\n")[:-1]


def nodetool_ring(hosts):
    """The layout of `nodetool ring` without a keyspace: a table a datacenter, a row a token."""
    width = max(len(host[0]) for host in hosts)

    def row(*cells):
        widths = (width + 2, 12, 7, 8, 16, 20, 44)
        return "".join(str(cell).ljust(size) for cell, size in zip(cells, widths))

    lines = [""]
    for datacenter in dict.fromkeys(host[1] for host in hosts):
        rows = sorted(
            (token, name, rack)
            for name, place, rack, tokens in hosts
            if place == datacenter
            for token in tokens
        )
        lines += [f"Datacenter: {datacenter}", "=========="]
        lines.append(row("Address", "Rack", "Status", "State", "Load", "Owns", "Token"))
        lines.append(row("", "", "", "", "", "", rows[-1][0]))
        lines += [row(n, rack, "Up", "Normal", "109.38 KiB", "?", t) for t, n, rack in rows]
        lines.append("")
    lines += [
        '  Warning: "nodetool ring" is used to output all the tokens of a node.',
        '  To view status related info of a node use "nodetool status" instead.',
        "",
        "",
        "  Note: Non-system keyspaces don't have the same replication settings, "
        "effective ownership information is meaningless",
    ]
    return lines
