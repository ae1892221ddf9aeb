"""Who is at work here: the user and the host, as metadata and logs tell them."""

from __future__ import annotations

import getpass
import os
import socket


def user_name() -> str:
    """Return the user's name; the number where there is no name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def this_writer() -> str:
    """Return user and host, as in an address."""
    return f"{user_name()}@{socket.gethostname()}"
