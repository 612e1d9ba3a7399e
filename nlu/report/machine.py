"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def machine() -> str:
    """The processor, its cores, how busy they are (the load of the last minute) and the Python."""
    info = Path("/proc/cpuinfo")
    found = re.search(
        r"^model name\s*: (.+)$", info.read_text(encoding="utf-8") if info.exists() else "", re.M
    )
    name = " ".join(found.group(1).split()) if found else platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
