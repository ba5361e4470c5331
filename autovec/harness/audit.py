"""Say no to what a loop over numbers never does: write files, start processes, send signals, use the network.

Comes in: nothing; it holds for the rest of the process. Goes out: a PermissionError, which names what was tried, in the code
that tried it, so that the verdict can name it, too. It is for names and against accidents: what really holds are the limits of
the process and Landlock. Not handled: code that goes past the interpreter.
"""

from __future__ import annotations

import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = {
    "os.remove": "remove a file",
    "os.rmdir": "remove a folder",
    "os.mkdir": "make a folder",
    "os.rename": "move a file",
    "os.link": "link a file",
    "os.symlink": "link a file",
    "os.truncate": "write a file",
    "os.fork": "start a process",
    "os.forkpty": "start a process",
    "os.exec": "start a program",
    "os.posix_spawn": "start a program",
    "os.spawn": "start a program",
    "os.system": "start a program",
    "subprocess.Popen": "start a program",
    "os.kill": "send a signal",
    "os.killpg": "send a signal",
    "socket.connect": "use the network",
    "socket.bind": "use the network",
    "socket.sendto": "use the network",
    "socket.sendmsg": "use the network",
    "socket.getaddrinfo": "use the network",
}


def refuse_all() -> None:
    """From now on, each of these is an error."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    what = _EVENTS.get(event) or ("write a file" if event == "open" and _is_for_writing(*arguments) else None)
    if what is not None:
        raise PermissionError(f"it tried to {what} ({event})")


def _is_for_writing(path: object, mode: object, flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & _WRITES) and path != os.devnull
