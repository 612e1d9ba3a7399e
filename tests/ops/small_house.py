"""A supervisor with small children, run as a process of its own by the tests.

``python -m tests.ops.small_house VAR PORT PROGRAM…``: each PROGRAM is the name of one below.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

from backend.ops.child import Patience
from backend.ops.plan import Port, Program
from backend.ops.supervisor import House, keep_house
from backend.ops.up import printer

SCRIPTS = {
    "quiet": "import os, signal; print('pid', os.getpid()); signal.pause()",
    "second": "import os, signal; print('pid', os.getpid()); signal.pause()",
    "stubborn": (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('pid', os.getpid())\nwhile True: signal.pause()"
    ),
    "parent": (
        "import subprocess, sys, os\n"
        "print('pid', os.getpid())\n"
        "subprocess.run([sys.executable, '-c', "
        "\"import os, signal; print('pid', os.getpid()); signal.pause()\"])"
    ),
    "fainting": "print('I cannot'); raise SystemExit(3)",
    "sickly": (
        "import os, signal, sys; print('pid', os.getpid())\n"
        "if os.path.exists(sys.argv[1] + '/ill'): sys.exit(3)\nprint('well')\nsignal.pause()"
    ),
    "hindered": "import os, signal; print('pid', os.getpid()); signal.pause()",
    "dumping": (
        "import resource, signal\nprint('core', resource.getrlimit(resource.RLIMIT_CORE))\nsignal.pause()"
    ),
}


async def main(var: Path, port: int, names: list[str]) -> None:
    def before_start(name: str) -> Callable[[], None]:
        def hinder() -> None:
            if name == "hindered" and (var / "ill").exists():
                raise OSError("nothing can be put in order now")

        return hinder

    async def bring_up(house: House) -> None:
        for name in names:
            command = [sys.executable, "-u", "-c", SCRIPTS[name], str(var)]
            child = house.start(Program(name, command, os.environ, before_start=before_start(name)))
            await house.ready([child], 10)
        house.say("", "all up")

    def write(line: str) -> None:
        print(line, flush=True)

    patience = Patience(first_pause=0.05, longest_pause=0.4, stop=1, settle=0.5, ask_again=0.05)
    listening = Port("127.0.0.1", port, "the small house", "ANTAM_SMALL_PORT")
    await keep_house(var, [listening], bring_up, printer(write), patience)


if __name__ == "__main__":
    try:
        asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
    except Exception as error:
        sys.exit(str(error))
