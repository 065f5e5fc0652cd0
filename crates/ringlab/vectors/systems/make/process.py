"""Starts the software that is asked, waits until it listens, and ends it whatever happens."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE_SECONDS = 30


@contextlib.contextmanager
def folder():
    """A folder for one run's files; readable to all, as some software drops its rights."""
    place = Path(tempfile.mkdtemp(prefix="ringlab-vectors-"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def running(command, port, place):
    """The process, once it accepts connections on the port."""
    if listens(port):
        raise SystemExit(f"port {port} is taken by another process")
    log = place / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, cwd=place,
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-2000:]
                raise SystemExit(f"{command[0]} does not listen on {port}:\n{said}")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port):
    with socket.socket() as connection:
        connection.settimeout(1)
        return connection.connect_ex(("127.0.0.1", port)) == 0
