"""Whether this server is about to end: one byte that all its processes see."""

import mmap

_NEAR = mmap.mmap(-1, 1)


def announce() -> None:
    """Say so, to every process that was forked from the one that loaded this module."""
    _NEAR[0] = 1


def is_near() -> bool:
    """Whether new requests had better go elsewhere."""
    return _NEAR[0] == 1
