"""The 10,000 keys that every system is asked for, and how `keys.txt` is made from a csv."""

import csv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
FILE = FOLDER / "keys.txt"
CSV = FOLDER.parents[2] / "ringlab-sim" / "data" / "npm-downloads-50k.csv"
COUNT = 10_000


def read():
    """The keys in their order; that order is what the owners files count by."""
    keys = FILE.read_text(encoding="ascii").split("\n")[:-1]
    if len(keys) != COUNT or len(set(keys)) != COUNT:
        raise SystemExit(f"{FILE} must hold {COUNT} distinct keys")
    return keys


def write():
    """Package names at even distances over the whole csv, then the odd ones."""
    with CSV.open(newline="", encoding="ascii") as rows:
        names = [row["key"] for row in csv.DictReader(rows)]
    strange = odd()
    wanted = COUNT - len(strange)
    taken = [names[i * len(names) // wanted] for i in range(wanted)]
    keys = list(dict.fromkeys(strange + taken))
    spare = iter(sorted(set(names) - set(keys)))
    while len(keys) < COUNT:
        keys.append(next(spare))
    FILE.write_text("\n".join(keys) + "\n", encoding="ascii")


def odd():
    """Very short, very long, hash tags, separators. No comma: it splits an HTTP header's values."""
    letters = list("abcdefghijkmopqstuvxyzABCDEFXYZ0123456789")
    signs = list("!#$%&()*+-./:;<=>?@[]^_`{|}~")
    long = [(f"long-{i}-" + "abcdefghij" * 20)[:200] for i in range(10)]
    lengths = (15, 16, 17, 31, 32, 33, 55, 56, 63, 64, 65, 127, 128)
    near_blocks = ["m" * length for length in lengths]
    tags = [
        "{user1000}.following", "{user1000}.followers", "foo{}{bar}", "foo{{bar}}zap",
        "foo{bar}{zap}", "{}", "{}tail", "{open", "close}", "}{", "{a}", "x{a}y", "a{b", "a}b{c}",
        "{tag}:1", "{tag}:2", "{tag}:3", "{{tag}}", "{tag", "tag}", "user:{42}:cart",
        "user:{42}:orders", "user:{43}:cart", "{user:42}:cart", "deep{a{b}c}d",
    ]
    parts = [
        pattern.format(i)
        for i in range(8)
        for pattern in (
            "user:{}", "user:{}:profile", "/path/{}/index.html", "a/b/c/{}", "mail{}@example.org",
            "@scope/{}", "half%2{}encoded", "{}%", "k{}?a=1&b=2", "tenant|{}|row",
        )
    ]
    return letters + signs + long + near_blocks + tags + parts + points()


def points():
    """What some systems hash for the points of a node: these keys lie exactly on points."""
    names = [f"127.0.0.1:{port}" for port in range(19001, 19009)]
    spelled = ("{}-0", "{}-19", "{}_0", "{}_12", "0{}", "49{}")
    return [form.format(name) for name in names for form in spelled]
