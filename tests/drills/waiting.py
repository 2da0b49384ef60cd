"""Waiting for what other processes do."""

import socket
import time


def until(done, *, seconds, every=0.1, what="it did not happen in time"):
    """Ask ``done()`` until it says yes, and return its answer."""
    deadline = time.monotonic() + seconds
    while not (answer := done()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} within {seconds} s")
        time.sleep(every)
    return answer


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
