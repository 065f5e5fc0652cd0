"""Go's groupcache consistenthash from Debian's source package, asked through a Go program."""

import os

from . import asker, vector
from .install import PLACE, apt, run

POINTS = 50


def make():
    version, _ = apt("golang-github-golang-groupcache-dev", "golang-go")
    PLACE.mkdir(parents=True, exist_ok=True)
    binary = PLACE / "groupcache"
    go = os.environ | {
        "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": "",
        "GOCACHE": str(PLACE / "go-cache"),
    }
    run(["go", "build", "-o", binary, asker.FOLDER / "groupcache.go"], env=go)
    for topology, nodes in vector.topologies(weighted=False).items():
        owners = asker.ask([binary, POINTS], nodes)
        what = f"groupcache {version}: consistenthash.New({POINTS}, nil), HTTPPool's default points"
        vector.write("groupcache", topology, what, nodes, owners)
