"""Say no to what a loop over numbers never does: start processes, send signals, use the network.

Comes in: nothing; it holds for the rest of the process. Goes out: a PermissionError, which names what was tried, in the code
that tried it, so that the verdict can name it, too. It is for names and against accidents: what really holds are the limits of
the process and Landlock. Not handled: code that goes past the interpreter.
"""

from __future__ import annotations

import sys

_EVENTS = {
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
    what = _EVENTS.get(event)
    if what is not None:
        raise PermissionError(f"it tried to {what} ({event})")
