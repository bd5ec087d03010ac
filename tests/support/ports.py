"""A port for a server that a test starts in another process."""

from __future__ import annotations

import os
import socket
from itertools import count

_FIRST, _LAST = 10_000, 32_000
"""Below those that Linux gives away by itself (``ip_local_port_range``)."""

_numbers = count(os.getpid() * 97)


def free_port() -> int:
    """Return a port that nobody uses, and that nobody is given before the server has it.

    A port that the system chose is free again as soon as the test lets go of it: the next one who
    asks for any port, in another process of the same run, may get it.
    """
    for number in _numbers:
        port = _FIRST + number % (_LAST - _FIRST)
        with socket.socket() as probe:
            # What a server before left behind is no reason to go past its port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable")
