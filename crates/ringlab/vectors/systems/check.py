"""Holds every vector file to an implementation of its own: `python3 check.py`, or with a prefix."""

import sys

from check import files, ketama, proxies

PLACEMENTS = ketama.PLACEMENTS | proxies.PLACEMENTS


def main(prefix=""):
    keys = files.keys()
    failed = []
    for path in sorted(files.FOLDER.glob(f"{prefix}*.txt")):
        system, _, topology = path.stem.rpartition("-")
        if system not in PLACEMENTS:
            continue
        vector = files.vector(path)
        computed = PLACEMENTS[system](vector.nodes, keys)
        equal = sum(a == b for a, b in zip(vector.owners, computed, strict=True))
        print(f"{path.stem}: {equal} of {len(keys)}")
        if equal != len(keys):
            failed.append(path.stem)
    if failed:
        raise SystemExit(f"not as computed: {' '.join(failed)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
