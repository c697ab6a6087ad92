"""What calls a warm process (`tests.warm`): in the suite itself, and as `pochi` and `daftari` at a replayed terminal.

As a program of its own it must start at once: it is run without the site's packages, and imports Python's own only.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence

_NUMBER_BYTES = 4


def call(connection: socket.socket, head: Mapping[str, object], streams: Sequence[int]) -> int:
    """Ask for a run with these streams; the id of its process."""
    data = json.dumps(head).encode()
    socket.send_fds(connection, [len(data).to_bytes(_NUMBER_BYTES, "big")], streams)
    connection.sendall(data)
    return number(connection)


def number(connection: socket.socket) -> int:
    """What the other end says next: the id of the process first, then how it ended, below zero for a signal."""
    data = connection.recv(_NUMBER_BYTES)
    if len(data) != _NUMBER_BYTES:
        raise RuntimeError("a warm process was lost")
    return int.from_bytes(data, "big", signed=True)


def main() -> int:
    """`warm_caller.py socket program words...`: run it here, with the streams and the environment of this process."""
    path, program, *words = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        head = {"run": program, "words": words, "env": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109 - quick
        pid = call(connection, head, (0, 1, 2))
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda signum, _: os.kill(pid, signum))
        code = number(connection)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
