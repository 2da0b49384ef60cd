"""Waiting for what other processes do."""

import random
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
    """A port that nobody listens at, and that no outgoing connection is given while we are down."""
    while True:
        port = random.randrange(20_000, 32_000)  # below those of outgoing connections
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
