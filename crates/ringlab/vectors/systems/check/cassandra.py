"""Cassandra: tokens, and replicas by the two strategies over a ring read from `nodetool ring`."""

from . import files, hashes
from .continuum import Continuum


def read_ring(topology):
    """The tokens as (token, name) in order; rows have seven words, or eight with a unit of load."""
    said = (files.FOLDER / f"cassandra-{topology}-ring.txt").read_text()
    rows = [line.split() for line in said.splitlines()]
    return sorted((int(row[-1]), row[0]) for row in rows if row[2:3] == ["Up"])


def replicas(topology, what, nodes, keys):
    ring = read_ring(topology)
    number = {node.name: owner for owner, node in enumerate(nodes)}
    words = what.partition("Strategy ")[2].partition(";")[0].split()
    factors = {name: int(factor) for name, factor in zip(words[::2], words[1::2])}
    datacenter = {node.name: node.more[0] for node in nodes}
    order = dict.fromkeys(datacenter[name] for _, name in ring)
    points = []
    for at, (token, _) in enumerate(ring):
        walk = [number[name] for _, name in ring[at:] + ring[:at]]
        if "SimpleStrategy" in what:
            points.append((token, simple(walk, factors["replication_factor"])))
        else:
            points.append((token, network(walk, nodes, order, factors)))
    continuum = Continuum(points)
    return [continuum.at_or_after(hashes.murmur3_token(key)) for key in keys]


def simple(walk, wanted):
    """The first distinct nodes."""
    return list(dict.fromkeys(walk))[:wanted]


def network(walk, nodes, order, factors):
    """Datacenter by datacenter, in the order in which the ring's lowest tokens name them."""
    racks = [node.more[1] for node in nodes]
    found = []
    for datacenter in order:
        inside = [owner for owner in dict.fromkeys(walk) if nodes[owner].more[0] == datacenter]
        found += within(inside, racks, factors.get(datacenter, 0))
    return found


def within(order, racks, wanted):
    """A node of a rack that has one waits until each rack has one; those who wait go first."""
    all_racks = {racks[owner] for owner in order}
    chosen, waiting, seen = [], [], set()
    for owner in order:
        if racks[owner] in seen and seen != all_racks:
            waiting.append(owner)
            continue
        chosen.append(owner)
        seen.add(racks[owner])
        if seen == all_racks:
            chosen += waiting
            waiting = []
    return chosen[:wanted]
