"""Landlock: take writing to files and TCP away from this process and all that it starts, on Linux, without privileges.

Comes in: nothing. Goes out: whether it worked. Reading stays allowed. Files need Linux 5.13, TCP 6.7, signals 6.12; an older
kernel restricts what it can, and `restrict` is True only where at least files are restricted.
"""

from __future__ import annotations

import ctypes
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # system calls, the same numbers on every architecture
_VERSION_FLAG = 1
_NO_NEW_PRIVILEGES = 38
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_TCP_BIND_AND_CONNECT = 3
_SOCKETS_AND_SIGNALS = 3


def restrict() -> bool:
    """Restrict this process for good."""
    if sys.platform != "linux":
        return False
    try:
        return _restricted(ctypes.CDLL(None, use_errno=True))
    except (OSError, AttributeError):
        return False


def _restricted(libc: ctypes.CDLL) -> bool:
    version: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        return False
    attributes = _attributes(version)
    ruleset: int = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0 or libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0


def _attributes(version: int) -> bytes:
    """`struct landlock_ruleset_attr` as far as this version of the kernel knows it."""
    files = _WRITE_FILE | _REMOVE_AND_MAKE | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    packed = struct.pack("<Q", files)
    if version >= 4:
        packed += struct.pack("<Q", _TCP_BIND_AND_CONNECT)
    if version >= 6:
        packed += struct.pack("<Q", _SOCKETS_AND_SIGNALS)
    return packed
