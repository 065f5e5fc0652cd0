"""Envoy's two tables: a ring of 64-bit points and Maglev's permutations, in double precision."""

import math

from . import hashes
from .continuum import Continuum


def shares(nodes):
    total = sum(node.weight for node in nodes)
    return [node.weight / total for node in nodes]


def ring_hash(minimum_size):
    """Nodes in the order of the configuration; a share's fraction is carried to the next node."""

    def owners(nodes, keys):
        share = shares(nodes)
        least = min(share)
        scale = min(math.ceil(least * minimum_size) / least, 8 * 2**20)
        points, wanted = [], 0.0
        for owner, node in enumerate(nodes):
            wanted += scale * share[owner]
            i = 0
            while len(points) < wanted:
                points.append((hashes.xxh64(f"{node.name}_{i}".encode()), owner))
                i += 1
        ring = Continuum(points)
        return [ring.at_or_after(hashes.xxh64(key)) for key in keys]

    return owners


def maglev(size):
    """Nodes in the order of their names as bytes, and each takes its turn by its weight."""

    def owners(nodes, keys):
        share = shares(nodes)
        most = max(share)
        table = [None] * size
        order = sorted(range(len(nodes)), key=lambda owner: nodes[owner].name.encode())
        places = {owner: permutation(nodes[owner].name.encode(), size) for owner in order}
        due = dict.fromkeys(order, 0.0)
        left, turn = size, 0
        while left:
            turn += 1
            for owner in order:
                if not left:
                    break
                if turn * share[owner] < due[owner]:
                    continue
                due[owner] += most
                place = next(place for place in places[owner] if table[place] is None)
                table[place] = owner
                left -= 1
        return [table[hashes.xxh64(key) % size] for key in keys]

    return owners


def permutation(name, size):
    """The places that a node wants, best first."""
    place = hashes.xxh64(name) % size
    step = hashes.xxh64(name, 1) % (size - 1) + 1
    while True:
        yield place
        place = (place + step) % size


PLACEMENTS = {
    "envoy-ring-hash": ring_hash(1024),
    "envoy-ring-hash-small": ring_hash(100),
    "envoy-maglev": maglev(65537),
    "envoy-maglev-small": maglev(1009),
}
