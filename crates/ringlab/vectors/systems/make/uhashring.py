"""The PyPI package uhashring in its two modes, asked through a script."""

from . import asker, vector
from .install import python

VERSION = "2.5"


def make():
    command = [python(f"uhashring=={VERSION}"), asker.FOLDER / "uhashring_ring.py"]
    modes = {"default": "HashRing of names and weights", "ketama": "the same with hash_fn='ketama'"}
    for mode, how in modes.items():
        for topology, nodes in vector.topologies().items():
            owners = asker.ask([*command, mode], nodes)
            vector.write(
                f"uhashring-{mode}", topology, f"PyPI uhashring {VERSION}: {how}", nodes, owners
            )
