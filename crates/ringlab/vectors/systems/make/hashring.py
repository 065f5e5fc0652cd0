"""The npm package hashring, asked through a node script."""

from . import asker, vector
from .install import npm

VERSION = "3.2.0"


def make():
    place = npm(f"hashring@{VERSION}")
    command = ["node", asker.FOLDER / "hashring.js"]
    what = f"npm hashring {VERSION}: new HashRing of names and weights, md5, no options"
    found = vector.topologies()
    for topology, nodes in (found | {"many": vector.many()}).items():
        owners = asker.ask([*command, 1], nodes, cwd=place)
        vector.write("hashring", topology, what, nodes, owners)
    nodes = found["weighted"]
    owners = [line.split() for line in asker.ask([*command, 3], nodes, cwd=place)]
    vector.write("hashring", "first3", f"{what}; range(key, 3)", nodes, owners, 3)
