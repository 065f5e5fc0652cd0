"""Starts Redis nodes with given ids, and speaks their protocol."""

import contextlib
import socket

from . import process

AT_ONCE = 200
BUS = 10_000


@contextlib.contextmanager
def started(ids):
    """A node on each port, of the id that stands beside the port."""
    with contextlib.ExitStack() as stack:
        for port, identity in ids.items():
            place = stack.enter_context(process.folder())
            myself = f"{identity} 127.0.0.1:{port}@{port + BUS} myself,master - 0 0 0 connected"
            (place / "nodes.conf").write_text(
                f"{myself}\nvars currentEpoch 0 lastVoteEpoch 0\n", encoding="ascii"
            )
            command = [
                "redis-server", "--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes",
                "--cluster-config-file", "nodes.conf", "--dir", place, "--save", "",
                "--repl-diskless-sync-delay", "0",
            ]
            stack.enter_context(process.running(command, port, place))
        yield


def command(port, *words):
    (reply,) = commands(port, [words])
    if str(reply).startswith("ERR"):
        raise SystemExit(f"{' '.join(map(str, words))} on {port}: {reply}")
    return reply


def commands(port, asked):
    """The replies in order; errors come as their text."""
    replies = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        lines = connection.makefile("rb")
        for start in range(0, len(asked), AT_ONCE):
            batch = asked[start : start + AT_ONCE]
            connection.sendall(b"".join(encoded(words) for words in batch))
            replies += [decoded(lines) for _ in batch]
    return replies


def encoded(words):
    parts = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)


def decoded(lines):
    """Simple strings, errors, whole numbers and bulk strings are all that is answered here."""
    line = lines.readline().rstrip(b"\r\n").decode()
    kind, rest = line[:1], line[1:]
    if kind in "+-":
        return rest
    if kind == ":":
        return int(rest)
    if kind == "$":
        return lines.read(int(rest) + 2)[:-2].decode()
    raise SystemExit(f"Redis answered {line!r}")
