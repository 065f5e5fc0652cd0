"""twemproxy's ketama before backends that answer a memcached `get` with their port."""

from . import loopback, process, vector
from .install import apt

PORT = 19120
STATISTICS_PORT = 19121


def make():
    (version,) = apt("nutcracker")
    for hash_name in ("fnv1a_64", "md5"):
        for topology, nodes in topologies().items():
            with process.folder() as place:
                file = place / "nutcracker.yml"
                file.write_text(configuration(hash_name, nodes))
                command = ["nutcracker", "-c", file, "-s", STATISTICS_PORT, "-a", "127.0.0.1"]
                with (
                    loopback.backends(nodes, loopback.memcached_answer),
                    process.running(command, PORT, place),
                ):
                    owners = loopback.ask_memcached(PORT)
            what = f"twemproxy {version}: distribution: ketama, hash: {hash_name}; host:port:weight"
            vector.write(f"twemproxy-{hash_name}", topology, what, nodes, owners)


def topologies():
    """Further ones: many, names beside the addresses, and the port that is left out of names."""
    found = vector.topologies() | {"many": vector.many()}
    found["named"] = [
        vector.Node(f"cache-{i}", node.weight, [], node.name)
        for i, node in enumerate(found["weighted"])
    ]
    hosts = [f"127.0.0.{i}" for i in range(1, 9)]
    found["port-11211"] = [vector.Node(host, 1, [], f"{host}:11211") for host in hosts]
    return found


def configuration(hash_name, nodes):
    named = all(node.name.startswith("cache-") for node in nodes)
    servers = "\n".join(
        f"    - {node.listens_on()}:{node.weight}" + (f" {node.name}" if named else "")
        for node in nodes
    )
    return f"""
nodes:
  listen: 127.0.0.1:{PORT}
  hash: {hash_name}
  distribution: ketama
  auto_eject_hosts: false
  timeout: 10000
  servers:
{servers}
"""
