"""The owner of each key by uhashring: `default` or `ketama`, then nodes as name=weight."""

import sys

from uhashring import HashRing

mode, *arguments = sys.argv[1:]
weights = {name: int(weight) for name, _, weight in (a.partition("=") for a in arguments)}
ring = HashRing(weights, hash_fn="ketama") if mode == "ketama" else HashRing(weights)
for line in sys.stdin:
    print(ring.get_node(line.rstrip("\n")))
