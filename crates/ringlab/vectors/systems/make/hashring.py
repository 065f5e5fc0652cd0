"""The npm package hashring, asked through a node script."""

from . import asker, vector
from .install import npm

VERSION = "3.2.0"


def make():
    place = npm(f"hashring@{VERSION}")
    for topology, nodes in (vector.topologies() | {"many": vector.many()}).items():
        owners = asker.ask(["node", asker.FOLDER / "hashring.js"], nodes, cwd=place)
        what = f"npm hashring {VERSION}: new HashRing of names and weights, md5, no options"
        vector.write("hashring", topology, what, nodes, owners)
