"""The HTTP proxies that hash a header: nginx and HAProxy."""

import struct

from . import hashes
from .continuum import Continuum

HAPROXY_POINTS_A_WEIGHT = 16
HAPROXY_POINTS_A_SERVER = 4096


def nginx(nodes, keys):
    """Each point is hashed into the next one. Of equal points the first in the file stays."""
    points = {}
    for owner, node in enumerate(nodes):
        host, _, port = node.name.rpartition(":")
        start = hashes.crc32(host.encode() + b"\0" + port.encode())
        point = 0
        for _ in range(160 * node.weight):
            point = hashes.crc32(struct.pack("<I", point), start)
            points.setdefault(point, owner)
    ring = Continuum(points.items())
    return [ring.at_or_after(hashes.crc32(key)) for key in keys]


def haproxy(hash_key):
    """Points of a server's id alone, and the owner is the nearer of the two points around a key."""

    def owners(nodes, keys):
        points = [
            (hashes.avalanche(int(node.more[0]) * HAPROXY_POINTS_A_SERVER + i), owner)
            for owner, node in enumerate(nodes)
            for i in range(HAPROXY_POINTS_A_WEIGHT * node.weight)
        ]
        ring = Continuum(points)
        return [nearest(ring, hash_key(key)) for key in keys]

    return owners


def nearest(ring, value):
    """Distances go round the ring; the point before wins when both are as far."""
    after = ring.index_at_or_after(value)
    before = after - 1
    forward = (ring.values[after] - value) % 2**32
    back = (value - ring.values[before]) % 2**32
    return ring.points[before if back <= forward else after][1]


def avalanched(hash_key):
    return lambda key: hashes.avalanche(hash_key(key))


PLACEMENTS = {
    "nginx": nginx,
    "haproxy": haproxy(avalanched(hashes.sdbm)),
    "haproxy-djb2": haproxy(hashes.djb2),
    "haproxy-djb2-avalanche": haproxy(avalanched(hashes.djb2)),
}
