"""Makes the vector files: `python3 make.py` all of them, `python3 make.py nginx` one system's."""

import importlib
import sys

from make import keys

SYSTEMS = [
    "libmemcached", "hashring", "uhashring", "nginx", "haproxy", "twemproxy", "redis_cluster",
    "cassandra", "groupcache", "envoy",
]


def main(asked):
    if asked == ["keys"]:
        keys.write()
        return
    unknown = set(asked) - set(SYSTEMS)
    if unknown:
        raise SystemExit(f"no such system: {sorted(unknown)}; there are {SYSTEMS} and `keys`")
    failed = []
    for system in asked or SYSTEMS:
        try:
            importlib.import_module(f"make.{system}").make()
        except (Exception, SystemExit) as error:
            failed.append(f"{system}: {error}")
    if failed:
        raise SystemExit("failed:\n" + "\n".join(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
