"""libmemcached's two ketama rings, asked through a C program."""

from . import asker, vector
from .install import PLACE, apt, run


def make():
    version, _ = apt("libmemcached-dev", "gcc")
    PLACE.mkdir(parents=True, exist_ok=True)
    binary = PLACE / "libmemcached"
    run(["gcc", "-O1", "-Wall", "-o", binary, asker.FOLDER / "libmemcached.c", "-lmemcached"])
    hosts = [f"127.0.0.{i}" for i in range(1, 9)]
    default_port = [vector.Node(host, 1, [], f"{host}:11211") for host in hosts]
    more = {"many": vector.many(), "port-11211": default_port}
    for topology, nodes in (vector.topologies() | more).items():
        names = {node.listens_on(): node.name for node in nodes}
        owners = [names[owner] for owner in asker.ask([binary, "weighted"], nodes)]
        what = f"libmemcached {version}: BEHAVIOR_KETAMA_WEIGHTED 1, BEHAVIOR_HASH MD5"
        vector.write("libmemcached-weighted", topology, what, nodes, owners)
    for topology, nodes in vector.topologies(weighted=False).items():
        owners = asker.ask([binary, "ketama"], nodes)
        what = f"libmemcached {version}: DISTRIBUTION_CONSISTENT_KETAMA, hash left at its default"
        vector.write("libmemcached-ketama", topology, what, nodes, owners)
