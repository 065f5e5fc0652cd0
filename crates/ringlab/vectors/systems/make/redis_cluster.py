"""Redis Cluster: the slot of each key, and who owns it in clusters that differ in their slots."""

import hashlib
import time

from . import keys, redis_node, vector
from .install import apt, run
from .process import PATIENCE_SECONDS
from .vector import Node

THIRDS = [["0-5460"], ["5461-10922"], ["10923-16383"]]
QUARTERS = [["0-4095"], ["4096-8191"], ["8192-12287"], ["12288-16383"]]
UNEVEN = [
    ["0-99", "101", "8000-8999", "16383"],
    ["100", "102-7999"],
    ["9000-16382"],
]


def make():
    version, _ = apt("redis-server", "redis-tools")
    make_cluster(version, "equal", THIRDS, "thirds of the slots", slots_too=True)
    make_cluster(version, "uneven", UNEVEN, "ranges and single slots", then=moving)
    make_cluster(version, "replicated", THIRDS, "thirds of the slots, a replica each", replicas=3)
    make_cluster(
        version, "removed", QUARTERS,
        "quarters of the slots, the third node emptied by `rebalance` and removed by `del-node`",
        before=remove_third,
    )


def make_cluster(
    version, topology, ranges, how, replicas=0, before=None, then=None, slots_too=False
):
    ports = [vector.FIRST_PORT + i for i in range(len(ranges) + replicas)]
    what = f"Redis Cluster {version}: {how}"
    with redis_node.started({port: node_id(port) for port in ports}):
        join(ports, ranges)
        if before:
            before(ports)
        if slots_too:
            slots = redis_node.commands(ports[0], [["CLUSTER", "KEYSLOT", k] for k in keys.read()])
            what_slots = f"Redis {version}: CLUSTER KEYSLOT, four hex digits a key"
            hexadecimal = [f"{slot:04x}" for slot in slots]
            vector.write_values("redis-slots.txt", what_slots, "slots", hexadecimal, 20)
        texts(topology, ports[0])
        vector.write("redis", topology, what, owning(ports[0]), owners(ports[0]))
        if then:
            then(ports)


def node_id(port):
    """Redis draws ids by chance; these are given to it so that a later run writes the same."""
    return hashlib.sha1(str(port).encode()).hexdigest()


def join(ports, ranges):
    masters = ports[: len(ranges)]
    for port, slots in zip(masters, ranges):
        bounds = [bound for part in slots for bound in (part.split("-") * 2)[:2]]
        redis_node.command(port, "CLUSTER", "ADDSLOTSRANGE", *bounds)
    for epoch, port in enumerate(masters, 1):
        redis_node.command(port, "CLUSTER", "SET-CONFIG-EPOCH", epoch)
    for port in ports[1:]:
        redis_node.command(ports[0], "CLUSTER", "MEET", "127.0.0.1", port)
    wait_until(lambda: all(agrees(port, len(ports)) for port in ports))
    for i, port in enumerate(ports[len(ranges) :]):
        redis_node.command(port, "CLUSTER", "REPLICATE", node_id(masters[i]))
    replicas = len(ports) - len(ranges)
    wait_until(lambda: all(nodes_text(port).count(" connected") == len(ports)
                           and nodes_text(port).count("slave") == replicas for port in ports))


def agrees(port, count):
    known = nodes_text(port)
    fine = "cluster_state:ok" in redis_node.command(port, "CLUSTER", "INFO")
    return fine and known.count("\n") == count and "handshake" not in known


def nodes_text(port):
    return redis_node.command(port, "CLUSTER", "NODES")


def wait_until(fact):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        if time.monotonic() > deadline:
            raise SystemExit("the Redis nodes do not come to agree")
        time.sleep(0.1)


def texts(topology, port):
    """What an operator's `redis-cli` prints into a file."""
    for name in ("nodes", "shards"):
        said = run(["redis-cli", "-p", port, "CLUSTER", name.upper()])
        vector.write_lines(f"redis-{topology}-{name}.txt", said.rstrip("\n").split("\n"))
    said = run(["redis-cli", "--json", "-p", port, "CLUSTER", "SHARDS"])
    vector.write_lines(f"redis-{topology}-shards-json.txt", [said.rstrip("\n")])
    if topology == "equal":
        for name, options in (("terminal", []), ("terminal-3", ["-3"])):
            said = run(["redis-cli", "--no-raw", *options, "-p", port, "CLUSTER", "SHARDS"])
            vector.write_lines(f"redis-equal-shards-{name}.txt", said.rstrip("\n").split("\n"))


def owning(port):
    """Masters with slots in order of their ports; weight is the number of slots, then the id."""
    nodes = []
    for line in nodes_text(port).splitlines():
        identity, address, flags, *_ = line.split()
        slots = line.split()[8:]
        bounds = [[int(bound) for bound in (part.split("-") * 2)[:2]] for part in slots]
        if "master" in flags and slots:
            count = sum(last - first + 1 for first, last in bounds)
            nodes.append(Node(address.partition("@")[0], count, [identity, ",".join(slots)]))
    return sorted(nodes, key=lambda node: node.port)


def owners(port):
    """A node answers for its own keys and refers to the owner of others."""
    answers = []
    replies = redis_node.commands(port, [["EXISTS", key] for key in keys.read()])
    for reply in replies:
        moved = str(reply).startswith("MOVED ")
        answers.append(reply.split()[2] if moved else f"127.0.0.1:{port}")
        if not moved and reply != 0:
            raise SystemExit(f"EXISTS was answered by {reply!r}")
    return answers


def remove_third(ports):
    weight = f"{node_id(ports[2])}=0"
    first = f"127.0.0.1:{ports[0]}"
    cluster = ["redis-cli", "--cluster"]
    run([*cluster, "rebalance", first, "--cluster-weight", weight, "--cluster-yes"])
    run([*cluster, "del-node", first, node_id(ports[2])])
    left = ports[:2] + ports[3:]
    wait_until(lambda: all(agrees(port, len(left)) for port in left))


def moving(ports):
    """Slots on their way, as the giving and the taking node tell of them."""
    giver, taker, *_ = ports
    for slot in (0, 8500):
        redis_node.command(taker, "CLUSTER", "SETSLOT", slot, "IMPORTING", node_id(giver))
        redis_node.command(giver, "CLUSTER", "SETSLOT", slot, "MIGRATING", node_id(taker))
    for name, port in (("giver", giver), ("taker", taker)):
        said = run(["redis-cli", "-p", port, "CLUSTER", "NODES"])
        vector.write_lines(f"redis-moving-nodes-{name}.txt", said.rstrip("\n").split("\n"))
