"""HAProxy's `balance hdr` with `hash-type consistent`, whose points come from the servers' ids."""

from dataclasses import replace

from . import loopback, process, vector
from .install import apt

PORT = 19110


def make():
    (version,) = apt("haproxy")
    found = vector.topologies()
    found["renumbered"] = found["removed"]
    found = {topology: numbered(nodes) for topology, nodes in found.items()}
    found["removed"] = [node for i, node in enumerate(found["equal"]) if i != vector.REMOVED]
    for topology, nodes in found.items():
        ask(version, "consistent", "haproxy", topology, nodes)
    weighted = found["weighted"]
    ask(version, "consistent djb2", "haproxy-djb2", "weighted", weighted)
    ask(version, "consistent djb2 avalanche", "haproxy-djb2-avalanche", "weighted", weighted)


def numbered(nodes):
    """The id that HAProxy gives a server that states none: its place, from 1."""
    return [replace(node, more=[place]) for place, node in enumerate(nodes, 1)]


def ask(version, kind, system, topology, nodes):
    states_ids = topology == "removed"
    with process.folder() as place:
        (place / "haproxy.cfg").write_text(configuration(kind, nodes, states_ids))
        with (
            loopback.backends(nodes, loopback.http_answer),
            process.running(["haproxy", "-db", "-f", place / "haproxy.cfg"], PORT, place),
        ):
            owners = loopback.ask_http(PORT)
    how = "stated" if states_ids else "not stated"
    what = f"HAProxy {version}: balance hdr(x-key), hash-type {kind}; server ids {how}"
    vector.write(system, topology, what, nodes, owners)


def configuration(kind, nodes, states_ids):
    servers = "\n".join(
        f"    server s{node.port} {node.name} weight {node.weight}"
        + (f" id {node.more[0]}" if states_ids else "")
        for node in nodes
    )
    return f"""
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    http-reuse always
frontend asked
    bind 127.0.0.1:{PORT}
    default_backend nodes
backend nodes
    balance hdr(x-key)
    hash-type {kind}
{servers}
"""
