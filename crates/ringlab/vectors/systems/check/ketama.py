"""Ketama and its relatives: libmemcached, hashring, uhashring, twemproxy, groupcache, stathat."""

import math
from hashlib import md5

from . import hashes
from .continuum import Continuum, hashes_by_share


def digests(node, name, count):
    """Points of `name-0`, `name-1` and so on, four a digest."""
    return [
        (point, node)
        for i in range(count)
        for point in hashes.md5_points(f"{name}-{i}".encode())
    ]


def by_share(nodes):
    """The ring of libmemcached's weighted ketama and of twemproxy. Equal points: lower node."""
    total = sum(node.weight for node in nodes)
    points = []
    for i, node in enumerate(nodes):
        points += digests(i, node.name, hashes_by_share(node.weight, total, len(nodes)))
    return Continuum(points, order=lambda point: point)


def libmemcached_weighted(nodes, keys):
    ring = by_share(nodes)
    return [ring.at_or_after(hashes.md5_points(key)[0]) for key in keys]


def libmemcached_ketama(nodes, keys):
    """100 points a node and one hash for points and keys alike."""
    points = [
        (hashes.one_at_a_time(f"{node.name}-{i}".encode()), owner)
        for owner, node in enumerate(nodes)
        for i in range(100)
    ]
    ring = Continuum(points, order=lambda point: point)
    return [ring.at_or_after(hashes.one_at_a_time(key)) for key in keys]


def hashring_ring(nodes):
    """In double precision, and multiplied in this order."""
    total = sum(node.weight for node in nodes)
    points = []
    for i, node in enumerate(nodes):
        points += digests(i, node.name, math.floor(node.weight / total * 40 * len(nodes)))
    return Continuum(points)


def hashring(nodes, keys):
    ring = hashring_ring(nodes)
    return [ring.at_or_after(hashes.md5_points(key)[0]) for key in keys]


def hashring_first(nodes, keys, count):
    ring = hashring_ring(nodes)
    found = (ring.index_at_or_after(hashes.md5_points(key)[0]) for key in keys)
    return [ring.first(index, count) for index in found]


def uhashring_ketama_ring(nodes):
    """In whole numbers. The last node added keeps a point that two nodes have."""
    total = sum(node.weight for node in nodes)
    points = []
    for i, node in enumerate(nodes):
        points += digests(i, node.name, 40 * len(nodes) * node.weight // total)
    return Continuum(dict(points).items())


def uhashring_ketama(nodes, keys):
    ring = uhashring_ketama_ring(nodes)
    return [ring.after(hashes.md5_points(key)[0]) for key in keys]


def uhashring_ketama_first(nodes, keys, count):
    ring = uhashring_ketama_ring(nodes)
    found = (ring.index_after(hashes.md5_points(key)[0]) for key in keys)
    return [ring.first(index, count) for index in found]


def whole_md5(data):
    return int.from_bytes(md5(data).digest(), "big")


def uhashring_default_ring(nodes):
    """Whole digests as 128-bit numbers, 160 times the weight of them."""
    points = {
        whole_md5(f"{node.name}-{i}".encode()): owner
        for owner, node in enumerate(nodes)
        for i in range(160 * node.weight)
    }
    return Continuum(points.items())


def uhashring_default(nodes, keys):
    ring = uhashring_default_ring(nodes)
    return [ring.after(whole_md5(key)) for key in keys]


def uhashring_default_first(nodes, keys, count):
    ring = uhashring_default_ring(nodes)
    return [ring.first(ring.index_after(whole_md5(key)), count) for key in keys]


def twemproxy_fnv1a_64(nodes, keys):
    ring = by_share(nodes)
    return [ring.at_or_after(hashes.fnv1a_64_low(key)) for key in keys]


def twemproxy_md5(nodes, keys):
    ring = by_share(nodes)
    return [ring.at_or_after(hashes.md5_points(key)[0]) for key in keys]


def groupcache(nodes, keys):
    """50 points a node; the number stands before the name. The last node keeps an equal point."""
    points = {
        hashes.crc32(f"{i}{node.name}".encode()): owner
        for owner, node in enumerate(nodes)
        for i in range(50)
    }
    ring = Continuum(points.items())
    return [ring.at_or_after(hashes.crc32(key)) for key in keys]


def stathat(nodes, keys):
    """20 points a node; a key on a point goes to the next one."""
    points = {
        hashes.crc32(f"{i}{node.name}".encode()): owner
        for owner, node in enumerate(nodes)
        for i in range(20)
    }
    ring = Continuum(points.items())
    return [ring.after(hashes.crc32(key)) for key in keys]


PLACEMENTS = {
    "groupcache": groupcache,
    "hashring": hashring,
    "libmemcached-ketama": libmemcached_ketama,
    "libmemcached-weighted": libmemcached_weighted,
    "twemproxy-fnv1a_64": twemproxy_fnv1a_64,
    "twemproxy-md5": twemproxy_md5,
    "uhashring-default": uhashring_default,
    "uhashring-ketama": uhashring_ketama,
}

FIRST = {
    "hashring": hashring_first,
    "uhashring-default": uhashring_default_first,
    "uhashring-ketama": uhashring_ketama_first,
}
