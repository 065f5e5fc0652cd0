"""The sorted points that most systems share, and how ketama counts the points of a node."""

import math
import struct
from bisect import bisect_left, bisect_right


class Continuum:
    """Points in order. `points` are (value, owner) in the order of insertion."""

    def __init__(self, points, order=lambda point: point[0]):
        self.points = sorted(points, key=order)
        self.values = [value for value, _ in self.points]

    def at_or_after(self, value):
        """The owner of the first point that is not smaller; past the last point the first."""
        return self.points[self.index_at_or_after(value)][1]

    def index_at_or_after(self, value):
        return bisect_left(self.values, value) % len(self.points)

    def after(self, value):
        """The same, but a point equal to the value is passed over."""
        return self.points[self.index_after(value)][1]

    def index_after(self, value):
        return bisect_right(self.values, value) % len(self.points)

    def first(self, index, count):
        """The first distinct owners along the ring."""
        along = self.points[index:] + self.points[:index]
        return list(dict.fromkeys(owner for _, owner in along))[:count]


def single(value):
    """Rounds to a 32-bit float, as C does after each operation on floats."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def hashes_by_share(weight, total, count):
    """How many digests of four points a node gets of 40 times the nodes, in single precision."""
    share = single(weight / total)
    wanted = single(single(single(share * 160) / 4) * count)
    return math.floor(single(wanted + 0.0000000001))
