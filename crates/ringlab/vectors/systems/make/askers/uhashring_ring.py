"""The first owners of each key by uhashring: the mode, how many, then nodes as name=weight."""

import sys

from uhashring import HashRing

mode, count, *arguments = sys.argv[1:]
weights = {name: int(weight) for name, _, weight in (a.partition("=") for a in arguments)}
ring = HashRing(weights, hash_fn="ketama") if mode == "ketama" else HashRing(weights)
for line in sys.stdin:
    key = line.rstrip("\n")
    if count == "1":
        print(ring.get_node(key))
    else:
        print(*(node["nodename"] for node in ring.range(key, int(count))))
