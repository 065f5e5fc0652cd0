"""Tokens, or replicas, by the Cassandra driver: a JSON of hosts and strategy, keys as lines in."""

import json
import sys

from cassandra.metadata import KeyspaceMetadata, Metadata, Murmur3Token
from cassandra.policies import SimpleConvictionPolicy
from cassandra.pool import Host

keys = [line.rstrip("\n").encode() for line in sys.stdin]
wanted = json.loads(sys.argv[1])
if wanted["hosts"]:
    metadata = Metadata()
    tokens = {}
    for name, datacenter, rack, host_tokens in wanted["hosts"]:
        host = Host(name, SimpleConvictionPolicy, datacenter=datacenter, rack=rack)
        tokens[host] = [str(token) for token in host_tokens]
    metadata.rebuild_token_map("Murmur3Partitioner", tokens)
    keyspace = KeyspaceMetadata("asked", True, wanted["strategy"], wanted["options"])
    metadata.keyspaces["asked"] = keyspace
    for key in keys:
        print(*(host.address for host in metadata.get_replicas("asked", key)))
else:
    for key in keys:
        print(Murmur3Token.from_key(key).value)
