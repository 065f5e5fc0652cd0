"""Small programs that call a library: nodes as arguments, keys as lines in, owners as lines out."""

from pathlib import Path

from . import keys
from .install import run

FOLDER = Path(__file__).resolve().parent / "askers"


def ask(command, nodes, **options):
    """What the program answers for every key."""
    arguments = [f"{node.listens_on()}={node.weight}" for node in nodes]
    lines = "\n".join(keys.read()) + "\n"
    return run([*command, *arguments], input=lines, **options).split("\n")[:-1]
