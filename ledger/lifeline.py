"""The lifeline: a child that ends with its parent, however the parent ends.

Two strings, since each alone can tear: Linux sends a signal when the parent dies (PR_SET_PDEATHSIG), and the child
watches a pipe whose other end only the parent holds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading

LIFELINE_VARIABLE = "DAFTARI_LIFELINE_FD"
DATABASE_VARIABLE = "DAFTARI_DATABASE"
"""How a parent tells a child its database: a URL may hold a password, and everybody can read a command line."""

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent_pid: int | None = None) -> None:
    """Make the kernel end this process by SIGKILL when its parent dies. Elsewhere than on Linux: the pipe alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent_pid is not None and os.getppid() != parent_pid:
        os._exit(1)  # the parent died before the kernel was told


def watch_lifeline() -> None:
    """End this process when the pipe that the parent left in the environment closes. Without one: do nothing."""
    number = os.environ.get(LIFELINE_VARIABLE)
    if number is None:
        return
    descriptor = int(number)
    os.set_inheritable(descriptor, False)

    def wait_for_the_end() -> None:
        while os.read(descriptor, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait_for_the_end, name="lifeline", daemon=True).start()
