"""The PyPI package uhashring in its two modes, asked through a script."""

from . import asker, vector
from .install import python

VERSION = "2.5"


def make():
    command = [python(f"uhashring=={VERSION}"), asker.FOLDER / "uhashring_ring.py"]
    modes = {"default": "HashRing of names and weights", "ketama": "the same with hash_fn='ketama'"}
    for mode, how in modes.items():
        what = f"PyPI uhashring {VERSION}: {how}"
        for topology, nodes in vector.topologies().items():
            owners = asker.ask([*command, mode, 1], nodes)
            vector.write(f"uhashring-{mode}", topology, what, nodes, owners)
        nodes = vector.topologies()["weighted"]
        owners = [line.split() for line in asker.ask([*command, mode, 3], nodes)]
        vector.write(f"uhashring-{mode}", "first3", f"{what}; range(key, 3)", nodes, owners, 3)
