"""Installs what is asked, from the registries, and tells which version came."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PLACE = Path("/tmp/ringlab-vectors")


def run(command, **options):
    """The output of a command; its errors end the run with what it said."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout)[-2000:]
        raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said}")
    return done.stdout


def apt(*packages):
    """Versions of Debian packages, installed when one is missing."""
    missing = [package for package in packages if not version(package)]
    if missing:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], env=quiet)
    return [version(package) for package in packages]


def version(package):
    command = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    status, _, number = done.stdout.partition(" ")
    return number if status == "installed" else None


def python(requirement):
    """The python of a throw-away environment that holds the requirement."""
    place = PLACE / requirement.replace("==", "-")
    binary = place / "bin" / "python"
    if not (place / "done").exists():
        shutil.rmtree(place, ignore_errors=True)
        run([sys.executable, "-m", "venv", place])
        run([binary, "-m", "pip", "install", "-q", "--no-input", requirement])
        (place / "done").touch()
    return binary


def npm(requirement):
    """The folder whose `node_modules` hold the requirement."""
    place = PLACE / requirement.replace("@", "-")
    if not (place / "done").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        (place / "package.json").write_text("{}")
        run(["npm", "install", "--no-audit", "--no-fund", "--silent", requirement], cwd=place)
        (place / "done").touch()
    return place
