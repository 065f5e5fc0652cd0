"""Holds every vector file to an implementation of its own: `python3 check.py`, or with a prefix."""

import sys

from check import cassandra, envoy, files, hashes, ketama, proxies, redis

PLACEMENTS = ketama.PLACEMENTS | proxies.PLACEMENTS | envoy.PLACEMENTS | redis.PLACEMENTS


def main(prefix=""):
    keys = files.keys()
    failed = []
    for path in sorted(files.FOLDER.glob(f"{prefix}*.txt")):
        compared = compare(path, keys)
        if compared is None:
            continue
        right, count = compared
        print(f"{path.stem}: {right} of {count}", flush=True)
        if right != count:
            failed.append(path.stem)
    if failed:
        raise SystemExit(f"not as computed: {' '.join(failed)}")


def compare(path, keys):
    """How many answers are as computed, of how many; None for keys and for what software told."""
    system, topology = split(path.stem)
    if path.stem == "redis-slots":
        return count(path, 4, [f"{redis.slot(key):04x}" for key in keys])
    if path.stem == "cassandra-tokens":
        return count(path, 16, [f"{hashes.murmur3_token(key) % 2**64:016x}" for key in keys])
    if path.stem.endswith("-published"):
        nodes, asked, owners = files.published(path)
        return equal(owners, ketama.stathat(nodes, asked))
    vector = files.vector(path) if system else None
    if vector is None:
        return None
    if system == "cassandra":
        return equal(vector.owners, cassandra.replicas(topology, vector.what, vector.nodes, keys))
    if system == "redis" and not redis.told_alike(topology, vector.nodes):
        return 0, len(keys)
    if vector.each > 1:
        return equal(vector.owners, ketama.FIRST[system](vector.nodes, keys, vector.each))
    return equal(vector.owners, PLACEMENTS[system](vector.nodes, keys))


def split(stem):
    """The longest system that the name begins with, and the topology behind it."""
    systems = [system for system in [*PLACEMENTS, "cassandra"] if stem.startswith(f"{system}-")]
    system = max(systems, key=len, default="")
    return system, stem[len(system) + 1 :]


def count(path, width, computed):
    _, values = files.values(path, width)
    return equal(values, computed)


def equal(answers, computed):
    return sum(a == b for a, b in zip(answers, computed, strict=True)), len(computed)


if __name__ == "__main__":
    main(*sys.argv[1:])
